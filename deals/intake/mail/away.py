"""What an absence notice says: the last day somebody is away, and whom to turn to instead."""

from __future__ import annotations

import re
from dataclasses import dataclass
from datetime import date, timedelta
from typing import TYPE_CHECKING

from deals.intake.mail.addresses import ADDRESS
from deals.intake.mail.days import day_at
from deals.intake.mail.message import Address
from deals.intake.mail.phrases import folded
from deals.intake.mail.words import said

if TYPE_CHECKING:
    from datetime import datetime

    from deals.intake.mail.message import Mail

READ = 4_000
# Longer than any leave; a date beyond it was about something else.
LONGEST = timedelta(days=730)
# Before the last day away.
UNTIL = (
    r"until and including|until|till|through|thru|up to|bis einschliesslich|bis einschlieslich|bis einschließlich|bis zum|bis|jusqu'au|jusqu'a"
    r"|hasta el|hasta|fino al|fino a|ate o dia|ate"
    r"|tot en met|t/m|tot|az do|do dnia|do|t\.?o\.?m\.?|til og med|t\.o\.m|till och med|tills|til|asti|saakka|lidz|iki|kuni|εως|μεχρι"
    r"|включительно до|до|по|-ig|pana la|pana pe"
)
# Before the first day back.
BACK = (
    r"(?:be )?back(?: in (?:the )?(?:office|work))?(?: at work)?(?: on)?|return(?:ing)?(?: to (?:the )?(?:office|work))?(?: on)?"
    r"|in the office again on|available again (?:on|from)"
    r"|wieder (?:im buro|im hause|erreichbar|da|zuruck)?\s*(?:ab|am)(?: dem)?|bin ab(?: dem)?|ab dem|zuruck am|de retour(?: au bureau)?(?: le)?"
    r"|reviens le|a partir du|a partir de[l]?"
    r"|de vuelta el|regreso el|vuelvo el|regresare el|di nuovo in ufficio (?:il|dal)|rientrero il|ritorno il|in ufficio dal|regresso (?:a|em"
    r"|no dia)|retorno (?:em|no dia)|weer aanwezig (?:op|vanaf)|terug op"
    r"|weer bereikbaar (?:op|vanaf)|wracam|powrot|bede dostepn\w+ od|zpet|tillbaka(?: den)?|tilbage(?: den)?|tilbake(?: den)?|palaan|вернусь"
    r"|буду на месте с|выйду|повернусь"
)
MARKED = re.compile(rf"(?<![a-zа-я])(?:(?P<until>{UNTIL})|(?P<back>{BACK}))\s*:?\s*(?:the |den |dem |del |el |le |il |o dia |dia )?")
RANGE = re.compile(r"(?:from|vom|von|du|del|dal|de|van|od|fran|fra|с|between|on)\s")
APPLE = re.compile(r"endDate=(\d{4}-\d\d-\d\d)")
CONTACT = re.compile(
    r"contact|reach out|turn to|get in touch|speak (?:to|with)|e-?mail|write to|call |wenden|kontakt|ansprech|vertret|erreichen sie|schreiben sie"
    r"|joindre|adresse[rz]|ecri(?:re|vez)"
    r"|dirigir|comuni|escriba|rivolger|scriver|contat|dirija|bel |mail |spoed|zwroc|pisz|obrat|обра[тщ]|звертай|ota yhteytta|sazin|kreip|poord"
    r"|colleague|kollege|collegue|collega|compañer"
    r"|urgen|dring|assist|stand.?in|cover|backup|連絡|联系|문의",
    re.IGNORECASE,
)
NAME = re.compile(
    r"((?:[^\W\d_a-zà-ÿа-я][\w'’.-]*[ \t]+){1,3}[^\W\d_a-zà-ÿа-я][\w'’-]+)[\s,:(<\[–-]*(?:at|unter|via|per e-?mail|à|en|email|e-mail|:)?[\s:(<\[]*\Z"
)
NOT_NAMES = {"please", "contact", "bitte", "kontaktieren", "wenden", "merci", "veuillez", "frau", "herrn", "herr", "mr", "mrs", "ms", "mme", "dr",
"email", "mail", "for",
             "thank", "regards", "best", "hello", "hi", "my", "the", "in", "during", "colleague", "kollegin", "kollege", "meine", "meinen", "an",
             "if"}  # fmt: skip


@dataclass(frozen=True, slots=True)
class Absence:
    """`until` is the last day away, in the writer's calendar; `stand_in` whoever is named with an address. Both may be unknown."""

    until: date | None
    stand_in: Address | None


def absence(mail: Mail, *, received_at: datetime | None = None) -> Absence:
    """Asked of an automatic answer. A day without a year is the next such day after the message."""
    moment = mail.date or received_at
    if moment is None:
        return Absence(None, _stand_in(mail, said(mail)[:READ]))
    written = moment.date()
    text = said(mail)[:READ]
    return Absence(_until(mail, text, written), _stand_in(mail, text))


def _until(mail: Mail, text: str, written: date) -> date | None:
    apple = APPLE.search(mail.header("x-apple-criteria"))
    if apple:
        return date.fromisoformat(apple[1])
    found: list[tuple[int, date]] = []
    plain = folded(f"{mail.subject} . {text}")
    for marked in MARKED.finditer(plain):
        day = day_at(plain, marked.end(), written)
        if day is not None and written <= day <= written + LONGEST:
            found.append((0, day) if marked["until"] else (1, day - timedelta(days=1)))
    if not found:
        return _end_of_range(plain, written)
    return max(day for rank, day in found if rank == min(rank for rank, _ in found))


def _end_of_range(plain: str, written: date) -> date | None:
    """'from 3 to 14 August', '10.-31. July': the later day of a range that is named with a dash or a word."""
    for begin in RANGE.finditer(plain):
        day = day_at(plain, begin.end(), written, ranged=True)
        if day is not None and written <= day <= written + LONGEST:
            return day
    return None


def _stand_in(mail: Mail, text: str) -> Address | None:
    """The first address that is neither the writer's nor ours, in a sentence that tells to turn to somebody."""
    own = {one.address for one in (*mail.to, *mail.cc, *mail.delivered_to)} | ({mail.sender.address} if mail.sender else set())
    for found in ADDRESS.finditer(text):
        address = found[0].lower().rstrip(".").removeprefix("mailto:")
        before = text[max(0, found.start() - 250) : found.start()]
        if address in own or not CONTACT.search(before):
            continue
        return Address(_name(before), address)
    return None


def _name(before: str) -> str:
    named = NAME.search(before.rstrip("<(["))
    if not named:
        return ""
    words = named[1].split()
    while words and words[0].lower().strip(".,") in NOT_NAMES:
        words = words[1:]
    return " ".join(words)
