"""Finds the templates of log lines as they stream in: Drain (He, Zhu, Zheng, Lyu, ICWS 2017).

::

    line ──> masks ──> words ──> number of words ──> first words ──> templates of that leaf
                                       (a tree of fixed depth)          │
                                            the likest one above the threshold, or a new one

What differs between a line and its template becomes ``<*>`` in the template. Memory is bounded:
the template that was not seen for longest is given up for a new one.
"""

from __future__ import annotations

import re
from collections import OrderedDict
from collections.abc import Sequence

from lamplighter.faults.plain_text import plain

ANY = "<*>"
_MASKS = (
    (re.compile(r"\b[0-9a-f]{8}(?:-[0-9a-f]{4}){3}-[0-9a-f]{12}\b", re.IGNORECASE), "<id>"),
    (re.compile(r"\b\d{4}-\d\d-\d\d[T ]\d\d:\d\d(?::\d\d(?:[.,]\d+)?)?Z?"), "<time>"),
    (re.compile(r"\b\d\d:\d\d:\d\d(?:[.,]\d+)?\b"), "<time>"),
    (re.compile(r"\b\d{1,3}(?:\.\d{1,3}){3}(?::\d+)?\b"), "<address>"),
    (re.compile(r"\b0x[0-9a-f]+\b", re.IGNORECASE), "<hex>"),
    (re.compile(r"\b(?=[0-9a-f]*\d)(?=[0-9a-f]*[a-f])[0-9a-f]{6,}\b", re.IGNORECASE), "<hex>"),
)
_QUOTED = re.compile(r'"[^"]*"')
_NUMBER = re.compile(r"(?<![\w<])[-+]?\d+(?:[.,]\d+)*")
_DIGIT = re.compile(r"\d")
_LONGEST = 200
# Valve V7 and valve V12 are more alike than two other words.
_ANOTHER_OF_THEM = 0.5
# Lines that differ in one of these say different things, however alike they are.
_STATES = frozenset(
    (
        "on", "off", "open", "opened", "opening", "close", "closed", "closing", "shut",
        "start", "started", "starting", "stop", "stopped", "stopping", "running", "high",
        "low", "up", "down", "over", "under", "trip", "tripped", "reset", "fail", "failed",
        "failure", "ok", "good", "bad", "fault", "faulted", "cleared", "raised", "active",
        "inactive", "enabled", "disabled", "connected", "disconnected", "lost", "restored",
        "above", "below", "rising", "falling", "normal", "alarm", "warning", "error", "full",
        "empty", "increased", "decreased", "manual", "auto", "automatic", "local", "remote",
        "ready", "not", "no", "ack", "acknowledged", "in", "out", "forward", "reverse",
    )
)  # fmt: skip


def one_line(text: str) -> str:
    """The text as one line of at most 200 characters, without control characters."""
    return plain(text, _LONGEST)


def mask(line: str) -> str:
    """The line with numbers, times, addresses, hexadecimal words and quoted texts masked."""
    text = one_line(line)
    if _DIGIT.search(text):
        for pattern, name in _MASKS:
            text = pattern.sub(name, text)
    if '"' in text:
        # Reports quote templates, so none may hold a quotation mark.
        text = _QUOTED.sub("<text>", text).replace('"', "'")
    return _NUMBER.sub("<n>", text)


class Template:
    """A template: its words, and what of a line it leaves open."""

    __slots__ = ("path", "words")

    def __init__(self, words: list[str], path: tuple[int | str, ...]) -> None:
        self.words = words
        self.path = path

    @property
    def text(self) -> str:
        """As it is told."""
        return " ".join(self.words)

    def likeness(self, words: Sequence[str]) -> tuple[float, int]:
        """The share of words that are the same (simSeq), and how many are left open.

        Where a word that tells a state differs (``closed`` and ``open``), nothing is alike.
        """
        same, opened = 0.0, 0
        for own, other in zip(self.words, words, strict=True):
            if own == other:
                same += 1.0
            elif own == ANY:
                opened += 1
            elif _state(own) or _state(other):
                return 0.0, 0
            elif _DIGIT.search(own) and _DIGIT.search(other):
                same += _ANOTHER_OF_THEM
        return same / len(words), opened

    def open_up(self, words: Sequence[str]) -> None:
        """Leaves open where the words differ."""
        for at, word in enumerate(words):
            if self.words[at] != word:
                self.words[at] = ANY


class Drain:
    """Templates of lines.

    Args:
        depth: how many first words lead to a leaf.
        threshold: the share of words that must be the same.
        children: how many different words a node tells apart; others share one branch.
        most: how many templates are kept.
    """

    __slots__ = ("_children", "_depth", "_leaves", "_most", "_nodes", "_recent", "_threshold")

    def __init__(
        self, *, depth: int = 1, threshold: float = 0.7, children: int = 32, most: int = 128
    ) -> None:
        self._depth = depth
        self._threshold = threshold
        self._children = children
        self._most = most
        self._leaves: dict[tuple[int | str, ...], list[Template]] = {}
        self._nodes: dict[tuple[int | str, ...], set[str]] = {}
        self._recent: OrderedDict[Template, None] = OrderedDict()

    def __len__(self) -> int:
        return len(self._recent)

    def add(self, masked: str) -> tuple[Template, Template | None]:
        """Take a masked line that is not empty.

        Returns:
            Its template, and one that was given up for it, if any.
        """
        words = masked.split()
        path = self._path(words)
        leaf = self._leaves.setdefault(path, [])
        best, likeness = None, (self._threshold, -1)
        for each in leaf:
            if (found := each.likeness(words)) > likeness:
                best, likeness = each, found
        if best is not None:
            best.open_up(words)
            self._recent.move_to_end(best)
            return best, None
        new = Template(words, path)
        leaf.append(new)
        self._recent[new] = None
        return new, self._give_up() if len(self._recent) > self._most else None

    def touch(self, template: Template) -> bool:
        """Takes a line known to be of a template; False where that was given up."""
        if template not in self._recent:
            return False
        self._recent.move_to_end(template)
        return True

    def _path(self, words: Sequence[str]) -> tuple[int | str, ...]:
        path: tuple[int | str, ...] = (len(words),)
        for word in words[: self._depth]:
            known = self._nodes.setdefault(path, set())
            if word.startswith("<") or _DIGIT.search(word):
                step = ANY
            elif word in known or len(known) < self._children:
                known.add(word)
                step = word
            else:
                step = ANY
            path = (*path, step)
        return path

    def _give_up(self) -> Template:
        old, _ = self._recent.popitem(last=False)
        leaf = self._leaves[old.path]
        leaf.remove(old)
        if not leaf:
            del self._leaves[old.path]
            self._prune(old.path)
        return old

    def _prune(self, path: tuple[int | str, ...]) -> None:
        """Forgets the nodes that lead to no leaf any more."""
        while len(path) > 1:
            path, step = path[:-1], path[-1]
            if any(other[: len(path) + 1] == (*path, step) for other in self._leaves):
                return
            known = self._nodes.get(path)
            if known is not None:
                known.discard(str(step))
                if not known:
                    del self._nodes[path]


def _state(word: str) -> bool:
    return word.lower().strip(".,;:!()[]'") in _STATES
