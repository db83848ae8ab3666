"""The message that somebody forwarded: attached whole, or below a block of its headers ("From: … Sent: … Subject: …")."""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import TYPE_CHECKING

from deals.intake.mail import addresses
from deals.intake.mail.content import content
from deals.intake.mail.html import text_of_html
from deals.intake.mail.quotes import LABELS

if TYPE_CHECKING:
    from deals.intake.mail.message import Address, Mail

MOST_ATTACHED = 50
LONGEST = 200_000
# Lines a block of headers may have; a long list of recipients goes on over several.
MOST_LINES = 30
ROLES = {
    "from": LABELS["from"],
    "date": (
        "sent|date|gesendet|datum|envoyé|date d['’]envoi|enviado|enviado el|enviada em|fecha|data|inviato|skickat|sendt|dato|verzonden|wysłano"
        "|wysłane|odesláno|отправлено|дата"
        "|надіслано|lähetetty|päivämäärä|tarih|gönderme tarihi|küldve|dátum|发送时间|日期|寄件日期|送信日時|日時|보낸 날짜|날짜|trimis"
    ),
    "subject": (
        "subject|betreff|objet|asunto|assunto|oggetto|ämne|emne|onderwerp|temat|předmět|predmet|тема|aihe|konu|tárgy|subiect|主题|主旨|件名|제목"
    ),
    "to": "to|an|à|para|a|till|til|aan|do|komu|кому|vastaanottaja|kime|címzett|收件人|收件者|宛先|받는 사람|către|destinataire",
    "cc": "cc|kopie|copie à|cópia|kopia|копия|копія|kopio|másolat|抄送|참조",
    "other": "reply-to|antwort an|répondre à|importance|priority|wichtigkeit|organization|bcc",
}
LABEL = re.compile("|".join(rf"(?P<{role}>^(?:{names})\*?[ \t\xa0]?[:：]\*?)" for role, names in ROLES.items()), re.IGNORECASE)
QUOTED = re.compile(r"^\s*>\s?")
MAILTO = re.compile(r"\[\s*mailto:\s*([^\]\s]+)\s*\]|<\s*mailto:\s*([^>\s]+)\s*>", re.IGNORECASE)


@dataclass(frozen=True, slots=True)
class Inline:
    """A forwarded message as its block of headers tells of it. ``date`` as it stands there; ``note``: what the forwarder wrote above."""

    sender: Address
    to: tuple[Address, ...]
    cc: tuple[Address, ...]
    subject: str
    date: str
    body: str
    note: str


def attached(raw: bytes, mail: Mail) -> list[bytes]:
    """The messages that hang on this one, as they are. ``mail`` was read from ``raw``."""
    parts = [part for part in mail.parts if part.kind in ("message/rfc822", "message/global")][:MOST_ATTACHED]
    return [found for part in parts if (found := content(raw, part).lstrip(b"\r\n"))]


def inline(mail: Mail) -> Inline | None:
    """The message below the first block of headers that names who wrote it; None where there is none."""
    text = mail.text if mail.text.strip() else text_of_html(mail.html)
    lines = text[:LONGEST].splitlines()
    for at in range(len(lines)):
        if LABEL.match(_plain(lines[at])):
            found = _block(lines, at)
            if found is not None:
                return found
    return None


def _block(lines: list[str], at: int) -> Inline | None:
    values, end = _values(lines, at)
    sender = _people(values.get("from", ""))
    if not sender or not values.keys() & {"date", "subject"}:
        return None
    is_quoted = bool(QUOTED.match(lines[at]))
    body = [QUOTED.sub("", line, count=1) if is_quoted else line for line in lines[end:]]
    return Inline(
        sender=sender[0],
        to=_people(values.get("to", "")),
        cc=_people(values.get("cc", "")),
        subject=values.get("subject", ""),
        date=values.get("date", ""),
        body="\n".join(body).strip() + "\n",
        note="\n".join(lines[:at]).strip(),
    )


def _values(lines: list[str], at: int) -> tuple[dict[str, str], int]:
    """Each label's words, and the line after the block. A line without a label goes on with the one before."""
    values: dict[str, str] = {}
    role = ""
    for number in range(at, min(at + MOST_LINES, len(lines))):
        plain = _plain(lines[number])
        label = LABEL.match(plain)
        if label is not None and label.lastgroup is not None and label.lastgroup not in values:
            role = label.lastgroup
            values[role] = plain[label.end() :].strip(" *\t\xa0")
        elif not plain:
            # HTML puts an empty line between them; two, or one before what is no header, end the block.
            following = _plain(lines[number + 1]) if number + 1 < len(lines) else ""
            if not LABEL.match(following):
                return values, number + 1
        elif role and label is None:
            values[role] = f"{values[role]} {plain}"
        else:
            return values, number
    return values, min(at + MOST_LINES, len(lines))


def _plain(line: str) -> str:
    return QUOTED.sub("", line[:2_000], count=1).strip().lstrip("*").strip()


def _people(words: str) -> tuple[Address, ...]:
    plain = MAILTO.sub(lambda found: f"<{found[1] or found[2]}>", words)
    # "Ann Lee <ann@a.example<mailto:ann@a.example>>", as some programs write a link.
    plain = re.sub(r"<([^<>\s]+)\s*<[^<>]*>\s*>", r"<\1>", plain)
    return addresses.listed((plain.replace(";", ","),))
