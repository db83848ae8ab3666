"""The pages that say that something is not there, not allowed or broken."""

from re import findall

import pytest
from django.test import RequestFactory
from django.urls import reverse, set_script_prefix
from django.views import defaults


@pytest.fixture
def mounted():
    set_script_prefix("/crm/")
    yield
    set_script_prefix("/")


def test_a_refusal_says_why_and_one_without_words_what_to_do(client, company):
    client.force_login(company.owner)
    assert "Rates are shown to managers, and set by admins." in client.get(reverse("rates")).content.decode()
    assert "Your role does not allow it." in client.get(reverse("person-invite")).content.decode()
    told = defaults.permission_denied(RequestFactory().get("/"), Exception("<b>No</b>"))
    assert "&lt;b&gt;No&lt;/b&gt;" in told.content.decode()


def test_what_a_library_refuses_is_said_in_our_words(client, company):
    answer = client.post(reverse("account_login"), {"login": "a@b.example", "password": "x"}, REMOTE_ADDR="")
    assert answer.status_code == 403
    assert "cannot tell where this request comes from" in answer.content.decode()
    company.owner.set_unusable_password()
    company.owner.save()
    client.force_login(company.owner)
    answer = client.get(reverse("account_reauthenticate"))
    assert answer.status_code == 403
    assert "you have no password yet" in answer.content.decode()


@pytest.mark.parametrize("page", [defaults.bad_request, defaults.permission_denied, defaults.page_not_found, defaults.server_error])
def test_they_lead_to_the_first_page_wherever_salvor_is_mounted(mounted, page):
    request = RequestFactory().get("/")
    html = (page(request) if page is defaults.server_error else page(request, Exception())).content.decode()
    links = findall(r'<a [^>]*href="([^#"][^"]*)"', html)
    assert len(links) >= 2
    assert {"/crm/", "/crm/search/"} >= set(links)
