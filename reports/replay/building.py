"""The people and accounts of a story in an empty place: what stands before its first step."""

from __future__ import annotations

import secrets
from datetime import date, datetime, time
from importlib import import_module
from typing import TYPE_CHECKING

from django.apps import apps
from django.conf import settings
from django.db import transaction

from accounts.models import Account, Contact, Team, User, WorkingCalendar
from accounts.services.customers import add_domain
from deals.models import BaseCurrency, Mailbox, MailFolder, StageKind
from deals.services.deals import open_deal
from deals.services.stages import enter_stage, move_deal
from reports.replay.world import World
from winback.models import Loss, LossReason

if TYPE_CHECKING:
    from reports.replay import story
    from reports.replay.story import Story

# No server: nothing is ever read from there, mail is put in by hand.
NO_SERVER = "mail.invalid"


def build(told: Story, now: datetime) -> World:
    """``now``: the moment of the first step; what is there at the start came before."""
    _what_migrations_made()
    world = World(told.zone)
    _calendar(told.calendar, "Company", is_default=True)
    _people(told, world, now)
    _customers(told, world, now)
    for one in told.deals:
        _standing(one, world, now)
    return world


def _what_migrations_made() -> None:
    """Each Salvor begins with these rows, and so does a story: made by the migrations' own functions."""
    BaseCurrency.objects.get_or_create(only=True, defaults={"code": settings.BASE_CURRENCY})
    import_module("deals.migrations.0001_squashed_0044_team_of_new_signals").make(apps, None)
    import_module("winback.migrations.0001_squashed_0009_calls_to_make").make(apps, None)


def _calendar(given: story.Calendar, name: str, *, is_default: bool = False) -> WorkingCalendar:
    # A process remembers a calendar by its number and version; the next story has the same numbers.
    week = [[[given.start, given.end]] if worked else [] for worked in given.days]
    values = {"time_zone": given.time_zone, "week": week, "country": given.holidays}
    if is_default:
        calendar: WorkingCalendar = WorkingCalendar.objects.get(is_default=True)
        for field, value in values.items():
            setattr(calendar, field, value)
        calendar.version = secrets.randbits(30)
        calendar.save()
        return calendar
    return WorkingCalendar.objects.create(name=name, version=secrets.randbits(30), **values)


def _people(told: Story, world: World, now: datetime) -> None:
    for team in told.teams:
        calendar = _calendar(team.calendar, f"Team {team.key}") if team.calendar else None
        # Its name and place come once all are there: names may be the same under different teams.
        world.teams[team.key] = Team.objects.create(name=f"Team {team.key}", calendar=calendar).pk
    for one in told.users:
        user = User.objects.create_user(name=one.name, email=one.email, role=one.role, team_id=world.teams[one.team])
        User.objects.filter(pk=user.pk).update(created_at=now)
        world.users[one.key] = user.pk
        world.mailboxes[one.key] = _mailbox(user, now).pk
    for team in told.teams:
        manager, parent = world.users.get(team.manager or ""), world.teams.get(team.parent or "")
        Team.objects.filter(pk=world.teams[team.key]).update(name=team.name, manager=manager, parent=parent)


def _mailbox(user: User, now: datetime) -> Mailbox:
    """Their own mailbox with a sent folder, as it is read over IMAP: so that their mail is known to be theirs."""
    mailbox: Mailbox = Mailbox.objects.create(
        owner=user, address=user.email or "", host=NO_SERVER, login=str(user.pk), is_active=False, created_at=now
    )
    for name in (MailFolder.Role.INBOX, MailFolder.Role.SENT):
        MailFolder.objects.create(mailbox=mailbox, name=name, role=name)
    return mailbox


def _customers(told: Story, world: World, now: datetime) -> None:
    for one in told.accounts:
        account = Account.objects.create(name=one.name, lifecycle=one.lifecycle, recurring_value=one.recurring_value)
        for domain in one.domains:
            add_domain(account=account, domain=domain, by=None)
        world.accounts[one.key] = account.pk
    for person in told.contacts:
        contact = Contact.objects.create(
            name=person.name,
            account_id=world.accounts.get(person.account or ""),
            email=person.email.lower(),
            title=person.title,
            seniority=person.seniority,
        )
        world.contacts[person.key] = contact.pk
    Account.objects.update(created_at=now)
    Contact.objects.update(created_at=now)


def _standing(one: story.Deal, world: World, now: datetime) -> None:
    """A deal that is there at the start: opened and closed at nine on its days, and not looked at before the story begins."""
    opened_at = _at_nine(one.opened, world, now)
    closing = one.stage in (StageKind.WON, StageKind.LOST)
    stage = None if closing or not one.stage else world.stage(one.stage)
    deal = open_deal(
        name=one.name,
        owner=world.user(one.owner) if one.owner else None,
        by=None,
        now=opened_at,
        account=Account.objects.get(pk=world.accounts[one.account]) if one.account else None,
        stage=stage,
        amount=one.amount,
        source=one.source,
        introduced_by=world.contact(one.introduced_by) if one.introduced_by else None,
        opened_on=one.opened,
    )
    world.deals[one.key] = deal.pk
    if not closing:
        return
    closed_at = _at_nine(one.closed, world, now)
    if one.stage == StageKind.WON:
        move_deal(deal=deal, stage=world.stage(one.stage), by=None, now=closed_at)
        return
    # Lost before the story begins: nobody says how.
    with transaction.atomic():
        Loss.objects.create(deal=deal, kind=Loss.Kind.NOT_RECORDED, reasons=[LossReason.NOT_RECORDED], lost_at=closed_at, recorded_at=closed_at)
        enter_stage(deal=deal, stage=world.stage(one.stage), by=None, now=closed_at)


def _at_nine(day: date | None, world: World, now: datetime) -> datetime:
    return min(now, datetime.combine(day, time(9), world.zone)) if day is not None else now
