"""Coming in and going out: log-in, log-out, a new password, and who is kept out."""

import re
from datetime import timedelta

import pytest
from django.core import mail
from django.core.mail.backends import locmem
from django.urls import NoReverseMatch, reverse
from django.utils import timezone

from accounts.services.departures import cancel_departure, record_departure
from accounts.services.people import readmit, suspend

PASSWORD = "three calm green boats"
NOT_IN = "Address and password do not belong together"


@pytest.fixture
def owner(company):
    company.owner.set_password(PASSWORD)
    company.owner.save()
    return company.owner


def log_in(client, email="owner@salvor.example", password=PASSWORD, **extra):
    return client.post(reverse("account_login"), {"login": email, "password": password}, **extra)


def is_in(client):
    return client.get(reverse("notices")).status_code == 200


def test_the_right_password_opens_the_door(client, owner):
    assert log_in(client).url == reverse("home")
    assert is_in(client)


def test_the_address_counts_in_any_case(client, owner):
    log_in(client, " OWNER@Salvor.example ")
    assert is_in(client)


def test_one_lands_where_one_wanted_to_go(client, owner):
    wanted = reverse("people")
    gate = client.get(wanted).url
    assert client.post(gate, {"login": owner.email, "password": PASSWORD, "next": wanted}).url == wanted


def test_nobody_is_sent_to_a_foreign_site(client, owner):
    answer = client.post(reverse("account_login"), {"login": owner.email, "password": PASSWORD, "next": "https://evil.example/"})
    assert answer.url == reverse("home")


def keep_out(who, company):
    """Each way of not being allowed in, for a person with the right password."""
    now = timezone.now()
    if who == "suspended":
        suspend(user=company.owner, by=company.admin, now=now)
    elif who == "departed":
        record_departure(user=company.owner, last_day=(now - timedelta(days=3)).date(), mail_to=None, by=company.admin, now=now)
    elif who == "without an address":
        company.owner.email = None
        company.owner.save()


@pytest.mark.parametrize("who", ["a wrong password", "suspended", "departed", "without an address"])
def test_whoever_may_not_come_in_hears_the_same(client, company, owner, who):
    keep_out(who, company)
    answer = log_in(client, password="wrong words" if who == "a wrong password" else PASSWORD)
    assert answer.status_code == 200
    assert NOT_IN in answer.content.decode()
    assert not is_in(client)


def test_an_unknown_address_hears_the_same(client, owner):
    assert NOT_IN in log_in(client, "nobody@salvor.example").content.decode()


@pytest.mark.parametrize("who", ["suspended", "departed", "without an address"])
def test_an_open_session_ends_with_the_right_to_be_here(client, company, owner, who):
    log_in(client)
    keep_out(who, company)
    assert not is_in(client)


def test_until_the_last_day_is_over_one_may_come_in(client, company, owner):
    now = timezone.now()
    record_departure(user=owner, last_day=(now + timedelta(days=1)).date(), mail_to=None, by=company.admin, now=now)
    log_in(client)
    assert is_in(client)


def test_who_is_let_in_again_comes_in_with_the_old_password(client, company, owner):
    now = timezone.now()
    keep_out("suspended", company)
    readmit(user=owner, by=company.admin, now=now)
    keep_out("departed", company)
    cancel_departure(user=owner, by=company.admin, now=now)
    log_in(client)
    assert is_in(client)


def test_the_sixth_wrong_password_for_one_address_has_to_wait(client, owner):
    for _attempt in range(5):
        log_in(client, password="wrong words")
    assert "too many attempts" in log_in(client).content.decode()
    assert not is_in(client)


def test_attempts_are_counted_by_the_address_of_the_connection(client, owner):
    """A header anybody can write is not believed where no proxy is configured."""
    for attempt in range(10):
        log_in(client, f"guess{attempt}@salvor.example", HTTP_X_FORWARDED_FOR=f"198.51.100.{attempt}")
    assert "too many attempts" in log_in(client, HTTP_X_FORWARDED_FOR="203.0.113.9").content.decode()
    assert log_in(client, REMOTE_ADDR="203.0.113.9").status_code == 302


def test_behind_a_proxy_the_address_it_names_counts(client, owner, settings):
    settings.ALLAUTH_TRUSTED_PROXY_COUNT = 1
    for attempt in range(10):
        log_in(client, f"guess{attempt}@salvor.example", HTTP_X_FORWARDED_FOR="made.up, 198.51.100.1")
    assert log_in(client, HTTP_X_FORWARDED_FOR="198.51.100.1").status_code == 200
    assert log_in(client, HTTP_X_FORWARDED_FOR="198.51.100.2").status_code == 302


def test_logging_out_takes_a_post(client, owner):
    client.force_login(owner)
    assert client.get(reverse("account_logout")).status_code == 200
    assert is_in(client)
    assert client.post(reverse("account_logout")).url == reverse("account_login")
    assert not is_in(client)


@pytest.mark.parametrize(
    "name", ["account_signup", "account_email", "account_inactive", "account_set_password", "mfa_list_webauthn", "usersessions_list"]
)
def test_what_is_not_used_has_no_route(client, name):
    with pytest.raises(NoReverseMatch):
        reverse(name)


def test_nobody_signs_up(client, db):
    assert client.get("/account/signup/").status_code == 404
    assert client.post("/account/signup/", {"email": "new@example.com"}).status_code == 404


# --- a forgotten password -----------------------------------------------------------------------------------------


def ask(client, email="owner@salvor.example"):
    return client.post(reverse("account_reset_password"), {"email": email})


def link():
    return re.search(r"https?://\S+", mail.outbox[-1].body)[0]


def choose(client, url, password="four wide blue rivers"):
    form = client.get(url, follow=True)
    if "form" not in form.context or form.context.get("token_fail"):
        return form
    return client.post(form.context["action_url"], {"password1": password, "password2": password})


def test_a_link_by_mail_leads_to_a_new_password(client, owner, settings):
    settings.SITE_URL = "https://salvor.example"
    ask(client)
    assert mail.outbox[0].to == [owner.email]
    assert link().startswith("https://salvor.example/account/password/reset/key/")
    assert choose(client, link()).url == reverse("home")
    assert is_in(client)


def test_the_host_header_of_a_stranger_is_not_in_the_link(client, owner, settings):
    settings.ALLOWED_HOSTS = ["*"]
    client.post(reverse("account_reset_password"), {"email": owner.email}, HTTP_HOST="evil.example")
    assert link().startswith(settings.SITE_URL)


def test_the_link_works_once(client, owner):
    ask(client)
    url = link()
    choose(client, url)
    client.logout()
    assert "This link no longer works" in choose(client, url, "yet another long one").content.decode()


def test_the_link_expires(client, owner, time_machine):
    ask(client)
    time_machine.move_to(timezone.now() + timedelta(days=3, minutes=1))
    assert "This link no longer works" in choose(client, link()).content.decode()


def test_a_password_that_is_easy_to_guess_is_refused(client, owner):
    ask(client)
    answer = choose(client, link(), "owner@salvor")
    assert answer.status_code == 200
    owner.refresh_from_db()
    assert owner.check_password(PASSWORD)


def test_an_unknown_address_sees_the_same_and_gets_no_mail(client, owner):
    assert ask(client, "nobody@salvor.example").url == ask(client).url
    assert [message.to for message in mail.outbox] == [[owner.email]]


@pytest.mark.parametrize("who", ["suspended", "departed", "without an address"])
def test_whoever_may_not_come_in_gets_no_link(client, company, owner, who):
    keep_out(who, company)
    assert ask(client).url == reverse("account_reset_password_done")
    assert mail.outbox == []


@pytest.mark.parametrize("who", ["suspended", "departed"])
def test_an_older_link_does_not_open_the_door_either(client, company, owner, who):
    ask(client)
    keep_out(who, company)
    answer = client.get(link(), follow=True)
    assert "may not log in at present" in answer.content.decode()
    assert "password1" not in answer.content.decode()
    assert not is_in(client)


def test_who_is_suspended_while_the_form_is_open_chooses_no_password(client, company, owner):
    ask(client)
    form = client.get(link(), follow=True)
    keep_out("suspended", company)
    answer = client.post(form.context["action_url"], {"password1": "three calm green boats", "password2": "three calm green boats"})
    assert "may not log in at present" in answer.content.decode()
    owner.refresh_from_db()
    assert owner.check_password(PASSWORD)


def test_a_mail_server_that_is_down_tells_nothing(client, owner, monkeypatch, caplog):
    def down(self, messages):
        raise ConnectionRefusedError("no mail server")

    monkeypatch.setattr(locmem.EmailBackend, "send_messages", down)
    assert ask(client).url == ask(client, "nobody@salvor.example").url
    assert "mail_not_sent" in caplog.text


# --- a changed password -------------------------------------------------------------------------------------------


def test_a_changed_password_keeps_this_session_and_ends_the_others(client, owner, client_of):
    log_in(client)
    elsewhere = client_of(owner)
    new = "four wide blue rivers"
    client.post(reverse("account_change_password"), {"oldpassword": PASSWORD, "password1": new, "password2": new})
    assert is_in(client)
    assert not is_in(elsewhere)


def test_changing_needs_the_present_password(client, owner):
    client.force_login(owner)
    answer = client.post(reverse("account_change_password"), {"oldpassword": "wrong", "password1": "a b c d e f", "password2": "a b c d e f"})
    assert "not your current password" in answer.content.decode()
