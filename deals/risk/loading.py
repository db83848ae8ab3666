"""Facts from the database: a fixed number of queries, however many deals are asked for."""

from __future__ import annotations

from dataclasses import dataclass, replace
from functools import cache
from operator import attrgetter
from typing import TYPE_CHECKING, Any

from django.db import connection

from accounts import organisation
from accounts.arrays import array_of
from accounts.calendars import TeamCalendars
from accounts.prepared import named
from deals.introductions import stories
from deals.models.deals import BLUEBIRDS
from deals.risk import policy
from deals.risk.facts import Facts, Gap, Introducer, Meeting, Message, Offer, Push, Rhythm
from deals.risk.statements import COLUMNS_OF_NEW, CONTACTS, DEALS, MEETINGS, MESSAGES, NEW_DEALS, NO_CONTACTS, Contacts, DealRow

if TYPE_CHECKING:
    from collections.abc import Sequence
    from datetime import datetime

    from accounts.organisation import Organisation
    from accounts.prepared import Statement
    from accounts.working_time import WorkingTime
    from deals.introductions import Story
    from deals.models import Deal
    from deals.risk.policy import Policies, Policy


@dataclass(frozen=True, slots=True)
class Loaded:
    """Everything one refresh needs to know of its deals."""

    deals: dict[int, DealRow]
    contacts: dict[int, Contacts]
    messages: dict[int, Message]
    meetings: dict[int, Meeting]
    introducers: dict[int, Introducer]
    company: Organisation
    policies: Policies
    calendars: TeamCalendars
    now: datetime

    def policy(self, deal: DealRow) -> Policy:
        return self.policies.of(stage_id=deal.stage_id, team_id=deal.team_id)

    def clock(self, user_id: int | None, team_id: int | None = None) -> WorkingTime:
        """The working time of a person; of the deal's team where there is no person."""
        person = self.company.people.get(user_id) if user_id is not None else None
        return self.calendars.of(user_id, person.team_id if person is not None and person.team_id is not None else team_id)

    def facts(self, deal: DealRow) -> Facts:
        """What the rules may know of one deal."""
        responsible = self.company.responsible(owner_id=deal.owner_id, team_id=deal.team_id, at=self.now, giver_id=deal.giver_id)
        contacts = self.contacts.get(deal.id, NO_CONTACTS)
        unanswered = _known(contacts.unanswered, self.messages)
        gap = self.company.gap(deal.owner_id, self.now)
        return Facts(
            deal_id=deal.id,
            status=deal.status,
            stage=deal.stage,
            clock=self.clock(responsible, deal.team_id),
            responsible_id=responsible,
            owner_id=deal.owner_id,
            owner_since=deal.owner_since,
            hot=deal.source in BLUEBIRDS or deal.lifecycle == "customer",
            created_at=deal.created_at,
            opened_on=deal.opened_on,
            stage_entered_at=deal.stage_entered_at,
            account=deal.account or "",
            expected_close_on=deal.expected_close_on,
            unanswered=unanswered,
            answered_before=bool(unanswered) and contacts.first_from_us is not None and contacts.first_from_us < unanswered[0].at,
            last_from_us=contacts.from_us,
            last_from_them=contacts.from_them,
            last_contact=last_contact(contacts),
            booked_until=contacts.booked_until,
            meetings=self.meetings_of(contacts),
            last_held=contacts.last_held,
            last_held_with_introducer=contacts.last_held_with_introducer,
            offer=self.offer(deal),
            introducer=self.introducers.get(deal.id),
            next_step_due=deal.next_step_due,
            last_step_ended=deal.last_step_ended,
            last_move_forward=deal.moved_forward,
            became_open=deal.became_open,
            pushes=tuple(map(Push, deal.pushed_at or (), deal.pushed_by or ())),
            gap=Gap(gap[0], gap[1], gap[2], self.company.people[deal.owner_id].name) if gap is not None and deal.owner_id is not None else None,
            rhythm=Rhythm(
                deal.stage_samples or 0,
                deal.stage_p75_days or 0.0,
                deal.won or 0,
                deal.longest_won_days or 0,
                deal.reply_samples or 0,
                deal.reply_p90_hours or 0.0,
            ),
        )

    def meetings_of(self, contacts: Contacts) -> tuple[Meeting, ...]:
        found = [self.meetings[pk] for pk in contacts.meetings or () if pk in self.meetings]
        found += [replace(self.meetings[pk], with_customer=False) for pk in contacts.with_introducer or () if pk in self.meetings]
        return tuple(sorted(found, key=lambda one: (one.ends_at, one.id)))

    def offer(self, deal: DealRow) -> Offer | None:
        if deal.offer_id is None or deal.offer_at is None:
            return None
        receiver = self.company.people.get(deal.receiver_id) if deal.receiver_id is not None else None
        return Offer(deal.offer_id, deal.offer_at, deal.giver_id, receiver.name if receiver is not None else "")


def load(deal_ids: Sequence[int], now: datetime) -> Loaded:
    """What is known of these deals at a moment: ten queries at most, whatever their number."""
    company = organisation.load(at=now)
    deals = {row[0]: DealRow._make(row) for row in _rows(DEALS, deal_ids, now)}
    introduced = [pk for pk, deal in deals.items() if deal.introduced_by_id is not None]
    told = stories(introduced, now) if introduced else {}
    contacts = {row[0]: Contacts._make(row[1:]) for row in _rows(CONTACTS, deal_ids, now)}
    unanswered = [pk for row in contacts.values() for pk in row.unanswered or ()] + [pk for story in told.values() for pk in story.asked_ids]
    meetings = [pk for row in contacts.values() for pk in (*(row.meetings or ()), *(row.with_introducer or ()))]
    messages = {row[0]: Message(*row) for row in _rows(MESSAGES, unanswered, now)} if unanswered else {}
    return Loaded(
        deals=deals,
        contacts=contacts,
        messages=messages,
        meetings={row[0]: Meeting(*row) for row in _rows(MEETINGS, meetings, now)} if meetings else {},
        introducers={pk: _introducer(story, messages) for pk, story in told.items()},
        company=company,
        policies=policy.load(company.parents),
        calendars=TeamCalendars(company.parents),
        now=now,
    )


def load_new(deals: Sequence[Deal], now: datetime) -> Loaded:
    """What is known of deals that have their ids and are about to be added. Nothing hangs on them yet."""
    company = organisation.load(at=now)
    columns = {name: array_of(map(attrgetter(name), deals)) for name in COLUMNS_OF_NEW}
    rows = NEW_DEALS.rows(now=now, **columns) if deals else []
    return Loaded(
        deals={row[0]: DealRow._make(row) for row in rows},
        contacts={},
        messages={},
        meetings={},
        introducers={},
        company=company,
        policies=policy.load(company.parents),
        calendars=TeamCalendars(company.parents),
        now=now,
    )


def _introducer(story: Story, messages: dict[int, Message]) -> Introducer:
    first = story.untold[0] if story.untold else None
    return Introducer(story.name, story.told_at, first.what if first else "", first.at if first else None, _known(story.asked_ids, messages))


def _known(ids: Sequence[int] | None, messages: dict[int, Message]) -> tuple[Message, ...]:
    return tuple(messages[pk] for pk in ids or () if pk in messages)


def last_contact(contacts: Contacts) -> datetime | None:
    return max((moment for moment in (contacts.from_us, contacts.from_them) if moment is not None), default=None)


def _rows(sql: str, ids: Sequence[int], now: datetime) -> list[tuple[Any, ...]]:
    """One deal is asked about all day: that is planned once."""
    if len(ids) == 1:
        return _for_one(sql).rows(id=ids[0], now=now)
    with connection.cursor() as cursor:
        cursor.execute(sql, {"ids": list(ids), "now": now})
        return list(cursor.fetchall())


@cache
def _for_one(sql: str) -> Statement:
    return named(sql.replace("= ANY(%(ids)s)", "= %(id)s"), planned=True)
