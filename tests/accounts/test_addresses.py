"""Addresses put together from their parts are those Django finds."""

import pytest
from django.test import override_settings
from django.urls import NoReverseMatch, reverse, set_script_prefix

from accounts.addresses import address


@pytest.mark.parametrize(("route", "numbers"), [("today", ()), ("deal", (7,)), ("deal", (0,)), ("meeting-said", (10**17,)), ("absence-new", (3,))])
def test_they_are_what_django_says(route, numbers):
    for _again in range(2):
        assert address(route, *numbers) == reverse(route, args=numbers)


@pytest.mark.parametrize(("route", "given"), [("deal", (-1,)), ("deal", ()), ("deal", (1, 2)), ("nowhere", ()), ("deal", ("x",))])
def test_what_has_no_address_has_none_here(route, given):
    with pytest.raises(NoReverseMatch):
        address(route, *given)


def test_it_begins_where_salvor_is_mounted():
    set_script_prefix("/crm/")
    try:
        assert address("deal", 7) == "/crm/deals/7/"
    finally:
        set_script_prefix("/")
    assert address("deal", 7) == "/deals/7/"


def test_other_routes_are_other_addresses():
    with override_settings(ROOT_URLCONF="bench.bare.urls"), pytest.raises(NoReverseMatch):
        address("deal", 7)
