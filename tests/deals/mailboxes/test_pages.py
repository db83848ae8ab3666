"""The pages of mailboxes: how each is in words, and adding, changing, pausing and removing one."""

from datetime import timedelta

import pytest
from django.urls import reverse
from django.utils import timezone

from accounts import secrets
from deals.models import Interaction, Mailbox, MailMessage
from deals.services import mailboxes
from tests.deals.mail_intake.conftest import letter
from tests.deals.mailboxes.conftest import NOW, mailbox_at, poll, words
from tests.deals.mailboxes.server import PASSWORD, USER

pytestmark = pytest.mark.django_db


def way_in(port, **named):
    return {
        "address": "Owner@salvor.example",
        "host": "127.0.0.1",
        "security": "plain",
        "port": str(port),
        "log_in_by": "password",
        "login": USER,
        "secret": PASSWORD,
    } | named


def test_a_mailbox_is_tried_out_and_then_kept(server, people, as_):
    server.put(letter(sender="owner@salvor.example"), folder="Sent")
    answer = as_(people.owner).post(reverse("mailbox-new"), way_in(server.port), follow=True)
    assert "The log-in works. The inbox and “Sent” are read within a minute." in words(answer)
    kept = Mailbox.objects.get()
    assert (kept.owner, kept.address, kept.login) == (people.owner, "owner@salvor.example", USER)
    assert mailboxes.due(timezone.now()) == [kept.pk]


def test_the_password_is_kept_encrypted_and_never_shown(server, people, as_):
    as_(people.owner).post(reverse("mailbox-new"), way_in(server.port))
    kept = Mailbox.objects.get()
    assert PASSWORD not in kept.secret
    assert secrets.read("mailbox", kept.secret) == PASSWORD
    for page in (reverse("mailboxes"), reverse("mailbox", args=[kept.pk])):
        html = as_(people.owner).get(page).content.decode()
        assert PASSWORD not in html
        assert kept.secret not in html


def test_a_wrong_password_is_said_at_its_field_and_nothing_is_kept(server, people, as_):
    answer = as_(people.owner).post(reverse("mailbox-new"), way_in(server.port, secret="a wrong one"))
    assert answer.status_code == 422
    assert answer.context["form"].errors == {"secret": ["The log-in was refused: enter the password anew."]}
    assert "a wrong one" not in answer.content.decode()
    assert "Type it once more" in answer.content.decode()
    assert not Mailbox.objects.exists()


def test_a_server_of_our_own_network_is_refused_at_its_field(server, people, as_, settings):
    settings.INTERNAL_HOSTS = frozenset()
    answer = as_(people.owner).post(reverse("mailbox-new"), way_in(server.port))
    assert "is not on the public internet" in answer.context["form"].errors["host"][0]


def test_a_log_in_name_left_empty_is_the_address(people, server, as_):
    answer = as_(people.owner).post(reverse("mailbox-new"), way_in(server.port, login="", address=f"{USER}@salvor.example"))
    assert "secret" in answer.context["form"].errors, "it logged in as the address, which this server does not know"


def test_the_same_mailbox_twice_is_refused(server, mailbox, people, as_):
    answer = as_(people.teammate).post(reverse("mailbox-new"), way_in(server.port, address="teammate@salvor.example"))
    assert "is here already" in words(answer)
    assert Mailbox.objects.count() == 1


@pytest.mark.parametrize(
    ("address", "said"), [("priya@norwood.example", "a customer’s contact"), ("teammate@salvor.example", "of somebody else here")]
)
def test_an_address_of_others_is_refused(server, people, as_, address, said):
    answer = as_(people.owner).post(reverse("mailbox-new"), way_in(server.port, address=address))
    assert answer.status_code == 422
    assert said in words(answer)
    assert not Mailbox.objects.exists()


@pytest.mark.parametrize("field", ["login", "secret", "host"])
def test_nothing_that_is_typed_becomes_a_command_of_its_own(server, people, as_, field, monkeypatch):
    monkeypatch.setattr(mailboxes, "try_out", lambda **_given: pytest.fail("it was sent"))
    answer = as_(people.owner).post(reverse("mailbox-new"), way_in(server.port, **{field: "a\r\nX LOGOUT"}))
    assert field in answer.context["form"].errors


def test_changing_it_without_a_password_keeps_the_one_there_is(server, mailbox, people, as_):
    answer = as_(people.owner).post(reverse("mailbox", args=[mailbox.pk]), way_in(server.port, address="olaf@salvor.example", secret=""))
    assert answer.status_code == 302
    mailbox.refresh_from_db()
    assert mailbox.address == "olaf@salvor.example"
    assert secrets.read("mailbox", mailbox.secret) == PASSWORD


@pytest.mark.parametrize("change", [{"host": "localhost"}, {"port": "1430"}, {"security": "tls"}, {"login": "else"}, {"log_in_by": "token"}])
def test_the_password_that_is_kept_is_sent_nowhere_else(server, mailbox, people, as_, monkeypatch, change):
    monkeypatch.setattr(mailboxes, "try_out", lambda **_given: pytest.fail("it was sent"))
    answer = as_(people.owner).post(reverse("mailbox", args=[mailbox.pk]), way_in(server.port, secret="") | change)
    assert answer.status_code == 422
    assert "enter it anew" in words(answer)


def test_how_it_is_stands_there_in_words(server, people, as_):
    mailbox = mailbox_at(server.port, people.owner)
    Mailbox.objects.update(next_poll_at=timezone.now())
    page = reverse("mailboxes")
    assert "It is read for the first time within a minute." in words(as_(people.owner).get(page))
    server.put(letter(), at=timezone.now() - timedelta(minutes=3))
    poll(mailbox, at=timezone.now())
    said = words(as_(people.owner).get(page))
    assert "Read just now" in said or "Read now" in said, said
    assert "the newest message 3 minutes after it came" in said
    assert "Folder: INBOX. None of sent mail was found" in said
    Mailbox.objects.update(secret=secrets.keep("mailbox", "wrong"))
    poll(mailbox, at=timezone.now() + timedelta(seconds=1))
    assert "The log-in was refused: enter the password anew." in words(as_(people.owner).get(page))
    Mailbox.objects.update(failures=0, next_poll_at=timezone.now() - timedelta(minutes=20))
    assert "Nobody comes to read it" in words(as_(people.owner).get(page))


def test_pausing_and_taking_up(mailbox, people, as_):
    answer = as_(people.owner).post(reverse("mailbox-pause", args=[mailbox.pk]), follow=True)
    assert "Paused: nothing is read." in words(answer)
    assert mailboxes.due(NOW) == []
    as_(people.owner).post(reverse("mailbox-again", args=[mailbox.pk]))
    assert mailboxes.due(timezone.now()) == [mailbox.pk]


def test_trying_again_does_not_wait_an_hour(mailbox, people, as_):
    Mailbox.objects.update(failures=9, next_poll_at=timezone.now() + timedelta(hours=1))
    as_(people.owner).post(reverse("mailbox-again", args=[mailbox.pk]))
    assert mailboxes.due(timezone.now()) == [mailbox.pk]


def test_what_was_said_stays_on_deals_when_the_mailbox_goes(server, mailbox, people, as_):
    server.put(letter(), letter(sender="news@shop.example", to="owner@salvor.example", list_unsubscribe="<https://shop.example>"), at=NOW)
    poll(mailbox)
    assert MailMessage.objects.filter(deal=None).exists()
    as_(people.owner).post(reverse("mailbox-remove", args=[mailbox.pk]))
    assert not Mailbox.objects.filter(kind="imap").exists()
    stays = MailMessage.objects.get()
    assert (stays.deal, stays.mailbox.kind, stays.interaction) == (people.deal, "files", Interaction.objects.get())
    assert stays.raw.size


def test_a_team_mailbox_is_its_managers_and_the_admins_to_change(server, people, as_):
    form = way_in(server.port, address="sales@salvor.example", team=people.east.pk)
    assert as_(people.manager).post(reverse("team-mailbox-new"), form).status_code == 302
    kept = Mailbox.objects.get()
    assert (kept.team, kept.owner) == (people.east, None)
    page = reverse("mailbox", args=[kept.pk])
    found = [as_(one).get(page).status_code for one in (people.manager, people.admin, people.owner, people.executive, people.stranger)]
    assert found == [200, 200, 403, 403, 404]
    assert "sales@salvor.example" in words(as_(people.manager).get(reverse("team-mailboxes")))


def test_a_manager_adds_none_for_a_team_of_others(server, people, as_):
    answer = as_(people.manager).post(reverse("team-mailbox-new"), way_in(server.port, team=people.west.pk))
    assert "team" in answer.context["form"].errors


def test_admins_see_how_personal_mailboxes_are_and_change_none(mailbox, people, as_):
    answer = as_(people.admin).get(reverse("team-mailboxes"))
    assert "owner@salvor.example" in words(answer)
    assert reverse("mailbox", args=[mailbox.pk]) not in answer.content.decode()
    assert "owner@salvor.example" not in words(as_(people.manager).get(reverse("team-mailboxes")))


def test_my_page_shows_mine_only(mailbox, people, as_):
    assert "owner@salvor.example" in words(as_(people.owner).get(reverse("mailboxes")))
    assert "No mailbox yet" in words(as_(people.admin).get(reverse("mailboxes")))
