"""Topic filters: which are valid, what they match, and to whom a topic belongs.

Rules from MQTT 5.0 section 4.7 (the same in 3.1.1) and 4.8.2 for shared subscriptions.
"""

from __future__ import annotations

import re
from collections.abc import Hashable, Iterator
from typing import Generic, TypeVar

_SHARE = "$share/"
_LONGEST = 65535
# A broker may end the connection over any of these (MQTT 5.0 section 1.5.4), and mosquitto does:
# the same message or subscription would end the next one as well.
_BROKERS_OWN = frozenset({"$SYS", "$share"})
_NO_CHARACTERS = "".join(chr(plane << 16 | low) for plane in range(17) for low in (0xFFFE, 0xFFFF))
_ODD = re.compile(f"[\x01-\x1f\x7f-\x9f\ufdd0-\ufdef{_NO_CHARACTERS}]")
_MOST_LEVELS = 200

T = TypeVar("T", bound=Hashable)


def topic_problem(topic: str) -> str | None:
    """Says why a topic can't be published on, or None where it can."""
    if not topic:
        return "is empty"
    if "+" in topic or "#" in topic:
        return "contains a wildcard"
    if topic[0] == "$" and topic.partition("/")[0] in _BROKERS_OWN:
        return "belongs to the broker"
    return _text_problem(topic)


def filter_problem(topic_filter: str) -> str | None:
    """Says why a topic filter can't be subscribed, or None where it can."""
    if topic_filter.startswith(_SHARE):
        group, _, rest = topic_filter.removeprefix(_SHARE).partition("/")
        if not group or "+" in group or "#" in group:
            return "names no share group"
        return filter_problem(rest)
    if not topic_filter:
        return "is empty"
    levels = topic_filter.split("/")
    if any("#" in level for level in levels[:-1]) or levels[-1] not in ("#", _plain(levels[-1])):
        return "has a # that is not a whole last level"
    if any("+" in level and level != "+" for level in levels):
        return "has a + that is not a whole level"
    return _text_problem(topic_filter)


def covers(wide: str, narrow: str) -> bool:
    """Whether every topic that the second filter matches is matched by the first one.

    A shared subscription covers nothing, and nothing covers it: its messages are shared out.
    """
    if wide.startswith(_SHARE) or narrow.startswith(_SHARE):
        return False
    if narrow.startswith("$") and wide[0] in "+#":
        return False
    theirs = narrow.split("/")
    levels = wide.split("/")
    for place, level in enumerate(levels):
        if level == "#":
            return True
        if place == len(theirs) or theirs[place] == "#":
            return False
        if level not in ("+", theirs[place]):
            return False
    return len(theirs) == len(levels)


def without_share(topic_filter: str) -> str:
    """The filter that a shared subscription's messages match; any other filter as it is."""
    if topic_filter.startswith(_SHARE):
        return topic_filter.removeprefix(_SHARE).partition("/")[2]
    return topic_filter


def _plain(level: str) -> str:
    return level.replace("#", "")


def _text_problem(text: str) -> str | None:
    size = len(text)
    if not (text.isascii() and text.isprintable()):
        if "\0" in text:
            return "contains a null character"
        if _ODD.search(text):
            return "contains a control character, or a code point that is no character"
        try:
            size = len(text.encode())
        except UnicodeEncodeError:
            return "is not valid Unicode"
    if size > _LONGEST:
        return "is longer than 65,535 bytes"
    return "has more than 200 levels" if text.count("/") >= _MOST_LEVELS else None


class _Node(Generic[T]):
    """One level of the tree: children by name, and the owners of filters that end here."""

    __slots__ = ("below", "children", "owners")

    def __init__(self) -> None:
        self.children: dict[str, _Node[T]] = {}
        self.owners: dict[T, None] = {}
        # Owners of filters with a final #, which match this level and everything below.
        self.below: dict[T, None] = {}

    def is_empty(self) -> bool:
        return not (self.children or self.owners or self.below)


class TopicTree(Generic[T]):
    """Maps topic filters to owners. Filters without wildcards cost one dictionary look-up."""

    def __init__(self) -> None:
        self._exact: dict[str, dict[T, None]] = {}
        self._root: _Node[T] = _Node()

    def add(self, topic_filter: str, owner: T) -> None:
        """Adds a valid filter (see :func:`filter_problem`); twice is the same as once."""
        bare = without_share(topic_filter)
        if "+" not in bare and "#" not in bare:
            self._exact.setdefault(bare, {})[owner] = None
            return
        node = self._root
        levels = bare.split("/")
        for level in levels[:-1]:
            node = node.children.setdefault(level, _Node())
        if levels[-1] == "#":
            node.below[owner] = None
        else:
            node.children.setdefault(levels[-1], _Node()).owners[owner] = None

    def remove(self, topic_filter: str, owner: T) -> None:
        """Removes what :meth:`add` added; nothing happens where it was not added."""
        bare = without_share(topic_filter)
        if "+" not in bare and "#" not in bare:
            owners = self._exact.get(bare, {})
            owners.pop(owner, None)
            if not owners:
                self._exact.pop(bare, None)
            return
        self._remove(self._root, bare.split("/"), owner)

    def _remove(self, node: _Node[T], levels: list[str], owner: T) -> None:
        if levels == ["#"]:
            node.below.pop(owner, None)
            return
        if not levels:
            node.owners.pop(owner, None)
            return
        child = node.children.get(levels[0])
        if child is None:
            return
        self._remove(child, levels[1:], owner)
        if child.is_empty():
            del node.children[levels[0]]

    def match(self, topic: str) -> list[T]:
        """The owners of all filters that match the topic, each once."""
        found: dict[T, None] = dict(self._exact.get(topic, ()))
        if self._root.children or self._root.below:
            levels = topic.split("/")
            for owners in _walk(self._root, levels, 0, wild=not topic.startswith("$")):
                found.update(owners)
        return list(found)


def _walk(node: _Node[T], levels: list[str], at: int, *, wild: bool) -> Iterator[dict[T, None]]:
    """Yields the owners that match; ``wild`` is False where a wildcard may not match this level.

    A topic that begins with ``$`` is not matched by a filter that begins with a wildcard.
    """
    if wild and node.below:
        yield node.below
    if at == len(levels):
        if node.owners:
            yield node.owners
        return
    child = node.children.get(levels[at])
    if child is not None:
        yield from _walk(child, levels, at + 1, wild=True)
    child = node.children.get("+") if wild else None
    if child is not None:
        yield from _walk(child, levels, at + 1, wild=True)
