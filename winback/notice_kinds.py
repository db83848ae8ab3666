"""The kinds of notices that winback brings, as :mod:`accounts.notice_kinds` lists them."""

from __future__ import annotations

from django.utils.translation import gettext_lazy as _

from accounts.notice_kinds import Kind, register


def register_kinds() -> None:
    register(
        Kind("decline_asked", _("May we pass on a deal?"), _("One of your people asks to pass on a deal. Always mailed."), always_from=0),
        Kind("decline_approved", _("We pass on your deal"), _("Your manager agrees, and the note goes out.")),
        Kind("decline_refused", _("We do not pass on your deal"), _("Your manager says no, and why. Always mailed."), always_from=0),
        Kind("decline_withdrawn", _("Nothing to decide any more"), _("Whoever asked to pass on a deal took it back.")),
        Kind("decline_overtaken", _("Your request has ended"), _("The deal you asked to pass on was closed, or got another owner.")),
    )
