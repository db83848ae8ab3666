"""A day as people write it in a sentence: '3 August', 'August 3rd', '03.08.', 'Monday', 'lundi 3 août'."""

from __future__ import annotations

import re
from datetime import date, timedelta

# Folded beginnings of the months' names, from January on, in the languages of our absence phrases.
MONTHS = (
    "jan|gen|ene|sty|led|янв|січ|ian|tam", "feb|fev|fév|lut|uno|фев|лют|helm", "mar|mär|mrt|maa|brez|бер|мар", "apr|avr|abr|kwi|dub|апр|кві|huh",
    "may|mai|mag|maj|mei|kve|мая|май|трав|tou", "jun|juin|giu|cze|cerven|июн|чер|kes", "jul|juil|lug|lip|cervenec|июл|лип|hei",
    "aug|aou|aoû|ago|sie|srp|авг|серп|elo", "sep|set|wrz|zar|сен|вер|syy", "oct|okt|ott|out|paz|rij|окт|жов|lok", "nov|lis|ноя|mar(?=ras)",
    "dec|dez|dic|déc|gru|pros|дек|груд|jou",
)  # fmt: skip
MONTH_OF = [re.compile(rf"(?:{names})[^\W\d_]*\.?", re.IGNORECASE) for names in MONTHS]
MONTH = "|".join(f"(?:{names})" for names in MONTHS)
WEEKDAYS = (
    "mon|lun|segunda|maandag|man|ponie|pond|пон|maan", "tue|die|mar|ter[cç]a|dins|tir|wt|ute|вто|вів|tii",
    "wed|mit|mer|mie|quarta|woe|ons|sro|str|сре|сер|kes",
    "thu|don|jeu|gio|jue|quinta|tor|czw|ctv|чет", "fri|fre|ven|vie|sexta|vri|pia|pat|пят|п'ят|per", "sat|sam|sab|zat|lor|sob|суб|lau",
    "sun|son|dim|dom|zon|nie|ned|вос|нед",
)  # fmt: skip
WEEKDAY = re.compile("|".join(rf"(?P<d{number}>(?:{names})[^\W\d_]*)" for number, names in enumerate(WEEKDAYS)))
LEAD = r"(?:(?:[^\W\d_]{2,14}\.?,?\s+(?:(?:the|den|dem|le|el|il|dnia)\s+)?))?"
YEAR = r"(?:,?\s*(?:de\s+|del\s+)?(?P<year>20\d\d))?"
ISO = re.compile(r"(?P<year>20\d\d)-(?P<month>\d\d)-(?P<day>\d\d)")
NUMBERS = re.compile(rf"{LEAD}(?P<first>\d{{1,2}})(?P<sign>[./-])\s?(?P<second>\d{{1,2}})(?:[./-]\s?(?P<year>20\d\d|\d\d)?)?(?!\d|:)")
DAY_MONTH = re.compile(
    rf"{LEAD}(?P<day>\d{{1,2}})(?:st|nd|rd|th|er|e|\.|º|ª)?\s+(?:of\s+|de\s+|di\s+)?(?P<name>(?:{MONTH})[^\W\d_]*)\.?{YEAR}", re.IGNORECASE
)
MONTH_DAY = re.compile(rf"{LEAD}(?P<name>(?:{MONTH})[^\W\d_]*)\.?\s+(?:the\s+)?(?P<day>\d{{1,2}})(?:st|nd|rd|th)?(?!\d|:){YEAR}", re.IGNORECASE)
# "July 10-31", "10. - 31. July", "3 to 14 August", "3.8. - 14.8."
TO = r"\s*(?:-|–|—|to|until|till|through|and|bis(?: zum)?|au|al|a|ate|tot(?: en met)?|t/m|do|till|til|по|до)\s*(?:the |den |dem )?"
MONTH_RANGE = re.compile(rf"(?P<name>(?:{MONTH})[^\W\d_]*)\.?\s+\d{{1,2}}(?:st|nd|rd|th)?{TO}(?P<day>\d{{1,2}})(?!\d)", re.IGNORECASE)
ANY_RANGE = re.compile(
    rf"[^.!?\n]{{0,4}}?{LEAD}\d{{1,2}}(?:[./-]\d{{0,2}}[./-]?(?:20\d\d)?|st|nd|rd|th|er)?(?:\s+(?:of\s+"
    rf"|de\s+)?[^\W\d_]{{3,12}}\.?)?(?:,?\s*20\d\d)?{TO}",
    re.IGNORECASE,
)


def day_at(text: str, at: int, written: date, *, ranged: bool = False) -> date | None:
    """The day that begins at `at` of a folded text; the end of a range that begins there where `ranged`. None where none does."""
    if ranged:
        within = MONTH_RANGE.match(text, at)
        if within:
            return _dated(int(within["day"]), _month(within["name"]), None, written)
        beginning = ANY_RANGE.match(text, at) or _named_range(text, at)
        return day_at(text, beginning.end(), written) if beginning else None
    iso = ISO.match(text, at)
    if iso:
        return _dated(int(iso["day"]), int(iso["month"]), int(iso["year"]), written)
    named = DAY_MONTH.match(text, at) or MONTH_DAY.match(text, at)
    if named:
        return _dated(int(named["day"]), _month(named["name"]), int(named["year"]) if named["year"] else None, written)
    numbers = NUMBERS.match(text, at)
    return _numbered(numbers, written) if numbers else _weekday(text, at, written)


def _weekday(text: str, at: int, written: date) -> date | None:
    """The next day of that name, never the day of writing itself."""
    if text.startswith("tomorrow", at):
        return written + timedelta(days=1)
    weekday = WEEKDAY.match(text, at)
    if not weekday or not weekday.lastgroup or len(weekday[0]) <= 3:
        return None
    return written + timedelta(days=(int(weekday.lastgroup[1:]) - written.weekday() - 1) % 7 + 1)


NAMED_RANGE = re.compile(rf"{LEAD}(?:{MONTH})[^\W\d_]*\.?\s+\d{{1,2}}(?:st|nd|rd|th)?(?:,?\s*20\d\d)?{TO}", re.IGNORECASE)


def _named_range(text: str, at: int) -> re.Match[str] | None:
    return NAMED_RANGE.match(text, at)


def _month(name: str) -> int:
    folded = name.lower()
    best = 0
    for number, pattern in enumerate(MONTH_OF, 1):
        if pattern.fullmatch(folded):
            best = number
            if number == 6 and folded.startswith("cervenec"):
                best = 7
            break
    return best


def _numbered(found: re.Match[str], written: date) -> date | None:
    first, second = int(found["first"]), int(found["second"])
    year = int(found["year"]) + (2000 if len(found["year"]) == 2 else 0) if found["year"] else None
    found_day = _dated(first, second, year, written)
    if found["sign"] != "/" or (found_day is not None and found_day >= written):
        return found_day
    return _dated(second, first, year, written)  # With slashes the month may stand first: it does where the other reading is over, or no day.


def _dated(day: int, month: int, year: int | None, written: date) -> date | None:
    try:
        if year is not None:
            return date(year, month, day)
        this_year = date(written.year, month, day)
        return this_year if this_year >= written - timedelta(days=60) else date(written.year + 1, month, day)
    except ValueError:
        return None
