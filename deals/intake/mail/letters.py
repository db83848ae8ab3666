"""How bytes become letters, whatever the message claims about them. Never raises."""

from __future__ import annotations

import re

from charset_normalizer import from_bytes

from deals.intake.files.encodings import OTHER_SCRIPTS

# What mail calls a charset, and the wider one that is a superset of it in use.
WIDER = {
    "gb2312": "gb18030", "gbk": "gb18030", "x-gbk": "gb18030", "gb_2312-80": "gb18030", "shift_jis": "cp932", "shift-jis": "cp932",
    "sjis": "cp932", "x-sjis": "cp932", "ks_c_5601-1987": "cp949", "euc-kr": "cp949", "iso-8859-1": "cp1252", "latin1": "cp1252",
    "latin-1": "cp1252", "iso8859-1": "cp1252", "iso-8859-8-i": "iso-8859-8", "iso-8859-8-e": "iso-8859-8", "iso-2022-jp": "iso-2022-jp-ext",
    "unicode-1-1-utf-7": "utf-7", "utf8": "utf-8", "utf-8mb4": "utf-8", "x-mac-roman": "mac-roman", "macintosh": "mac-roman", "big5": "big5hkscs",
    "iso-8859-9": "cp1254", "tis-620": "cp874", "iso-8859-11": "cp874", "x-windows-949": "cp949", "windows-31j": "cp932", "cp-850": "cp850",
}  # fmt: skip
# Seven-bit bytes do not mean plain ASCII in these.
SHIFTING = ("iso-2022", "utf-7", "hz", "utf-16", "utf-32", "utf7", "utf16", "utf32", "unicode-1-1", "iso2022")
# Not letters at all, or slower than the length of the text allows (punycode is quadratic).
REFUSED = {"punycode", "idna", "unicode_escape", "raw_unicode_escape", "unicode-escape", "raw-unicode-escape", "undefined", "mbcs", "oem"}
PLAIN = {"", "us-ascii", "ascii", "7bit", "8bit", "unknown", "unknown-8bit", "x-unknown", "default", "binary", "none", "ansi_x3.4-1968"}
CHARSET_NAME = re.compile(r"[\w.:+-]{1,40}\Z", re.ASCII)
SAMPLE = 4096
# With fewer letters than this beyond ASCII a guess is worth nothing.
ENOUGH = 16
# What PostgreSQL cannot hold in a text, or what can be no letter by itself.
UNSTORABLE = re.compile("[\x00\ud800-\udfff]")


def decoded(content: bytes, charset: str) -> tuple[str, bool]:
    """The text, and whether the declared charset fitted."""
    declared = charset.strip().strip("\"'").lower()
    if content.isascii() and not declared.startswith(SHIFTING):
        return storable(content.decode("ascii")), True
    if declared not in PLAIN and declared not in REFUSED and CHARSET_NAME.match(declared):
        for name in dict.fromkeys((declared, WIDER.get(declared, declared))):
            text = _strictly(content, name if name != "iso-8859-1" else "cp1252")
            if text is not None:
                return storable(text), True
    for name in ("utf-8", _likeliest(content), "cp1252"):
        text = _strictly(content, name)
        if text is not None:
            return storable(text), declared in PLAIN and name == "utf-8"
    return storable(content.decode("latin-1")), False


def storable(text: str) -> str:
    """Without NUL and halves of surrogate pairs, which the database refuses."""
    if "\x00" not in text and text.isascii():
        return text
    return UNSTORABLE.sub("", text)


def _strictly(content: bytes, name: str) -> str | None:
    try:
        return content.decode(name)
    except (UnicodeError, LookupError, ValueError):
        return None


def _likeliest(content: bytes) -> str:
    """The code page of another script, guessed from a sample around the first such letter; 'cp1252' where too few tell, or none does."""
    first = next((at for at in range(0, len(content), 256) if not content[at : at + 256].isascii()), 0)
    sample = content[max(0, first - 256) : first + SAMPLE]
    if sum(octet > 127 for octet in sample) < ENOUGH:
        return "cp1252"
    best = from_bytes(sample).best()
    return best.encoding if best and best.encoding in OTHER_SCRIPTS else "cp1252"
