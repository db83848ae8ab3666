"""The fields of templates, such as ``{first_name}``: filled where something is known, pointed out where not, never sent as braces."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from django.utils.translation import gettext_lazy as _

if TYPE_CHECKING:
    from collections.abc import Mapping

    from django.utils.functional import _StrPromise

    from accounts.models import Contact, User
    from deals.models import Deal

FIELD = re.compile(r"\{([A-Za-z_][A-Za-z0-9_]{0,39})\}")
FIELDS: dict[str, _StrPromise] = {
    "contact": _("the name of whom you write to"),
    "first_name": _("their first name"),
    "deal": _("the deal’s name"),
    "account": _("their company"),
    "me": _("your name"),
    "my_team": _("your team"),
}
EXAMPLE = {"contact": "Priya Raman", "first_name": "Priya", "deal": "Clinics, two more", "account": "Norwood Clinics"}


def known(*, deal: Deal, contact: Contact | None, author: User) -> dict[str, str]:
    """What each field stands for here; empty where nothing is known."""
    name = contact.name.strip() if contact is not None else ""
    return {
        "contact": name,
        "first_name": name.split(" ")[0] if name and "@" not in name else "",
        "deal": deal.name,
        "account": deal.account.name if deal.account is not None else "",
        "me": author.name,
        "my_team": author.team.name if author.team is not None else "",
    }


def fill(text: str, values: Mapping[str, str]) -> str:
    """Each field that has a value with it; the others stay as they are, to be seen. What a value brings is not filled again."""
    return FIELD.sub(lambda found: values.get(found[1], "") or found[0], text)


def left_in(*texts: str) -> list[str]:
    """The fields that still stand in the texts, each once, in order."""
    return list(dict.fromkeys(name for text in texts for name in FIELD.findall(text)))
