"""What of deals names somebody as responsible, and to whom it goes when they leave."""

from __future__ import annotations

from accounts import burdens
from accounts.leaving import kept_by_database, register, stays
from deals.services.leaving.calendars import Calendars, OwnAddress
from deals.services.leaving.deals import Deals, Inquiries
from deals.services.leaving.imports import Imports
from deals.services.leaving.mail import Inbox, Mailboxes, Outgoing
from deals.services.leaving.shared import StartPages, Templates, Views
from deals.services.leaving.signals import Handoffs, Signals, burdens_of
from deals.services.leaving.work import Meetings, Tasks


def register_holdings() -> None:
    """Deals before what hangs on them; signals before tasks, some of which go along with them."""
    register(Deals(), Inquiries(), Handoffs(), Signals(), Meetings(), Tasks())
    register(Mailboxes(), Inbox(), Outgoing(), Templates(), Views(), Imports(), Calendars(), OwnAddress(), StartPages())
    burdens.register(burdens_of)
    stays(
        "It says who did something.",
        "deals.Deal.created_by",
        "deals.NextStep.created_by",
        "deals.Task.created_by",
        "deals.Task.done_by",
        "deals.StageChange.by",
        "deals.CloseDateChange.by",
        "deals.SignalEvent.by",
        "deals.RiskSignal.parked_by",
        "deals.RiskSignal.told",
        "deals.RiskSignal_told.user",
        "deals.Interaction.recorded_by",
        "deals.Interaction.outcome_said_by",
        "deals.Interaction.apologised_by",
        "deals.Interaction.no_answer_needed_by",
        "deals.Interaction.withdrawn_by",
        "deals.Handoff.offered_by",
        "deals.Handoff.ended_by",
        "deals.MailMessage.settled_by",
        "deals.OutgoingMail.decided_by",
        "deals.CalendarEntry.deal_chosen_by",
        "deals.MeetingDoubt.settled_by",
        "deals.StageRetirement.asked_by",
        "deals.ExchangeRate.entered_by",
    )
    stays("It says who was invited, and by whose calendar it is known.", "deals.MeetingAttendee.user", "deals.CalendarEntry.user")
    kept_by_database("deals.PipelineTotal.owner", "deals.DealRisk.owner")
