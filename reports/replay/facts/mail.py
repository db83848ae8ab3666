"""A mail: written as a real message (RFC 822) and taken in from the mailboxes in which it would lie."""

from __future__ import annotations

from email.headerregistry import Address
from email.message import EmailMessage
from email.policy import SMTP
from typing import TYPE_CHECKING, Any

from django.utils.translation import gettext as _

from accounts.refusals import Refused
from deals.intake.mail.threads import base_subject
from deals.services import outbox
from deals.services.mail import take_in
from reports.replay.facts.about import deal_about

if TYPE_CHECKING:
    from datetime import datetime

    from accounts.models import Contact, User
    from reports.replay.world import World

HOST = "replay.invalid"


def send(given: dict[str, Any], world: World, now: datetime) -> set[int]:
    """From one of us it lies in their sent folder, for each of us whom it is for in their inbox."""
    if given.get("composed_in"):
        return _compose(given, world, now)
    raw = _message(given, world, now)
    ours = {key for key in (*given["to"], *given.get("cc", ())) if key in world.mailboxes}
    places = [(given["from"], "sent")] if given["from"] in world.mailboxes else []
    places += [(key, "inbox") for key in world.mailboxes if key in ours]
    boxes = [(box, role) for key, role in places if (box := world.mailbox(key)) is not None]
    taken = [take_in(mailbox=box, raw=raw, place=f"{role}/{now:%Y%m%d%H%M%S}", now=now, role=role) for box, role in boxes]
    found = next((one.deal_id for one in taken if one.deal_id is not None), None)
    if given.get("key"):
        world.mails[given["key"]] = found
    return {one.deal_id for one in taken if one.deal_id is not None}


def _message(given: dict[str, Any], world: World, now: datetime) -> bytes:
    message = EmailMessage(policy=SMTP)
    message["From"] = _address(given["from"], world)
    message["To"] = [_address(one, world) for one in given["to"]]
    if given.get("cc"):
        message["Cc"] = [_address(one, world) for one in given["cc"]]
    subject = " ".join((given.get("subject") or "").split())
    message["Subject"] = subject
    message["Date"] = now.astimezone(world.zone)
    known = sum(len(ids) for ids in world.threads.values())
    message["Message-ID"] = f"<{now:%Y%m%d%H%M%S}.{known}@{HOST}>"
    thread = base_subject(subject)
    before = world.threads.get(thread, ())
    # An answer, as mail programs write it: it names what it answers.
    if before and thread and len(subject) > len(thread):
        message["In-Reply-To"] = before[-1]
        message["References"] = " ".join(before[-20:])
    for name, value in (given.get("headers") or {}).items():
        _put(message, name, value)
    message.set_content((given.get("body") or "") + "\n")
    world.threads[thread] = (*before, str(message["Message-ID"]))
    return message.as_bytes()


def _put(message: EmailMessage, name: str, value: str) -> None:
    del message[name]
    try:
        message[name] = value
    except (ValueError, IndexError) as error:
        raise Refused(_("The header %(name)s cannot hold these words: %(error)s.") % {"name": name, "error": error}) from error


def _address(key: str, world: World) -> Address:
    person: User | Contact | None = None
    if key in world.users:
        person = world.user(key)
    elif key in world.contacts:
        person = world.contact(key)
    try:
        return Address(person.name if person is not None else "", addr_spec=(person.email or "") if person is not None else key)
    except (ValueError, IndexError) as error:
        raise Refused(_("“%(key)s” has no address that mail could go to.") % {"key": key}) from error


def _compose(given: dict[str, Any], world: World, now: datetime) -> set[int]:
    """Written in Salvor: into the outbox and out of it, on the deal it would be written from."""
    author = world.user(given["from"])
    people = [world.contact(key) for key in given["to"] if key in world.contacts]
    deal = deal_about(people[0], author, now) if people else None
    if deal is None:
        raise Refused(_("There is no open deal with them to write from."))
    to, cc = ([str(_address(key, world).addr_spec) for key in given.get(name) or ()] for name in ("to", "cc"))
    written = outbox.write(deal=deal, author=author, subject=given.get("subject") or "", body=given.get("body") or "", to=to, cc=cc, now=now)
    outbox.drain(written.send_at)
    if given.get("key"):
        world.mails[given["key"]] = deal.pk
    return {deal.pk}
