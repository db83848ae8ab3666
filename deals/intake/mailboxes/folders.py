"""Which folders are read: the inbox, and the one where the mail program puts what we sent."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Iterable

    from imap_tools import FolderInfo

INBOX = "INBOX"
# Names that mail programs give it where the server does not say which it is (RFC 6154), in small letters, the likeliest first.
SENT_NAMES = (
    "sent", "sent items", "sent mail", "sent messages", "sent-mail", "sent_mail", "outbox sent",
    "gesendet", "gesendete elemente", "gesendete objekte", "gesendete nachrichten", "gesendete e-mails",
    "envoyés", "éléments envoyés", "messages envoyés", "courrier envoyé", "objets envoyés",
    "enviados", "elementos enviados", "mensajes enviados", "correo enviado", "itens enviados", "mensagens enviadas", "e-mails enviados",
    "posta inviata", "inviati", "inviata", "elementi inviati", "messaggi inviati",
    "verzonden", "verzonden items", "verzonden berichten", "verzonden mail",
    "skickat", "skickade objekt", "skickade meddelanden", "sendt", "sendt post", "sendte elementer", "sendte meddelelser",
    "lähetetyt", "lähetetyt viestit", "wysłane", "elementy wysłane", "odeslaná pošta", "odeslané", "odoslané", "elküldött", "elküldött elemek",
    "trimise", "elemente trimise", "отправленные", "надіслані", "απεσταλμένα", "gönderilmiş öğeler", "gönderilenler", "送信済み", "送信済みアイテム",
    "已发送", "已发送邮件", "已傳送郵件", "寄件備份", "보낸편지함", "보낸 편지함", "पठविलेले", "العناصر المرسلة", "דואר יוצא",
)  # fmt: skip


@dataclass(frozen=True, slots=True)
class Folder:
    """``role``: "inbox" or "sent"."""

    name: str
    role: str


def to_read(listed: Iterable[FolderInfo]) -> list[Folder]:
    """The folders in the order they are read: what we sent first, so that no answer of ours seems to be missing."""
    name = sent_folder(list(listed))
    return [*([Folder(name, "sent")] if name else []), Folder(INBOX, "inbox")]


def sent_folder(listed: list[FolderInfo]) -> str:
    """The one the server marks as such, else the one with the likeliest name; empty where there is none."""
    usable = [one for one in listed if not {flag.lower() for flag in one.flags} & {"\\noselect", "\\nonexistent"} and one.name.upper() != INBOX]
    marked = next((one.name for one in usable if "\\sent" in {flag.lower() for flag in one.flags}), "")
    if marked:
        return marked
    ranks = {name: rank for rank, name in enumerate(SENT_NAMES)}
    named = [(ranks[leaf], len(one.name), one.name) for one in usable if (leaf := _leaf(one)) in ranks]
    return min(named)[2] if named else ""


def _leaf(folder: FolderInfo) -> str:
    name = folder.name.rpartition(folder.delim)[2] if folder.delim else folder.name
    return name.strip().casefold()
