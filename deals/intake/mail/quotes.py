"""How mail programs announce what they quote: by an attribution ('On ... wrote:'), a block of headers, or a line across."""

from __future__ import annotations

import re

WROTE = (
    r"wrote|writes|schrieb|schreibt|geschrieben|a [ée]crit|escribi[óo]|ha escrito|ha scritto|scrive|scrisse|escreveu|skrev|skriver|kirjoitti"
    r"|schreef|napisał(?:\(a\)|a)?"
    r"|pisze|napsal(?:\(a\)|a)?|nap[íi]sal(?:a|\(a\))?|написа(?:л|ла|в|ла\(в\))(?:\(а\))?|пишет|пише|írta|a scris|yazdı|şunları yazdı|έγραψε"
    r"|je napisa[ol]a?|napisao|rašė|parašė"
    r"|rakstīja|kirjutas|escrigué|va escriure|viết|menulis|写道|寫道|작성|wrote the following|כתב|كتب"
)
VERB = re.compile(rf"(?<![^\W\d_])(?:{WROTE})(?![^\W\d_])", re.IGNORECASE)
ADDRESS = re.compile(r"[^\s<>@]{1,64}@[^\s<>@]{1,100}")
NUMBER = re.compile(r"\d{1,2}[./:-]\d{1,2}|\d{4}")
BY_DATE = re.compile(r"^\d{4}-\d\d-\d\d \d{1,2}:\d\d (?:GMT|UTC)[+-]\d\d:?\d\d\b")
ON = re.compile(r"^\W{0,4}(?:on|am|le|el|il|em|op|den|dnia|kl|w dniu|dne|в|at)\s[^\n]{0,80}\d", re.IGNORECASE)
DATE_FIRST = re.compile(r"^\W{0,2}\d{1,4}(?:[./-]\d{1,2}[./-]|\.?\s[^\W\d_]{3,10}\.?\s\d{4})")
DAY_AND_TIME = re.compile(r"\d{4}.{0,12}\b\d{1,2}[:.h]\d\d\b|\b\d{1,2}[:.h]\d\d\b.{0,12}\d{4}")
LABELS = {
    "from": "message du|from|von|de|da|från|fra|van|od|от|від|lähettäjä|kimden|feladó|desde|发件人|寄件者|差出人|보낸 사람|expéditeur|mittente"
    "|nadawca|lähettänyt|de la",
    "other": (
        "sent|date|to|cc|subject|reply-to|gesendet|datum|an|betreff|kopie|envoyé|à|copie à|objet|date d'envoi|enviado|enviado el|fecha|para|asunto"
        "|assunto|data|inviato|a"
        "|oggetto|cópia|skickat|till|ämne|sendt|til|emne|dato|verzonden|aan|onderwerp|wysłano|wysłane|do|dw|temat|odesláno|komu|předmět|kopie"
        "|отправлено|дата|кому|тема|копия"
        "|надіслано|lähetetty|vastaanottaja|aihe|päivämäärä|tarih|gönderme tarihi|kime|konu|küldve|címzett|tárgy"
        "|发送时间|收件人|主题|日期|寄件日期|收件者|主旨|送信日時|宛先|件名"
        "|보낸 날짜|받는 사람|제목|trimis|către|subiect|destinataire|wichtigkeit|importance|priority"
    ),
}
FROM_LABEL = re.compile(rf"^[\s>*]*(?:{LABELS['from']})\*?\s?[:：]\*?\s*\S", re.IGNORECASE)
ANY_LABEL = re.compile(rf"^[\s>*]*(?:{LABELS['from']}|{LABELS['other']})\*?\s?[:：]\*?(?:\s|$|\S)", re.IGNORECASE)
ACROSS = re.compile(
    r"^\s*[-_=*]{2,}\s*(?:original|originale|ursprüngliche|forwarded|weitergeleitete|mensaje|message|messaggio|mensagem|oprindelig|opprinnelig"
    r"|ursprungligt"
    r"|oorspronkelijk|doorgestuurd|wiadomość|oryginalna|původní|исходное|пересылаемое|пересланное|alkuperäinen|eredeti|mesaj|orijinal|початкове"
    r"|原始邮件|原始郵件|元のメッセージ|원본)"
    r"[^\n]{0,40}[-_=*]{2,}\s*$",
    re.IGNORECASE,
)
APPLE_FORWARD = re.compile(
    r"^(?:begin forwarded message|anfang der weitergeleiteten (?:nachricht|e-mail)|début du message (?:transféré|réexpédié)"
    r"|inicio del mensaje reenviado"
    r"|inizio messaggio inoltrato|início da mensagem (?:encaminhada|reencaminhada)|begin doorgestuurd bericht|vidarebefordrat brev"
    r"|videresendt besked)\s*:?\s*$",
    re.IGNORECASE,
)
LINE_ACROSS = re.compile(r"^\s*[-_=*]{5,}\s*$")


def attribution(lines: list[str], at: int) -> int:
    """How many lines from `at` on announce a quote ('On Tuesday\nAnn <a@b> wrote:'); 0 where they do not.

    A line that was said right above an attribution is no part of it: where a later line begins one as well as this does, it begins there.
    """
    length = _length(lines, at)
    if length <= 1:
        return length
    for later in range(at + 1, at + length):
        if _begins(lines[later]) and _length(lines, later):
            return 0
    first = lines[at]
    return length if _begins(first) or ADDRESS.search(first) or (NUMBER.search(first) and not _length(lines, at + 1)) else 0


def _begins(line: str) -> bool:
    """Whether an attribution may begin so: by 'On', a date, a day with its time, or the name with the verb."""
    line = line[:400].strip().lstrip("> ")
    return bool(
        ON.match(line) or DATE_FIRST.match(line) or DAY_AND_TIME.search(line) or (ADDRESS.search(line) and VERB.search(line) and NUMBER.search(line))
    )


def _length(lines: list[str], at: int) -> int:
    first = lines[at].strip().lstrip(">").strip()
    if not first or len(first) > 300:
        return 0
    if BY_DATE.match(first):
        return 1
    joined = ""
    most = 8 if ON.match(first) else 3
    for length in range(1, min(most, len(lines) - at) + 1):
        line = lines[at + length - 1].strip().lstrip(">").strip()
        if not line and not ON.match(first):
            return 0
        joined = f"{joined} {line}".strip()
        if len(joined) > 500:
            return 0
        if _is_attribution(joined):
            return length
    return 0


def _is_attribution(text: str) -> bool:
    if not text.endswith((":", "：", "--")):
        return False
    verb = VERB.search(text)
    if verb is None:
        return False
    return bool(ADDRESS.search(text) or NUMBER.search(text)) and (len(text) - verb.end() < 180 or bool(NUMBER.search(text, verb.end())))


def header_block(lines: list[str], at: int) -> int:
    """How many lines from `at` on are the headers of a quoted message; 0 where they are none. A line across before them counts in."""
    start = at
    while start < len(lines) and start < at + 3 and (LINE_ACROSS.match(lines[start][:300]) or (start > at and not lines[start].strip())):
        start += 1
    if start >= len(lines) or not FROM_LABEL.match(lines[start][:300]):
        return 0
    labels, end = 1, start + 1
    while end < len(lines) and end < start + 14:
        if ANY_LABEL.match(lines[end][:300]):
            labels += 1
        elif _ends_block(lines, end, labels, end > start + 1):
            break
        end += 1
    return end - at if labels >= 3 else 0


def _ends_block(lines: list[str], at: int, labels: int, begun: bool) -> bool:
    """A blank line ends the headers, unless one stands right after the first; so does a paragraph between blank lines."""
    if not lines[at].strip():
        return begun
    return 1 < labels < 3 and at + 1 < len(lines) and not lines[at + 1].strip()


def across(line: str) -> bool:
    """A line like '-----Original Message-----'."""
    return bool(ACROSS.match(line) or APPLE_FORWARD.match(line.strip()))
