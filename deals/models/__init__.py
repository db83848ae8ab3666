"""What happened and what is at risk."""

from deals.models.calendars import CalendarEntry, CalendarFeed, Meeting, MeetingAttendee, MeetingDoubt, PersonalFeed
from deals.models.deals import Deal, DealAlarm, DealContact, DealRisk
from deals.models.handoffs import Handoff
from deals.models.history import CloseDateChange, StageChange
from deals.models.imports import Import, ImportRow
from deals.models.interactions import Interaction
from deals.models.jobs import JobRun, LookAgain, RuleFailure
from deals.models.mail import ContactAbsence, MailAttachment, MailMessage, MailThread, RawMail, ThreadedId, UndeliverableAddress
from deals.models.mailboxes import Mailbox, MailFolder
from deals.models.money import BaseCurrency, ExchangeRate
from deals.models.outbox import MailTemplate, OutgoingMail
from deals.models.pipelines import Pipeline, Product, Stage, StageKind
from deals.models.retirements import StageRetirement
from deals.models.rhythms import AccountRhythm, PipelineRhythm, StageRhythm
from deals.models.signals import RiskSignal, Severity, SignalEvent
from deals.models.tasks import NextStep, Task
from deals.models.thresholds import Threshold
from deals.models.totals import PipelineTotal
from deals.models.views import SavedView, StartPage

__all__ = [
    "AccountRhythm",
    "BaseCurrency",
    "CalendarEntry",
    "CalendarFeed",
    "CloseDateChange",
    "ContactAbsence",
    "Deal",
    "DealAlarm",
    "DealContact",
    "DealRisk",
    "ExchangeRate",
    "Handoff",
    "Import",
    "ImportRow",
    "Interaction",
    "JobRun",
    "LookAgain",
    "MailAttachment",
    "MailFolder",
    "MailMessage",
    "MailTemplate",
    "MailThread",
    "Mailbox",
    "Meeting",
    "MeetingAttendee",
    "MeetingDoubt",
    "NextStep",
    "OutgoingMail",
    "PersonalFeed",
    "Pipeline",
    "PipelineRhythm",
    "PipelineTotal",
    "Product",
    "RawMail",
    "RiskSignal",
    "RuleFailure",
    "SavedView",
    "Severity",
    "SignalEvent",
    "Stage",
    "StageChange",
    "StageKind",
    "StageRetirement",
    "StageRhythm",
    "StartPage",
    "Task",
    "ThreadedId",
    "Threshold",
    "UndeliverableAddress",
]
