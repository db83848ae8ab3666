"""The kinds of things whose history admins may read, in words; what of them is not said, and what is said without its content.

A model whose history is kept (``pghistory.track``) stands either in KINDS or in NOT_SHOWN; a test sees to it. So nothing
new is shown before somebody has thought about it.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from functools import cached_property
from typing import TYPE_CHECKING, Any

from django.apps import apps
from django.utils.translation import gettext_lazy as _

if TYPE_CHECKING:
    from django.db.models import Model
    from django.utils.functional import _StrPromise

# Written by the machinery or told by the event itself.
HOUSEKEEPING = frozenset(
    {"id", "created_at", "created_by", "recorded_at", "recorded_by", "entered_at", "entered_by", "external_id", "imported_by", "dates_shifted_by"}
)


@dataclass(frozen=True)
class Kind:
    """``title``: the field that names the thing, its own or a relation whose name is taken. ``route`` and ``leads_by``: the page
    that shows it and the field with that page's id. ``unsaid``: fields left out. ``veiled``: it is said that they changed, not how."""

    key: str
    model: str
    one: _StrPromise
    many: _StrPromise
    title: str = "name"
    speaks: bool = False  # where its title is empty, its ``str`` names it without a query
    route: str = ""
    leads_by: str = "id"
    unsaid: frozenset[str] = field(default_factory=frozenset)
    veiled: frozenset[str] = field(default_factory=frozenset)

    @cached_property
    def of(self) -> type[Model]:
        found: type[Model] = apps.get_model(self.model)
        return found

    @cached_property
    def event_table(self) -> str:
        events: Any = self.of.pgh_event_model  # type: ignore[attr-defined] # added by pghistory
        return str(events._meta.db_table)

    @cached_property
    def fields(self) -> list[Any]:
        """The fields that are told, as the thing's model has them, in its order."""
        kept = {one.name for one in self.of.pgh_event_model._meta.fields}  # type: ignore[attr-defined] # added by pghistory
        return [one for one in self.of._meta.fields if one.name in kept and one.name not in self.unsaid and one.name not in HOUSEKEEPING]


_FROM_THE_STAGE = frozenset({"status", "pipeline", "owner_since", "stage_entered_at"})

KINDS = {
    kind.key: kind
    for kind in (
        Kind("deal", "deals.Deal", _("Deal"), _("Deals"), route="deal", unsaid=_FROM_THE_STAGE),
        Kind(
            "loss",
            "winback.Loss",
            _("Loss"),
            _("Losses"),
            title="deal",
            route="deal",
            leads_by="deal",
            unsaid=frozenset({"deal"}),
            veiled=frozenset({"customer_words", "our_view"}),
        ),
        Kind(
            "decline",
            "winback.Decline",
            _("Declining a deal"),
            _("Deals declined"),
            title="deal",
            route="decline",
            unsaid=frozenset({"deal", "asked_at", "approved_at", "ended_at", "task", "mail", "introducer_mail", "said", "loss", "answers"}),
            veiled=frozenset({"subject", "greeting", "thanks", "reason", "helpers", "door", "farewell", "introducer_words", "words"}),
        ),
        Kind(
            "interaction",
            "deals.Interaction",
            _("Call, mail or note"),
            _("Calls, mails and notes"),
            title="deal",
            route="deal",
            leads_by="deal",
            unsaid=frozenset({"deal", "moment", "account"}),
            veiled=frozenset({"body", "subject", "apology"}),
        ),
        Kind(
            "handoff",
            "deals.Handoff",
            _("Handoff"),
            _("Handoffs"),
            title="deal",
            route="deal",
            leads_by="deal",
            unsaid=frozenset({"deal", "offered_at"}),
            veiled=frozenset({"brief", "reason"}),
        ),
        Kind("next-step", "deals.NextStep", _("Next step"), _("Next steps"), title="deal", route="deal", leads_by="deal", unsaid=frozenset({"deal"})),
        Kind("task", "deals.Task", _("Task"), _("Tasks"), title="title", route="deal", leads_by="deal", unsaid=frozenset({"signal"})),
        Kind("account", "accounts.Account", _("Account"), _("Accounts"), route="customer", unsaid=frozenset({"details"})),
        Kind("contact", "accounts.Contact", _("Contact"), _("Contacts"), route="contact"),
        Kind(
            "person",
            "accounts.User",
            _("Person"),
            _("People"),
            route="person",
            # Look, language and keys are the person's own business; since when they are suspended goes with that they are.
            unsaid=frozenset({"theme", "language", "single_keys", "suspended_at"}),
        ),
        Kind("absence", "accounts.Absence", _("Absence"), _("Absences"), title="user", route="person", leads_by="user", unsaid=frozenset({"user"})),
        Kind(
            "departure",
            "accounts.Departure",
            _("Departure"),
            _("Departures"),
            title="user",
            route="person",
            leads_by="user",
            unsaid=frozenset({"user", "leaves_at"}),
        ),
        Kind(
            "second-step",
            "accounts.SecondFactor",
            _("Second step at log-in"),
            _("Second steps at log-in"),
            title="user",
            route="person",
            leads_by="user",
            unsaid=frozenset({"user"}),
        ),
        Kind("team", "accounts.Team", _("Team"), _("Teams"), route="team"),
        Kind("calendar", "accounts.WorkingCalendar", _("Working calendar"), _("Working calendars"), route="calendar", unsaid=frozenset({"version"})),
        Kind("calendar-day", "accounts.CalendarDay", _("Special day"), _("Special days"), route="calendar", leads_by="calendar"),
        Kind("pipeline", "deals.Pipeline", _("Pipeline"), _("Pipelines"), route="pipelines", leads_by=""),
        Kind("stage", "deals.Stage", _("Stage"), _("Stages"), route="pipelines", leads_by=""),
        Kind(
            "reason",
            "winback.Reason",
            _("Reason for losing"),
            _("Reasons for losing"),
            speaks=True,
            route="loss-reasons",
            leads_by="",
            unsaid=frozenset({"key", "builtin"}),
        ),
        Kind("product", "deals.Product", _("Product"), _("Products"), unsaid=frozenset({"name_key"})),
        Kind("rate", "deals.ExchangeRate", _("Exchange rate"), _("Exchange rates"), title="currency", route="rates", leads_by=""),
        Kind("limit", "deals.Threshold", _("Limit"), _("Limits"), title="setting", route="thresholds", leads_by=""),
    )
}

# A saved view and a template are their owner's; who shares one shows it themselves. Mailboxes and calendars tell of their
# owner's own business, and say on their own page when they were changed.
NOT_SHOWN = frozenset({"deals.SavedView", "deals.MailTemplate", "deals.Mailbox", "deals.CalendarFeed"})
