"""Invitations: a mail with a link that lets somebody choose a password, once, within the days Django's tokens live."""

from __future__ import annotations

from smtplib import SMTPException
from typing import TYPE_CHECKING

import structlog
from allauth.account.forms import default_token_generator
from allauth.account.utils import user_pk_to_url_str
from django.conf import settings
from django.core.mail import EmailMessage
from django.template.loader import render_to_string
from django.urls import reverse
from django.utils import translation
from django.utils.translation import gettext as _

from accounts.doors import may_come_in
from accounts.refusals import Refused

if TYPE_CHECKING:
    from datetime import datetime

    from accounts.models import User

log = structlog.get_logger(__name__)


def invite(*, user: User, by: User, now: datetime) -> User:
    """Mail the link, then note when. The mail goes first and outside any transaction: ``invited_at`` means that the
    mail server took it. Inviting again is fine; every link dies with the first password chosen."""
    if not user.email:
        raise Refused(_("%(name)s has no address yet. Enter one first, then invite.") % {"name": user.name})
    if not may_come_in(user, now):
        raise Refused(_("%(name)s cannot log in at present. Let them in again first, then invite.") % {"name": user.name})
    if user.last_login is not None:
        raise Refused(_("%(name)s logs in already. A lost password is replaced on the log-in page.") % {"name": user.name})
    try:
        invitation(user=user, by=by).send()
    except (SMTPException, OSError) as error:
        log.error("invitation_not_sent", user_id=user.pk, error=str(error))
        raise Refused(_("The mail server did not take the invitation. Nothing was sent: try again in a few minutes.")) from error
    user.invited_at = now
    user.save(update_fields=["invited_at"])
    return user


def invitation(*, user: User, by: User) -> EmailMessage:
    with translation.override(user.language):
        words = {"user": user, "by": by, "link": link_for(user), "days": settings.PASSWORD_RESET_TIMEOUT // 86_400}
        body = render_to_string("accounts/mail/invitation.txt", words)
        subject = _("%(name)s invites you to Salvor") % {"name": by.name}
    return EmailMessage(subject, body, to=[str(user.email)], headers={"Auto-Submitted": "auto-generated"})


def link_for(user: User) -> str:
    """A link for choosing a password: the reset link of allauth, good once and for PASSWORD_RESET_TIMEOUT seconds."""
    key = default_token_generator.make_token(user)
    path = reverse("account_reset_password_from_key", kwargs={"uidb36": user_pk_to_url_str(user), "key": key})
    return f"{settings.SITE_URL}{path}"
