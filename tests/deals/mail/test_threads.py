"""Which messages belong together."""

import pytest

from deals.intake.mail.threads import base_subject, group, parents, thread_of
from tests.deals.mail.making import mail


def letter(number, subject="The offer", **headers):
    return mail(Message_ID=f"<{number}@x>", Subject=subject, **headers)


@pytest.mark.parametrize(
    "written",
    [
        "Re: Offer",
        "RE: re: Offer",
        "AW: WG: Offer",
        "Fwd: Offer",
        "SV: Offer",
        "R: Offer",
        "回复: Offer",
        "Re[2]: Offer",
        "[Sales] Re: [Sales] Offer",
        "Antw: Offer",
        "  offer ",
    ],
)
def test_the_subject_without_its_marks(written):
    assert base_subject(written) == "offer"


def test_ids_bind():
    first, second, third = letter(1), letter(2, In_Reply_To="<1@x>"), letter(3, References="<1@x> <2@x>", In_Reply_To="<2@x>")
    assert group([third, first, letter(9), second]) == [(0, 1, 3), (2,)]
    assert parents(third) == ("<2@x>", "<1@x>")
    assert {thread_of(one) for one in (first, second, third)} == {"<1@x>"}


def test_children_of_a_lost_message_are_together():
    assert group([letter(1, References="<lost@x>"), letter(2, In_Reply_To="<lost@x>")]) == [(0, 1)]


def test_the_same_subject_alone_binds_nothing():
    assert group([letter(1), letter(2)]) == [(0,), (1,)]


def test_a_reply_without_ids_finds_its_letter_by_subject_and_people():
    ours = letter(1, From="bob@brightwater.example", To="ann@customer.example", Date="Wed, 18 Nov 2026 10:00:00 +0000")
    assert group([ours, letter(2, subject="RE: The offer")]) == [(0, 1)]
    stranger = letter(3, subject="RE: The offer", From="eve@else.example")
    assert group([ours, stranger]) == [(0,), (1,)]


def test_an_old_letter_of_the_subject_is_another_matter():
    ours = letter(1, From="bob@brightwater.example", To="ann@customer.example", Date="Wed, 16 Sep 2026 10:00:00 +0000")
    assert len(group([ours, letter(2, subject="RE: The offer")])) == 2


def test_a_message_that_answers_itself_is_its_own_thread():
    assert thread_of(letter(1, In_Reply_To="<1@x>")) == "<1@x>"
