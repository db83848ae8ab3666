"""The kinds of notices that winback brings, as :mod:`accounts.notice_kinds` lists them."""

from __future__ import annotations

from django.utils.translation import gettext_lazy as _

from accounts.notice_kinds import Kind, register
from winback.models import Decline


def register_kinds() -> None:
    request_of = Decline.objects.of_party
    register(
        Kind(
            "decline_asked",
            _("May we decline a deal?"),
            _("One of your people asks to decline a deal. Always mailed."),
            always_from=0,
            parties=request_of,
        ),
        Kind("decline_approved", _("Your deal is declined"), _("Your manager agrees, and the note goes out."), parties=request_of),
        Kind(
            "decline_refused", _("Your deal is not declined"), _("Your manager says no, and why. Always mailed."), always_from=0, parties=request_of
        ),
        Kind("decline_withdrawn", _("Nothing to decide any more"), _("Whoever asked to decline a deal took it back."), parties=request_of),
        Kind(
            "decline_unsaid", _("A note never went"), _("A deal is declined, and nobody told them. Always mailed."), always_from=0, parties=request_of
        ),
        Kind(
            "decline_overtaken", _("Your request has ended"), _("The deal you asked to decline was closed, or got another owner."), parties=request_of
        ),
    )
