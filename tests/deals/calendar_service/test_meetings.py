"""What calendars say becomes meetings with customers, and interactions that are kept in step."""

from datetime import UTC, datetime, timedelta

import pytest

from deals.models import CalendarEntry, Interaction, Meeting, MeetingDoubt
from deals.services.deals import open_deal
from deals.services.interactions import log_interaction
from tests.deals.calendar_service.conftest import BY_THEM, PRIYA, event
from tests.factories import AccountFactory, ContactFactory

pytestmark = pytest.mark.django_db


def only():
    meeting = Meeting.objects.get()
    return meeting, meeting.interaction


def test_a_meeting_with_a_customer_is_planned_on_their_deal(bring, company):
    bring(event("LOCATION:Main street"))
    meeting, said = only()
    assert (meeting.deal, meeting.title, meeting.place) == (company.deal, "Tour of the clinics", "Main street")
    assert (said.deal, said.contact, said.user, said.kind, said.outcome, said.direction) == (
        company.deal,
        company.contact,
        company.owner,
        "meeting",
        "planned",
        "out",
    )
    assert (said.at, said.ends_at) == (datetime(2026, 3, 10, 10, tzinfo=UTC), datetime(2026, 3, 10, 11, tzinfo=UTC))
    assert said.external_id == f"meeting:{meeting.pk}"
    assert sorted(one.address for one in meeting.attendees.all()) == ["owner@salvor.example", "priya@norwood.example"]


def test_the_same_again_changes_nothing(bring):
    bring(event())
    before = Meeting.objects.values().get(), Interaction.objects.values().get()
    bring(event(), at=datetime(2026, 3, 5, tzinfo=UTC))
    assert (Meeting.objects.values().get(), Interaction.objects.values().get()) == before


def test_a_moved_meeting_moves_its_interaction(bring):
    bring(event())
    bring(event(start="20260312T150000Z", end="20260312T160000Z", sequence=1))
    meeting, said = only()
    assert said.at == meeting.starts_at == datetime(2026, 3, 12, 15, tzinfo=UTC)
    assert said.outcome == "planned"


def test_what_is_older_changes_nothing(bring):
    bring(event(start="20260312T150000Z", end="20260312T160000Z", sequence=2))
    bring(event(sequence=1))
    assert only()[1].at == datetime(2026, 3, 12, 15, tzinfo=UTC)


def test_a_cancelled_meeting_is_cancelled(bring):
    bring(event())
    bring(event("STATUS:CANCELLED", sequence=1), method="CANCEL")
    meeting, said = only()
    assert (meeting.status, said.outcome) == ("cancelled", "cancelled_by_us")
    assert meeting.title == "Tour of the clinics"


@pytest.mark.parametrize("outcome", ["held", "cancelled"])
def test_what_a_person_said_of_it_is_never_written_over(bring, outcome):
    bring(event())
    Interaction.objects.update(outcome=outcome)
    bring(event(start="20260312T150000Z", end="20260312T160000Z", sequence=1))
    bring(event(sequence=2), method="CANCEL")
    said = Interaction.objects.earliest("at")
    assert (said.outcome, said.at) == (outcome, datetime(2026, 3, 10, 10, tzinfo=UTC))


def test_nothing_is_kept_of_what_has_nobody_of_a_customer(bring, company):
    bring(event("ORGANIZER:mailto:owner@salvor.example", "ATTENDEE:mailto:teammate@salvor.example", "ATTENDEE:mailto:friend@gmail.com"))
    assert not CalendarEntry.objects.exists()
    assert not Meeting.objects.exists()


@pytest.mark.parametrize("word", ["PRIVATE", "CONFIDENTIAL"])
def test_nothing_is_kept_of_what_is_private(bring, word):
    bring(event(f"CLASS:{word}"))
    assert not CalendarEntry.objects.exists()


def test_what_became_private_is_forgotten(bring):
    bring(event())
    bring(event("CLASS:PRIVATE", sequence=1))
    assert not CalendarEntry.objects.exists()
    assert not Meeting.objects.exists()
    said = Interaction.objects.get()
    assert (said.outcome, said.subject) == ("cancelled", "")


def test_what_was_called_off_and_became_private_is_forgotten(bring):
    bring(event())
    bring(event("STATUS:CANCELLED", sequence=1), method="CANCEL")
    bring(event("CLASS:PRIVATE", sequence=2))
    said = Interaction.objects.get()
    assert (said.outcome, said.subject, said.external_id) == ("cancelled_by_us", "", None)


def test_what_a_person_said_of_what_became_private_stays(bring, company):
    bring(event())
    Interaction.objects.update(outcome="held", outcome_said_by=company.owner)
    bring(event("CLASS:PRIVATE", sequence=1))
    said = Interaction.objects.get()
    assert (said.outcome, said.subject) == ("held", "Tour of the clinics")


def test_a_meeting_that_lost_its_customer_is_forgotten(bring):
    bring(event())
    bring(event("ORGANIZER:mailto:owner@salvor.example", "ATTENDEE:mailto:teammate@salvor.example", sequence=1))
    assert not Meeting.objects.exists()
    assert Interaction.objects.get().outcome == "cancelled"


def test_somebody_at_the_accounts_domain_counts_as_theirs(bring, company):
    company.account.domains.create(domain="norwood.example")
    bring(event("ORGANIZER:mailto:owner@salvor.example", "ATTENDEE:mailto:unknown@norwood.example"))
    assert Meeting.objects.get().deal == company.deal


def test_of_several_deals_it_is_the_one_last_spoken_of(bring, company, now):
    other = open_deal(name="Another", owner=company.owner, account=company.account, by=company.owner, now=now, contacts=[company.contact])
    log_interaction(
        deal=other, kind="call", direction="out", outcome="connected", contact=company.contact, by=company.owner, now=now, at=now - timedelta(hours=1)
    )
    bring(event())
    assert Meeting.objects.get().deal == other


def test_among_several_deals_never_spoken_of_nothing_is_guessed(bring, company, now):
    open_deal(name="Another", owner=company.owner, account=company.account, by=company.owner, now=now, contacts=[company.contact])
    bring(event())
    meeting, said = only()
    assert (meeting.deal, meeting.account, said) == (None, company.account, None)


def test_a_meeting_all_of_theirs_decline_is_off(bring):
    bring(event())
    bring(
        [
            "BEGIN:VEVENT",
            "UID:one@norwood.example",
            "DTSTAMP:20260304T100000Z",
            "ATTENDEE;PARTSTAT=DECLINED:mailto:priya@norwood.example",
            "END:VEVENT",
        ],
        method="REPLY",
        sender="priya@norwood.example",
    )
    meeting, said = only()
    assert meeting.attendees.get(address="priya@norwood.example").answer == "declined"
    assert said.outcome == "cancelled_by_them"


def test_nobody_answers_for_a_stranger(bring):
    bring(event())
    bring(
        [
            "BEGIN:VEVENT",
            "UID:one@norwood.example",
            "DTSTAMP:20260304T100000Z",
            "ATTENDEE;PARTSTAT=DECLINED:mailto:priya@norwood.example",
            "END:VEVENT",
        ],
        method="REPLY",
        sender="mallory@elsewhere.example",
    )
    assert Meeting.objects.get().attendees.get(address="priya@norwood.example").answer == ""


def test_an_invitation_by_mail_is_a_meeting_and_an_answer_by_mail_an_answer(mail, company):
    mail(event(BY_THEM, "ATTENDEE:mailto:owner@salvor.example"))
    meeting, said = only()
    assert (meeting.deal, said.direction, meeting.message.sender) == (company.deal, "in", "priya@norwood.example")
    mail(event(BY_THEM, "ATTENDEE:mailto:owner@salvor.example", sequence=1), method="CANCEL")
    assert Interaction.objects.get(kind="meeting").outcome == "cancelled_by_them"


def test_a_cancellation_by_a_stranger_waits_for_a_person(mail):
    mail(event(BY_THEM, "ATTENDEE:mailto:owner@salvor.example"))
    mail(event(BY_THEM, "ATTENDEE:mailto:owner@salvor.example", sequence=1), method="CANCEL", sender="mallory@elsewhere.example")
    assert Interaction.objects.get(kind="meeting").outcome == "planned"
    doubt = MeetingDoubt.objects.get()
    assert (doubt.kind, doubt.cancels, doubt.sender) == ("stranger", True, "mallory@elsewhere.example")


def test_a_meeting_booked_holds_the_silence(bring, company, now):
    log_interaction(deal=company.deal, kind="email", direction="out", contact=company.contact, by=company.owner, now=now - timedelta(days=20))
    from deals.risk.refresh import refresh

    refresh([company.deal.pk], now)
    rules = {"customer_silent", "no_contact"}
    assert rules & set(company.deal.signals.filter(state="raised").values_list("rule", flat=True))
    bring(event())
    assert not rules & set(company.deal.signals.filter(state="raised").values_list("rule", flat=True))


def test_a_contacts_own_address_at_a_public_host_counts(bring, company):
    ContactFactory(name="Gil", email="gil@gmail.com", account=company.account)
    bring(event("ORGANIZER:mailto:owner@salvor.example", "ATTENDEE:mailto:gil@gmail.com"))
    assert Meeting.objects.get().deal == company.deal


def test_words_that_no_column_holds_are_cut(bring):
    bring(event("SUMMARY:" + "x" * 900, "LOCATION:" + "y" * 900, "DESCRIPTION:" + "z" * 5000))
    meeting, said = only()
    assert (len(meeting.title), len(meeting.place), len(said.subject)) == (300, 300, 300)


def test_a_stranger_of_the_account_is_no_reason(bring):
    AccountFactory(name="Elsewhere")
    bring(event("ORGANIZER:mailto:owner@salvor.example", "ATTENDEE:mailto:quinn@nowhere.example"))
    assert not CalendarEntry.objects.exists()


class TestStrangers:
    """Whoever was ever invited knows the UID; what they send by mail changes nothing but their own answer."""

    ELSEWHERE = {"start": "20260320T100000Z", "end": "20260320T110000Z", "sequence": 1}

    @pytest.mark.parametrize(
        ("organizer", "sender"),
        [
            ('ORGANIZER;SENT-BY="mailto:evil@else.example":mailto:priya@norwood.example', "evil@else.example"),
            ("ORGANIZER:mailto:priya@norwood.example", ""),
        ],
    )
    def test_a_meeting_is_not_moved_by_who_says_to_act_for_its_organizer(self, bring, mail, organizer, sender):
        bring(event(BY_THEM, PRIYA, "ATTENDEE:mailto:owner@salvor.example"))
        mail(event(organizer, PRIYA, "ATTENDEE:mailto:owner@salvor.example", **self.ELSEWHERE), sender=sender)
        assert only()[0].starts_at == datetime(2026, 3, 10, 10, tzinfo=UTC)
        assert MeetingDoubt.objects.count() == 1

    def test_nor_by_who_has_an_address_at_the_same_large_provider(self, bring, mail, company):
        ContactFactory(account=company.account, email="ann@gmail.com")
        people = ("ORGANIZER:mailto:ann@gmail.com", "ATTENDEE:mailto:owner@salvor.example")
        bring(event(*people))
        mail(event(*people, **self.ELSEWHERE), sender="evil@gmail.com")
        assert only()[0].starts_at == datetime(2026, 3, 10, 10, tzinfo=UTC)

    def test_nor_made_to_vanish_by_a_stranger_who_calls_it_private(self, bring, mail):
        bring(event())
        mail(event("CLASS:PRIVATE", **self.ELSEWHERE), sender="evil@else.example")
        assert only()[0].status == "confirmed"
        mail(event("CLASS:PRIVATE", **self.ELSEWHERE), sender="owner@salvor.example")
        assert not Meeting.objects.exists()
