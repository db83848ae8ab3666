"""What a message newly says: without what it quotes, without signatures of people and of telephones.

Two libraries know many mail programs (email-reply-parser, mail-parser-reply); what they miss is found first: answers between the quotes or below
them, attributions over several lines, header blocks and forwards in more languages. They are asked only where something is left that looks like
a quote, and only about texts their patterns handle in time.
"""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from email_reply_parser import EmailReplyParser
from mailparser_reply import EmailReplyParser as LanguageParser

from deals.intake.mail import quotes
from deals.intake.mail.html import text_of_html

if TYPE_CHECKING:
    from deals.intake.mail.message import Mail

LONGEST = 100_000
MOST_LINES = 3_000
ASKED_UP_TO = 6_000
# No signature and no announcement of a quote is longer.
LONGEST_LINE = 400
# A quote that opens the message without saying whose it is belongs to what is said, if it is this short.
SHORT_QUOTE = 5
LANGUAGES = ["en", "de", "fr", "es", "it", "pt", "nl", "pl", "sv", "da", "no", "fi", "cs", "ru", "ja", "zh", "ko"]
INVISIBLE = re.compile("[\u200b\u200c\u200d\u200e\u200f\u2060\ufeff\u00ad]")
SIGNATURE = re.compile(r"^(?:--|—|– ?–)\s*$")
DASHES = re.compile(r"^[—–―─]{3,}\s*$")
LIST_FOOTER = re.compile(r"^_{10,}\s*$")
# What a telephone or a mail program adds: "sent" with "from my ..." or with the name of a device or program, in many languages.
PHONE = re.compile(
    r"^\W*(?:"
    r"(?=[^\n]{0,150}(?:iphone|ipad|ipod|android|galaxy|samsung|phone|handy|téléphone|mobil|mobile|móvil|celular|telef|cell|tablet|device|gerät"
    r"|mail|outlook|blackberry"
    r"|windows|huawei|xiaomi|pixel|nokia|yahoo|proton|spark|workspace|(?:from|von|de|depuis|desde|do|da|dal|dalla|van|från|fra|z|с|із|з)\s+(?:my"
    r"|mein\w*|mon|ma|mi|meu"
    r"|minha|mio|mia|mijn|min|mitt|moj\w*|mé\w*|мо\w+)\b))"
    r"(?:sent|von|envoyé|enviado|inviato|verstuurd|verzonden|skickat|sendt|wysłan[eoya]|odesláno|отправлено|надіслано|lähetetty|gönderil\w*|gesendet)"
    r"\s+(?:from|by|via|with|using|von|mein\w*|aus|mit|über|de|depuis|desde|do|da|dal|dalla|vanaf|van|met|från|fra|med|z|ze|od|с|із|з)\b[^\n]{0,120}"
    r"|from my (?:iphone|ipad|android|mobile|phone|samsung|blackberry)[^\n]{0,40}"
    r"|\w+ from (?:my )?mobile"
    r"|(?:get|holen sie sich|télécharger|obtener|scarica|obter|download|hämta|hent|pobierz) \[?outlook\b[^\n]{0,120}"
    r"|diese nachricht wurde von mein\w+ [^\n]{0,100} gesendet\.?"
    r"|從我的[^\n]{0,40}|发自我的[^\n]{0,40}|iphoneから送信|私の[^\n]{0,30}から送信|[^\n]{0,30}에서 보냄"
    r")\W*$",
    re.IGNORECASE,
)
LOOKS_QUOTED = re.compile(r"^\s*>|^[-_*]{3,}|^[^\n]{0,200}:\s*$|^\W*(?:from|von|de|da|van|od|от)\*?\s?:", re.IGNORECASE | re.MULTILINE)
BLANK_LINES = re.compile(r"\n(?:[ \t]*\n){2,}")


def said(mail: Mail) -> str:
    """The newly written words; empty where a message only quotes or only carries files."""
    text = mail.text if mail.text.strip() else text_of_html(mail.html)
    return said_in(text)


def said_in(text: str) -> str:
    """The same of a plain text."""
    text = INVISIBLE.sub("", text[:LONGEST].replace("\r\n", "\n").replace("\xa0", " "))
    own = "\n".join(_without_signature(_without_quotes(text.split("\n")[:MOST_LINES])))
    asked = _asked(own)
    if asked != own:
        asked = "\n".join(_without_signature(asked.split("\n")))
    return BLANK_LINES.sub("\n\n", asked).strip()


def _without_quotes(lines: list[str]) -> list[str]:
    kept: list[str] = []
    at = 0
    while at < len(lines):
        line = lines[at]
        quoted = line.lstrip().startswith(">")
        announced = _announced(lines, at)
        if announced:
            after = at + announced
            if _is_quoted(lines, after) or quoted:
                at = _past_quote(lines, after)
            elif _said_something(kept):
                return kept
            else:  # Nothing was said before: a bare forward says what it passes on.
                at = after
        elif quoted:
            end = _past_quote(lines, at)
            if not _said_something(kept) and end - at <= SHORT_QUOTE and not any(_announced(lines, one) for one in range(at, end)):
                kept += lines[at:end]
            at = end
        else:
            kept.append(line)
            at += 1
    return kept


def _announced(lines: list[str], at: int) -> int:
    """How many lines announce a quote here: a line across with its headers, headers alone, or an attribution."""
    line = lines[at]
    if not line.strip() or len(line) > LONGEST_LINE:
        return 0
    if quotes.across(line):
        after = at + 1
        while after < len(lines) and not lines[after].strip():
            after += 1
        return after - at + quotes.header_block(lines, after) if after < len(lines) else after - at
    return quotes.header_block(lines, at) or quotes.attribution(lines, at)


def _is_quoted(lines: list[str], at: int) -> bool:
    while at < len(lines) and not lines[at].strip():
        at += 1
    return at < len(lines) and lines[at].lstrip().startswith(">")


def _past_quote(lines: list[str], at: int) -> int:
    """Past the quoted lines, the blank ones between them, and the end of a line that was wrapped without its mark."""
    end = at
    while at < len(lines):
        if lines[at].lstrip().startswith(">"):
            end = at + 1
        elif lines[at].strip():
            wrapped = at == end and at + 1 < len(lines) and lines[at + 1].lstrip().startswith(">")
            if not wrapped:
                break
        at += 1
    return max(end, 1)


def _said_something(kept: list[str]) -> bool:
    return any(line.strip() for line in kept)


def _without_signature(lines: list[str]) -> list[str]:
    for at, line in enumerate(lines):
        ends = SIGNATURE.match(line) or LIST_FOOTER.match(line) or (DASHES.match(line) and len(lines) - at < 10)
        if ends and _said_something(lines[:at]):
            lines = lines[:at]
            break
    while lines and (not lines[-1].strip() or (len(lines[-1]) < LONGEST_LINE and PHONE.match(lines[-1]))):
        lines = lines[:-1]
    return lines


def _asked(text: str) -> str:
    """What the libraries leave of it, where it still looks as if it quoted something; they say where to cut, the text stays as it was."""
    if len(text) > ASKED_UP_TO or not LOOKS_QUOTED.search(text) or text.lstrip().startswith(">"):
        return text
    text = text.strip()
    text = _cut(text, LanguageParser(languages=LANGUAGES).read(text).replies[0].content.strip())
    if text.count("On") > 8:  # Its pattern for 'On ... wrote:' takes time with the third power of these.
        return text
    fragments = EmailReplyParser.read(text).fragments
    while len(fragments) > 1 and (fragments[-1].quoted or fragments[-1].headers or not fragments[-1].content):
        at = text.rfind(fragments.pop().content)
        text = text[:at].rstrip() if at > 0 else text
    return text


def _cut(text: str, beginning: str) -> str:
    """The lines of the text that make up its beginning; all of it where the beginning is none, or empty."""
    lines = text.split("\n")[: beginning.count("\n") + 1]
    return "\n".join(lines) if beginning and " ".join(" ".join(lines).split()) == " ".join(beginning.split()) else text
