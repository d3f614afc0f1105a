"""Names of machines, assets and tags, as plants really give them."""

from __future__ import annotations

import random
import re
import unicodedata

from tools.plant.held_out import FIRST_NUMBER, NOUNS, Split, allowed
from tools.plant.library import MachineKind, SignalKind

_SIDES = (
    "east", "west", "north", "south", "left", "right", "A", "B", "II", "Nord", "Süd", "Ost",
    "old hall", "stand-by", "1/2", "upper", "lower", "#3",
)  # fmt: skip
_LETTERS = "ABCD"
_GERMAN = frozenset(
    {
        "Kesselspeisepumpe", "Umwälzpumpe", "Abluftventilator", "Zuluftventilator", "Kompressor",
        "Verdichter", "Hauptantrieb", "Förderband", "Rollenbahn", "Backofen", "Durchlaufofen",
        "Kühlraum", "Tiefkühlzelle", "Anlage", "Kältemaschine", "Dampfkessel", "Presse",
        "Getriebe", "Drehzelle", "Wasseraufbereitung", "Abfüller", "Vakuumpumpe", "Mühle",
        "Brückenkran", "Trafo", "Reinraum", "Trockner", "Plattenkühler", "Rührwerk",
    }
)  # fmt: skip


def machine_name(draw: random.Random, kind: MachineKind, split: Split) -> str:
    """What people call a machine: ``Feed pump 3``, ``P-101A``, ``Line 4 filler``."""
    noun = draw.choice(allowed(list(kind.nouns), NOUNS, split, chance=draw.random()))
    code, number = draw.choice(kind.codes), draw.randrange(1, 13)
    tag = f"{code}-{_number(draw, split)}{draw.choice(('', '', *_LETTERS))}"
    forms = (
        f"{noun} {number}", f"{noun} {number}", f"{noun} {number}", tag, f"{noun} {tag}",
        f"{noun} {draw.choice(_SIDES)}", f"{noun} {draw.choice(_SIDES)}",
        f"{noun} {number}{draw.choice(_LETTERS)}", f"{_line(noun)} {number} {_lower(noun)}",
        f"{noun} {number}.{draw.randrange(1, 5)}", f"{code}{number:02d} {noun}",
        f"{noun} {draw.randrange(1, 5)} {draw.choice(_SIDES[:4])}",
        noun if " " in noun else f"{noun} {draw.choice(_SIDES)}",
        f"{draw.randrange(10, 90)}-{code}-{_number(draw, split)}",
    )  # fmt: skip
    return draw.choice(forms)


def asset_name(draw: random.Random, name: str) -> str:
    """One topic level that stands for the machine: its name, plain, or a number of its own."""
    plain = unicodedata.normalize("NFKD", name.replace("ß", "ss"))
    plain = plain.encode("ascii", "ignore").decode()
    slug = re.sub(r"[^A-Za-z0-9]+", draw.choice("-_-"), plain).strip("-_")
    if draw.random() < 0.15:
        return f"{draw.choice(('asset', 'eq', 'm', 'unit'))}{draw.randrange(100, 9999)}"
    return slug.lower() if draw.random() < 0.8 else slug


def tag_key(draw: random.Random, kind: SignalKind, style: str, number: int) -> str:
    """A tag's key in the machine's style: ``bearing_temp``, ``17-PT-204``, ``TT204A``."""
    if style == "isa":
        return f"{draw.randrange(10, 60)}-{kind.code}-{number}"
    if style == "short":
        return f"{kind.code}{number}{draw.choice(('', '', 'A', 'B'))}"
    return draw.choice(kind.keys)


def _number(draw: random.Random, split: Split) -> int:
    first, last = (FIRST_NUMBER, 999) if split == "held_out" else (101, FIRST_NUMBER)
    return draw.randrange(first, last)


def _line(noun: str) -> str:
    return "Linie" if noun in _GERMAN else "Hall" if noun.startswith("Line") else "Line"


def _lower(noun: str) -> str:
    if noun in _GERMAN or noun[:2].isupper():
        return noun
    return noun[0].lower() + noun[1:]
