"""What people call places: other words for rooms, floors by their order, outside and inside.

A home's own names come first. A word that nobody configured is added only where the home has
exactly one place that it can mean, so that no word ever widens what was said.
"""

from __future__ import annotations

import re
import unicodedata
from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from typing import TypeVar

from lamplighter.config import Area, Floor
from lamplighter.understanding.normalise import fold
from lamplighter.understanding.wording import key_of, spelt_out

_ROOMS = """
living room, lounge, sitting room, front room, parlour, parlor, drawing room, family room, salon
toilet, wc, loo, restroom, powder room, lavatory, guest toilet, guest wc, cloakroom
bathroom, bath, washroom, bath room
garden, yard, backyard, back yard, back garden
patio, terrace, deck, veranda, verandah
office, study, home office, workroom, work room, den
hall, hallway, corridor, entrance hall, entrance, entry, entryway, foyer
master bedroom, main bedroom, primary bedroom, master suite, our bedroom, parents bedroom, \
parents room
guest room, guest bedroom, spare room, spare bedroom, visitors room
kids room, childrens room, kids bedroom, childrens bedroom, nursery
baby room, babys room, nursery
basement, cellar
attic, loft
dining room, dining area, diner
laundry room, laundry, utility room, utility, wash house
pantry, larder
storage room, storeroom, store room, storage, box room
stairs, staircase, stairway, stairwell
gym, fitness room, workout room, exercise room
conservatory, winter garden, sun room, sunroom
home cinema, cinema, media room, movie room, theater, theatre, home theater, home theatre, tv room
driveway, drive
pool, swimming pool, pool area
shed, garden shed, tool shed
dressing room, walk in closet, closet, wardrobe
porch, front porch
playroom, play room, games room, game room
workshop, hobby room
car park, parking lot, parking area
"""
_OUTDOORS = """
garden, yard, backyard, back yard, back garden, front yard, front garden, patio, terrace, deck,
veranda, verandah, balcony, porch, front porch, back porch, driveway, drive, carport, pool,
swimming pool, pool area, pergola, lawn, courtyard, outside, outdoors, outdoor, exterior, garden
shed, roof terrace, car park, parking lot, yard gate
"""
_OUTDOOR_WORDS = frozenset(
    ("outside", "outdoor", "garden", "patio", "terrace", "balcony", "porch", "driveway")
)
_LEVELS = {
    -2: "sub basement, second basement",
    -1: "basement, cellar, lower ground, underground",
    0: "ground, main, downstairs, 0",
    1: "first, 1st, upper, upstairs, 1",
    2: "second, 2nd, 2",
    3: "third, 3rd, 3",
    9: "attic, loft, top, roof, penthouse",
}
"""What floors are called by their height, as far as "floor" is left away."""

_STOREY = re.compile(r"^(?:floor|level) (?=\d)| (?:floor|level|storey|story)$")
_RELATIVE = frozenset(
    ("upstairs", "downstairs", "upper", "top", "first", "main", "0", "1", "2", "3")
)
Place = TypeVar("Place", Area, Floor)
OUTSIDE, INSIDE, UPSTAIRS, DOWNSTAIRS = "Outside", "Inside", "Upstairs", "Downstairs"
"""Groups of areas, which go for floors."""

_GROUP_WORDS = {
    OUTSIDE: ("outside", "outdoors", "out of doors"),
    INSIDE: ("inside", "indoors"),
    UPSTAIRS: ("upstairs",),
    DOWNSTAIRS: ("downstairs",),
}
_SHORT = frozenset({"dining", "living", "laundry", "guest", "utility", "sitting"})
_SPLIT_AT = ("room", "yard", "way", "house")


@dataclass(frozen=True, slots=True)
class Places:
    """Areas and floors by everything that people call them.

    Attributes:
        areas: areas by folded name, alias or other word.
        floors: floors, and groups of areas, by folded name, alias or other word.
        members: the folded names of the areas on a floor or in a group, by its folded name.
    """

    areas: Mapping[str, Area]
    floors: Mapping[str, Floor]
    members: Mapping[str, frozenset[str]]

    def area(self, said: str) -> Area | None:
        """The area called this."""
        return self.areas.get(fold(said))

    def floor(self, said: str) -> Floor | None:
        """The floor, or the group of areas, called this."""
        return self.floors.get(fold(said))


def places_of(areas: Iterable[Area], floors: Iterable[Floor]) -> Places:
    """The places of a home with the words that can only mean one of them."""
    rooms, storeys = tuple(areas), tuple(floors)
    by_name = {fold(name): area for area in rooms for name in (area.name, *area.aliases)}
    floors_by_name = {
        fold(name): floor for floor in storeys for name in (floor.name, *floor.aliases)
    }
    members = {fold(floor.name): frozenset(_on(floor, rooms)) for floor in storeys}
    own = frozenset(by_name) | frozenset(floors_by_name)
    by_name |= dict(_only(_words_for(rooms), own))
    taken = frozenset(by_name)
    floors_by_name |= dict(_only(_floor_words(storeys), taken | own))
    for group, inside in _groups(rooms, storeys, members):
        words = [each for each in _GROUP_WORDS[group] if each not in by_name]
        free = [each for each in words if each not in floors_by_name]
        if free:
            members[fold(group)] = inside
            floors_by_name |= dict.fromkeys(free, Floor(group))
    return Places(by_name, floors_by_name, members)


def is_outdoors(name: str) -> bool:
    """True where a name says that it is outside: "Garden lights"."""
    return not _OUTDOOR_WORDS.isdisjoint(key_of(name))


def _only(found: Iterable[tuple[str, Place]], taken: frozenset[str]) -> Iterator[tuple[str, Place]]:
    """The words that one place alone is called by, and no place by its own name."""
    meant: defaultdict[str, dict[str, Place]] = defaultdict(dict)
    for said, place in found:
        meant[said].setdefault(fold(place.name), place)
    for said, places in meant.items():
        if said and said not in taken and len(places) == 1:
            yield said, next(iter(places.values()))


def _words_for(rooms: Iterable[Area]) -> Iterator[tuple[str, Area]]:
    """Other words for rooms, as far as each room alone goes."""
    same = [tuple(each.split(", ")) for each in _ROOMS.strip().splitlines()]
    keys = [(frozenset(map(key_of, words)), words) for words in same]
    for room in rooms:
        for name in map(fold, (room.name, *room.aliases)):
            key = key_of(name)
            yield from ((each, room) for each in _spellings(name))
            yield from ((word, room) for known, words in keys if key in known for word in words)
            yield from ((each, room) for each in _bedrooms(name))


def _bedrooms(name: str) -> Iterator[str]:
    """What the bedrooms of people are called: "Mia's room" is "Mia's bedroom" and "Mia"."""
    *owner, last = name.split() or [""]
    if last in ("room", "bedroom") and owner and owner[-1].endswith("s"):
        yield f"{' '.join(owner)} {'bedroom' if last == 'room' else 'room'}"
        if owner[-1].endswith("'s"):
            whose = " ".join([*owner[:-1], owner[-1].removesuffix("'s")])
            yield from (f"room of {whose}", f"bedroom of {whose}")
    if last == "bedroom":
        yield "bedroom"
        if not owner:
            yield from ("master bedroom", "main bedroom", "primary bedroom", "our bedroom")
    if not owner and not _is_room(name):
        yield from (f"{last}'s room", f"{last}s room", f"{last}'s bedroom", f"{last}s bedroom")


def _is_room(name: str) -> bool:
    """True where the name says what the place is, and not whose."""
    known = [*_ROOMS.replace("\n", ", ").split(", "), *_OUTDOORS.replace("\n", " ").split(", ")]
    levels = [word for words in _LEVELS.values() for word in words.split(", ")]
    return name in (*known, *levels, "kitchen", "garage") or "room" in name


def _spellings(name: str) -> Iterator[str]:
    """The name joined, split, hyphened, and without what is hard to type."""
    words = name.replace("-", " ").split()
    if not words:
        return
    yield " ".join(words)
    yield spelt_out(name)
    yield _bare(name)
    if len(words) > 1:
        yield from ("".join(words), "-".join(words))
        if words[-1] in ("room", "area") and words[0] in _SHORT:
            yield words[0]
    for ending in _SPLIT_AT:
        head = words[-1].removesuffix(ending)
        if head and head != words[-1]:
            yield " ".join([*words[:-1], head, ending])
    for at, word in enumerate(words[:-1]):
        before, after = words[:at], words[at + 1 :]
        plain = word.replace("'", "")
        if word.endswith(("'s", "s'")):
            yield " ".join([*before, plain, *after])
        elif word.endswith("s") and len(word) > len("its"):
            yield " ".join([*before, f"{word[:-1]}'s", *after])
            yield " ".join([*before, f"{word}'", *after])


def _bare(name: str) -> str:
    parted = unicodedata.normalize("NFD", name)
    return "".join(each for each in parted if unicodedata.category(each) != "Mn")


def _levels(storeys: Iterable[Floor]) -> dict[int, Floor]:
    """Floors by their height, 0 is the ground floor, as far as their names tell it."""
    heights = {fold(word): n for n, words in _LEVELS.items() for word in words.split(", ")}
    found: dict[int, Floor] = {}
    for floor in storeys:
        said = [_STOREY.sub("", fold(each)) for each in (floor.name, *floor.aliases)]
        known = [heights[each] for each in said if each in heights]
        if known:
            found.setdefault(known[0], floor)
    if 0 not in found and 1 in found and (2 in found or -1 in found):
        # Where nothing is below the first floor, people count from the ground.
        found[0] = found.pop(1)
    return found


def _floor_words(storeys: tuple[Floor, ...]) -> Iterator[tuple[str, Floor]]:
    levels = _levels(storeys)
    for height, floor in levels.items():
        for word in _LEVELS[height].split(", "):
            if word not in _RELATIVE:
                yield word, floor
            if word not in ("upstairs", "downstairs", "upper", "top"):
                yield f"{word} floor", floor
    for floor in storeys:
        for name in map(fold, (floor.name, *floor.aliases)):
            yield from ((each, floor) for each in (_bare(name), spelt_out(name)))
            if name.endswith((" floor", " level")):
                yield name.rsplit(maxsplit=1)[0], floor
    if len(levels) > 1 and len(levels) == len(storeys):
        yield "top", levels[max(levels)]
        yield "top floor", levels[max(levels)]
        yield "upper floor", levels[max(levels)]
        yield "lower floor", levels[min(levels)]
        yield "bottom floor", levels[min(levels)]


def _on(floor: Floor, rooms: Iterable[Area]) -> frozenset[str]:
    names = {fold(each) for each in (floor.name, *floor.aliases)}
    return frozenset(fold(room.name) for room in rooms if room.floor and fold(room.floor) in names)


def _groups(
    rooms: tuple[Area, ...], storeys: tuple[Floor, ...], members: Mapping[str, frozenset[str]]
) -> Iterator[tuple[str, frozenset[str]]]:
    known = {key_of(word) for word in _OUTDOORS.replace("\n", " ").split(", ")}
    outside = frozenset(
        fold(room.name)
        for room in rooms
        if any(key_of(each) in known for each in (room.name, *room.aliases))
    )
    yield OUTSIDE, outside
    if outside:
        yield INSIDE, frozenset(fold(room.name) for room in rooms) - outside
    levels = _levels(storeys)
    if len(levels) < 2 or len(levels) != len(storeys):
        return
    ground = 0 if 0 in levels and max(levels) > 0 else min(levels)
    above = [fold(floor.name) for height, floor in levels.items() if height > ground]
    below = [fold(floor.name) for height, floor in levels.items() if height == ground]
    for group, names in ((UPSTAIRS, above), (DOWNSTAIRS, below)):
        yield group, frozenset().union(*(members[name] for name in names))
