"""What happened and what is at risk."""

from deals.models.deals import Deal, DealContact
from deals.models.history import CloseDateChange, StageChange
from deals.models.imports import Import, ImportRow
from deals.models.interactions import Interaction
from deals.models.jobs import JobRun, LookAgain, RuleFailure
from deals.models.pipelines import Pipeline, Product, Stage, StageKind
from deals.models.rhythms import AccountRhythm, PipelineRhythm, StageRhythm
from deals.models.signals import RiskSignal, Severity, SignalEvent
from deals.models.tasks import NextStep, Task
from deals.models.thresholds import Threshold

__all__ = [
    "AccountRhythm",
    "CloseDateChange",
    "Deal",
    "DealContact",
    "Import",
    "ImportRow",
    "Interaction",
    "JobRun",
    "LookAgain",
    "NextStep",
    "Pipeline",
    "PipelineRhythm",
    "Product",
    "RiskSignal",
    "RuleFailure",
    "Severity",
    "SignalEvent",
    "Stage",
    "StageChange",
    "StageKind",
    "StageRhythm",
    "Task",
    "Threshold",
]
