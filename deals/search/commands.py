"""What the palette can do besides finding: go somewhere, begin something, change the look. Only what this person may use."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from django.urls import NoReverseMatch, reverse
from django.utils.translation import gettext_lazy as _

from accounts.authority import ORGANISERS
from deals.search.ranking import Fit, fit
from deals.settings_list import groups_for
from deals.shell import Shell

if TYPE_CHECKING:
    from collections.abc import Collection

    from django.utils.functional import _StrPromise

    from accounts.models import User
    from deals.search.asked import Asked

# So many letters say which page of the settings is meant; fewer begin a word of nearly every one.
TELLING = 4


@dataclass(frozen=True, slots=True)
class Command:
    """``more``: other words one may think of. ``field`` and ``value``: what is posted; without a field it is a link."""

    words: str
    icon: str
    url: str
    more: str = ""
    key: str = ""
    field: str = ""
    value: str = ""
    dialog: str = ""


@dataclass(frozen=True, slots=True)
class Offer:
    """A command of the product: the route it needs, and to whom it is offered (empty: to everybody)."""

    route: str
    words: _StrPromise
    icon: str
    more: _StrPromise | str = ""
    roles: Collection[str] = ()
    key: str = ""
    field: str = ""
    value: str = ""
    dialog: str = ""


OFFERS = (
    Offer("log-anywhere", _("Log something"), "message-circle", _("call mail meeting voicemail note"), key="c", dialog="log-dialog"),
    Offer("deal-new", _("New deal"), "plus", _("open add opportunity"), key="n"),
    Offer("contact-new", _("New contact"), "user-plus", _("add person")),
    Offer("customer-new", _("New account"), "building-2", _("add customer company organisation")),
    Offer("import-new", _("Import a file"), "upload", _("csv excel upload"), roles=ORGANISERS),
    Offer("person-invite", _("Invite somebody"), "user-plus", _("new colleague user person"), roles=ORGANISERS),
    Offer("views", _("Saved views"), "bookmark", _("filters start page first page of the day")),
    Offer("notices", _("Go to notices"), "bell", _("unread bell"), key="g n"),
    Offer("profile", _("Go to my profile"), "user-round", _("password time zone language sessions two-factor passkeys")),
    Offer("theme", _("Light look"), "sun", _("theme day bright"), field="theme", value="light"),
    Offer("theme", _("Dark look"), "moon", _("theme night"), field="theme", value="dark"),
    Offer("theme", _("Look as my device"), "monitor", _("theme automatic"), field="theme", value="auto"),
    Offer("account_logout", _("Log out"), "log-out", _("sign off leave end"), field="leave", value="1"),
)


def commands(user: User) -> list[Command]:
    """All that this person may use, of what there is."""
    shell = Shell(user, "")
    places = [
        Command(str(_("Go to %(place)s") % {"place": entry.place.words}), entry.place.icon, entry.url, str(entry.place.words))
        for entry in shell.entries
    ]
    offers = []
    for offer in OFFERS:
        if offer.roles and user.role not in offer.roles:
            continue
        try:
            url = reverse(offer.route)
        except NoReverseMatch:  # a part of the product that is not there
            continue
        offers.append(Command(str(offer.words), offer.icon, url, str(offer.more), offer.key, offer.field, offer.value, offer.dialog))
    return [*places, *offers]


def asked_for(asked: Asked, user: User) -> list[tuple[Fit, Command]]:
    """The commands that answer what was typed, the best first."""
    found, usual = [], commands(user)
    settings = _settings(user, {command.url for command in usual}) if len(asked.phrase) >= TELLING else []
    for command in [*usual, *settings]:
        how = min((one for one in (fit(asked, command.words), fit(asked, command.more)) if one is not None), default=None)
        if how is not None and how <= Fit.WORDS:
            found.append((Fit.WORDS if how > Fit.EXACT else how, command))
    return sorted(found, key=lambda pair: pair[0])


def _settings(user: User, known: set[str]) -> list[Command]:
    """Every page of the settings that is no command yet: found by a word of its own, in no list of all there is."""
    pages = (page for _name, entries in groups_for(user) for page in entries)
    return [Command(str(page["name"]), str(page["icon"]), str(page["url"]), str(page["words"])) for page in pages if page["url"] not in known]
