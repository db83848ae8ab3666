"""Templates: kept, shared, previewed, retired."""

import pytest
from django.utils import timezone

from accounts.refusals import Refused
from deals.models import MailTemplate
from deals.outbox.fields import fill, left_in
from deals.services.mail_templates import add_template, change_template, retire_template, take_up_again

pytestmark = pytest.mark.django_db
WORDS = {"name": "First", "subject": "", "body": "Dear {contact}"}


def add(owner, **how):
    return add_template(owner=owner, now=timezone.now(), **({"sharing": "private"} | WORDS | how))


@pytest.mark.parametrize(
    ("sharing", "who", "sees"), [("private", "teammate", False), ("team", "teammate", True), ("team", "stranger", False), ("team", "manager", True)]
)
def test_who_may_take_it(company, sharing, who, sees):
    add(company.owner, sharing=sharing)
    assert MailTemplate.objects.visible_to(getattr(company, who)).exists() == sees


def test_managers_share_with_everybody_and_reps_do_not(company):
    add(company.manager, sharing="everybody")
    assert MailTemplate.objects.visible_to(company.stranger).exists()
    with pytest.raises(Refused, match="Managers share"):
        add(company.owner, sharing="everybody")


@pytest.mark.parametrize(
    ("how", "words"), [({"name": " "}, "a name"), ({"body": " "}, "Write the words"), ({"body": "{frist_name}"}, "no field {frist_name}")]
)
def test_what_is_no_template_is_refused(company, how, words):
    with pytest.raises(Refused, match=words):
        add(company.owner, **how)


def test_a_name_is_used_once_and_free_again_after_retiring(company):
    first = add(company.owner)
    with pytest.raises(Refused, match="You have a template"):
        add(company.owner, name="first")
    retire_template(template=first, by=company.owner, now=timezone.now())
    second = add(company.owner)
    with pytest.raises(Refused, match="You have a template"):
        take_up_again(template=first, by=company.owner)
    change_template(template=second, by=company.owner, **(WORDS | {"name": "Second"}), sharing="private")
    assert take_up_again(template=first, by=company.owner).retired_at is None


def test_only_its_owner_changes_it_and_an_admin_retires_what_all_see(company):
    shared = add(company.manager, sharing="everybody")
    with pytest.raises(Refused, match="Mona Manager’s"):
        change_template(template=shared, by=company.admin, **WORDS, sharing="everybody")
    assert retire_template(template=shared, by=company.admin, now=timezone.now()).retired_at is not None


def test_fields_are_filled_once_and_what_is_left_is_named():
    values = {"contact": "{me}", "me": "Olaf", "deal": ""}
    assert fill("{contact} {me} {deal} {other} { x } {}", values) == "{me} Olaf {deal} {other} { x } {}"
    assert left_in("{deal} {deal}", "{other} {a-b} {1}") == ["deal", "other"]


def test_the_preview_shows_a_made_up_person_and_keeps_nothing(client, company):
    client.force_login(company.owner)
    answer = client.post("/settings/templates/new/", WORDS | {"sharing": "private", "then": "preview", "body": "Dear {first_name}, {me}"})
    assert "Dear Priya, Olaf Owner" in answer.content.decode()
    assert not MailTemplate.objects.exists()


def test_the_pages_keep_share_and_retire(client, company):
    client.force_login(company.owner)
    client.post("/settings/templates/new/", WORDS | {"sharing": "team"})
    template = MailTemplate.objects.get()
    client.post(f"/settings/templates/{template.pk}/", WORDS | {"sharing": "private", "body": "Hello"})
    client.post(f"/settings/templates/{template.pk}/retire/")
    template.refresh_from_db()
    assert (template.body, template.sharing, template.retired_at is None) == ("Hello", "private", False)
    assert "Offer it again" in client.get("/settings/templates/").content.decode()
    client.post(f"/settings/templates/{template.pk}/retire/", {"again": "1"})
    template.refresh_from_db()
    assert template.retired_at is None


def test_a_colleagues_template_is_made_ones_own(client, company):
    template = add(company.teammate, sharing="team")
    client.force_login(company.owner)
    assert "Dear {contact}" in client.get(f"/settings/templates/new/?from={template.pk}").content.decode()


def test_a_misspelt_field_is_said_at_the_preview_and_refused_when_it_is_kept(client, company):
    client.force_login(company.owner)
    form = WORDS | {"sharing": "private", "body": "Hello\nDear {fist_name}, {first name}"}
    answer = client.post("/settings/templates/new/", form | {"then": "preview"})
    assert answer.status_code == 200
    assert "Line 2: there is no field {fist_name}. Did you mean {first_name}?" in answer.content.decode()
    answer = client.post("/settings/templates/new/", form | {"then": "save"})
    assert answer.status_code == 422
    assert "Line 2: there is no field {first name}. Did you mean {first_name}?" in answer.content.decode()
    assert not MailTemplate.objects.exists()
