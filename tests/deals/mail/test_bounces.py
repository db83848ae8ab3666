"""Whom a bounce is about, and whether the address is dead."""

import json

import pytest

from deals.intake.mail.bounces import failures
from deals.intake.mail.reading import read
from tests.deals.mail.making import mail, report


def only(message):
    (one,) = failures(message)
    return one


def test_a_report_names_address_status_and_words():
    one = only(
        read(report("Final-Recipient: rfc822; Ann@customer.example\nAction: failed\nStatus: 5.1.1\nDiagnostic-Code: smtp; 550 5.1.1\n User unknown"))
    )
    assert (one.address, one.hard, one.delayed, one.status, one.diagnostic) == (
        "ann@customer.example",
        True,
        False,
        "5.1.1",
        "550 5.1.1 User unknown",
    )


@pytest.mark.parametrize(
    ("status", "words", "hard"),
    [
        ("5.1.1", "550 User unknown", True),
        ("5.0.0", "550 5.1.1 User unknown", True),
        ("5.1.10", "550 RecipientNotFound", True),
        ("5.2.2", "552 mailbox full", False),
        ("5.0.0", "552 Quota exceeded", False),
        ("4.4.7", "delivery time expired", False),
        ("5.3.4", "552 too big", False),
        ("5.7.1", "550 blocked by our spam policy", False),
        ("5.7.1", "550 recipient unknown", True),
        ("5.6.1", "550 content refused", False),
        ("5.0.0", "550 sender address rejected", False),
        ("5.0.0", "550 go away", True),
        ("", "550 no such user", True),
        ("", "451 try again later", False),
    ],
)
def test_hard_or_soft(status, words, hard):
    given = f"Status: {status}\n" if status else ""
    assert only(read(report(f"Final-Recipient: rfc822; ann@customer.example\nAction: failed\n{given}Diagnostic-Code: smtp; {words}"))).hard is hard


def test_a_delay_is_no_failure():
    one = only(read(report("Final-Recipient: rfc822; ann@customer.example\nAction: delayed\nStatus: 4.4.1")))
    assert (one.delayed, one.hard) == (True, False)


def test_several_recipients():
    blocks = "\n\n".join(f"Final-Recipient: rfc822; p{number}@customer.example\nAction: failed\nStatus: 5.1.1" for number in range(3))
    assert [one.address for one in failures(read(report(blocks)))] == [f"p{number}@customer.example" for number in range(3)]


@pytest.mark.parametrize(
    ("text", "hard"),
    [
        (
            "This is mx.example.\nI couldn't deliver your message.\n\n<ann@customer.example>:\n192.0.2.1 said: 550 5.1.1 No such user",
            True,
        ),
        ("The following address failed:\n\n  ann@customer.example\n    host mx [192.0.2.1]: 550 unknown user", True),
        ("Your message to <ann@customer.example> was not delivered.\nThe recipient's mailbox is full.", False),
        ("Delivery to these recipients failed permanently:\n\n* ann@customer.example\n\nReason: Invalid user", True),
    ],
)
def test_words_of_servers(text, hard):
    one = only(mail(text, From="MAILER-DAEMON@mx.example", Subject="Returned mail"))
    assert (one.address, one.hard) == ("ann@customer.example", hard)


def test_addresses_of_the_message_that_came_back_are_no_failures():
    text = (
        "Could not deliver to <ann@customer.example>: 550 unknown\n\n--- Original message follows.\nReturn-Path: <eve@x.example>\nTo: carl@x.example"
    )
    assert [one.address for one in failures(mail(text, From="MAILER-DAEMON@mx.example"))] == ["ann@customer.example"]


def test_a_sending_service_tells_in_json():
    recipients = [{"emailAddress": "ann@customer.example", "status": "5.1.1"}]
    told = json.dumps({"notificationType": "Bounce", "bounce": {"bounceType": "Permanent", "bouncedRecipients": recipients}})
    for text in (told, json.dumps({"Type": "Notification", "Message": told}) + "\n\n--\nTo stop these, click here"):
        one = only(mail(text, From="no-reply@service.example"))
        assert (one.address, one.hard, one.status) == ("ann@customer.example", True, "5.1.1")


def test_the_header_names_the_recipients():
    assert only(mail("Sorry", X_Failed_Recipients="ann@customer.example", From="MAILER-DAEMON@mx.example")).address == "ann@customer.example"
