"""The kinds of notices that deals bring, as :mod:`accounts.notice_kinds` lists them."""

from __future__ import annotations

from django.utils.translation import gettext_lazy as _

from accounts.models import Role
from accounts.notice_kinds import Kind, register
from deals import handoff_notices, meeting_notices
from deals.models import Handoff
from deals.models.signals import Severity


def register_kinds() -> None:
    offer_of = Handoff.objects.of_party
    register(
        Kind("signal_raised", _("A deal needs you"), _("Something new waits for you: an answer that is due, a date that has passed.")),
        Kind("signal_worsened", _("It got worse"), _("What waits for you already has become graver.")),
        Kind(
            "signal_climbed",
            _("Nobody acted, so it came to you"),
            _("Something that waited for one of your people has climbed. Critical ones are always mailed."),
            always_from=Severity.CRITICAL,
        ),
        Kind("signal_unparked", _("A parking ended"), _("What was put aside until a day is back.")),
        Kind(
            "meeting_asks",
            _("How a meeting went"),
            _("A meeting of yours has ended: was it held? One click answers."),
            acts=meeting_notices.acts,
        ),
        Kind("mail_undelivered", _("Mail did not arrive"), _("An address of a customer does not exist any more, or refuses our mail.")),
        Kind("mail_not_sent", _("Your mail did not go"), _("A mail you wrote here was refused, could not be delivered for a day, or may have gone.")),
        Kind("mailbox_failing", _("A mailbox cannot be read"), _("Yours, or your team’s, has failed for an hour or has to be connected again.")),
        Kind(
            "totals",
            _("Sums of the pipeline are wrong"),
            _("The nightly full count found another sum than the one kept."),
            roles=[Role.ADMIN],
        ),
        Kind("mail_on_closed_deal", _("Mail on a closed deal"), _("A customer writes about a deal that is won or lost.")),
        Kind(
            "signal_chased",
            _("Somebody turned to you"),
            _("A customer or an introducer writes to you because nobody else of ours answered."),
            always_from=Severity.CRITICAL,
        ),
        Kind("signal_handed", _("It waits for you now"), _("Deals you were given, and those you cover for.")),
        Kind(
            "handoff_offered",
            _("A deal is offered to you"),
            _("Somebody hands a deal over to you, or offers one of yours. Always mailed."),
            always_from=0,
            acts=handoff_notices.acts,
            parties=offer_of,
        ),
        Kind("handoff_accepted", _("Your deal was taken over"), _("Whom you offered a deal has accepted it."), parties=offer_of),
        Kind(
            "handoff_declined",
            _("Your offer was declined"),
            _("Whom you offered a deal does not take it, and why. Always mailed."),
            always_from=0,
            parties=offer_of,
        ),
        Kind(
            "handoff_expired",
            _("An offer was not answered"),
            _("A deal that was offered stays where it is, because nobody answered in time."),
            parties=offer_of,
        ),
        Kind("handoff_withdrawn", _("An offer ended"), _("It was taken back, or its deal was closed or got another owner."), parties=offer_of),
    )
