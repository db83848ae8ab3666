"""Names in any number, each a function of a number: no list of them is ever held."""

from __future__ import annotations

from config.demo_company.names import FIRST, LAST, words

FIRST_NAMES = tuple(sorted({name for group in FIRST.values() for name in words(group)}))
LAST_NAMES = tuple(sorted({name for group in LAST.values() for name in words(group)}))
BEGINNINGS = words(
    "Ash Bar Bel Birch Black Brad Bram Bright Brook Burn Cal Car Chel Clay Cold Cran Dar Dun East Elm Fair Fal Fen Fox Glen Gold Green Hal Hart Haw "
    "Hazel Hill Holm Kel Kings Lang Lin Long Mal Mar Mer Mill Moor New North Oak Old Pem Queens Rad Red River Rock Ros Sal Shel Silver South Stan "
    "Stone Summer Thorn Wal War West White Wind Winter Wood"
)
ENDINGS = words(
    "bourne bridge brook burgh bury by combe croft dale field ford gate grove ham haven hill hurst land leigh ley mere mont moor port ridge ton vale "
    "wick worth"
)
SIDES = ("", "Upper ", "Lower ", "Great ", "Little ")
KINDS = (
    "Hospitals", "Foods", "Brewing Company", "Hotels", "Paper Works", "College", "Senior Living", "Realty Trust", "Water District", "Creamery",
    "Medical Centre", "Properties", "University", "Pharmaceuticals", "Airport", "Castings", "Schools", "Transit Authority", "Textiles", "Dairy",
    "Biologics", "Rehabilitation", "Engineering", "Housing Association", "Laboratories", "Bottling", "Logistics", "Leisure",
)  # fmt: skip
PLACES = len(BEGINNINGS) * len(ENDINGS)
# Shares no factor with PLACES, so that neighbours in number are strangers in name and none comes twice.
STRIDE = 1009


def place(number: int) -> str:
    """A town; they come again after ``PLACES``."""
    found = number * STRIDE % PLACES
    return BEGINNINGS[found // len(ENDINGS)] + ENDINGS[found % len(ENDINGS)]


def organisation(number: int) -> str:
    """A name of its own for every number: town, then kind, then side, then a counted one."""
    rest, town = divmod(number, PLACES)
    rest, kind = divmod(rest, len(KINDS))
    again, side = divmod(rest, len(SIDES))
    # The kind turns with the town as well, so that the first accounts are not all hospitals.
    name = f"{SIDES[side]}{place(town)} {KINDS[(kind + town) % len(KINDS)]}"
    return f"{name} {again + 1}" if again else name


def person(number: int) -> str:
    """First and last name; they come again once every pair was used."""
    first, last = number % len(FIRST_NAMES), number // len(FIRST_NAMES) + number * 7
    return f"{FIRST_NAMES[first]} {LAST_NAMES[last % len(LAST_NAMES)]}"


def plain(name: str) -> str:
    """The letters and digits of ASCII in it, lower case: for addresses."""
    return "".join(letter for letter in name.lower() if letter.isascii() and letter.isalnum())
