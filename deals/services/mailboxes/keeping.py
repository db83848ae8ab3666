"""Adding, changing, pausing and removing mailboxes. The network is never asked here: whoever calls has tried them out."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from django.db import IntegrityError, transaction
from django.utils.translation import gettext as _

from accounts.authority import managed_teams
from accounts.models import Contact, ContactAddress, User
from accounts.models.users import Role
from accounts.refusals import Refused, still_there
from deals.models import Mailbox, MailFolder
from deals.services.mail.files import mailbox_of_files
from deals.services.mailboxes.kept import keep
from deals.services.mailboxes.staying import hand_over

if TYPE_CHECKING:
    from datetime import datetime

    from accounts.models import Team

# What says where it is and who logs in. The password belongs to these: it is never sent elsewhere than where it was entered for.
WAY_IN = ("host", "port", "security", "log_in_by", "login")
# A secret that somebody typed is.
NOT_RENEWED: dict[str, Any] = {"provider": "", "token_expires_at": None}


def may_change(by: User, mailbox: Mailbox, *, managed: frozenset[int] | None = None) -> bool:
    """One's own; a team's by who manages it, and by admins. Nobody enters anything into another person's mailbox.

    ``managed``: the teams this person manages, where the caller knows them already.
    """
    if mailbox.owner_id is not None:
        return mailbox.owner_id == by.pk
    return by.role == Role.ADMIN or mailbox.team_id in (managed_teams(by) if managed is None else managed)


def _refuse_strangers(by: User, mailbox: Mailbox) -> None:
    if not may_change(by, mailbox):
        raise Refused(_("A mailbox is changed by the person whose it is, a team’s by its manager or an admin. Ask them."))


@transaction.atomic
def add(*, by: User, team: Team | None = None, secret: str, refresh: str = "", now: datetime, **fields: Any) -> Mailbox:
    """One's own, or a team's. It is read at the next minute. Refused where it is here already.

    ``refresh``: what its ``provider`` renews the ``secret`` against.
    """
    mailbox = Mailbox(kind=Mailbox.Kind.IMAP, owner=None if team else by, team=team, created_at=now, next_poll_at=now, **_tidy(fields))
    _refuse_strangers(by, mailbox)
    refuse_addresses_of_others(mailbox.address, mailbox.owner_id)
    _keep(mailbox, secret, refresh)
    _save(mailbox)
    return mailbox


@transaction.atomic
def change(*, mailbox: Mailbox, by: User, secret: str = "", refresh: str = "", now: datetime, **fields: Any) -> Mailbox:
    """Without a ``secret`` the one that is kept stays, which needs the same server and the same log-in.

    With one and without ``refresh`` no provider renews it any more.
    """
    mailbox = still_there(Mailbox.objects.select_for_update().filter(pk=mailbox.pk).first())
    _refuse_strangers(by, mailbox)
    if not secret:
        refuse_to_move(mailbox, fields)
    fields = _tidy(fields)
    # One that was taken over from somebody who left keeps the address they logged in by.
    if fields["address"] != mailbox.address:
        refuse_addresses_of_others(fields["address"], mailbox.owner_id)
    is_elsewhere = (mailbox.host, mailbox.login) != (fields["host"], fields["login"])
    if secret:
        fields = NOT_RENEWED | fields
        _keep(mailbox, secret, refresh)
    for name, value in fields.items():
        setattr(mailbox, name, value)
    mailbox.failures, mailbox.next_poll_at, mailbox.leased_until = 0, now, None
    _save(mailbox, update_fields=[*fields, "secret", "refresh_token", "failures", "next_poll_at", "leased_until"])
    if is_elsewhere:
        MailFolder.objects.filter(mailbox=mailbox).delete()
    return mailbox


def _keep(mailbox: Mailbox, secret: str, refresh: str) -> None:
    mailbox.secret = keep(secret)
    mailbox.refresh_token = keep(refresh) if refresh else ""


def refuse_addresses_of_others(address: str, owner_id: int | None) -> None:
    """The address of a mailbox counts as ours, and as its owner's: a customer's would make their mail talk among ourselves."""
    holders = set(User.objects.filter(email__iexact=address).values_list("pk", flat=True))
    if holders - {owner_id}:
        raise Refused(_("%(address)s is the log-in of somebody else here: they add their mailbox themselves.") % {"address": address})
    known = Contact.objects.filter(email__iexact=address).exists() or ContactAddress.objects.filter(email=address).exists()
    if known:
        raise Refused(_("%(address)s is the address of a customer’s contact: enter the address of the mailbox itself.") % {"address": address})


def refuse_to_move(mailbox: Mailbox, fields: dict[str, Any]) -> None:
    """The password that is kept goes nowhere else, and in no other way, than it was entered for."""
    tidy = _tidy(fields)
    if any(getattr(mailbox, name) != tidy[name] for name in WAY_IN):
        raise Refused(_("The password belongs to the server and the log-in it was entered for: enter it anew."))


def _tidy(fields: dict[str, Any]) -> dict[str, Any]:
    address = fields["address"].strip().lower()
    host = fields["host"].strip().rstrip(".").lower()
    return {**fields, "address": address, "host": host, "login": fields.get("login", "").strip() or address}


def _save(mailbox: Mailbox, **named: Any) -> None:
    try:
        with transaction.atomic():
            mailbox.save(**named)
    except IntegrityError as error:
        if "mailbox_once" not in str(error):
            raise
        raise Refused(_("This mailbox is here already, with you or with somebody else: one is enough for all.")) from error


@transaction.atomic
def pause(*, mailbox: Mailbox, by: User) -> None:
    """Whoever reads it right now keeps nothing more of it."""
    _refuse_strangers(by, mailbox)
    Mailbox.objects.filter(pk=mailbox.pk).update(is_active=False)


@transaction.atomic
def take_up(*, mailbox: Mailbox, by: User, now: datetime) -> None:
    """It goes on where it was."""
    _refuse_strangers(by, mailbox)
    _refuse_ended(mailbox)
    Mailbox.objects.filter(pk=mailbox.pk).update(is_active=True, failures=0, next_poll_at=now)


def _refuse_ended(mailbox: Mailbox) -> None:
    if mailbox.must_connect_again:
        raise Refused(_("%(address)s has to be connected again before it can be read.") % {"address": mailbox.address})


@transaction.atomic
def read_again(*, mailbox: Mailbox, by: User, now: datetime) -> None:
    """At the next minute, however long it would wait otherwise."""
    _refuse_strangers(by, mailbox)
    _refuse_ended(mailbox)
    Mailbox.objects.filter(pk=mailbox.pk, is_active=True).update(next_poll_at=now)


@transaction.atomic
def remove(*, mailbox: Mailbox, by: User, now: datetime) -> int:
    """What was said stays: with its deal, or as a fact about a contact, kept with the mail from files. The rest goes. How many stay."""
    mailbox = still_there(Mailbox.objects.select_for_update().filter(pk=mailbox.pk).first())
    _refuse_strangers(by, mailbox)
    stay = hand_over(mailbox, mailbox_of_files(now=now))
    mailbox.delete()
    return stay
