"""The second step at log-in: an app, recovery codes, passkeys; who must have one, and an admin's way out for those who lost it."""

import pytest
from allauth.mfa.models import Authenticator
from allauth.mfa.recovery_codes.internal.auth import RecoveryCodes
from allauth.mfa.totp.internal.auth import TOTP, format_hotp_value, generate_totp_secret, hotp_value, yield_hotp_counters_from_time
from django.apps import apps
from django.core.exceptions import ValidationError
from django.urls import reverse
from django.utils import timezone

from accounts.models import Notice
from accounts.refusals import Refused
from accounts.second_factors import SecondFactorAdapter
from accounts.services.second_factors import switch_off

PASSWORD = "three calm green boats"


def code_now(secret):
    counters = list(yield_hotp_counters_from_time())
    return format_hotp_value(hotp_value(secret, counters[len(counters) // 2]))


@pytest.fixture
def owner(company):
    company.owner.set_password(PASSWORD)
    company.owner.save()
    return company.owner


@pytest.fixture
def secret(owner):
    """The owner has an app that makes codes from this."""
    made = generate_totp_secret()
    TOTP.activate(owner, made)
    RecoveryCodes.activate(owner)
    return made


def log_in(client, person, password=PASSWORD):
    return client.post(reverse("account_login"), {"login": person.email, "password": password})


def is_in(client):
    return client.get(reverse("notices")).status_code == 200


def confirm(client):
    client.post(reverse("account_reauthenticate"), {"password": PASSWORD})


# --- setting it up ------------------------------------------------------------------------------------------------


def test_an_app_is_set_up_by_its_code_and_brings_recovery_codes(client, owner, django_capture_on_commit_callbacks):
    log_in(client, owner)
    confirm(client)
    page = client.get(reverse("mfa_activate_totp"))
    assert '<svg class="qr"' in page.content.decode()
    with django_capture_on_commit_callbacks(execute=True):
        done = client.post(reverse("mfa_activate_totp"), {"code": code_now(page.context["form"].secret)})
    assert done.url == reverse("mfa_view_recovery_codes")
    assert len(client.get(done.url).context["unused_codes"]) == 10
    assert Notice.objects.get(user=owner).title == "An authenticator app was added to your log-in"


def test_the_square_breaks_no_content_policy(client, owner):
    log_in(client, owner)
    confirm(client)
    html = client.get(reverse("mfa_activate_totp")).content.decode()
    assert "style=" not in html
    assert "image/svg" not in html.partition("<main")[2]


def test_who_sits_at_an_open_browser_cannot_change_the_locks(client, owner):
    client.force_login(owner)
    for route in ("mfa_activate_totp", "mfa_add_webauthn"):
        assert client.get(reverse(route)).url.startswith(reverse("account_reauthenticate"))


def test_the_secret_is_not_in_the_database(owner, secret):
    kept = Authenticator.objects.get(user=owner, type="totp").data["secret"]
    assert secret not in kept
    assert SecondFactorAdapter().decrypt(kept) == secret


def test_after_the_key_is_changed_the_old_one_still_reads(settings):
    kept = SecondFactorAdapter().encrypt("a secret")
    settings.SECRET_KEY_FALLBACKS = [settings.SECRET_KEY]
    settings.SECRET_KEY = "another one"
    assert SecondFactorAdapter().decrypt(kept) == "a secret"
    settings.SECRET_KEY_FALLBACKS = []
    with pytest.raises(ValidationError):
        SecondFactorAdapter().decrypt(kept)


# --- coming in ----------------------------------------------------------------------------------------------------


def test_the_password_alone_no_longer_opens_the_door(client, owner, secret):
    assert log_in(client, owner).url == reverse("mfa_authenticate")
    assert not is_in(client)
    client.post(reverse("mfa_authenticate"), {"code": code_now(secret)})
    assert is_in(client)


def test_a_code_counts_once(client, owner, secret, client_of):
    code = code_now(secret)
    log_in(client, owner)
    client.post(reverse("mfa_authenticate"), {"code": code})
    client.logout()
    log_in(client, owner)
    client.post(reverse("mfa_authenticate"), {"code": code})
    assert not is_in(client)


def test_a_recovery_code_stands_in_once_however_it_is_spaced(client, owner, secret):
    code = Authenticator.objects.get(user=owner, type="recovery_codes").wrap().get_unused_codes()[0]
    for expected in (True, False):
        log_in(client, owner)
        client.post(reverse("mfa_authenticate"), {"code": f"{code[:4]} {code[4:]}"})
        assert is_in(client) is expected
        client.logout()


def test_codes_cannot_be_tried_without_end(client, owner, secret):
    log_in(client, owner)
    for _attempt in range(12):
        answer = client.post(reverse("mfa_authenticate"), {"code": "000000"})
    assert "too many" in answer.content.decode().lower()
    client.post(reverse("mfa_authenticate"), {"code": code_now(secret)})
    assert not is_in(client)


def test_a_new_password_by_mail_does_not_go_round_the_second_step(client, owner, secret, mailoutbox):
    client.post(reverse("account_reset_password"), {"email": owner.email})
    path = next(line for line in mailoutbox[0].body.split() if "/reset/key/" in line).partition("testserver")[2]
    form = client.get(path, follow=True)
    words = "four wide blue rivers"
    client.post(form.context["action_url"], {"password1": words, "password2": words})
    assert not is_in(client)


def test_a_suspended_person_is_kept_out_with_the_right_code_too(client, owner, secret, company):
    log_in(client, owner)
    owner.is_active = False
    owner.save()
    client.post(reverse("mfa_authenticate"), {"code": code_now(secret)})
    assert not is_in(client)


def test_a_made_up_passkey_is_refused(client, owner):
    client.get(reverse("mfa_login_webauthn"), headers={"accept": "application/json", "x-requested-with": "XMLHttpRequest"})
    answer = client.post(reverse("mfa_login_webauthn"), {"credential": '{"id": "AAAA", "rawId": "AAAA", "type": "public-key", "response": {}}'})
    assert answer.url == reverse("account_login")
    assert not is_in(client)


# --- who must have one --------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("rule", "who", "led"), [("nobody", "admin", False), ("admins", "admin", True), ("admins", "owner", False), ("everybody", "owner", True)]
)
def test_who_must_have_one_is_led_to_set_it_up(client_of, company, settings, rule, who, led):
    settings.REQUIRE_TWO_FACTOR = rule
    answer = client_of(getattr(company, who)).get(reverse("notices"))
    assert (answer.status_code == 302 and answer.url == reverse("mfa_index")) is led


def test_the_page_says_why_and_a_partial_leads_there_too(client_of, company, settings):
    settings.REQUIRE_TWO_FACTOR = "everybody"
    browser = client_of(company.owner)
    assert "Your company asks for a second step" in browser.get(reverse("mfa_index")).content.decode()
    assert browser.get(reverse("notices-panel"), headers={"hx-request": "true"})["HX-Redirect"] == reverse("mfa_index")
    assert browser.get(reverse("health")).status_code != 302


def test_with_a_second_step_nobody_is_led_anywhere(client_of, owner, secret, settings):
    settings.REQUIRE_TWO_FACTOR = "everybody"
    assert is_in(client_of(owner))


def test_the_last_one_of_somebody_who_must_have_one_stays(client, owner, secret, settings):
    settings.REQUIRE_TWO_FACTOR = "everybody"
    log_in(client, owner)
    client.post(reverse("mfa_authenticate"), {"code": code_now(secret)})
    confirm(client)
    client.post(reverse("mfa_deactivate_totp"))
    assert Authenticator.objects.filter(user=owner, type="totp").exists()


def test_who_need_not_have_one_takes_it_off(client, owner, secret):
    log_in(client, owner)
    client.post(reverse("mfa_authenticate"), {"code": code_now(secret)})
    confirm(client)
    client.post(reverse("mfa_deactivate_totp"))
    assert not Authenticator.objects.filter(user=owner).exists()
    assert Notice.objects.filter(user=owner, title="The authenticator app was taken off your log-in").exists()


# --- a lost device ------------------------------------------------------------------------------------------------


def test_an_admin_switches_it_off_and_the_person_is_told_and_logged_out(client_of, company, owner, secret):
    theirs = client_of(owner)
    assert is_in(theirs)
    client_of(company.admin).post(reverse("person-second-factor-off", args=[owner.pk]))
    assert not Authenticator.objects.filter(user=owner).exists()
    assert not is_in(theirs)
    notice = Notice.objects.get(user=owner)
    assert (notice.title, notice.mail) == ("Ada Admin switched off your second step at log-in", "pending")
    gone = apps.get_model("accounts", "SecondFactorEvent").objects.filter(user=owner, pgh_label="delete", type="totp").get()
    assert gone.pgh_context.metadata["user"] == company.admin.pk


def test_nobody_else_may_and_an_admin_not_for_themselves(company, owner, secret):
    now = timezone.now()
    for by, user in ((company.manager, owner), (company.admin, company.admin), (company.admin, company.teammate)):
        with pytest.raises(Refused):
            switch_off(user=user, by=by, now=now)
    assert Authenticator.objects.filter(user=owner).count() == 2


def test_the_history_of_second_steps_holds_no_secret(owner, secret):
    event = apps.get_model("accounts", "SecondFactorEvent").objects.filter(user=owner).first()
    assert not hasattr(event, "data")


@pytest.mark.parametrize("wrong", ["always", "yes"])
def test_a_rule_nobody_knows_stops_the_start(monkeypatch, wrong):
    from django.core.exceptions import ImproperlyConfigured

    from config import environment

    monkeypatch.setenv("REQUIRE_TWO_FACTOR", wrong)
    with pytest.raises(ImproperlyConfigured, match="nobody, admins, everybody"):
        environment.choice("REQUIRE_TWO_FACTOR", ("nobody", "admins", "everybody"), default="nobody")


BROKEN = [
    "null",
    "[]",
    "7",
    '"x"',
    "{}",
    '{"id": 1}',
    '{"response": 1}',
    '{"id": "AA", "rawId": "AA", "type": "public-key", "response": {"clientDataJSON": "AA", "authenticatorData": "AA", "signature": "AA"}}',
    '{"id": "AA", "rawId": "AA", "type": "public-key", "response": {"clientDataJSON": "e30", "authenticatorData": "AA", "signature": "AA"}}',
    '{"id": "AA", "rawId": "AA", "type": "public-key", "response": {"clientDataJSON": "e30", "attestationObject": "AA"}}',
    '{"id": "AA", "rawId": "AA", "type": "public-key", "response": {"clientDataJSON": "e30", "attestationObject": "oA"}}',
]


@pytest.mark.parametrize("credential", BROKEN)
def test_what_no_passkey_ever_said_is_refused_everywhere(client, company, owner, secret, credential):
    ajax = {"accept": "application/json", "x-requested-with": "XMLHttpRequest"}
    client.get(reverse("mfa_login_webauthn"), headers=ajax)
    assert client.post(reverse("mfa_login_webauthn"), {"credential": credential}).url == reverse("account_login")
    log_in(client, owner)
    assert client.post(reverse("mfa_authenticate"), {"credential": credential}).status_code == 200
    assert not is_in(client)
    client.post(reverse("mfa_authenticate"), {"code": code_now(secret)})
    client.post(reverse("account_reauthenticate"), {"password": PASSWORD})
    client.get(reverse("mfa_add_webauthn"))
    assert client.post(reverse("mfa_add_webauthn"), {"credential": credential}).status_code == 200
    assert not Authenticator.objects.filter(user=owner, type="webauthn").exists()
