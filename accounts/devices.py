"""What a browser says it is, in words: ``Firefox on Linux``. A hint for people, never a proof."""

from __future__ import annotations

from dataclasses import dataclass

from django.utils.translation import gettext as _

# The first that fits counts: browsers name their ancestors too.
BROWSERS = (
    ("Edg/", "Edge"),
    ("EdgA/", "Edge"),
    ("OPR/", "Opera"),
    ("Vivaldi", "Vivaldi"),
    ("SamsungBrowser", "Samsung Internet"),
    ("FxiOS", "Firefox"),
    ("Firefox/", "Firefox"),
    ("CriOS", "Chrome"),
    ("Chromium", "Chromium"),
    ("Chrome/", "Chrome"),
    ("Safari/", "Safari"),
    ("curl/", "curl"),
    ("python", "Python"),
)
SYSTEMS = (
    ("iPhone", "iPhone"),
    ("iPad", "iPad"),
    ("Android", "Android"),
    ("CrOS", "ChromeOS"),
    ("Windows", "Windows"),
    ("Mac OS X", "macOS"),
    ("Linux", "Linux"),
)
IN_THE_HAND = ("iPhone", "iPad", "Android")


@dataclass(frozen=True, slots=True)
class Device:
    words: str
    is_phone: bool


def device(user_agent: str) -> Device:
    browser = next((name for mark, name in BROWSERS if mark in user_agent), "")
    system = next((name for mark, name in SYSTEMS if mark in user_agent), "")
    if browser and system:
        words = _("%(browser)s on %(system)s") % {"browser": browser, "system": system}
    else:
        words = browser or system or _("A device that does not say what it is")
    return Device(words, system in IN_THE_HAND)
