"""What kind of file it is, told by its first bytes and never by its name."""

from __future__ import annotations

import zipfile
import zlib
from enum import Enum
from typing import TYPE_CHECKING

from django.utils.translation import gettext as _

from accounts.refusals import Refused

if TYPE_CHECKING:
    from pathlib import Path


class Container(Enum):
    TEXT = "text"
    WORKBOOK = "workbook"


OLE = b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1"
# What people send by mistake, by the first bytes.
STRANGERS = (
    b"%PDF",
    b"\x89PNG",
    b"\xff\xd8\xff",
    b"GIF8",
    b"Rar!",
    b"7z\xbc\xaf",
    b"\x1f\x8b",
    b"BZh",
    b"\xfd7zXZ",
    b"SQLite format 3",
    b"{\\rtf",
    b"\x7fELF",
)
BIFF_BEGINNINGS = (b"\x09\x00\x04\x00", b"\x09\x02\x06\x00", b"\x09\x04\x06\x00", b"\x09\x08")
MAX_UNPACKED = 1024 * 1024 * 1024
CHUNK = 1024 * 1024


def protected() -> str:
    return _("The workbook is protected by a password. Open it, save a copy without the password and import the copy.")


def kind_of(path: Path) -> Container:
    """Text or workbook. Refuses what cannot hold rows, with what to do instead."""
    with path.open("rb") as file:
        head = file.read(4096)
    if not head.strip(b"\x00\r\n\t \xef\xbb\xbf\xff\xfe"):
        raise Refused(_("The file is empty."))
    if head.startswith(b"PK"):
        _look_into_zip(path)
        return Container.WORKBOOK
    if head.startswith(OLE) or head.startswith(BIFF_BEGINNINGS):
        if _holds(path, "EncryptedPackage".encode("utf-16-le")):
            raise Refused(protected())
        return Container.WORKBOOK
    if head.startswith(STRANGERS):
        raise Refused(_("This is not a table. Salvor reads CSV, TSV, XLSX, XLSM, XLSB, XLS and ODS files; save your export as one of them."))
    start = head.lstrip(b"\xef\xbb\xbf \r\n\t")[:200].lower()
    if start.startswith((b"<!doctype html", b"<html", b"<table")):
        raise Refused(
            _("This is a web page, even if its name says otherwise. Open it in a spreadsheet program, save it as CSV or XLSX and import that.")
        )
    if start.startswith(b"<?xml"):
        raise Refused(_("This is an XML file. Open it in a spreadsheet program, save it as CSV or XLSX and import that."))
    return Container.TEXT


def _look_into_zip(path: Path) -> None:
    """A workbook is a zip with known parts; anything else has to be unpacked first. Guards against zip bombs."""
    try:
        with zipfile.ZipFile(path) as archive:
            parts = archive.infolist()
            names = {part.filename.lstrip("/").replace("\\", "/").lower() for part in parts}
            unpacked = sum(part.file_size for part in parts)
            locked = any(part.flag_bits & 1 for part in parts) or _open_document_is_locked(archive)
    except (zipfile.BadZipFile, zlib.error, ValueError, OSError, NotImplementedError, RuntimeError) as error:
        raise Refused(_("The file is damaged: its parts cannot be listed. Export it again.")) from error
    if locked:
        raise Refused(protected())
    if unpacked > MAX_UNPACKED:
        raise Refused(_("The workbook says that it holds more than a gigabyte. Save it as CSV and import that."))
    if not any(name.startswith(("xl/", "_rels/", "word/")) or name in {"[content_types].xml", "content.xml"} for name in names):
        raise Refused(_("This is a zip archive. Unpack it and import the file inside."))


def _open_document_is_locked(archive: zipfile.ZipFile) -> bool:
    try:
        with archive.open("META-INF/manifest.xml") as manifest:
            return b"encryption-data" in manifest.read(CHUNK)
    except KeyError:
        return False


def _holds(path: Path, sought: bytes) -> bool:
    before = b""
    with path.open("rb") as file:
        while chunk := file.read(CHUNK):
            if sought in before + chunk:
                return True
            before = chunk[-len(sought) :]
    return False
