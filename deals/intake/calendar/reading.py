"""A calendar file, from bytes to events. What cannot be followed is told as a defect; what is no calendar is refused in one sentence."""

from __future__ import annotations

import re
from datetime import UTC, tzinfo

from django.utils.translation import gettext as _

from deals.intake.calendar.components import EventReader
from deals.intake.calendar.events import CalendarFile, Event, Unreadable
from deals.intake.calendar.lines import Component, Defects, decoded, tree
from deals.intake.calendar.zones import Zones, known_zone

MEGABYTE = 1024 * 1024
LARGEST = 10 * MEGABYTE
MOST_EVENTS = 20_000
METHODS = frozenset(("PUBLISH", "REQUEST", "REPLY", "ADD", "CANCEL", "REFRESH", "COUNTER", "DECLINECOUNTER"))
MAIL = re.compile(r"\A(?:From |(?:Return-Path|Received|MIME-Version|From|To|Subject|Date|Message-ID|Delivered-To|Content-Type)\s*:)", re.IGNORECASE)


def read(raw: bytes, *, zone: tzinfo = UTC) -> CalendarFile:
    """What the file says. ``zone`` is whose clock counts for times that name none.

    Several calendars in one file are read as one. Raises Unreadable.
    """
    if len(raw) > LARGEST:
        raise Unreadable(
            _("The calendar is larger than %(size)d MB; export a shorter period or fewer calendars at a time.") % {"size": LARGEST // MEGABYTE}
        )
    defects = Defects()
    text = decoded(raw, defects)
    if not text.strip("\x00\r\n\t \ufeff"):
        raise Unreadable(_("The calendar is empty; export it again."))
    if MAIL.match(text.lstrip()):
        raise Unreadable(_("This is a mail, not a calendar file; save the calendar (.ics) that is attached to it, or bring it in as mail."))
    root = tree(text, defects)
    calendars = list(root.walk("VCALENDAR"))
    components = list(root.walk("VEVENT"))
    if not calendars and not components:
        raise Unreadable(_stranger(text, root))
    if len(components) > MOST_EVENTS:
        raise Unreadable(
            _("The calendar holds %(count)d events, more than the %(most)d that Salvor takes; export a shorter period.")
            % {"count": len(components), "most": MOST_EVENTS}
        )
    if not calendars:
        defects.tell(_("The file has events but no line BEGIN:VCALENDAR; they were read all the same."))
    method = _method(calendars, defects)
    events = _events(root, calendars, zone, defects, method)
    if components and not events:
        raise Unreadable(
            _("The first event, in line %(line)d, has no start that can be read, and no other has one; export the calendar again.")
            % {"line": components[0].line}
        )
    name = next((name for one in calendars if (name := one.text("X-WR-CALNAME", "NAME"))), "")
    return CalendarFile(method, events, tuple(defects), name[:200])


def _events(root: Component, calendars: list[Component], zone: tzinfo, defects: Defects, method: str) -> tuple[Event, ...]:
    """Each calendar names its own zones; events outside of any use those of the whole file."""
    # One that has no end swallows those after it; their events are read as its own.
    scopes = [one for one in root.children if one.name == "VCALENDAR"] or calendars[:1] or [root]
    events: list[Event] = []
    for scope in scopes:
        described = {one.text("TZID"): one for one in scope.walk("VTIMEZONE")}
        own = known_zone(scope.text("X-WR-TIMEZONE"))
        own_method = scope.text("METHOD").upper() or method
        reader = EventReader(
            Zones(own or zone, described, defects), defects, needs_time=own_method not in ("CANCEL", "REPLY", "REFRESH", "DECLINECOUNTER")
        )
        events += [event for one in scope.walk("VEVENT") if (event := reader.event(one))]
    return tuple(events)


def _method(calendars: list[Component], defects: Defects) -> str:
    methods = {one.text("METHOD").upper() for one in calendars}
    if len(methods) > 1:
        defects.tell(
            _("The file holds calendars of different kinds (%(methods)s); they were read as saved ones.")
            % {"methods": ", ".join(sorted(methods))[:100]}
        )
        return ""
    method = methods.pop() if methods else ""
    if method and method not in METHODS:
        defects.tell(_("The method “%(method)s” is not known; the file was read as a saved one.") % {"method": method[:40]})
        return ""
    return method


def _stranger(text: str, root: Component) -> str:
    start = text.lstrip("\ufeff \r\n\t")[:200].lower()
    if start.startswith("begin:vcard"):
        return _("This is an address card, not a calendar; export the calendar as iCalendar (.ics).")
    if start.startswith(("<!doctype html", "<html", "<?xml", "<head")):
        return _("This is a web page, not a calendar; use the address of the calendar's iCalendar file, which often ends in .ics.")
    if start.startswith(("pk\x03\x04", "%pdf", "\x1f")):
        return _("This is another kind of file, not a calendar; export the calendar as iCalendar (.ics), and unpack an archive first.")
    part = next((child for child in root.children if child.name), None)
    if part is not None:
        words = {"part": part.name[:40], "line": part.line}
        return _("The file holds no calendar, only %(part)s in line %(line)d; export the whole calendar as iCalendar (.ics).") % words
    return _("This is no calendar: no line says BEGIN:VCALENDAR; export the calendar as iCalendar (.ics).")
