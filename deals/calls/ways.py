"""The five things that happen to a telephone call, each with its letter and what is recorded for it. Pure."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from django.utils.translation import gettext_lazy as _

from deals.models import Interaction

if TYPE_CHECKING:
    from django.utils.functional import _StrPromise

Kind, Direction, Outcome = Interaction.Kind, Interaction.Direction, Interaction.Outcome


@dataclass(frozen=True, slots=True)
class Way:
    """``said``: what stands on its button; ``done``: what is said once it is recorded."""

    letter: str
    said: _StrPromise
    done: _StrPromise
    icon: str
    kind: str
    direction: str
    outcome: str = Outcome.NONE


WAYS: dict[str, Way] = {
    way.letter: way
    for way in (
        Way("o", _("We spoke, I called"), _("Call logged: you spoke."), "phone", Kind.CALL, Direction.OUT, Outcome.CONNECTED),
        Way("n", _("I called, no answer"), _("Call logged: nobody answered."), "phone-missed", Kind.CALL, Direction.OUT, Outcome.NO_ANSWER),
        Way("m", _("I left a voicemail"), _("Voicemail logged: you left one."), "voicemail", Kind.VOICEMAIL, Direction.OUT),
        Way("i", _("They called, we spoke"), _("Call logged: they called."), "phone", Kind.CALL, Direction.IN, Outcome.CONNECTED),
        Way("v", _("They left a voicemail"), _("Voicemail logged: they left one."), "voicemail", Kind.VOICEMAIL, Direction.IN),
    )
}
