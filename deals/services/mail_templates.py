"""Templates of mail: keeping words to begin with, sharing them, retiring them."""

from __future__ import annotations

from typing import TYPE_CHECKING

from django.db import transaction
from django.utils.translation import gettext as _

from accounts.authority import SENIORS
from accounts.models import Role
from accounts.refusals import Refused, still_there
from deals.models import MailTemplate
from deals.outbox.fields import FIELDS, left_in

if TYPE_CHECKING:
    from datetime import datetime

    from accounts.models import User

LONGEST = 20_000
Sharing = MailTemplate.Sharing


@transaction.atomic
def add_template(*, owner: User, name: str, subject: str, body: str, sharing: str, now: datetime) -> MailTemplate:
    """Refused without a name or words, for a field there is not, for a name one has used, and for sharing one may not."""
    return _write(MailTemplate(owner=owner, created_at=now), name=name, subject=subject, body=body, sharing=sharing, by=owner)


@transaction.atomic
def change_template(*, template: MailTemplate, by: User, name: str, subject: str, body: str, sharing: str) -> MailTemplate:
    return _write(_own(template, by), name=name, subject=subject, body=body, sharing=sharing, by=by)


@transaction.atomic
def retire_template(*, template: MailTemplate, by: User, now: datetime) -> MailTemplate:
    """Not offered any more. Admins may retire what is shared with everybody."""
    locked: MailTemplate = still_there(MailTemplate.objects.select_for_update().filter(pk=template.pk).first())
    if not (by.role == Role.ADMIN and locked.sharing == Sharing.EVERYBODY):
        locked = _own(template, by)
    if locked.retired_at is None:
        locked.retired_at = now
        locked.save(update_fields=["retired_at"])
    return locked


@transaction.atomic
def take_up_again(*, template: MailTemplate, by: User) -> MailTemplate:
    """Offered as before. Refused where one has given its name to another meanwhile."""
    locked = _own(template, by)
    _check_name(locked, locked.name)
    locked.retired_at = None
    locked.save(update_fields=["retired_at"])
    return locked


def _own(template: MailTemplate, by: User) -> MailTemplate:
    locked: MailTemplate = still_there(MailTemplate.objects.select_for_update(of=("self",)).select_related("owner").filter(pk=template.pk).first())
    if locked.owner_id != by.pk:
        raise Refused(_("This template is %(name)s’s. Make one of your own from it.") % {"name": locked.owner.name})
    return locked


def _check_name(template: MailTemplate, name: str) -> None:
    if MailTemplate.objects.filter(owner=template.owner_id, name__iexact=name, retired_at__isnull=True).exclude(pk=template.pk).exists():
        raise Refused(_("You have a template called “%(name)s”. Choose another name, or change that one.") % {"name": name})


def _write(template: MailTemplate, *, name: str, subject: str, body: str, sharing: str, by: User) -> MailTemplate:
    name, subject, body = " ".join(name.split()), " ".join(subject.split()), body.replace("\x00", "").replace("\r\n", "\n").strip()
    if not name:
        raise Refused(_("Give the template a name."))
    if not body:
        raise Refused(_("Write the words it begins with."))
    if len(body) > LONGEST:
        raise Refused(_("That is longer than a template can be. Shorten it."))
    unknown = [one for one in left_in(subject, body) if one not in FIELDS]
    if unknown:
        raise Refused(
            _("There is no field %(unknown)s. There are: %(known)s.")
            % {"unknown": ", ".join(f"{{{one}}}" for one in unknown), "known": ", ".join(f"{{{one}}}" for one in FIELDS)}
        )
    _check_name(template, name)
    if sharing == Sharing.EVERYBODY and by.role not in SENIORS and template.sharing != Sharing.EVERYBODY:
        raise Refused(_("Managers share templates with everybody. Share it with your team, or keep it for yourself."))
    if sharing == Sharing.TEAM and by.team_id is None:
        raise Refused(_("You are in no team. Keep the template for yourself, or ask an admin to put you into a team."))
    template.name, template.subject, template.body, template.sharing = name, subject, body, sharing
    template.team_id = by.team_id if sharing == Sharing.TEAM else None
    template.save()
    return template
