"""Somebody about to leave, with a row behind every field that may name a person."""

from datetime import timedelta

import pytest
from allauth.account.models import EmailAddress
from allauth.mfa.models import Authenticator
from allauth.usersessions.models import UserSession
from django.apps import apps

from accounts import leaving
from accounts.models import Absence, Account, Bequest, Departure, MergedAccount, MergedContact, Notice, NoticePreference, Team, WorkingCalendar
from deals.models import (
    CalendarEntry,
    CalendarFeed,
    CloseDateChange,
    ExchangeRate,
    Handoff,
    Import,
    Mailbox,
    MailMessage,
    MailTemplate,
    Meeting,
    MeetingAttendee,
    MeetingDoubt,
    OutgoingMail,
    PersonalFeed,
    SavedView,
    StageChange,
    StageRetirement,
    StartPage,
    Task,
)
from tests.factories import DealFactory, InteractionFactory, NextStepFactory, SignalFactory, UserFactory, stage
from winback.models import Decline, Loss

DAY = timedelta(days=1)


def deals_of(person, company, now):
    """An open deal with a next step, an inquiry, one offered to somebody, and one that was won."""
    mine = DealFactory(name="Theatre light", owner=person, created_by=person)
    NextStepFactory(deal=mine, due_at=now + DAY, created_by=person)
    asked = DealFactory(name="How much for four?", owner=person, stage=stage("Inquiry"))
    NextStepFactory(deal=asked, due_at=now + DAY)
    offered = DealFactory(name="Offered on", owner=person)
    Handoff.objects.create(deal=offered, giver=person, receiver=company.stranger, offered_by=person, brief="b", offered_at=now, expires_at=now + DAY)
    Handoff.objects.create(
        deal=company.deal, giver=company.owner, receiver=person, offered_by=company.owner, brief="b", offered_at=now, expires_at=now + DAY
    )
    won = DealFactory(name="Won long ago", owner=person, stage=stage("Won"))
    return mine, asked, won


def work_of(person, mine, company, now):
    InteractionFactory(
        deal=mine, kind="meeting", outcome="planned", direction="out", user=person, recorded_by=person, at=now + DAY, ends_at=now + 2 * DAY
    )
    Task.objects.create(title="Send the drawings", assignee=person, created_by=person, deal=mine, due_at=now + DAY, created_at=now)
    signal = SignalFactory(deal=mine, responsible=person, taken_by=person, taken_at=now, parked_by=person, rule="no_contact")
    signal.told.add(person)
    Task.objects.create(title="Name the next step", kind="name_next_step", assignee=person, signal=signal, deal=mine, due_at=now, created_at=now)
    signal.events.create(kind="raised", at=now, by=person, severity=2)
    Import.objects.create(kind="deals", state="ready", file_name="deals.csv", created_by=person, created_at=now)
    return signal


def mail_of(person, mine, now):
    box = Mailbox.objects.create(owner=person, address="leaver@salvor.example", host="imap.example", login="leaver", created_at=now)
    MailMessage.objects.create(
        mailbox=box,
        message_id="<1@a.example>",
        received_at=now,
        sent_at=now,
        kind="human",
        direction="in",
        status="unmatched",
        user=person,
        settled_by=person,
    )
    for state in ("waiting", "failed", "unknown"):
        OutgoingMail.objects.create(
            deal=mine, author=person, message_id=f"<{state}@s.example>", to=["priya@norwood.example"], subject=state, body="Here.",
            created_at=now, send_at=now + 9 * DAY, next_try_at=now + 9 * DAY, state=state, decided_by=person,
        )  # fmt: skip
    MailTemplate.objects.create(owner=person, name="Thanks", body="Dear", sharing="everybody", created_at=now)


def kept_by(person, company, now):
    for sharing in ("everybody", "private"):
        view = SavedView.objects.create(owner=person, name=f"Review {sharing}", screen="list", sharing=sharing, created_at=now)
    StartPage.objects.create(user=person, view=view)
    CalendarFeed.objects.create(owner=person, name="Work", host="calendar.example", secret="x", created_at=now)
    PersonalFeed.objects.create(user=person, token_hash="h", created_at=now)
    UserSession.objects.create(user=person, session_key="k", ip="127.0.0.1", user_agent="", created_at=now, last_seen_at=now)


def line_of(person, company, now):
    Account.objects.create(name="Quillfeather", owner=person)
    Team.objects.create(name="South", parent=company.east, manager=person)
    Absence.objects.create(user=company.teammate, starts_at=now - DAY, ends_at=now + 3 * DAY, cover=person, recorded_by=person)
    gone = UserFactory(name="Gil Gone", team=company.east)
    Departure.objects.create(user=gone, last_day="2026-01-30", leaves_at=now - 30 * DAY, mail_to=person, recorded_by=person, carried_out_at=now)


def history_of(person, mine, won, company, now):
    """What they did and what they are, beside what ``deals_of`` and the others left."""
    said = InteractionFactory(
        deal=won, user=person, kind="meeting", direction="out", outcome="missed_by_us", at=now - 9 * DAY, ends_at=now - 8 * DAY, recorded_by=person,
        outcome_said_by=person, apologised_by=person, apologised_at=now, no_answer_needed_by=person, withdrawn_by=person,
    )  # fmt: skip
    entry = CalendarEntry.objects.create(uid="u", zone="UTC", user=person, deal_chosen_by=person, created_at=now, changed_at=now)
    MeetingDoubt.objects.create(entry=entry, kind="stranger", digest="d", text="", said_at=now, settled_by=person)
    meeting = Meeting.objects.create(entry=entry, uid="u", starts_at=now, ends_at=now, created_at=now, changed_at=now, interaction=said)
    MeetingAttendee.objects.create(meeting=meeting, address="leaver@salvor.example", user=person)
    Handoff.objects.create(
        deal=won, giver=company.owner, receiver=person, offered_by=person, brief="b",
        offered_at=now - 9 * DAY, expires_at=now - 8 * DAY, state="accepted",
        ended_at=now - 8 * DAY, ended_by=person,
    )  # fmt: skip
    StageChange.objects.create(deal=won, to_stage=won.stage, at=now, by=person)
    CloseDateChange.objects.create(deal=won, at=now, by=person)
    Task.objects.create(title="Done", assignee=person, done_by=person, due_at=now, created_at=now, ended_at=now)
    SignalFactory(deal=won, rule="no_contact", state="cleared", cleared_at=now, responsible=person, taken_by=person, parked_by=person).told.add(
        person
    )
    ExchangeRate.objects.create(currency="GBP", day="2026-03-02", rate="1.25", entered_at=now, entered_by=person)
    StageRetirement.objects.create(stage=stage("Negotiation"), into=stage("Proposal"), asked_by=person, asked_at=now)
    MergedAccount.objects.create(into=company.account, was={}, name="Old", by=person, at=now)
    MergedContact.objects.create(into=company.contact, was={}, name="Old", by=person, at=now)
    Loss.objects.create(deal=won, kind="competitor", reasons=["price"], lost_at=now, recorded_at=now, recorded_by=person)
    Decline.objects.create(
        deal=won, state="withdrawn", thanks="t", reason="r", helpers="h", door="d", reasons=["price"], asked_by=person, asked_at=now,
        approved_by=person, ended_at=now, ended_by=person,
    )  # fmt: skip
    Absence.objects.create(user=person, starts_at=now - 20 * DAY, ends_at=now - 19 * DAY)
    Departure.objects.create(user=person, last_day="2026-03-09", leaves_at=now + 5 * DAY, recorded_by=company.admin)
    WorkingCalendar.objects.create(name="own", person=person)
    Notice.objects.create(user=person, kind="k", title="t", created_at=now, dedupe_key="k")
    NoticePreference.objects.create(user=person, kind="k")
    EmailAddress.objects.create(user=person, email=person.email, primary=True, verified=True)
    Authenticator.objects.create(user=person, type="webauthn", data={})
    Bequest.objects.create(leaver=person, heir=person, by=person, kind="deals", count=1, at=now, told_at=now)


@pytest.fixture
def leaver(company, now):
    person = UserFactory(name="Lea Leaver", email="leaver@salvor.example", role="manager", team=company.east)
    mine, _asked, won = deals_of(person, company, now)
    work_of(person, mine, company, now)
    mail_of(person, mine, now)
    kept_by(person, company, now)
    line_of(person, company, now)
    history_of(person, mine, won, company, now)
    return person


def named(person, label):
    """The rows of a field, as ``deals.Deal.owner``, that name this person."""
    model, name = label.rsplit(".", 1)
    return apps.get_model(model)._base_manager.filter(**{name: person})


def held_rows(person, now):
    return {(key, field): rows for key, one in leaving.HOLDINGS.items() for field, rows in one.rows(person, now).items()}
