"""Messages belong together by their ids, in whatever order they come."""

from datetime import timedelta
from itertools import permutations

import pytest

from deals.models import MailMessage, MailThread, OutgoingMail, ThreadedId
from deals.services.mail import Item, take_in_many
from deals.services.mail.triage import not_for_us
from tests.deals.mail_intake.conftest import letter
from tests.factories import DealFactory

STRANGER = "quinn@unknown.example"
CHAIN = {
    "a": letter(sender=STRANGER, message_id="<a@x.example>"),
    "b": letter(sender=STRANGER, message_id="<b@x.example>", in_reply_to="<a@x.example>", references="<a@x.example>"),
    "c": letter(sender=STRANGER, message_id="<c@x.example>", in_reply_to="<b@x.example>", references="<b@x.example>"),
}


@pytest.mark.parametrize("order", list(permutations("abc")))
def test_a_thread_is_one_in_any_order(come, order):
    for name in order:
        come(CHAIN[name])
    assert MailThread.objects.count() == 1
    assert set(MailMessage.objects.values_list("thread", flat=True)) == {MailThread.objects.get().pk}
    assert len(set(MailMessage.objects.values_list("deal", flat=True))) == 1


@pytest.mark.parametrize("order", list(permutations("abc")))
def test_and_in_one_batch(mailbox, now, order):
    taken = take_in_many(mailbox=mailbox, items=[Item(CHAIN[name], name) for name in order], now=now)
    assert [one.place for one in taken] == list(order)
    assert len({one.thread_id for one in taken}) == 1
    assert len({one.deal_id for one in taken}) == 1


def test_two_threads_that_turn_out_to_be_one_are_merged(come, company):
    come(letter(sender="owner@salvor.example", to=STRANGER, message_id="<a@x.example>"), role="sent")
    other = come(letter(message_id="<b@x.example>"))
    joined = come(letter(sender=STRANGER, message_id="<c@x.example>", in_reply_to="<b@x.example>", references="<a@x.example> <b@x.example>"))
    assert MailThread.objects.count() == 1
    assert set(MailMessage.objects.values_list("thread", "deal")) == {(other.thread_id, company.deal.pk)}
    assert joined.matched_by == "thread"
    assert ThreadedId.objects.count() == 3


def test_where_two_have_a_deal_the_nearer_one_counts(come, company):
    one, two = come(letter(message_id="<a@x.example>")), None
    company.deal.delete()
    one.refresh_from_db()
    DealFactory(account=company.account, owner=company.owner)
    one = come(letter(message_id="<b@x.example>"))
    two = come(letter(sender=STRANGER, message_id="<c@x.example>"))
    both = come(letter(sender=STRANGER, in_reply_to="<c@x.example>", references="<b@x.example> <c@x.example>"))
    assert one.deal != two.deal
    assert both.deal == two.deal


def test_references_to_what_nobody_has_hold_together(come):
    first = come(letter(sender="a@x.example", references="<lost@x.example>"))
    second = come(letter(sender="b@y.example", in_reply_to="<lost@x.example>"))
    assert first.thread == second.thread


def test_a_reply_without_ids_is_found_by_subject_and_people(come, now):
    first = come(letter(sender=STRANGER, subject="The quote for Ulm"), at=now)
    answer = come(letter(sender=STRANGER, subject="Re: The quote for Ulm", date=now + timedelta(days=3)), at=now + timedelta(days=4))
    assert answer.thread == first.thread


@pytest.mark.parametrize(
    ("sender", "subject", "days"),
    [("other@else.example", "Re: The quote for Ulm", 3), (STRANGER, "The quote for Ulm", 3), (STRANGER, "Re: The quote for Ulm", 45)],
)
def test_but_not_of_others_nor_without_re_nor_much_later(come, now, sender, subject, days):
    first = come(letter(sender=STRANGER, subject="The quote for Ulm"), at=now)
    later = now + timedelta(days=days)
    assert come(letter(sender=sender, subject=subject, date=later), at=later).thread != first.thread


def test_an_answer_to_what_was_written_here_is_on_its_deal(come, company, now):
    deal = DealFactory(account=company.account, owner=company.owner)
    OutgoingMail.objects.create(
        deal=deal, author=company.owner, message_id="<out@salvor.example>", to=["x@y.example"], subject="Hello", body="Hello",
        created_at=now, send_at=now, next_try_at=now,
    )  # fmt: skip
    assert come(letter(sender="x@y.example", in_reply_to="<out@salvor.example>")).deal == deal


def test_a_persons_answer_in_a_known_thread_is_human_whatever_the_list_adds(come):
    come(letter(sender="owner@salvor.example", to="priya@norwood.example", message_id="<out@salvor.example>"), role="sent")
    answer = come(letter(in_reply_to="<out@salvor.example>", list_id="<team.norwood.example>", precedence="list"))
    assert answer.kind == "human"


def test_a_circle_of_references_ends(come):
    come(letter(message_id="<a@x.example>", in_reply_to="<b@x.example>"))
    come(letter(message_id="<b@x.example>", in_reply_to="<a@x.example>"))
    assert MailThread.objects.count() == 1


def test_threads_of_two_deals_stay_two_whoever_names_both(come, company):
    here = come(letter(message_id="<a@x.example>"))
    there = come(letter(sender=STRANGER, message_id="<b@y.example>"))
    come(letter(sender="evil@else.example", in_reply_to="<a@x.example>", references="<b@y.example> <a@x.example>"))
    later = come(letter(sender=STRANGER, in_reply_to="<b@y.example>"))
    assert (here.deal, later.deal) == (company.deal, there.deal)
    assert later.thread == there.thread != here.thread


def test_what_is_not_for_us_pulls_no_customers_thread_along(come, company, now):
    spam = come(letter(sender="evil@else.example", message_id="<spam@else.example>"))
    not_for_us(message=spam, by=company.owner, now=now)
    come(letter(message_id="<a@x.example>"))
    come(letter(sender="evil@else.example", in_reply_to="<spam@else.example>", references="<a@x.example> <spam@else.example>"))
    assert come(letter(in_reply_to="<a@x.example>")).status == "recorded"
