"""Loads the demo company into an empty database: one transaction, all of it or nothing."""

from __future__ import annotations

import random
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from typing import TYPE_CHECKING

import pghistory
from django.contrib.auth.hashers import make_password
from django.db import connection, transaction
from django.utils.translation import gettext as _

from accounts.models import Account, Team, User
from accounts.refusals import Refused
from config.demo_company import DEMO_PASSWORD, DOMAIN, MARK, actions, care, standing, story
from config.demo_company.customers import make_customers
from config.demo_company.mail import make_mail
from config.demo_company.people import make_people
from config.demo_company.products import make_products
from config.demo_company.rhythm import Wish, make_closed
from config.demo_company.scene import Scene
from config.demo_company.standing import TEAM_KEYS, TEAM_WEIGHTS, make_healthy, make_troubled
from config.demo_company.write import quieten_notices, write_company, write_deals
from deals.models import Deal, Pipeline, Product, Stage

if TYPE_CHECKING:
    from collections.abc import Sequence

    from config.demo_company.customers import Customer

# Two loads at once: the second waits, and then finds the first.
LOCK = 0x5A17_0DE0
RENEWALS = (
    ("Renewal due", "open", 60),
    ("Terms sent", "open", 75),
    ("In signature", "open", 90),
    ("Renewed", "won", 100),
    ("Not renewed", "lost", 0),
)
WON_SHARE = {"Sales": 0.56, "Renewals": 0.84}


@dataclass(frozen=True)
class Loaded:
    """What was written; nothing where the company was there already."""

    people: int = 0
    accounts: int = 0
    deals: int = 0


@transaction.atomic
def load(*, seed: int, now: datetime, deals: int) -> Loaded | None:
    """Write the demo company as of ``now``. None where it is there already; Refused where other data is."""
    with connection.cursor() as cursor:
        cursor.execute("SELECT pg_advisory_xact_lock(%s)", [LOCK])
        # The history's triggers look for this setting at each row, and its absence costs them an exception each.
        cursor.execute("SET LOCAL pgtrigger.ignore = '{}'")
    if Team.objects.filter(external_id=MARK).exists():
        return None
    _only_where_empty()
    now = now.astimezone(UTC)
    scene = _scene(seed, now, deals)
    customer = story.make_customer(scene)
    with pghistory.context(made_by="load_demo"):
        write_company(scene)
        _make_deals(scene, deals, customer)
        last_day = scene.people.offices["east"].back(now, 20)
        write_deals(scene, _moments(scene), actions.after_sweep(scene), tell_from=last_day)
        make_mail(scene.people.offices["east"], now)
        quieten_notices(read_until=last_day + (now - last_day) / 2, read_at=now - timedelta(hours=1))
    return Loaded(len(scene.people.users), len(scene.customers.everyone), len(scene.episodes))


def _only_where_empty() -> None:
    found = [
        (Deal.objects.count(), _("deals")),
        (Account.objects.count(), _("accounts")),
        (Product.objects.count(), _("products")),
        (Team.objects.count(), _("teams")),
        (User.objects.filter(email__endswith=f"@{DOMAIN}").count(), _("people of the demo")),
    ]
    there = ", ".join(f"{number:,} {what}" for number, what in found if number)
    if there:
        raise Refused(
            _("This database is in use: it holds %(there)s. The demo company only moves into an empty one; name another with DATABASE_URL.")
            % {"there": there}
        )


def _scene(seed: int, now: datetime, deals: int) -> Scene:
    rng = random.Random(seed)
    people = make_people(now=now, password=make_password(DEMO_PASSWORD))
    a_team = min(40, max(10, deals // 50))
    customers = make_customers(rng, people, now=now, a_team=a_team)
    return Scene(rng, now, people, customers, make_products(), _stages())


def _stages() -> dict[str, dict[str, Stage]]:
    """The pipeline every Salvor starts with, and a short one for renewals."""
    sales = Pipeline.objects.filter(is_default=True).first()
    known = {stage.name: stage for stage in Stage.objects.filter(pipeline=sales).select_related("pipeline")}
    missing = [name for name in ("Inquiry", "Qualification", "Discovery", "Proposal", "Negotiation", "Won", "Lost") if name not in known]
    if missing or Pipeline.objects.filter(name__iexact="Renewals").exists():
        raise Refused(_("The pipelines were changed by hand. The demo company only moves into a database as a first start leaves it."))
    pipeline = Pipeline.objects.create(name="Renewals", position=1)
    renewals = [
        Stage(pipeline=pipeline, name=name, kind=kind, position=position, probability=chance)
        for position, (name, kind, chance) in enumerate(RENEWALS)
    ]
    Stage.objects.bulk_create(renewals)
    return {"Sales": known, "Renewals": {stage.name: stage for stage in renewals}}


def _make_deals(scene: Scene, deals: int, customer: Customer) -> None:
    """Closed ones first: what they took is what the open ones are measured by."""
    story.make_past(scene, customer)
    to_stand = max(round(deals * 0.18), 72)
    for _one in range(max(deals - to_stand - len(scene.episodes), 24)):
        pipeline = "Renewals" if scene.rng.random() < 0.15 else "Sales"
        ends = "won" if scene.rng.random() < WON_SHARE[pipeline] else "lost"
        team = scene.rng.choices(TEAM_KEYS, TEAM_WEIGHTS)[0]
        scene.episodes.append(make_closed(scene, Wish(team, ends, pipeline)))
    story.make_request(scene, customer)
    troubled = make_troubled(scene, [*standing.RECIPES, *care.RECIPES], min(1.0, deals / 2000))
    make_healthy(scene, max(0, to_stand - troubled - 2))


def _moments(scene: Scene) -> Sequence[datetime]:
    """When the last weeks are looked at again: just after the teams begin their days, as that is when most clocks
    run out; the last working days at every team's beginning and afternoon, those before at one of them."""
    now, found = scene.now, {scene.replay_from, scene.now}
    for key in TEAM_KEYS:
        clock = scene.people.offices[key].clock
        for ago in range(35):
            opens = clock.next_open(clock.start_of_day(clock.local_date(now) - timedelta(days=ago)))
            if ago <= 6:
                found |= {opens + timedelta(minutes=1), opens + timedelta(hours=4, minutes=31)}
            elif key == "east" or (key == "central" and ago <= 14):
                found.add(opens + timedelta(minutes=1))
    return sorted(moment for moment in found if scene.replay_from <= moment <= now)
