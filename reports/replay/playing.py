"""Playing a story: its steps in their order, and between them every moment at which something falls due."""

from __future__ import annotations

from typing import TYPE_CHECKING

from django.utils import timezone
from django.utils.translation import gettext as _

from accounts.refusals import Refused
from deals.models import Deal, RuleFailure
from reports.replay import clock, watching
from reports.replay.building import build
from reports.replay.checking import Check
from reports.replay.contents import contents
from reports.replay.facts import FACTS
from reports.replay.faults import Fault
from reports.replay.result import Failure, Moment, Played
from reports.replay.telling import words_of
from reports.replay.world import MissingError

if TYPE_CHECKING:
    from collections.abc import Callable
    from datetime import datetime

    from reports.replay.story import Step, Story


def play(story: Story, *, report: Callable[[Moment], None] | None = None) -> Played:
    """Play it in an empty place (:func:`reports.replay.apart.empty_place`). ``report`` gets every moment as it has happened.

    Raises ``Fault`` where Salvor itself breaks.
    """
    played = Played(story.title, story.about, story.zone.key)
    if story.steps:
        with timezone.override(story.zone):
            _Player(story, played, report or (lambda _moment: None)).run()
    return played


class _Player:
    def __init__(self, story: Story, played: Played, report: Callable[[Moment], None]) -> None:
        self.story, self.played, self.report = story, played, report
        self.now = story.steps[0].at
        self.world = build(story, self.now)
        # What was due before the story begins is known at its start, and nobody is told of the past.
        clock.work_off(self.now, tell=False)
        self.watch = watching.Watch()
        # By deal: the last notice before the last step that named it; what was told since then counts from there.
        self.named: dict[int | None, int] = {}

    def run(self) -> None:
        for step in self.story.steps:
            self.pass_time(step.at)
            self._step(step)
        if RuleFailure.objects.exists():
            failure = RuleFailure.objects.order_by("pk")[0]
            raise Fault(f"The rule {failure.rule} failed: {failure.error}")

    def pass_time(self, until: datetime) -> None:
        """Work off what falls due until then, moment by moment."""
        while (due := clock.next_due(self.now)) is not None and due <= until:
            self.now = due
            clock.work_off(due)
            self._note_what_was_due()
        self.now = until

    def _note_what_was_due(self) -> None:
        moment = Moment(self._written(), "due")
        self._look(moment)
        if moment.is_eventful:
            self._keep(moment)

    def _step(self, step: Step) -> None:
        moment = Moment(self._written(), "expect" if step.kind == "expect" else "fact", line=step.line, fact=step.kind)
        before = watching.last_notice()
        if step.kind == "expect":
            self._expect(step, moment)
        elif step.kind in FACTS:
            self._fact(step, moment)
        else:
            moment.not_known = True
            self.played.unknown += [step.kind] if step.kind not in self.played.unknown else []
            if step.refused is not None:
                moment.held = False
                moment.failures = [Failure(step.line, _("refused: %(words)s") % {"words": step.refused}, _("not known yet"))]
        moment.title, moment.words = words_of(step, self.story)
        self._look(moment)
        for deal_id in self._named_by(step, moment):
            self.named[deal_id] = before
        self._keep(moment)

    def _expect(self, step: Step, moment: Moment) -> None:
        deal_id = next(iter(self._named_by(step, moment)), None)
        check = Check(step.given, self.world, line=step.line, now=self.now, told_after=self.named.get(deal_id, 0))
        moment.failures = check.run()
        moment.held = not moment.failures

    def _fact(self, step: Step, moment: Moment) -> None:
        was = contents() if step.refused is not None else None
        try:
            moment.deals = sorted(FACTS[step.kind](step.given, self.world, self.now))
        except (Refused, MissingError) as refusal:
            moment.refused = str(refusal)
        if step.refused is None:
            if moment.refused:
                moment.held = False
                moment.failures = [Failure(step.line, _("it happens"), _("refused: %(words)s") % {"words": moment.refused})]
        else:
            self._check_refusal(step, moment, changed=was != contents())
        if clock.is_due(self.now):
            clock.work_off(self.now)

    def _check_refusal(self, step: Step, moment: Moment, *, changed: bool) -> None:
        expected = _("refused: %(words)s") % {"words": step.refused}
        if not moment.refused:
            moment.failures = [Failure(step.line, expected, _("it happened"))]
        elif (step.refused or "").casefold() not in moment.refused.casefold():
            moment.failures = [Failure(step.line, expected, moment.refused)]
        elif changed:
            moment.failures = [Failure(step.line, expected, _("refused, but something was changed"))]
        moment.held = not moment.failures

    def _named_by(self, step: Step, moment: Moment) -> set[int]:
        """The deals a step is about: those its fact concerned, and the one it names."""
        named = set(moment.deals)
        for key in (step.given.get("deal"), (step.given.get("task") or {}).get("deal")):
            if isinstance(key, str):
                try:
                    named.add(self.world.deal_id(key))
                except MissingError:
                    continue
        return named

    def _look(self, moment: Moment) -> None:
        moment.happenings, moment.told = self.watch.happenings(), self.watch.told()
        moment.states = watching.states(list(Deal.objects.values_list("pk", flat=True)), self.now)

    def _keep(self, moment: Moment) -> None:
        self.played.moments.append(moment)
        self.report(moment)

    def _written(self) -> str:
        return self.now.astimezone(self.story.zone).isoformat(timespec="minutes")
