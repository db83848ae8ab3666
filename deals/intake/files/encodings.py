"""How a text file's bytes become letters."""

from __future__ import annotations

import codecs
import re
from typing import TYPE_CHECKING

from charset_normalizer import from_bytes

if TYPE_CHECKING:
    from pathlib import Path

BYTE_ORDER_MARKS = (
    (codecs.BOM_UTF8, "utf-8-sig"),
    (codecs.BOM_UTF32_LE, "utf-32"),
    (codecs.BOM_UTF32_BE, "utf-32"),
    (codecs.BOM_UTF16_LE, "utf-16"),
    (codecs.BOM_UTF16_BE, "utf-16"),
)
CHUNK = 1024 * 1024
# Code pages of other scripts. Between the western ones charset-normalizer only guesses, so they are left out.
OTHER_SCRIPTS = {
    "cp1251", "koi8_r", "koi8_u", "iso8859_5", "mac_cyrillic", "cp866", "cp1253", "iso8859_7", "cp1255", "iso8859_8", "cp1256", "iso8859_6",
    "shift_jis", "cp932", "euc_jp", "gb2312", "gbk", "gb18030", "big5", "cp949", "euc_kr", "cp874", "tis_620",
}  # fmt: skip
# Central Europe's letters (ł, ą, ę, č...) read as western ones leave signs in the middle of words.
SIGN_IN_A_WORD = re.compile(r"[^\W\d_][¹²³¼½¾£¥§©®±µ¶·¿][^\W\d_]")


def encoding_of(path: Path) -> str:
    """The encoding's Python name: by its mark, by its zeros, as UTF-8 where it is valid, or the likeliest code page."""
    with path.open("rb") as file:
        sample = file.read(256 * 1024)
    for mark, name in BYTE_ORDER_MARKS:
        if sample.startswith(mark):
            return name
    return _utf16_without_mark(sample) or _utf8(path) or _code_page(sample)


def _utf16_without_mark(sample: bytes) -> str | None:
    """Latin text in UTF-16 has a zero in every second byte."""
    pairs = len(sample) // 2
    if pairs < 2:
        return None
    even, odd = sample[0 : pairs * 2 : 2].count(0), sample[1 : pairs * 2 : 2].count(0)
    if odd > pairs * 0.4 and even < pairs * 0.1:
        return "utf-16-le"
    if even > pairs * 0.4 and odd < pairs * 0.1:
        return "utf-16-be"
    return None


def _utf8(path: Path) -> str | None:
    decoder = codecs.getincrementaldecoder("utf-8")()
    with path.open("rb") as file:
        try:
            while chunk := file.read(CHUNK):
                decoder.decode(chunk)
            decoder.decode(b"", final=True)
        except UnicodeDecodeError:
            return None
    return "utf-8"


def _code_page(sample: bytes) -> str:
    """Windows' western code page unless the letters clearly make words of another script or of Central Europe."""
    best = from_bytes(sample[: 64 * 1024], threshold=0.3, enable_fallback=False).best()
    if best is not None and best.encoding in OTHER_SCRIPTS and best.coherence > 0.3:
        return best.encoding
    try:
        western = sample.decode("cp1252")
    except UnicodeDecodeError:
        return "latin-1"
    return "cp1250" if len(SIGN_IN_A_WORD.findall(western)) > 2 else "cp1252"
