"""Invitations: one mail, one link, one use."""

import re
import smtplib
from datetime import timedelta

import pytest
from django.core import mail
from django.core.mail.backends import locmem
from django.urls import reverse

from accounts.refusals import Refused
from accounts.services.invite import invite
from accounts.services.people import edit_person, suspend
from tests.factories import UserFactory


@pytest.fixture
def newcomer(company):
    newcomer = UserFactory(name="Nadia Brooks", email="nadia@salvor.example", team=company.east)
    newcomer.set_unusable_password()
    newcomer.save()
    return newcomer


def link():
    return re.search(r"https?://\S+", mail.outbox[-1].body)[0]


def accept(client):
    form = client.get(link(), follow=True)
    return client.post(form.context["action_url"], {"password1": "three calm green boats", "password2": "three calm green boats"})


def test_who_came_by_an_invitation_can_set_up_a_second_step(client, company, newcomer, now):
    invite(user=newcomer, by=company.manager, now=now)
    accept(client)
    client.post(reverse("account_reauthenticate"), {"password": "three calm green boats"})
    for step in ("mfa_activate_totp", "mfa_add_webauthn"):
        assert client.get(reverse(step)).status_code == 200


def test_an_address_somebody_had_before_opens_no_door(client, company, newcomer, now):
    invite(user=newcomer, by=company.manager, now=now)
    accept(client)
    client.logout()
    edit_person(user=newcomer, by=company.admin, now=now, email="new@salvor.example")
    mail.outbox.clear()
    client.post(reverse("account_reset_password"), {"email": "nadia@salvor.example"})
    client.post(reverse("account_login"), {"login": "nadia@salvor.example", "password": "three calm green boats"})
    assert not mail.outbox
    assert client.get(reverse("notices")).status_code == 302


def test_an_invitation_to_an_address_that_was_changed_leads_nowhere(client, company, newcomer, now):
    invite(user=newcomer, by=company.manager, now=now)
    edit_person(user=newcomer, by=company.admin, now=now, email="new@salvor.example")
    assert "no longer works" in client.get(link(), follow=True).content.decode()


def test_an_invitation_says_who_invites_and_leads_in(client, company, newcomer, now):
    invite(user=newcomer, by=company.manager, now=now)
    assert mail.outbox[0].subject == "Mona Manager invites you to Salvor"
    assert mail.outbox[0].to == ["nadia@salvor.example"]
    assert "for 3 days" in mail.outbox[0].body
    newcomer.refresh_from_db()
    assert newcomer.invited_at == now
    form = client.get(link(), follow=True)
    client.post(form.context["action_url"], {"password1": "three calm green boats", "password2": "three calm green boats"})
    assert client.get(reverse("notices")).status_code == 200


def test_the_link_is_good_once(client, company, newcomer, now):
    invite(user=newcomer, by=company.manager, now=now)
    url = link()
    form = client.get(url, follow=True)
    client.post(form.context["action_url"], {"password1": "three calm green boats", "password2": "three calm green boats"})
    client.logout()
    assert "no longer works" in client.get(url, follow=True).content.decode()


def test_the_link_dies_with_the_address_it_was_sent_to(client, company, newcomer, now):
    invite(user=newcomer, by=company.manager, now=now)
    newcomer.email = "other@salvor.example"
    newcomer.save()
    assert "no longer works" in client.get(link(), follow=True).content.decode()


def test_without_an_address_there_is_nothing_to_send_to(company, now):
    with pytest.raises(Refused, match="has no address yet"):
        invite(user=UserFactory(email=None), by=company.admin, now=now)


def test_a_suspended_person_is_not_invited(company, newcomer, now):
    with pytest.raises(Refused, match="cannot log in at present"):
        invite(user=suspend(user=newcomer, by=company.admin, now=now), by=company.admin, now=now)


def test_who_is_here_already_needs_no_invitation(company, newcomer, now):
    newcomer.last_login = now - timedelta(days=1)
    with pytest.raises(Refused, match="logs in already"):
        invite(user=newcomer, by=company.admin, now=now)


@pytest.mark.parametrize("failure", [ConnectionRefusedError("down"), smtplib.SMTPRecipientsRefused({})])
def test_a_mail_that_did_not_leave_is_not_noted_as_sent(company, newcomer, now, monkeypatch, failure):
    def down(self, messages):
        raise failure

    monkeypatch.setattr(locmem.EmailBackend, "send_messages", down)
    with pytest.raises(Refused, match="try again in a few minutes"):
        invite(user=newcomer, by=company.admin, now=now)
    newcomer.refresh_from_db()
    assert newcomer.invited_at is None
