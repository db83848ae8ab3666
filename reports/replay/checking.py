"""What a story expects, set against what there is: each part that does not hold is a failure with what was found instead."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from django.utils.translation import gettext as _

from deals.models import Deal, Task
from deals.risk.rules import RULES
from reports.replay import watching
from reports.replay.result import Failure
from reports.replay.watching import severity, written
from reports.replay.world import MissingError

if TYPE_CHECKING:
    from collections.abc import Callable
    from datetime import datetime

    from deals.models import RiskSignal
    from reports.replay.world import World

# What cannot be looked at before Salvor knows the facts behind it.
NOT_KNOWN = ("loss", "sees", "sees_not", "campaign", "revived", "debrief")


class Check:
    """One ``expect`` at one moment. ``told_after``: the number of the last notice before what is asked about."""

    def __init__(self, given: dict[str, Any], world: World, *, line: int, now: datetime, told_after: int) -> None:
        self.given, self.world, self.line, self.now, self.told_after = given, world, line, now, told_after
        self.failures: list[Failure] = []

    def run(self) -> list[Failure]:
        for name in NOT_KNOWN:
            if name in self.given:
                self.fail(f"{name}: {self.given[name]}", _("not known yet"))
        try:
            deal = self.world.deal(self.given["deal"]) if "deal" in self.given else None
        except MissingError as missing:
            self.fail(f"deal: {self.given['deal']}", str(missing))
            return self.failures
        if deal is not None:
            self._deal(deal)
            self._signals(deal)
        if "told" in self.given:
            found = self.world.keys_of_users(watching.told_of(deal.pk if deal else None, self.told_after))
            self.same("told", ", ".join(self.world.keys_of_users(self.world.users[key] for key in self.given["told"])), ", ".join(found))
        for name in ("task", "no_task"):
            if name in self.given:
                self._task(self.given[name], wanted=name == "task")
        return self.failures

    def fail(self, expected: str, found: str) -> None:
        self.failures.append(Failure(self.line, expected, found))

    def same(self, name: str, expected: str, found: str) -> None:
        if expected != found:
            self.fail(f"{name}: {expected or _('nobody')}", found or _("nothing"))

    def _deal(self, deal: Deal) -> None:
        of_user = self.world.key_of_user
        found: dict[str, Callable[[], str]] = {
            "owner": lambda: of_user(deal.owner_id),
            "responsible": lambda: of_user(watching.responsible_for(deal, self.now)),
            "stage": deal.stage.name.lower,
            "value_at_stake": lambda: watching.amount(deal.value_at_stake),
            "bluebird": lambda: str(deal.is_bluebird).lower(),
            "reply_due": lambda: written(deal.reply_due_at) if deal.reply_due_at else "",
        }
        expected: dict[str, Callable[[Any], str]] = {
            "value_at_stake": watching.amount,
            "bluebird": lambda said: str(said).lower(),
            "reply_due": written,
        }
        for name, look in found.items():
            if name in self.given:
                self.same(name, expected.get(name, str)(self.given[name]), look())

    def _signals(self, deal: Deal) -> None:
        raised = watching.signals_of(deal.pk)
        for rule, wanted in (self.given.get("raised") or {}).items():
            self._raised(rule, wanted, raised.get(rule))
        for rule in self.given.get("not_raised") or ():
            if rule not in RULES:
                self.fail(f"not_raised: {rule}", _("Salvor does not know this rule yet"))
            elif rule in raised:
                self.fail(f"not_raised: {rule}", self._said(raised[rule], {"severity", "responsible", "level"}))

    def _raised(self, rule: str, wanted: dict[str, Any], signal: RiskSignal | None) -> None:
        expected = f"{rule}: " + ", ".join(str(value) for value in wanted.values())
        if rule not in RULES:
            self.fail(expected, _("Salvor does not know this rule yet"))
        elif signal is None:
            self.fail(expected, _("not raised"))
        elif any(self._fact(signal, name) != str(value) for name, value in wanted.items()):
            self.fail(expected, self._said(signal, set(wanted)))

    def _fact(self, signal: RiskSignal, name: str) -> str:
        if name == "severity":
            return severity(signal.severity)
        return self.world.key_of_user(signal.responsible_id) if name == "responsible" else str(signal.level)

    def _said(self, signal: RiskSignal, names: set[str]) -> str:
        return f"{signal.rule}: " + ", ".join(
            self._fact(signal, name) or _("nobody") for name in ("severity", "responsible", "level") if name in names
        )

    def _task(self, asked: dict[str, Any], *, wanted: bool) -> None:
        said = ", ".join(f"{name} {written(value) if name == 'due' else value}" for name, value in asked.items())
        label = "task" if wanted else "no_task"
        if asked.get("kind") is not None and asked["kind"] not in Task.Kind.values:
            self.fail(f"{label}: {said}", _("Salvor does not know this kind of task yet"))
            return
        try:
            found = self._tasks(asked)
        except MissingError as missing:
            self.fail(f"{label}: {said}", str(missing))
            return
        exact = [one for one in found if "due" not in asked or one.due_at == asked["due"]]
        if wanted and not exact:
            self.fail(f"{label}: {said}", ", ".join(map(self._of_task, found)) or _("no such task"))
        if not wanted and exact:
            self.fail(f"{label}: {said}", ", ".join(map(self._of_task, exact)))

    def _tasks(self, asked: dict[str, Any]) -> list[Task]:
        tasks = Task.objects.filter(ended_at__isnull=True).order_by("due_at", "pk")
        if asked.get("for") is not None:
            tasks = tasks.filter(assignee=self.world.users[asked["for"]])
        if asked.get("kind") is not None:
            tasks = tasks.filter(kind=asked["kind"])
        if asked.get("deal") is not None:
            tasks = tasks.filter(deal=self.world.deal_id(asked["deal"]))
        return list(tasks)

    def _of_task(self, task: Task) -> str:
        return f"{task.kind} for {self.world.key_of_user(task.assignee_id)} due {written(task.due_at)}"
