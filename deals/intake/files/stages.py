"""What a stage's name says in many languages: whether it is won, lost or open, and how far along a sale it stands."""

from __future__ import annotations

import re
from dataclasses import dataclass, field
from functools import lru_cache
from typing import Literal

from deals.intake.files.names import key, plain

Kind = Literal["open", "won", "lost"]
# Of a stage's name, in letters; what is longer in a file is cut.
LONGEST_NAME = 120

WON = re.compile(
    r"\b(closed? ?won|won|gewonnen|gagnee?s?|ganad[oa]s?|vint[oa]|ganh[oa]s?|gewonnene|zakonczon\w*wygran\w*|wygran\w*|vundet|"
    r"vunnet|vunnen|sold|verkauft|vendu|closedwon)\b"
)
LOST = re.compile(
    r"\b(closed? ?lost|lost|verloren|perdue?s?|perdid[oa]s?|pers[oa]|przegran\w*|tabt|tapt|forlorad|closedlost|disqualified|"
    r"abandoned|cancelled|canceled|no decision|"
    r"abgesagt|abgelehnt|out sold|dead)\b"
)
CLOSED = re.compile(r"\b(closed|abgeschlossen|geschlossen|cerrad[oa]|ferme|clos|chius[oa]|fechad[oa]|gesloten|completed|done)\b")
# In the order of a sale; the first word that is found counts, so the more particular ones stand first.
ROAD = (
    (95, r"contract|vertrag|contrat|verbal|commit|legal|signature|unterschrift|closing|decision maker bought"),
    (80, r"negotiat|verhandl|negoci|negozia|onderhandel|review"),
    (65, r"proposal|quote|angebot|offer|propos|propuesta|devis|preventivo|offerte|pricing|price"),
    (55, r"perception|id decision|decision|entscheid"),
    (50, r"value proposition|evaluation|trial|pilot|poc|proof|test"),
    (45, r"demo|presentation|prasentation|present|meeting|termin|rendez|reunion|appointment"),
    (35, r"needs|bedarf|besoin|necesidad|analys|discovery|develop|entdeck"),
    (25, r"qualif"),
    (20, r"engag|contact|kontakt|connect|working|in progress|in bearbeitung"),
    (10, r"prospect|lead|new|neu|nouveau|nuevo|idea|identif|suspect|inquiry|anfrage|inbound|open|offen|target"),
)
PATTERNS = tuple((rank, re.compile(words)) for rank, words in ROAD)
UNKNOWN_RANK = 40


@lru_cache(maxsize=1024)
def kind_of(name: str) -> Kind | None:
    """Won, lost or open by its words; None where it says that it is over but not how."""
    words = re.sub(r"[^\w]+", " ", plain(name)).replace("_", " ").strip()
    if LOST.search(words):
        return "lost"
    if WON.search(words):
        return "won"
    return None if CLOSED.search(words) else "open"


def rank_of(name: str) -> int:
    """How far along, 0 to 100; 40 for a word nobody knows."""
    words = re.sub(r"[^\w]+", " ", plain(name)).replace("_", " ")
    return next((rank for rank, pattern in PATTERNS if pattern.search(words)), UNKNOWN_RANK)


@dataclass(slots=True)
class StageSeen:
    """One value of a stage column: its rows, how many have the day they were opened, and what flags beside it said."""

    name: str
    rows: int = 0
    dated: int = 0
    flagged_won: int = 0
    flagged_lost: int = 0
    flagged_open: int = 0
    probability: float = 0.0

    @property
    def kind(self) -> Kind | None:
        """By the flags where there are any, for they say it outright; else by the words."""
        flags: dict[Kind, int] = {"won": self.flagged_won, "lost": self.flagged_lost, "open": self.flagged_open}
        best = max(flags, key=lambda kind: flags[kind])
        return best if flags[best] else kind_of(self.name)


@dataclass(slots=True)
class StageDraft:
    name: str
    kind: Kind
    probability: int = 0


@dataclass(slots=True)
class PipelineDraft:
    """A pipeline to be made: its stages in order, open ones first, then won, then lost."""

    name: str
    stages: list[StageDraft] = field(default_factory=list)


def stage_key(name: str) -> str:
    """What a value's stage is found by: no name of a stage is longer."""
    return key(name[:LONGEST_NAME])


def draft(name: str, seen: list[StageSeen]) -> PipelineDraft:
    """The pipeline these values make. Values are ordered by what their words say; unknown ones keep the file's order."""
    stages: list[StageDraft] = []
    used: set[str] = set()
    for kind in ("open", "won", "lost"):
        of_kind = [one for one in seen if one.kind == kind]
        for one in sorted(of_kind, key=lambda one: rank_of(one.name)) if kind == "open" else of_kind:
            if stage_key(one.name) not in used:
                used.add(stage_key(one.name))
                stages.append(StageDraft(one.name[:LONGEST_NAME], kind))
        if not of_kind:
            spare = {"open": "Open", "won": "Won", "lost": "Lost"}[kind]
            stages.append(StageDraft(spare, kind))
    open_stages = [stage for stage in stages if stage.kind == "open"]
    for number, stage in enumerate(open_stages, start=1):
        stage.probability = round(100 * number / (len(open_stages) + 1))
    for stage in stages:
        if stage.kind == "won":
            stage.probability = 100
    return PipelineDraft(name, stages)
