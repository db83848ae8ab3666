"""Lists of addresses as mail writes them, broken ones too."""

from __future__ import annotations

import re

from deals.intake.mail.headers import words
from deals.intake.mail.message import Address

MOST = 2000
PIECE = re.compile(r'"(?:[^"\\]|\\.){0,200}"|\((?:[^()\\]|\\.){0,200}\)|<[^<>]*>|[,;:]|[^",;:()<>]+|.', re.DOTALL)
# The lengths are bounded as RFC 5321 bounds them (a local part of 64, doubled for what exists), which keeps the search linear.
ADDRESS = re.compile(r"[^\s<>()\[\],;:\"@]{1,128}@(?:[^\s<>()\[\],;:\"@]{1,255}|\[[\w.:]{1,64}\])")
COMMENT = re.compile(r"\([^()]*\)")
ROUTE = re.compile(r"^@[^:<>]*:")


# Invisible, and no part of anybody's name.
MARKS = re.compile("[\u200e\u200f]")


def listed(values: tuple[str, ...]) -> tuple[Address, ...]:
    """Each mailbox of the field's values once; a group's name and what has no address in it are left out."""
    found: dict[str, Address] = {}
    for value in values:
        for one in _mailboxes(value):
            found.setdefault(one.address, one)
            if len(found) >= MOST:
                return tuple(found.values())
    return tuple(found.values())


def _mailboxes(value: str) -> list[Address]:
    simple = value.strip()
    if ADDRESS.fullmatch(simple):
        return [Address("", simple.lower())]
    found: list[Address] = []
    name: list[str] = []
    comment = angle = ""
    for piece in (*PIECE.findall(value), ","):
        if piece[0] == "<" and len(piece) > 1:
            angle = angle or COMMENT.sub("", piece[1:-1])
        elif piece[0] == "(" and len(piece) > 1:
            comment = piece[1:-1]
        elif piece in ",;" or (piece == ":" and not angle and not ADDRESS.search("".join(name))):
            if piece != ":":
                found += _mailbox("".join(name), angle, comment)
            name, comment, angle = [], "", ""
        else:
            name.append(piece)
    return found


def _mailbox(name: str, angle: str, comment: str) -> list[Address]:
    inside = ADDRESS.search(ROUTE.sub("", angle)) or ADDRESS.search(words(angle)) if angle else None
    if inside:
        return [Address(_shown(name) or _shown(comment), inside[0].lower())]
    bare = ADDRESS.search(name)
    if bare:
        return [Address(_shown(comment) or _shown(name.replace(bare[0], "")), bare[0].lower().strip("'"))]
    local = angle.strip()
    if local and re.fullmatch(r"[\w.+-]+", local):  # A local mailbox: "MAILER-DAEMON".
        return [Address(_shown(name), local.lower())]
    if name.strip() and re.fullmatch(r"[\w.+-]*(?:daemon|postmaster|root)[\w.+-]*", name.strip(), re.IGNORECASE):
        return [Address("", name.strip().lower())]
    return []


def _shown(name: str) -> str:
    plain = re.sub(r'"((?:[^"\\]|\\.)*)"', lambda quoted: re.sub(r"\\(.)", r"\1", quoted[1]), name)
    return MARKS.sub("", words(plain.strip())).strip().strip("\"'").strip()
