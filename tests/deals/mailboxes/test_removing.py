"""A mailbox that goes takes nothing with it that was said, whatever of it a file has brought as well."""

import pytest

from accounts.refusals import Refused
from deals.models import ContactAbsence, Interaction, Mailbox, MailMessage, OutgoingMail
from deals.services import mailboxes
from deals.services.mail import take_in
from deals.services.mail.files import mailbox_of_files
from tests.deals.mail_intake.conftest import letter
from tests.deals.mailboxes.conftest import NOW, poll
from tests.factories import DealFactory

pytestmark = pytest.mark.django_db


@pytest.mark.parametrize("taken_off", [True, False])
def test_what_a_file_holds_as_well_stays_on_its_deal(server, mailbox, people, taken_off):
    """The file's own is said elsewhere, or nowhere."""
    server.put(letter(message_id="<one@norwood.example>"), at=NOW)
    poll(mailbox)
    said = Interaction.objects.get()
    twin = MailMessage.objects.get(
        pk=take_in(mailbox=mailbox_of_files(now=NOW), raw=letter(message_id="<one@norwood.example>"), place="a", now=NOW).pk
    )
    other = None if taken_off else DealFactory(name="Elsewhere", owner=people.owner)
    MailMessage.objects.filter(pk=twin.pk).update(deal=other, interaction=None, status="unmatched" if taken_off else "recorded")
    ours = mailbox.messages.get()
    facts = {"deal": people.deal, "author": people.owner, "to": ["priya@norwood.example"], "subject": "Re", "body": "Yes."}
    times = dict.fromkeys(("created_at", "send_at", "next_try_at"), NOW)
    answer = OutgoingMail.objects.create(answers=ours, message_id="<two@salvor.example>", **facts, **times)
    mailboxes.remove(mailbox=mailbox, by=people.owner, now=NOW)
    stays = MailMessage.objects.get()
    assert (stays.pk, stays.deal, stays.interaction, stays.status) == (twin.pk, people.deal, said, "recorded")
    answer.refresh_from_db()
    assert answer.answers == stays


def test_an_absence_that_a_file_does_not_tell_of_stays_known(server, mailbox, people):
    away = letter(message_id="<away@norwood.example>", subject="Out of office", body="I am away until 13 March 2026.", auto_submitted="auto-replied")
    server.put(away, at=NOW)
    poll(mailbox)
    take_in(mailbox=mailbox_of_files(now=NOW), raw=away, place="a", now=NOW)
    known = ContactAbsence.objects.get(message__mailbox=mailbox)
    ContactAbsence.objects.exclude(pk=known.pk).delete()
    mailboxes.remove(mailbox=mailbox, by=people.owner, now=NOW)
    known.refresh_from_db()
    assert known.message.mailbox.kind == "files"


def test_a_second_click_on_remove_is_answered_in_words(mailbox, people):
    mailboxes.remove(mailbox=mailbox, by=people.owner, now=NOW)
    with pytest.raises(Refused, match="not there any more"):
        mailboxes.remove(mailbox=Mailbox(pk=mailbox.pk), by=people.owner, now=NOW)


def test_a_mailbox_that_went_meanwhile_is_changed_no_more(mailbox, people):
    mailboxes.remove(mailbox=Mailbox.objects.get(pk=mailbox.pk), by=people.owner, now=NOW)
    with pytest.raises(Refused, match="not there any more"):
        mailboxes.change(mailbox=mailbox, by=people.owner, now=NOW, address=mailbox.address, host=mailbox.host)
