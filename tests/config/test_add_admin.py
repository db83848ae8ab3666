import re

import pytest
from django.core.management import CommandError, call_command

from accounts.models import User

pytestmark = pytest.mark.django_db


def test_the_first_admin_chooses_a_password_by_the_printed_link(client, capsys):
    call_command("add_admin", name="Ada Admin", email="Ada@Example.com")
    ada = User.objects.get(email="ada@example.com")
    assert (ada.name, ada.role, ada.has_usable_password()) == ("Ada Admin", "admin", False)
    link = re.search(r"http://testserver(/\S+)", capsys.readouterr().out)[1]
    page = client.get(link, follow=True)
    assert page.status_code == 200
    client.post(page.request["PATH_INFO"], {"password1": "seven plain teacups", "password2": "seven plain teacups"})
    assert client.login(email="ada@example.com", password="seven plain teacups")


def test_the_same_admin_again_gets_a_new_link(capsys):
    for _time in range(2):
        call_command("add_admin", name="Ada Admin", email="ada@example.com")
    assert User.objects.filter(role="admin").count() == 1


def test_somebody_with_another_role_is_not_raised_by_the_back_door(company):
    with pytest.raises(CommandError, match="is known already"):
        call_command("add_admin", name="Olaf", email=company.owner.email)
    company.owner.refresh_from_db()
    assert company.owner.role == "rep"


def test_an_address_that_is_none_is_refused():
    with pytest.raises(CommandError, match="is no e-mail address"):
        call_command("add_admin", name="Ada", email="ada")
