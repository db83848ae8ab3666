"""Every route times every role. The list of routes is the URL resolver's own, so that none can be forgotten.

``deal`` and what hangs on it belong to ``owner`` in the team East; the stranger is a rep in West. A cell is the
status of the answer, or ``login`` where somebody is sent to the log-in page. Each request is undone before the next.
"""

from dataclasses import asdict, dataclass, field
from datetime import timedelta
from email.message import EmailMessage
from types import SimpleNamespace

import pytest
from allauth.mfa.models import Authenticator
from django.conf import settings
from django.db import transaction
from django.http import HttpResponse
from django.test import Client
from django.urls import URLPattern, get_resolver, path, reverse
from django.utils import timezone

from accounts.models import Absence, CalendarDay, Departure, Notice, Team, User, WorkingCalendar
from deals.intake.files.plan import Plan
from deals.models import (
    CalendarEntry,
    CalendarFeed,
    ExchangeRate,
    Handoff,
    Import,
    JobRun,
    Mailbox,
    MailMessage,
    MailTemplate,
    Meeting,
    MeetingDoubt,
    OutgoingMail,
    SavedView,
    Task,
)
from deals.services.mail import take_in
from tests.factories import AccountFactory, ContactFactory, DealFactory, InteractionFactory, SignalFactory, UserFactory, make_company, stage
from winback.models import Decline, Reason

WHO = ("anonymous", "owner", "teammate", "stranger", "manager", "executive", "admin")


@dataclass
class Route:
    """``get`` and ``post``: one word for each of WHO. ``about``: the world's things in the address; ``form``: what is posted."""

    get: str
    post: str
    about: dict = field(default_factory=dict)
    form: dict = field(default_factory=dict)


ROUTES: dict[str, Route] = {
    "health": Route("200 200 200 200 200 200 200", "405 405 405 405 405 405 405"),
    "account_login": Route("200 302 302 302 302 302 302", "200 302 302 302 302 302 302"),
    "account_logout": Route("302 200 200 200 200 200 200", "302 302 302 302 302 302 302"),
    "account_change_password": Route("login 200 200 200 200 200 200", "login 200 200 200 200 200 200"),
    "account_reset_password": Route("200 200 200 200 200 200 200", "302 302 302 302 302 302 302", {}, {"email": "owner@salvor.example"}),
    "account_reset_password_done": Route("200 200 200 200 200 200 200", "405 405 405 405 405 405 405"),
    "account_reset_password_from_key": Route("200 200 200 200 200 200 200", "200 200 200 200 200 200 200", {"uidb36": "1", "key": "stale-key"}),
    "account_reset_password_from_key_done": Route("200 200 200 200 200 200 200", "405 405 405 405 405 405 405"),
    "account_reauthenticate": Route("login 200 200 200 200 200 200", "login 200 200 200 200 200 200"),
    "mfa_index": Route("login 200 200 200 200 200 200", "login 405 405 405 405 405 405"),
    "mfa_authenticate": Route("302 302 302 302 302 302 302", "302 302 302 302 302 302 302"),
    "mfa_reauthenticate": Route("login 302 302 302 302 302 302", "login 302 302 302 302 302 302"),
    "mfa_activate_totp": Route("login 302 302 302 302 302 302", "login 302 302 302 302 302 302"),
    "mfa_deactivate_totp": Route("login 404 404 404 404 404 404", "login 404 404 404 404 404 404"),
    "mfa_view_recovery_codes": Route("login 404 404 404 404 404 404", "login 405 405 405 405 405 405"),
    "mfa_generate_recovery_codes": Route("login 302 302 302 302 302 302", "login 302 302 302 302 302 302"),
    "mfa_download_recovery_codes": Route("login 404 404 404 404 404 404", "login 404 404 404 404 404 404"),
    "mfa_add_webauthn": Route("login 302 302 302 302 302 302", "login 302 302 302 302 302 302"),
    "mfa_reauthenticate_webauthn": Route("login 302 302 302 302 302 302", "login 302 302 302 302 302 302"),
    "mfa_login_webauthn": Route("302 302 302 302 302 302 302", "302 302 302 302 302 302 302"),
    # A passkey belongs to one person; what protects the door is shown to nobody without asking once more who it is.
    "mfa_edit_webauthn": Route("login 302 302 302 302 302 302", "login 302 302 302 302 302 302", {"pk": "passkey"}),
    "mfa_remove_webauthn": Route("login 302 302 302 302 302 302", "login 302 302 302 302 302 302", {"pk": "passkey"}),
    "profile": Route("login 200 200 200 200 200 200", "login 200 200 200 200 200 200"),
    "profile-hours": Route("login 200 200 200 200 200 200", "login 200 200 200 200 200 200"),
    "profile-notices": Route("login 200 200 200 200 200 200", "login 302 302 302 302 302 302"),
    # One's calendars are one's own, whatever the rank of who asks; a meeting is seen by who sees its deal.
    "profile-calendars": Route("login 200 200 200 200 200 200", "login 422 422 422 422 422 422"),
    "profile-calendar-file": Route("login 302 302 302 302 302 302", "login 422 422 422 422 422 422"),
    "profile-calendar-pause": Route("login 405 405 405 405 405 405", "login 302 404 404 404 404 404", {"pk": "feed"}),
    "profile-calendar-again": Route("login 405 405 405 405 405 405", "login 302 404 404 404 404 404", {"pk": "feed"}),
    "profile-calendar-remove": Route("login 200 404 404 404 404 404", "login 302 404 404 404 404 404", {"pk": "feed"}),
    "own-calendar-make": Route("login 302 302 302 302 302 302", "login 200 200 200 200 200 200"),
    "own-calendar-revoke": Route("login 405 405 405 405 405 405", "login 302 302 302 302 302 302"),
    # Its address is the key; a wrong one is not found, by whomever.
    "own-calendar": Route("404 404 404 404 404 404 404", "405 405 405 405 405 405 405", {"token": "wrong"}),
    "meeting": Route("login 200 200 404 200 200 200", "login 302 302 404 302 302 302", {"pk": "meeting"}, {"deal": "none"}),
    "meeting-doubt": Route("login 405 405 405 405 405 405", "login 302 302 404 302 302 302", {"pk": "doubt"}),
    "meeting-said": Route("login 200 200 404 200 200 200", "login 302 302 404 302 302 302", {"pk": "missed"}, {"outcome": "held"}),
    "meeting-apology": Route("login 200 200 404 200 200 200", "login 422 422 404 422 422 422", {"pk": "missed"}),
    "meeting-apology-remove": Route("login 405 405 405 405 405 405", "login 302 302 404 302 302 302", {"pk": "missed"}),
    "meeting-new-date": Route("login 200 200 404 200 200 200", "login 422 422 404 422 422 422", {"pk": "missed"}),
    # Its address is the key, signed for one person; tests/deals/meetings open it.
    "meeting-asked": Route("404 404 404 404 404 404 404", "404 404 404 404 404 404 404", {"token": "wrong"}),
    "mailboxes": Route("login 200 200 200 200 200 200", "login 405 405 405 405 405 405"),
    "mailbox-new": Route("login 200 200 200 200 200 200", "login 422 422 422 422 422 422"),
    "team-mailboxes": Route("login 403 403 403 200 403 200", "login 405 405 405 405 405 405"),
    "team-mailbox-new": Route("login 403 403 403 200 403 200", "login 403 403 403 422 403 422"),
    # No provider is configured here; tests/deals/mailboxes connect with one. Who may not add one for a team hears that first.
    "mailbox-connect": Route("login 404 404 404 404 404 404", "login 404 404 404 404 404 404", {"provider": "google"}),
    "team-mailbox-connect": Route("login 403 403 403 404 403 404", "login 403 403 403 404 403 404", {"provider": "google"}),
    "mailbox-connected": Route("login 404 404 404 404 404 404", "login 405 405 405 405 405 405", {"provider": "google"}),
    "mailbox-connect-again": Route("login 405 405 405 405 405 405", "login 404 404 404 404 404 403", {"pk": "mailbox", "provider": "google"}),
    # Off here; tests/deals/drop open it with a signature.
    "mail-drop": Route("405 405 405 405 405 405 405", "404 404 404 404 404 404 404"),
    # A person's own mailbox; that of a team has a test of its own. Admins see how it is, and change nothing.
    "mailbox": Route("login 200 404 404 404 404 403", "login 422 404 404 404 404 403", {"pk": "mailbox"}),
    "mailbox-pause": Route("login 405 405 405 405 405 405", "login 302 404 404 404 404 403", {"pk": "mailbox"}),
    "mailbox-again": Route("login 405 405 405 405 405 405", "login 302 404 404 404 404 403", {"pk": "mailbox"}),
    "mailbox-remove": Route("login 200 404 404 404 404 403", "login 302 404 404 404 404 403", {"pk": "mailbox"}),
    "profile-sessions": Route("login 200 200 200 200 200 200", "login 405 405 405 405 405 405"),
    "profile-sessions-end-others": Route("login 405 405 405 405 405 405", "login 302 302 302 302 302 302"),
    "profile-session-end": Route("login 405 405 405 405 405 405", "login 302 302 302 302 302 302", {"pk": "passkey"}),
    "notices": Route("login 200 200 200 200 200 200", "login 405 405 405 405 405 405"),
    "notices-read": Route("login 405 405 405 405 405 405", "login 302 302 302 302 302 302"),
    "notices-panel": Route("login 302 302 302 302 302 302", "login 405 405 405 405 405 405"),
    "notice-go": Route("login 302 404 404 404 404 404", "login 405 405 405 405 405 405", {"pk": "notice"}),
    "people": Route("login 200 200 200 200 200 200", "login 405 405 405 405 405 405"),
    "person-invite": Route("login 403 403 403 200 403 200", "login 403 403 403 302 403 302", {}, {"name": "Nadia", "role": "rep", "team": "east"}),
    "person": Route("login 200 200 404 200 200 200", "login 405 405 405 405 405 405", {"pk": "owner"}),
    "person-edit": Route("login 403 403 404 200 403 200", "login 403 403 404 302 403 302", {"pk": "owner"}, {"name": "Olaf", "team": "east"}),
    "person-invite-again": Route("login 405 405 405 405 405 405", "login 403 403 404 302 403 302", {"pk": "newcomer"}),
    "person-role": Route("login 405 405 405 405 405 405", "login 404 404 404 404 404 302", {"pk": "owner"}, {"role": "manager"}),
    "person-suspend": Route("login 405 405 405 405 405 405", "login 403 403 404 302 403 302", {"pk": "owner"}),
    "person-readmit": Route("login 405 405 405 405 405 405", "login 403 403 404 302 403 302", {"pk": "owner"}),
    "person-second-factor-off": Route("login 405 405 405 405 405 405", "login 404 404 404 404 404 302", {"pk": "owner"}),
    "absence-new": Route(
        "login 200 403 404 200 403 200", "login 302 403 404 302 403 302", {"pk": "owner"}, {"first_day": "2031-03-03", "last_day": "2031-03-07"}
    ),
    "departure": Route(
        "login 403 403 404 200 403 200", "login 403 403 404 302 403 302", {"pk": "owner"}, {"last_day": "2031-03-31", "confirmed": "yes"}
    ),
    # Without a day in the address they lead back to the first step.
    "departure-holdings": Route("login 403 403 404 302 403 302", "login 405 405 405 405 405 405", {"pk": "owner"}),
    "departure-plan": Route("login 403 403 404 302 403 302", "login 405 405 405 405 405 405", {"pk": "owner"}),
    "departure-done": Route("login 404 404 404 200 404 200", "login 405 405 405 405 405 405", {"pk": "owner"}),
    "departure-cancel": Route("login 405 405 405 405 405 405", "login 403 403 404 302 403 302", {"pk": "teammate"}),
    "absence": Route(
        "login 200 403 404 200 403 200", "login 302 403 404 302 403 302", {"pk": "absence"}, {"first_day": "2031-03-03", "last_day": "2031-03-07"}
    ),
    "absence-cancel": Route("login 405 405 405 405 405 405", "login 302 403 404 302 403 302", {"pk": "absence"}),
    "team-new": Route("login 404 404 404 404 404 200", "login 404 404 404 404 404 302", {}, {"name": "North"}),
    "team": Route("login 404 404 404 404 404 200", "login 404 404 404 404 404 302", {"pk": "east"}, {"name": "Orient", "parent": "sales"}),
    "teams": Route("login 404 404 404 404 404 200", "login 405 405 405 405 405 405"),
    "team-remove": Route("login 404 404 404 404 404 200", "login 404 404 404 404 404 302", {"pk": "spare"}),
    "calendars": Route("login 404 404 404 404 404 200", "login 405 405 405 405 405 405"),
    "calendar-new": Route(
        "login 404 404 404 404 404 200", "login 404 404 404 404 404 302", {}, {"name": "Berlin", "time_zone": "Europe/Berlin", "day0": "09:00-17:00"}
    ),
    "calendar": Route(
        "login 404 404 404 404 404 200",
        "login 404 404 404 404 404 302",
        {"pk": "calendar"},
        {"name": "Spare", "time_zone": "UTC", "day0": "09:00-17:00"},
    ),
    "calendar-remove": Route("login 405 405 405 405 405 405", "login 404 404 404 404 404 302", {"pk": "calendar"}),
    "calendar-day-new": Route(
        "login 404 404 404 404 404 302", "login 404 404 404 404 404 302", {"pk": "calendar"}, {"date": "2030-12-24", "name": "Christmas Eve"}
    ),
    "calendar-day-remove": Route("login 405 405 405 405 405 405", "login 404 404 404 404 404 302", {"pk": "day"}),
    "home": Route("login 302 302 302 302 302 302", "login 405 405 405 405 405 405"),
    "today": Route("login 200 200 200 200 200 200", "login 405 405 405 405 405 405"),
    "today-undo": Route("login 405 405 405 405 405 405", "login 302 302 302 302 302 302", {}, {"undo": "made up"}),
    "today-log": Route("login 405 405 405 405 405 405", "login 302 302 404 302 302 302", {"pk": "deal"}, {"kind": "email"}),
    "today-no-answer": Route("login 405 405 405 405 405 405", "login 302 302 404 302 302 302", {"pk": "deal"}, {"messages": "1,x"}),
    "today-next-step": Route("login 405 405 405 405 405 405", "login 422 422 404 422 422 422", {"pk": "deal"}),
    "today-step-done": Route("login 405 405 405 405 405 405", "login 302 302 404 302 302 302", {"pk": "deal"}),
    "today-close-date": Route("login 405 405 405 405 405 405", "login 302 302 404 302 302 302", {"pk": "deal"}, {"day": "2031-03-03"}),
    "task-new": Route("login 200 200 200 200 200 200", "login 302 302 302 302 302 302", {}, {"title": "Call Priya"}),
    # The owner is away, and the manager answers for them meanwhile.
    "task-done": Route("login 405 405 405 405 405 405", "login 302 404 404 302 404 404", {"pk": "task"}),
    "task-move": Route("login 405 405 405 405 405 405", "login 302 404 404 302 404 404", {"pk": "task"}, {"day": "2031-03-03"}),
    "triage": Route("login 200 200 200 200 200 200", "login 405 405 405 405 405 405"),
    "triage-undo": Route("login 405 405 405 405 405 405", "login 302 302 302 302 302 302", {}, {"undo": "made up"}),
    # Mail stands with its deal: who sees that sees this. What is of no deal is in tests/deals/test_inbox.py.
    "triage-deal": Route("login 200 200 404 200 200 200", "login 422 422 404 422 422 422", {"pk": "letter"}, {"name": ""}),
    "triage-attach": Route("login 200 200 404 200 200 200", "login 302 302 404 302 302 302", {"pk": "letter"}, {"deal": "deal"}),
    "triage-deals": Route("login 200 200 404 200 200 200", "login 405 405 405 405 405 405", {"pk": "letter"}),
    "triage-refuse": Route("login 405 405 405 405 405 405", "login 302 302 404 302 302 302", {"pk": "letter"}),
    "mail": Route("login 200 200 404 200 200 200", "login 405 405 405 405 405 405", {"pk": "letter"}),
    "mail-whole": Route("login 200 200 404 200 200 200", "login 405 405 405 405 405 405", {"pk": "letter"}),
    "mail-html": Route("login 200 200 404 200 200 200", "login 405 405 405 405 405 405", {"pk": "letter"}),
    "mail-raw": Route("login 200 200 404 200 200 200", "login 405 405 405 405 405 405", {"pk": "letter"}),
    "mail-attachment": Route("login 200 200 404 200 200 200", "login 405 405 405 405 405 405", {"pk": "letter", "position": "2"}),
    "mail-image": Route("login 200 200 404 200 200 200", "login 405 405 405 405 405 405", {"pk": "letter", "position": "2"}),
    "contact-reachable": Route("login 405 405 405 405 405 405", "login 302 302 404 302 302 302", {"pk": "contact"}),
    "call": Route("login 200 200 404 200 200 200", "login 302 302 404 302 302 302", {"pk": "deal"}, {"how": "o"}),
    "log-at-once": Route("login 405 405 405 405 405 405", "login 302 302 404 302 302 302", {}, {"deal": "deal", "how": "n"}),
    "settings": Route("login 200 200 200 200 200 200", "login 405 405 405 405 405 405"),
    "audit": Route("login 404 404 404 404 404 200", "login 405 405 405 405 405 405"),
    "audit-export": Route("login 404 404 404 404 404 200", "login 405 405 405 405 405 405"),
    "theme": Route("login 405 405 405 405 405 405", "login 302 302 302 302 302 302", {}, {"theme": "dark"}),
    "search": Route("login 200 200 200 200 200 200", "login 405 405 405 405 405 405"),
    "log-anywhere": Route("login 200 200 200 200 200 200", "login 422 422 404 422 422 422", {}, {"deal": "deal", "kind": "note"}),
    "log-deals": Route("login 200 200 200 200 200 200", "login 405 405 405 405 405 405"),
    "log-undo": Route("login 405 405 405 405 405 405", "login 404 404 404 404 404 404", {"pk": "interaction"}),
    "keys": Route("login 405 405 405 405 405 405", "login 302 302 302 302 302 302", {}, {"single_keys": "on"}),
    "account-names": Route("login 200 200 200 200 200 200", "login 405 405 405 405 405 405"),
    "contact-names": Route("login 200 200 200 200 200 200", "login 405 405 405 405 405 405"),
    "pipeline": Route("login 200 200 200 200 200 200", "login 405 405 405 405 405 405"),
    "forecast": Route("login 200 200 200 200 200 200", "login 405 405 405 405 405 405"),
    "board": Route("login 200 200 200 200 200 200", "login 405 405 405 405 405 405"),
    "board-column": Route("login 200 200 200 200 200 200", "login 405 405 405 405 405 405", {"stage_pk": "negotiation"}),
    "board-totals": Route("login 200 200 200 200 200 200", "login 405 405 405 405 405 405"),
    "board-move": Route("login 200 200 404 200 200 200", "login 302 302 404 302 302 302", {"pk": "deal"}, {"stage": "negotiation"}),
    "pipeline-filter": Route("login 200 200 200 200 200 200", "login 405 405 405 405 405 405"),
    "deals-totals": Route("login 200 200 200 200 200 200", "login 405 405 405 405 405 405"),
    "deals-columns": Route("login 200 200 200 200 200 200", "login 405 405 405 405 405 405"),
    "deals-export": Route("login 200 200 200 200 200 200", "login 405 405 405 405 405 405"),
    "deals-bulk": Route("login 405 405 405 405 405 405", "login 302 302 302 302 302 302"),
    "deals-lost-many": Route("login 405 405 405 405 405 405", "login 302 302 302 302 302 302"),
    "views": Route("login 200 200 200 200 200 200", "login 405 405 405 405 405 405"),
    "view-new": Route("login 200 200 200 200 200 200", "login 302 302 302 302 302 302", {}, {"name": "Monday", "sharing": "private"}),
    "view": Route("login 302 302 404 302 404 404", "login 405 405 405 405 405 405", {"pk": "saved_view"}),
    "view-edit": Route("login 200 404 404 404 404 404", "login 302 404 404 404 404 404", {"pk": "saved_view"}, {"name": "Mine", "sharing": "team"}),
    "view-again": Route("login 405 405 405 405 405 405", "login 302 302 404 302 404 404", {"pk": "saved_view"}),
    "view-remove": Route("login 405 405 405 405 405 405", "login 302 302 404 302 404 404", {"pk": "saved_view"}),
    "view-start": Route("login 405 405 405 405 405 405", "login 302 302 404 302 404 404", {"pk": "saved_view"}),
    "deal-new": Route("login 200 200 200 200 200 200", "login 422 422 422 422 422 422", {}, {"name": "New deal"}),
    "deal": Route("login 200 200 404 200 200 200", "login 405 405 405 405 405 405", {"pk": "deal"}),
    "deal-history": Route("login 200 200 404 200 200 200", "login 405 405 405 405 405 405", {"pk": "deal"}),
    "deal-stage": Route("login 405 405 405 405 405 405", "login 302 302 404 302 302 302", {"pk": "deal"}, {"stage": "negotiation"}),
    "deal-next-step": Route("login 405 405 405 405 405 405", "login 422 422 404 422 422 422", {"pk": "deal"}),
    "deal-edit": Route("login 200 200 404 200 200 200", "login 422 422 404 422 422 422", {"pk": "deal"}, {"name": "Clinics, three"}),
    "deal-log": Route("login 302 302 404 302 302 302", "login 422 422 404 422 422 422", {"pk": "deal"}),
    "deal-write": Route("login 200 200 404 200 200 200", "login 422 422 404 422 422 422", {"pk": "deal"}),
    "deal-outgoing": Route("login 302 302 404 302 302 302", "login 405 405 405 405 405 405", {"pk": "deal"}),
    # Who wrote a mail changes it and takes it back; whoever sees its deal sees what has become of it.
    "outgoing-state": Route("login 302 302 404 302 302 302", "login 405 405 405 405 405 405", {"pk": "outgoing"}),
    "outgoing-edit": Route("login 200 404 404 404 404 404", "login 422 404 404 404 404 404", {"pk": "outgoing"}),
    "outgoing-back": Route("login 405 405 405 405 405 405", "login 302 404 404 404 404 404", {"pk": "outgoing"}),
    "outgoing-settle": Route("login 405 405 405 405 405 405", "login 302 302 404 302 302 302", {"pk": "outgoing"}),
    "profile-mail": Route("login 200 200 200 200 200 200", "login 405 405 405 405 405 405"),
    "mail-templates": Route("login 200 200 200 200 200 200", "login 405 405 405 405 405 405"),
    "mail-template-new": Route(
        "login 200 200 200 200 200 200", "login 302 302 302 302 302 302", {}, {"name": "Monday", "body": "Dear {contact}", "sharing": "private"}
    ),
    "mail-template": Route("login 200 404 404 404 404 404", "login 422 404 404 404 404 404", {"pk": "template"}),
    "mail-template-retire": Route("login 405 405 405 405 405 405", "login 302 302 404 302 404 404", {"pk": "template"}),
    "interaction-withdraw": Route("login 405 405 405 405 405 405", "login 302 302 404 302 302 302", {"pk": "interaction"}),
    "interaction-no-answer": Route("login 405 405 405 405 405 405", "login 302 302 404 302 302 302", {"pk": "interaction"}),
    "customers": Route("login 200 200 200 200 200 200", "login 405 405 405 405 405 405"),
    "customer-new": Route("login 200 200 200 200 200 200", "login 302 302 302 302 302 302", {}, {"name": "Quillfeather"}),
    "customer-likely": Route("login 200 200 200 200 200 200", "login 405 405 405 405 405 405"),
    "customer": Route("login 200 200 404 200 200 200", "login 405 405 405 405 405 405", {"pk": "account"}),
    "customer-edit": Route("login 200 200 404 200 200 200", "login 422 422 404 422 422 422", {"pk": "account"}, {"name": ""}),
    "customer-domains": Route("login 405 405 405 405 405 405", "login 302 302 404 302 302 302", {"pk": "account"}, {"domain": "norwood.example"}),
    "customer-twins": Route("login 200 200 404 200 200 200", "login 405 405 405 405 405 405", {"pk": "account"}),
    "customer-changes": Route("login 200 200 404 200 200 200", "login 405 405 405 405 405 405", {"pk": "account"}),
    "customer-merge": Route("login 403 403 404 200 403 200", "login 403 403 404 302 403 302", {"pk": "account"}, {"other": "namesake"}),
    "contact-new": Route("login 200 200 200 200 200 200", "login 302 302 302 302 302 302", {}, {"name": "Quentin Quill"}),
    "contact-likely": Route("login 200 200 200 200 200 200", "login 405 405 405 405 405 405"),
    "contact": Route("login 200 200 404 200 200 200", "login 405 405 405 405 405 405", {"pk": "contact"}),
    "contact-edit": Route("login 200 200 404 200 200 200", "login 422 422 404 422 422 422", {"pk": "contact"}, {"name": ""}),
    "contact-addresses": Route("login 405 405 405 405 405 405", "login 302 302 404 302 302 302", {"pk": "contact"}, {"email": "p@norwood.example"}),
    "contact-left": Route("login 405 405 405 405 405 405", "login 302 302 404 302 302 302", {"pk": "contact"}, {"left_on": "2026-01-05"}),
    "contact-twins": Route("login 200 200 404 200 200 200", "login 405 405 405 405 405 405", {"pk": "contact"}),
    "contact-merge": Route("login 403 403 404 200 403 200", "login 403 403 404 302 403 302", {"pk": "contact"}, {"other": "double"}),
    "deal-person": Route("login 200 200 404 200 200 200", "login 302 302 404 302 302 302", {"pk": "deal"}, {"name": "Quentin Quill"}),
    "risk-desk": Route("login 200 200 200 200 200 200", "login 405 405 405 405 405 405"),
    "signal-take": Route("login 405 405 405 405 405 405", "login 302 302 404 302 302 302", {"pk": "signal"}),
    "signal-park": Route("login 200 200 404 200 200 200", "login 422 422 404 422 422 422", {"pk": "signal"}),
    "signal-unpark": Route("login 405 405 405 405 405 405", "login 302 302 404 302 302 302", {"pk": "signal"}),
    "deal-owed": Route("login 302 302 404 302 302 302", "login 405 405 405 405 405 405", {"pk": "deal"}),
    "deal-hand-over": Route(
        "login 200 403 404 200 200 200", "login 302 403 404 302 302 302", {"pk": "deal"}, {"person": "stranger", "brief": "They wait"}
    ),
    "deal-hand-over-people": Route("login 200 403 404 200 200 200", "login 405 405 405 405 405 405", {"pk": "deal"}),
    "deal-hand-over-preview": Route("login 405 405 405 405 405 405", "login 200 403 404 200 200 200", {"pk": "deal"}),
    # Offered to the teammate: whoever else sees the deal and answers for them is told that only they can.
    "handoff": Route("login 200 200 404 200 200 200", "login 405 405 405 405 405 405", {"pk": "handoff"}),
    "handoff-accept": Route("login 405 405 405 405 405 405", "login 302 302 404 302 302 302", {"pk": "handoff"}),
    "handoff-decline": Route("login 405 405 405 405 405 405", "login 302 302 404 302 302 302", {"pk": "handoff"}, {"reason": "No time"}),
    "handoff-withdraw": Route("login 405 405 405 405 405 405", "login 302 302 404 302 302 302", {"pk": "handoff"}),
    "deal-owner": Route("login 200 200 404 200 200 200", "login 302 302 404 302 302 302", {"pk": "deal"}, {"owner": "teammate"}),
    "thresholds": Route("login 403 403 403 200 200 200", "login 403 403 403 302 403 302"),
    "pipelines": Route("login 404 404 404 404 404 200", "login 405 405 405 405 405 405"),
    "pipeline-new": Route("login 404 404 404 404 404 200", "login 404 404 404 404 404 302", {}, {"name": "Partners"}),
    "pipeline-edit": Route(
        "login 404 404 404 404 404 200", "login 404 404 404 404 404 302", {"pk": "pipeline"}, {"name": "Sales", "is_default": "on"}
    ),
    "pipeline-retire": Route("login 404 404 404 404 404 200", "login 404 404 404 404 404 422", {"pk": "pipeline"}, {"what": "finish"}),
    "pipeline-again": Route("login 405 405 405 405 405 405", "login 404 404 404 404 404 302", {"pk": "pipeline"}),
    "stage-new": Route(
        "login 404 404 404 404 404 200",
        "login 404 404 404 404 404 302",
        {"pk": "pipeline"},
        {"name": "Legal", "kind": "open", "probability": "80"},
    ),
    "stages-order": Route("login 405 405 405 405 405 405", "login 404 404 404 404 404 302", {"pk": "pipeline"}, {"up": "negotiation"}),
    "stage": Route(
        "login 404 404 404 404 404 200",
        "login 404 404 404 404 404 302",
        {"pk": "negotiation"},
        {"name": "Talks", "kind": "open", "probability": "75"},
    ),
    "stage-retire": Route("login 404 404 404 404 404 200", "login 404 404 404 404 404 302", {"pk": "negotiation"}),
    "stage-again": Route("login 405 405 405 405 405 405", "login 404 404 404 404 404 302", {"pk": "negotiation"}),
    "loss-reasons": Route("login 403 403 403 200 403 200", "login 405 405 405 405 405 405"),
    "loss-reason-new": Route(
        "login 403 403 403 200 403 200", "login 403 403 403 302 403 302", {}, {"name": "No budget line", "ended_by": "their_budget"}
    ),
    "loss-reason": Route(
        "login 403 403 403 200 403 200", "login 403 403 403 302 403 302", {"pk": "reason"}, {"name": "Price", "ended_by": "our_price"}
    ),
    "loss-reason-order": Route("login 405 405 405 405 405 405", "login 403 403 403 302 403 302", {"pk": "reason"}, {"down": "1"}),
    "loss-reason-retire": Route("login 405 405 405 405 405 405", "login 403 403 403 302 403 302", {"pk": "reason"}),
    "loss-reason-again": Route("login 405 405 405 405 405 405", "login 403 403 403 302 403 302", {"pk": "reason"}),
    "rates": Route(
        "login 403 403 403 200 200 200",
        "login 403 403 403 403 403 302",
        {},
        {"currency": "CHF", "rate": "1.1", "day": "2026-03-02"},
    ),
    "rates-upload": Route("login 403 403 403 403 403 302", "login 403 403 403 403 403 422"),
    "rate-remove": Route("login 405 405 405 405 405 405", "login 403 403 403 403 403 302", {"pk": "rate"}),
    "rate-history": Route("login 403 403 403 200 200 200", "login 405 405 405 405 405 405", {"code": "GBP"}),
    "welcome": Route("login 404 404 404 404 404 200", "login 405 405 405 405 405 405"),
    "welcome-hours": Route("login 404 404 404 404 404 302", "login 404 404 404 404 404 302", {}, {"time_zone": "Europe/Berlin", "hours": "9-17"}),
    "welcome-teams": Route("login 404 404 404 404 404 302", "login 404 404 404 404 404 302", {}, {"names": "North"}),
    "welcome-later": Route("login 405 405 405 405 405 405", "login 404 404 404 404 404 302"),
    "deal-lost": Route("login 200 200 404 200 200 200", "login 422 422 404 422 422 422", {"pk": "deal"}),
    "deal-decline": Route("login 200 200 404 200 200 200", "login 422 422 404 422 422 422", {"pk": "deal"}),
    "deal-decline-preview": Route("login 405 405 405 405 405 405", "login 200 200 404 200 200 200", {"pk": "deal"}),
    # Asked by the owner: whoever else sees the deal is told that only the managers decide.
    "decline": Route("login 200 200 404 200 200 200", "login 405 405 405 405 405 405", {"pk": "decline"}),
    "decline-approve": Route("login 405 405 405 405 405 405", "login 302 302 404 302 302 302", {"pk": "decline"}),
    "decline-refuse": Route("login 405 405 405 405 405 405", "login 302 302 404 302 302 302", {"pk": "decline"}, {"reason": "Not yet"}),
    "decline-withdraw": Route("login 405 405 405 405 405 405", "login 302 302 404 302 302 302", {"pk": "decline"}),
    "decline-said": Route("login 405 405 405 405 405 405", "login 302 302 404 302 302 302", {"pk": "decline"}),
    "deal-losses": Route("login 200 200 404 200 200 200", "login 405 405 405 405 405 405", {"pk": "deal"}),
    # For managers and above: what they train their people with.
    "training": Route("login 403 403 403 200 200 200", "login 405 405 405 405 405 405"),
    "training-story": Route("login 403 403 403 200 200 200", "login 405 405 405 405 405 405", {"slug": "bluebird"}),
    "training-play": Route("login 405 405 405 405 405 405", "login 403 403 403 302 302 302", {"slug": "bluebird"}),
    "imports": Route("login 403 403 403 200 403 200", "login 405 405 405 405 405 405"),
    "import-new": Route("login 403 403 403 200 403 200", "login 403 403 403 422 403 422", {}, {"kind": "deals"}),
    "import": Route("login 403 403 403 200 403 200", "login 405 405 405 405 405 405", {"pk": "imported"}),
    "import-kind": Route("login 405 405 405 405 405 405", "login 403 403 403 302 403 302", {"pk": "imported"}, {"kind": "activities"}),
    "import-match": Route("login 405 405 405 405 405 405", "login 403 403 403 302 403 302", {"pk": "imported"}),
    "import-start": Route("login 405 405 405 405 405 405", "login 403 403 403 302 403 302", {"pk": "imported"}),
    "import-rejected": Route("login 403 403 403 200 403 200", "login 405 405 405 405 405 405", {"pk": "imported"}),
    "import-undo": Route("login 403 403 403 200 403 200", "login 403 403 403 302 403 302", {"pk": "imported"}),
    "import-discard": Route("login 405 405 405 405 405 405", "login 403 403 403 302 403 302", {"pk": "imported"}),
}


def patterns(urlpatterns):
    for pattern in urlpatterns:
        if isinstance(pattern, URLPattern):
            yield pattern
        else:
            yield from patterns(pattern.url_patterns)


def routes(urlconf=None):
    return list(patterns(get_resolver(urlconf).url_patterns))


def without_an_entry(urlconf=None):
    """Routes that the table does not speak of, and routes without a name."""
    return [str(route.pattern) for route in routes(urlconf) if route.name not in ROUTES]


def letter_with_a_picture(company, now):
    """Of the customer, on the deal; the picture is its part number 2."""
    letter = EmailMessage()
    letter["From"], letter["To"], letter["Subject"], letter["Message-ID"] = (
        "priya@norwood.example",
        "owner@salvor.example",
        "Clinics",
        "<p@n.example>",
    )
    letter.set_content("See the picture.")
    letter.add_alternative('<p>See <img src="cid:one"></p>', subtype="html")
    letter.add_attachment(b"\x89PNG", maintype="image", subtype="png", cid="<one>", filename="one.png", disposition="inline")
    mailbox, _made = Mailbox.objects.get_or_create(kind="files", defaults={"created_at": now})
    return MailMessage.objects.get(pk=take_in(mailbox=mailbox, raw=letter.as_bytes(), place="a.eml", now=now).pk)


def meeting_in_doubt(company, now):
    """About the deal; somebody who does not organise it wants it cancelled."""
    entry = CalendarEntry.objects.create(uid="tour", zone="UTC", deal=company.deal, created_at=now, changed_at=now)
    MeetingDoubt.objects.create(entry=entry, kind="stranger", digest="d", text="", cancels=True, said_at=now)
    return Meeting.objects.create(
        entry=entry, uid="tour", title="Tour", starts_at=now, ends_at=now, deal=company.deal, created_at=now, changed_at=now
    )  # fmt: skip


@pytest.fixture(scope="module")
def world(django_db_setup, django_db_blocker):
    """The company, with one of everything an address may name, all about the owner or their deal.

    Made once and rolled back after the last test here, as every test rolls back what it did to it.
    """
    with django_db_blocker.unblock(), transaction.atomic():
        yield make_world(make_company(), timezone.now())
        transaction.set_rollback(True)


def make_world(company, now):
    return SimpleNamespace(
        **vars(company),
        cookies={who: session_of(vars(company)[who]) for who in WHO[1:]},
        newcomer=UserFactory(team=company.east),
        namesake=AccountFactory(name="Norwood Clinic", owner=company.teammate),
        double=ContactFactory(name="P. Raman", account=company.account),
        absence=Absence.objects.create(user=company.owner, starts_at=now, ends_at=now + timedelta(days=3)),
        calendar=WorkingCalendar.objects.create(name="Spare"),
        usual=WorkingCalendar.objects.get(is_default=True),
        day=CalendarDay.objects.create(calendar=WorkingCalendar.objects.get(is_default=True), date="2030-12-24", name="Christmas Eve"),
        spare=Team.objects.create(name="Spare"),
        departure=Departure.objects.create(user=company.teammate, last_day="2090-01-31", leaves_at=now + timedelta(days=9000)),
        decline=Decline.objects.create(
            deal=DealFactory(owner=company.owner),
            contact=company.contact,
            subject="About it",
            thanks="Thank you",
            reason="Too far",
            helpers="Northern Labs",
            door="Write any time",
            reasons=["coverage"],
            asked_by=company.owner,
            asked_at=now,
        ),
        handoff=Handoff.objects.create(
            deal=DealFactory(owner=company.owner),
            giver=company.owner,
            receiver=company.teammate,
            offered_by=company.owner,
            brief="They wait",
            offered_at=now,
            expires_at=now + timedelta(days=3),
        ),
        interaction=InteractionFactory(deal=company.deal, contact=company.contact, at=now - timedelta(hours=1), recorded_at=now),
        signal=SignalFactory(deal=company.deal, facts={"since": now.isoformat(), "ever": True, "account": "Norwood Clinics"}),
        negotiation=stage("Negotiation"),
        imported=Import.objects.create(
            kind="deals", state="done", file_name="deals.csv", plan={"file": asdict(Plan(kind="deals"))}, created_by=company.manager, created_at=now
        ),
        mailbox=Mailbox.objects.create(owner=company.owner, address="o@salvor.example", host="imap.example", login="o", created_at=now),
        feed=CalendarFeed.objects.create(owner=company.owner, name="Work", host="calendar.example", secret="x", created_at=now),
        meeting=(meeting := meeting_in_doubt(company, now)),
        doubt=meeting.entry.doubts.get(),
        missed=InteractionFactory(
            deal=company.deal, contact=company.contact, kind="meeting", outcome="missed_by_us", direction="out", at=now - timedelta(hours=2)
        ),
        passkey=Authenticator.objects.create(user=UserFactory(), type="webauthn", data={}),
        notice=Notice.objects.create(user=company.owner, kind="signal_raised", title="Told", path="/deals/", created_at=now, dedupe_key="k"),
        reason=Reason.objects.get(key="price"),
        task=Task.objects.create(title="Call Priya", assignee=company.owner, due_at=now + timedelta(hours=1), created_at=now),
        rate=ExchangeRate.objects.create(currency="GBP", day="2026-03-02", rate="1.25", entered_at=now),
        saved_view=SavedView.objects.create(owner=company.owner, name="Review", screen="list", sharing="team", team=company.east, created_at=now),
        letter=letter_with_a_picture(company, now),
        outgoing=OutgoingMail.objects.create(
            deal=company.deal,
            author=company.owner,
            message_id="<o@salvor.example>",
            to=["priya@norwood.example"],
            subject="Quote",
            body="Here.",
            created_at=now,
            send_at=now + timedelta(hours=1),
            next_try_at=now + timedelta(hours=1),
        ),
        template=MailTemplate.objects.create(
            owner=company.owner, name="Thanks", body="Dear {contact}", sharing="team", team=company.east, created_at=now
        ),
        sweep=JobRun.objects.create(name="sweep", started_at=now, finished_at=now),
    )


def session_of(user):
    client = Client()
    client.force_login(user)
    return client.cookies[settings.SESSION_COOKIE_NAME].value


def outcome(world, who, method, route):
    """What ``who`` gets, as one word; the database is as before afterwards."""
    client = Client()
    if who != "anonymous":
        client.cookies[settings.SESSION_COOKIE_NAME] = world.cookies[who]
    about = {
        key: thing if isinstance(thing, str) and not hasattr(world, thing) else getattr(world, thing).pk for key, thing in ROUTES[route].about.items()
    }
    form = {key: getattr(world, thing).pk if hasattr(world, thing) else thing for key, thing in ROUTES[route].form.items()}
    address = reverse(route, kwargs=about)
    with transaction.atomic():
        answer = client.post(address, form) if method == "post" else client.get(address)
        transaction.set_rollback(True)
    sent_to_login = answer.status_code == 302 and answer.url.startswith(f"{reverse('account_login')}?next=")
    return "login" if sent_to_login else str(answer.status_code)


@pytest.mark.parametrize("route", ROUTES)
def test_the_table(db, world, settings, route):
    settings.ACCOUNT_RATE_LIMITS = False
    for method in ("get", "post"):
        expected = dict(zip(WHO, getattr(ROUTES[route], method).split(), strict=True))
        assert {who: outcome(world, who, method, route) for who in WHO} == expected, method


def test_every_route_is_in_the_table():
    assert without_an_entry() == []


def test_the_table_speaks_of_no_route_that_is_gone():
    assert set(ROUTES) - {route.name for route in routes()} == set()


@pytest.mark.parametrize("name", ["forgotten", None])
def test_a_new_route_without_an_entry_is_found(name):
    """The proof that a route cannot be forgotten."""
    fake = path("forgotten/", lambda _request: HttpResponse(), name=name)
    urlconf = SimpleNamespace(urlpatterns=[*get_resolver().url_patterns, fake])
    assert without_an_entry(tuple(urlconf.urlpatterns)) == ["forgotten/"]


def test_everybody_in_the_table_can_come_in(db, world):
    """A persona that could not log in would make every 'login' and 404 of the table true."""
    for who in WHO[1:]:
        client = Client()
        client.cookies[settings.SESSION_COOKIE_NAME] = world.cookies[who]
        assert User.objects.filter(pk=client.session["_auth_user_id"]).exists()
        assert client.get(reverse("notices")).status_code == 200
