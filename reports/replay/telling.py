"""A step of a story in plain words: what happened, as a person would say it."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from django.template.defaultfilters import date as date_words
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_noop

from reports.replay.fields import FROM
from reports.replay.watching import written

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable

    from reports.replay.story import Step, Story


class Names:
    """Whole names for the story's keys."""

    def __init__(self, story: Story) -> None:
        self.people = {one.key: one.name for one in story.users} | {one.key: one.name for one in story.contacts}
        self.deals = {one.key: one.name for one in story.deals}
        self.things: dict[str, str] = {}
        for step in story.steps:
            if step.kind == "deal":
                self.deals[step.given["key"]] = step.given["name"]
            if step.kind == "mail" and step.given.get("key"):
                self.deals[FROM + step.given["key"]] = step.given.get("subject") or step.given["key"]

    def person(self, key: str | None) -> str:
        return self.people.get(key or "", str(key or ""))

    def all(self, keys: Iterable[str]) -> str:
        names = [self.person(key) for key in keys]
        return _("%(some)s and %(last)s") % {"some": ", ".join(names[:-1]), "last": names[-1]} if len(names) > 1 else "".join(names)

    def deal(self, key: str | None) -> str:
        return self.deals.get(key or "", str(key or ""))


def words_of(step: Step, story: Story) -> tuple[str, str]:
    """A sentence without a full stop, and the words that were said or written, if any."""
    names, given = Names(story), step.given
    say = SENTENCES.get(step.kind)
    title = say(given, names) if say is not None else _("%(fact)s (not known yet)") % {"fact": step.kind.replace("_", " ").capitalize()}
    words = next((given[name] for name in ("body", "brief", "note", "reason", "words") if isinstance(given.get(name), str)), "")
    return title, words


def _mail(given: dict[str, Any], names: Names) -> str:
    words = {"from": names.person(given["from"]), "to": names.all([*given["to"], *(given.get("cc") or ())]), "subject": given.get("subject") or ""}
    if (given.get("headers") or {}).get("Auto-Submitted", "no") != "no":
        return _("An automatic answer goes from %(from)s to %(to)s: “%(subject)s”") % words
    return _("%(from)s writes to %(to)s: “%(subject)s”") % words


def _call(given: dict[str, Any], names: Names) -> str:
    words = {"by": names.person(given["by"]), "with": names.person(given["with"])}
    said = {
        "connected": _("%(by)s calls %(with)s, and they speak"),
        "voicemail": _("%(by)s calls %(with)s and leaves a voicemail"),
        "no_answer": _("%(by)s calls %(with)s, and nobody answers"),
    }
    return said[given["outcome"]] % words


def _outcome(given: dict[str, Any], names: Names) -> str:
    said = {
        "held": _("%(by)s says that the meeting was held"),
        "missed_by_us": _("%(by)s says that we missed the meeting"),
        "missed_by_them": _("%(by)s says that they missed the meeting"),
        "cancelled_by_us": _("%(by)s says that we called the meeting off"),
        "cancelled_by_them": _("%(by)s says that they called the meeting off"),
    }
    return said.get(given["outcome"], _("%(by)s says that the meeting was called off")) % {"by": names.person(given["said_by"])}


def _departure(given: dict[str, Any], names: Names) -> str:
    words = {"who": names.person(given["user"]), "to": names.person(given.get("mail_to")), "day": date_words(given["last_day"], "j F Y")}
    return (
        _("%(who)s leaves; the last day is %(day)s, and mail goes to %(to)s")
        if given.get("mail_to")
        else _("%(who)s leaves; the last day is %(day)s")
    ) % words


def _absence(given: dict[str, Any], names: Names) -> str:
    words = {"who": names.person(given["user"]), "cover": names.person(given.get("cover"))}
    return (_("%(who)s is away, and %(cover)s covers") if given.get("cover") else _("%(who)s is away, and nobody covers")) % words


def _begin(given: dict[str, Any], names: Names) -> str:
    words = {"deal": given["name"], "who": names.person(given.get("introduced_by")), "owner": names.person(given.get("owner")) or _("nobody")}
    return (
        _("%(who)s introduces a deal: %(deal)s, with %(owner)s") if given.get("introduced_by") else _("A deal is opened: %(deal)s, with %(owner)s")
    ) % words


def _handoff(given: dict[str, Any], names: Names) -> str:
    words = {
        "by": names.person(given.get("by") or given["from"]),
        "from": names.person(given["from"]),
        "to": names.person(given["to"]),
        "deal": names.deal(given["deal"]),
    }
    if given.get("by") not in (None, given["from"]):
        return _("%(by)s hands %(deal)s over from %(from)s to %(to)s, who is to accept it") % words
    return _("%(from)s hands %(deal)s over to %(to)s, who is to accept it") % words


def _answer(given: dict[str, Any], names: Names) -> str:
    return (_("%(by)s accepts the handoff") if given["answer"] == "accepted" else _("%(by)s declines the handoff")) % {
        "by": names.person(given["by"])
    }


def _expect(given: dict[str, Any], names: Names) -> str:
    parts: list[str] = []
    for rule, wanted in (given.get("raised") or {}).items():
        parts.append(
            f"{rule} "
            + ", ".join(
                names.person(value) if name == "responsible" else (f"level {value}" if name == "level" else str(value))
                for name, value in wanted.items()
            )
        )
    parts += [f"no {rule}" for rule in given.get("not_raised") or ()]
    for name in ("owner", "responsible"):
        if name in given:
            parts.append(f"{name} {names.person(given[name])}")
    for name in ("stage", "value_at_stake", "bluebird"):
        if name in given:
            parts.append(f"{name.replace('_', ' ')} {given[name]}".lower())
    if "reply_due" in given:
        parts.append(f"reply due {written(given['reply_due'])}")
    if "told" in given:
        parts.append(f"told {names.all(given['told'])}" if given["told"] else "told nobody")
    for name in ("task", "no_task"):
        if name in given:
            asked = given[name]
            who = f" for {names.person(asked['for'])}" if asked.get("for") else ""
            due = f" due {written(asked['due'])}" if asked.get("due") else ""
            parts.append(f"{name.replace('_', ' ')} {asked.get('kind', '')}{who}{due}")
    parts += [f"{name} {given[name]}" for name in ("loss", "sees", "sees_not", "campaign", "revived", "debrief") if name in given]
    return "; ".join(parts) or names.deal(given.get("deal"))


def _with(sentence: str) -> Callable[[dict[str, Any], Names], str]:
    """One sentence with people and deals in it."""

    def say(given: dict[str, Any], names: Names) -> str:
        words: dict[str, Any] = {name: names.person(value) for name, value in given.items() if isinstance(value, str)}
        words |= {name: names.all(value) for name, value in given.items() if isinstance(value, list)}
        words |= {name: date_words(timezone.localtime(value), "j F Y, H:i") for name, value in given.items() if name in ("starts", "due")}
        if "deal" in given:
            words["deal"] = names.deal(given["deal"])
        return _(sentence) % words

    return say


SENTENCES: dict[str, Callable[[dict[str, Any], Names], str]] = {
    "mail": _mail,
    "call": _call,
    "meeting": _with(gettext_noop("%(organiser)s and %(with)s agree on a meeting at %(starts)s")),
    "meeting_outcome": _outcome,
    "apology": _with(gettext_noop("%(by)s apologises for the missed meeting")),
    "departure": _departure,
    "absence": _absence,
    "deal": _begin,
    "next_step": _with(gettext_noop("The next step on %(deal)s: %(what)s, by %(due)s")),
    "stage": _with(gettext_noop("%(deal)s moves to %(to)s")),
    "handoff": _handoff,
    "handoff_answer": _answer,
    "decline": _with(gettext_noop("%(by)s wants to decline %(deal)s")),
    "expect": _expect,
}
