"""A small company with something true to show on every page, made by the services and judged by the rules."""

from dataclasses import dataclass
from datetime import timedelta
from decimal import Decimal

from django.utils import timezone

from accounts.models import Absence, CalendarDay, Departure, Notice, WorkingCalendar
from deals.models import Deal, Import, Interaction, Mailbox
from deals.risk.refresh import refresh
from deals.services.imports import receive, run
from deals.services.interactions import log_interaction
from deals.services.next_steps import set_next_step
from deals.services.signals import park_signal, take_signal
from tests.factories import AccountFactory, Company, ContactFactory, DealFactory, ProductFactory, UserFactory, make_company, stage
from winback.services.losses import lose_deal

LONG = "Framework agreement for the maintenance of measuring equipment in all northern and eastern locations, second renewal"


@dataclass
class Scene:
    company: Company
    waiting: Deal
    lost: Deal
    calendar: WorkingCalendar
    day: CalendarDay
    absence: Absence
    imported: Import
    done: Import


def make_scene() -> Scene:
    company, now = make_company(), timezone.now()
    company.account.lifecycle = "customer"
    company.account.save()
    product = ProductFactory(name="Field kit", list_price=Decimal("4800.00"))
    waiting = company.deal
    Deal.objects.filter(pk=waiting.pk).update(
        created_at=now - timedelta(days=60),
        stage_entered_at=now - timedelta(days=30),
        opened_on=(now - timedelta(days=60)).date(),
        amount=Decimal("52400.50"),
    )
    for days, direction, kind, words in [
        (50, "out", "call", "We spoke about the two new clinics."),
        (30, "out", "email", "The offer is attached."),
        (9, "in", "email", "Could you send the quote for both sites? " * 12),
        (6, "in", "email", "Any news? We have to decide this week."),
        (4, "internal", "note", "Ask Mona whether the old price still holds."),
    ]:
        log_interaction(
            deal=Deal.objects.get(pk=waiting.pk),
            kind=kind,
            direction=direction,
            by=company.owner,
            now=now,
            at=now - timedelta(days=days),
            contact=None if kind == "note" else company.contact,
            outcome="connected" if kind == "call" else "",
            subject="Two more clinics" if kind == "email" else "",
            body=words,
        )
    others = [
        DealFactory(
            name=LONG, owner=company.teammate, product=product, created_at=now - timedelta(days=90), stage_entered_at=now - timedelta(days=80)
        ),
        DealFactory(
            name="Nobody's yet", owner=None, account=None, team=company.east, amount=Decimal("900000.00"), created_at=now - timedelta(days=3)
        ),
        DealFactory(name="A bluebird", owner=company.owner, introduced_by=ContactFactory(name="Ira Introducer"), created_at=now - timedelta(days=5)),
        DealFactory(name="Asked just now", owner=company.owner, stage=stage("Inquiry"), created_at=now - timedelta(hours=1), stage_entered_at=now),
        DealFactory(name="Won in spring", owner=company.owner, stage=stage("Won"), amount=Decimal("12000.00")),
    ]
    refresh([waiting.pk, *[deal.pk for deal in others]], now)
    set_next_step(deal=others[2], what="Call Ira about the site visit", due_at=now + timedelta(days=2), by=company.owner, now=now)
    parked, taken = others[0].signals.order_by("pk")[:2]
    park_signal(signal=parked, reason="They answer after the trade fair", until=now + timedelta(days=5), by=company.manager, now=now)
    take_signal(signal=taken, by=company.teammate, now=now)
    lost = DealFactory(name="Given to another", owner=company.owner, account=AccountFactory(name="Old Harbour"), created_at=now - timedelta(days=20))
    lose_deal(
        deal=lost,
        kind="competitor",
        reasons=["price"],
        competitor="Clearline",
        customer_words="They were half the price.",
        our_view="We were late.",
        by=company.owner,
        now=now,
    )
    calendar = WorkingCalendar.objects.create(name="Berlin", time_zone="Europe/Berlin", country="DE")
    day = CalendarDay.objects.create(calendar=calendar, date=now.date(), name="Summer party", periods=[["09:00", "12:00"]])
    company.east.calendar = calendar
    company.east.save()
    absence = Absence.objects.create(
        user=company.teammate, starts_at=now - timedelta(days=1), ends_at=now + timedelta(days=6), cover=company.owner, recorded_by=company.manager
    )
    gone = UserFactory(name="Gerd Gone", team=company.west)
    Departure.objects.create(user=gone, last_day=(now - timedelta(days=3)).date(), leaves_at=now - timedelta(days=3), recorded_by=company.admin)
    UserFactory(name="Nora Noaddress", email=None, team=company.east)
    for person in (company.owner, company.manager, company.admin):
        Notice.objects.create(
            user=person,
            kind="signal_raised",
            topic=f"deal:{waiting.pk}",
            title="Priya Raman wrote and waits for an answer",
            body="Clinics, two more",
            path=f"/deals/{waiting.pk}/",
            severity=4,
            created_at=now,
            dedupe_key=f"scene:{person.pk}",
        )
    imported = receive(
        kind="products", file_name="products.csv", chunks=[b"product,list price\nFirst kit,100.50\nSecond kit,200.00\n"], by=company.admin, now=now
    )
    done = receive(
        kind="products", file_name="older.csv", chunks=[b"product,list price\nThird kit,100.50\nFourth kit,cheap\n"], by=company.admin, now=now
    )
    Import.objects.filter(pk=done.pk).update(state="waiting")
    run(done.pk, now)
    for person, team in ((company.admin, None), (None, company.east)):
        Mailbox.objects.create(
            owner=person,
            team=team,
            address="sales.of.the.eastern.region@salvor.example" if team else "admin@salvor.example",
            host="imap.salvor.example",
            login="east" if team else "admin",
            created_at=now,
            next_poll_at=now,
            last_success_at=now - timedelta(minutes=2),
            lag=40,
            failures=3 if team else 0,
            last_error="The log-in was refused: enter the password anew." if team else "",
            last_error_at=now if team else None,
        )
    waiting.refresh_from_db()
    return Scene(company=company, waiting=waiting, lost=lost, calendar=calendar, day=day, absence=absence, imported=imported, done=done)


def interaction_of(scene: Scene) -> Interaction:
    return Interaction.objects.filter(deal=scene.waiting, direction="in").latest("at")
