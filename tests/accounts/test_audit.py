"""Who changed what: written by the database, with the person who acted."""

import pytest
from django.apps import apps
from django.urls import reverse

from accounts.history import changes_of
from accounts.models import User
from accounts.services.people import edit_person


def events(model, **filters):
    return apps.get_model("accounts", f"{model}Event").objects.filter(**filters).order_by("pgh_id")


@pytest.fixture
def as_admin(client, company):
    client.force_login(company.admin)
    return client


def test_a_changed_role_is_written_down_with_who_did_it(as_admin, company):
    as_admin.post(reverse("person-role", args=[company.owner.pk]), {"role": "manager"})
    event = events("User", pgh_obj=company.owner).last()
    assert (event.role, event.pgh_label) == ("manager", "update")
    assert event.pgh_context.metadata == {"user": company.admin.pk, "url": f"/people/{company.owner.pk}/role/"}


def test_even_a_bulk_update_is_written_down(company):
    User.objects.filter(pk=company.owner.pk).update(role="executive")
    assert events("User", pgh_obj=company.owner).last().role == "executive"


def test_passwords_and_log_ins_are_not_in_the_audit(company):
    before = events("User").count()
    company.owner.set_password("three calm green boats")
    company.owner.save(update_fields=["password"])
    assert events("User").count() == before
    assert not hasattr(events("User").last(), "password")


@pytest.mark.parametrize(
    ("model", "path", "form"),
    [
        ("Absence", "absence-new", {"first_day": "2031-03-03", "last_day": "2031-03-07"}),
        ("Departure", "departure", {"last_day": "2031-03-07"}),
    ],
)
def test_presence_is_written_down(as_admin, company, model, path, form):
    as_admin.post(reverse(path, args=[company.owner.pk]), form)
    assert events(model).last().pgh_context.metadata["user"] == company.admin.pk


def test_a_moved_team_is_written_down(as_admin, company):
    as_admin.post(reverse("team", args=[company.east.pk]), {"name": "Orient", "parent": company.sales.pk})
    event = events("Team", pgh_obj=company.east).last()
    assert (event.name, event.pgh_context.metadata["user"]) == ("Orient", company.admin.pk)


def test_the_page_of_a_person_says_it_in_words(as_admin, company):
    as_admin.post(reverse("person-role", args=[company.owner.pk]), {"role": "manager"})
    as_admin.post(reverse("person-suspend", args=[company.owner.pk]))
    latest, before, *_rest, first = changes_of(company.owner)
    assert (latest.words, latest.by) == (["Suspended"], company.admin)
    assert before.words == ["Role: Rep, now Manager"]
    assert (first.words, first.by) == (["Added"], None)
    page = as_admin.get(reverse("person", args=[company.owner.pk])).content.decode()
    assert "Role: Rep, now Manager" in page
    as_admin.post(reverse("person-readmit", args=[company.owner.pk]))
    assert changes_of(company.owner)[0].words == ["Let in again"]  # since when they were suspended is part of it, no change of its own


def test_what_nobody_did_has_nobody(company, now):
    edit_person(user=company.owner, by=company.admin, now=now, team=company.west, email="")
    change = changes_of(company.owner)[0]
    assert change.by is None
    assert change.words == ["Address: owner@salvor.example, now none", "Team: East, now West"]
