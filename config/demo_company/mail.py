"""Mail of the demo, taken in as any other: a conversation with a customer, an inquiry, mail that fits two deals, and what machines answered.

Written with the standard library, sent by nobody; all of it came in during the last days before ``now``.
"""

from __future__ import annotations

from base64 import b64decode
from datetime import timedelta
from email.message import EmailMessage
from email.utils import format_datetime
from typing import TYPE_CHECKING

from accounts.models import Account, AccountDomain, User
from config.demo_company import DEMO_LOGINS, DOMAIN
from deals.models import Deal, Interaction
from deals.services.mail import Item, take_in_many
from deals.services.mail.files import mailbox_of_files

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator
    from datetime import datetime

    from accounts.models import Contact
    from config.demo_company.office import Office

    # The moment so many working hours ago.
    Ago = Callable[[float], datetime]

REP = next(one.email for one in DEMO_LOGINS if one.role == "rep")
# A drop of water, 8 by 8.
DROP = b64decode("iVBORw0KGgoAAAANSUhEUgAAAAgAAAAIAQMAAAD+wSzIAAAABlBMVEX///8LanJ4jq+iAAAAE0lEQVR42mOQYLABwjog/A/ENgAVqQNGgcgMuAAAAABJRU5ErkJggg==")


def make_mail(office: Office, now: datetime) -> int:
    """Take it all in; how many messages there are. It goes to the demo's rep, whose office it is, so that one log-in shows it."""
    rep = User.objects.get(email=REP)
    letters = list(_letters(rep, lambda hours: office.back(now, hours)))
    take_in_many(mailbox=mailbox_of_files(now=now), items=letters, now=now)
    return len(letters)


def _letters(rep: User, ago: Ago) -> Iterator[Item]:
    yield from _inquiry(rep, ago)
    yield from _of_two_deals(rep, ago)
    talks = _talks(rep)
    for make, (deal, contact) in zip((_conversation, _away, _bounced), talks, strict=False):
        yield from make(rep, deal, contact, ago)


def _talks(rep: User) -> list[tuple[Deal, Contact]]:
    """Open deals of the rep's where nobody waits for an answer, each with whom it was spoken of last; quiet deals first."""
    said = Interaction.objects.filter(contact__deal_contacts__deal__owner=rep, deal__status__in=["open", "inquiry"], withdrawn_at__isnull=True)
    said = said.exclude(contact__email="").filter(contact__left_on__isnull=True)
    latest: dict[int, Interaction] = {}
    for one in said.select_related("deal__account", "contact").order_by("-at", "-pk").distinct():
        latest.setdefault(one.contact_id or 0, one)
    found: dict[int, tuple[Deal, Contact]] = {}
    for one in sorted(latest.values(), key=lambda one: (one.deal.worst_severity if one.deal else 0, one.pk)):
        if one.deal is not None and one.contact is not None and one.deal.owner_id == rep.pk and one.deal.reply_due_at is None:
            found.setdefault(one.deal.pk, (one.deal, one.contact))
    return list(found.values())[:3]


def _inquiry(rep: User, ago: Ago) -> Iterator[Item]:
    body = (
        "Hello,\n\nwe run four swimming baths in Alder County and were told at the fair that you watch water quality around the clock.\n"
        "Could you tell us what that costs for four sites, and how soon you could begin? Our season opens in May.\n\n"
        "Kind regards,\nBeatrix Nolan\nAlder County Leisure\n+1 555 0161\n"
    )
    sender = "Beatrix Nolan <b.nolan@alder-county-leisure.example>"
    yield _item(_letter(sender, rep.email or "", "Water monitoring for four baths", body, "inquiry", ago(3)))


def _of_two_deals(rep: User, ago: Ago) -> Iterator[Item]:
    """Somebody new at a customer that has more than one open deal: only a person can tell which of them it is about."""
    body = (
        "Dear colleagues,\n\nI have taken over purchasing here. Please send me the latest offer once more, and tell me\n"
        "until when its prices hold.\n\n"
        "Best regards,\nGideon Marsh\n"
    )
    domains = dict(AccountDomain.objects.filter(account__deals__owner=rep, account__deals__status="open").values_list("account_id", "domain"))
    for account in Account.objects.filter(pk__in=domains).order_by("pk"):
        if account.deals.filter(status="open").count() > 1:
            sender = f"Gideon Marsh <purchasing.desk@{domains[account.pk]}>"
            yield _item(_letter(sender, rep.email or "", "Your latest offer", body, "purchasing", ago(5)))
            return


def _conversation(rep: User, deal: Deal, contact: Contact, ago: Ago) -> Iterator[Item]:
    """We wrote, they answer with a question, a file and a picture: it waits on Today, with its due time."""
    us, them = _address(rep.name, rep.email), _address(contact.name, contact.email)
    first = contact.name.split(" ")[0]
    asked = (
        f"Dear {first},\n\nhere is what we spoke about, with the dates for both sites. Does the second week suit you?\n\nBest regards\n{rep.name}\n"
    )
    yield _item(_letter(us, them, deal.name, asked, "offer", ago(10)), role="sent")
    quote = "\n".join(f"> {line}".rstrip() for line in asked.splitlines())
    said = "The second week suits us. Two questions remain: is the installation included, and could you also do the pump house? The plan is attached."
    at = ago(1.3)
    answer = _letter(them, us, f"Re: {deal.name}", f"{said}\n\nOn Monday {rep.name} wrote:\n{quote}\n", "answer", at, **{"In-Reply-To": _id("offer")})
    picture = f'<img src="cid:drop@{DOMAIN}" alt="A drop of water" width="48" height="48">'
    html = f"<p>{said}</p><p>{picture}</p><blockquote>{'<br>'.join(asked.splitlines())}</blockquote>"
    answer.add_alternative(html, subtype="html")
    _plain, html_part = answer.iter_parts()
    html_part.add_related(DROP, "image", "png", cid=f"<drop@{DOMAIN}>", filename="drop.png", disposition="inline")
    answer.add_attachment(b"site;pump house\nnorth;yes\nsouth;no\n", maintype="text", subtype="csv", filename="plan of the pump house.csv")
    yield _item(answer)


def _away(rep: User, deal: Deal, contact: Contact, ago: Ago) -> Iterator[Item]:
    us, them = _address(rep.name, rep.email), _address(contact.name, contact.email)
    body = f"Dear {contact.name.split(' ')[0]},\n\nmay I call you this week about the contract?\n\nBest regards\n{rep.name}\n"
    yield _item(_letter(us, them, f"A call about {deal.name}", body, "call", ago(4)), role="sent")
    until = (ago(4) + timedelta(days=11)).date()
    domain = contact.email.partition("@")[2]
    away = (
        f"Thank you for your message. I am out of the office until {until:%d %B %Y}.\n"
        f"In urgent cases please contact Jana Weiss, jana.weiss@{domain}.\n"
    )
    more = {"In-Reply-To": _id("call"), "Auto-Submitted": "auto-replied"}
    yield _item(_letter(them, us, f"Automatic reply: A call about {deal.name}", away, "away", ago(4) + timedelta(minutes=1), **more))


def _bounced(rep: User, deal: Deal, contact: Contact, ago: Ago) -> Iterator[Item]:
    us, them = _address(rep.name, rep.email), _address(contact.name, contact.email)
    at = ago(16)
    yield _item(_letter(us, them, f"Papers for {deal.name}", f"The papers are attached.\n\n{rep.name}\n", "papers", at), role="sent")
    yield Item(_report(us, them, contact.email, deal.name, at + timedelta(minutes=1)).encode(), _id("bounce"))


def _report(us: str, them: str, address: str, about: str, at: datetime) -> str:
    """What a mail server writes where it cannot deliver (RFC 3464)."""
    return (
        f"From: Mail Delivery System <mailer-daemon@{DOMAIN}>\nTo: {us}\nSubject: Undelivered mail returned to sender\n"
        f"Message-ID: {_id('bounce')}\nDate: {format_datetime(at)}\nAuto-Submitted: auto-replied\nMIME-Version: 1.0\n"
        'Content-Type: multipart/report; report-type=delivery-status; boundary="=report="\n\n'
        f"--=report=\nContent-Type: text/plain\n\nThe following address failed:\n\n    {address}\n    550 5.1.1 No such user here\n"
        f"--=report=\nContent-Type: message/delivery-status\n\nReporting-MTA: dns; mail.{DOMAIN}\n\nFinal-Recipient: rfc822; {address}\n"
        "Action: failed\nStatus: 5.1.1\nDiagnostic-Code: smtp; 550 5.1.1 No such user here\n"
        f"--=report=\nContent-Type: text/rfc822-headers\n\nMessage-ID: {_id('papers')}\nFrom: {us}\nTo: {them}\nSubject: Papers for {about}\n"
        "--=report=--\n"
    )


def _letter(sender: str, to: str, subject: str, body: str, key: str, at: datetime, **headers: str) -> EmailMessage:  # noqa: PLR0917 - in the order a letter is written
    """``key`` names it among the demo's letters."""
    letter = EmailMessage()
    letter["From"], letter["To"], letter["Subject"] = sender, to, subject
    letter["Message-ID"], letter["Date"] = _id(key), format_datetime(at)
    for name, value in headers.items():
        letter[name] = value
    letter.set_content(body)
    return letter


def _id(key: str) -> str:
    return f"<{key}@demo.{DOMAIN}>"


def _address(name: str, email: str | None) -> str:
    return f"{name} <{email}>"


def _item(letter: EmailMessage, *, role: str = "inbox") -> Item:
    return Item(letter.as_bytes(), f"{letter['Message-ID']}", role)
