"""The fields of templates, such as ``{first_name}``: filled where something is known, pointed out where not, never sent as braces."""

from __future__ import annotations

import re
from difflib import get_close_matches
from typing import TYPE_CHECKING

from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

if TYPE_CHECKING:
    from collections.abc import Mapping

    from django.utils.functional import _StrPromise

    from accounts.models import Contact, User
    from deals.models import Deal

FIELD = re.compile(r"\{([A-Za-z_][A-Za-z0-9_]{0,39})\}")
# Whatever looks as if a field was meant, misspelt ones too.
MEANT = re.compile(r"\{\s*([^\W\d_][^{}\n]{0,60})\}")
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


def unknown_in(text: str) -> list[str]:
    """A sentence for each field in the text that there is not, with its line and the one that was most likely meant."""
    found = []
    for number, line in enumerate(text.split("\n"), start=1):
        for one in MEANT.finditer(line):
            if one[0].strip("{}") in FIELDS:
                continue
            said = gettext("Line %(line)s: there is no field %(field)s.") % {"line": number, "field": one[0]}
            likely = get_close_matches(one[1].strip().lower().replace(" ", "_"), FIELDS, n=1)
            found.append(f"{said} {gettext('Did you mean %(field)s?') % {'field': f'{{{likely[0]}}}'}}" if likely else said)
    return found
