"""A played story as the steps of its page: what happened, what Salvor said and to whom, and what that changed. Pure."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

LEVELS = {"low": 1, "medium": 2, "high": 3, "critical": 4}
ICONS = {
    "mail": "mail", "call": "phone", "meeting": "calendar-plus", "meeting_outcome": "calendar-days", "apology": "life-buoy",
    "departure": "log-out", "absence": "palmtree", "deal": "briefcase", "next_step": "flag", "stage": "milestone", "handoff": "hand",
    "handoff_answer": "circle-check", "decline": "circle-x",
}  # fmt: skip


@dataclass(slots=True)
class Said:
    """One thing Salvor said: what befell a signal, or another notice, with those who were told."""

    kind: str
    words: str
    level: int = 0
    climb: int = 0
    note: str = ""
    to: list[str] = field(default_factory=list)


@dataclass(slots=True)
class Duty:
    who: str
    what: str
    due: datetime


@dataclass(slots=True)
class Standing:
    """A signal that is up. ``is_new``: it came, or got worse, in this step."""

    words: str
    level: int
    responsible: str
    climb: int
    is_new: bool


@dataclass(slots=True)
class State:
    """The deal after the step; ``was``: what stood there before, by the name of what changed."""

    name: str
    stage: str
    owner: str
    responsible: str
    value: str
    bluebird: bool
    reply_due: datetime | None
    signals: list[Standing]
    duties: list[Duty]
    was: dict[str, str] = field(default_factory=dict)


@dataclass(slots=True)
class Step:
    """``at``: the clock on the wall of the story's zone, without an offset. ``worst``: the gravest signal that is up, 0 for none."""

    number: int
    at: datetime
    kind: str
    icon: str
    title: str
    words: str
    refused: str
    said: list[Said]
    new_duties: list[Duty]
    states: list[State]
    worst: int
    new_day: bool


def steps_of(played: dict[str, Any]) -> list[Step]:
    """The moments a person would look at: what somebody did, and when Salvor spoke by itself of the deals the story is about."""
    about = deals_of(played)
    steps: list[Step] = []
    for moment in played["moments"]:
        said = _said(moment, about)
        if moment["kind"] == "expect" or moment["not_known"] or (moment["kind"] == "due" and not said):
            continue
        steps.append(_step(moment, said, about, steps[-1] if steps else None))
    return steps


def deals_of(played: dict[str, Any]) -> set[int]:
    """The deals that somebody does something about."""
    return {number for moment in played["moments"] if moment["kind"] == "fact" for number in moment["deals"]}


def beside(played: dict[str, Any]) -> list[str]:
    """The deals that only stand by."""
    about, last = deals_of(played), played["moments"][-1]["states"] if played["moments"] else []
    return [state["name"] for state in last if state["number"] not in about]


def _step(moment: dict[str, Any], said: list[Said], about: set[int], before: Step | None) -> Step:
    at = datetime.fromisoformat(moment["at"]).replace(tzinfo=None)
    was = {state.name: state for state in before.states} if before is not None else {}
    states = [_state(one, was.get(one["name"])) for one in moment["states"] if one["number"] in about]
    known = {(duty.who, duty.what, duty.due) for state in was.values() for duty in state.duties}
    return Step(
        number=before.number + 1 if before is not None else 1,
        at=at,
        kind=moment["kind"],
        icon=ICONS.get(moment["fact"], "clock"),
        title=moment["title"],
        words=moment["words"],
        refused=moment["refused"],
        said=said,
        new_duties=[duty for state in states for duty in state.duties if (duty.who, duty.what, duty.due) not in known],
        states=states,
        worst=max((one.level for state in states for one in state.signals), default=0),
        new_day=before is None or before.at.date() != at.date(),
    )


def _said(moment: dict[str, Any], about: set[int]) -> list[Said]:
    """What befell the signals, each with whom it was told to; then what else people were told."""
    told = [one for one in moment["told"] if one["number"] in about]
    found: list[Said] = []
    for one in moment["happenings"]:
        if one["number"] not in about:
            continue
        of_it = [] if one["kind"] == "cleared" else [line for line in told if line["title"].startswith(one["words"])]
        told = [line for line in told if line not in of_it]
        found.append(Said(one["kind"], one["words"], LEVELS[one["severity"]], one["level"], one["note"], [line["to"] for line in of_it]))
    by_words: dict[str, Said] = {}
    for line in told:
        by_words.setdefault(line["title"], Said("told", line["title"])).to.append(line["to"])
    return [*found, *by_words.values()]


def _state(one: dict[str, Any], was: State | None) -> State:
    before = {signal.words: signal.level for signal in was.signals} if was is not None else {}
    state = State(
        name=one["name"],
        stage=one["stage"],
        owner=one["owner"],
        responsible=one["responsible"],
        value=one["value"],
        bluebird=one["bluebird"],
        reply_due=_moment(one["reply_due"]) if one["reply_due"] else None,
        signals=[_standing(signal, before) for signal in one["signals"]],
        duties=[Duty(who, what, _moment(due)) for who, what, due in one["duties"]],
    )
    if was is not None:
        state.was = {name: getattr(was, name) for name in ("stage", "owner", "responsible") if getattr(was, name) != getattr(state, name)}
    return state


def _standing(signal: dict[str, Any], before: dict[str, int]) -> Standing:
    level = LEVELS[signal["severity"]]
    return Standing(signal["words"], level, signal["responsible"], signal["level"], is_new=before.get(signal["words"]) != level)


def _moment(written: str) -> datetime:
    return datetime.strptime(written, "%Y-%m-%d %H:%M")  # noqa: DTZ007 - the clock on the wall of the story's zone
