"""Finite automata over bytes: built with skips, run as a deterministic one made on the way."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, field
from typing import Protocol

from lamplighter.errors import ModelError

MAX_STATES = 200_000


class Part(Protocol):
    """Something that can add its texts to an automaton under construction; hashable."""

    def add(self, builder: Builder, end: int) -> int:
        """Add the paths of every text of this part that lead to ``end``; return their start.

        What ``end`` leads to must be left as it is, and nobody adds to the returned start.
        """
        ...


@dataclass(slots=True)
class Builder:
    """A nondeterministic automaton under construction, from its end (Thompson 1968).

    Attributes:
        edges: for each state, the byte of each edge and the state it leads to.
        skips: for each state, the states reached without reading anything.
        known: where parts begin that were added, by the part and its end.
    """

    edges: list[list[tuple[int, int]]] = field(default_factory=list)
    skips: list[list[int]] = field(default_factory=list)
    known: dict[tuple[Part, int], int] = field(default_factory=dict)

    def state(self) -> int:
        """Add a state and return it.

        Raises:
            ModelError: the grammar has grown too large to be meant.
        """
        if len(self.edges) >= MAX_STATES:
            raise ModelError("grammar", f"needs more than {MAX_STATES} states")
        self.edges.append([])
        self.skips.append([])
        return len(self.edges) - 1

    def edge(self, start: int, byte: int, end: int) -> None:
        """Add a way from ``start`` to ``end`` that reads ``byte``."""
        self.edges[start].append((byte, end))

    def skip(self, start: int, end: int) -> None:
        """Add a way from ``start`` to ``end`` that reads nothing."""
        self.skips[start].append(end)

    def route(self, start: int, text: bytes, end: int) -> None:
        """Add a way from ``start`` to ``end`` that reads ``text``, which is not empty."""
        self.edge(start, text[0], self.path(text[1:], end))

    def path(self, text: bytes, end: int) -> int:
        """Add states that read ``text`` up to ``end``; return the first."""
        for byte in reversed(text):
            start = self.state()
            self.edge(start, byte, end)
            end = start
        return end

    def fork(self, ways: Iterable[int]) -> int:
        """Add a state that skips to each of the ways; return it."""
        start = self.state()
        self.skips[start] += ways
        return start

    def before(self, part: Part, end: int) -> int:
        """Return where the texts of ``part`` begin that lead to ``end``; added where not known."""
        start = self.known.get((part, end))
        if start is None:
            start = self.known[part, end] = part.add(self, end)
        return start

    def finish(self, start: int, accept: int) -> Automaton:
        """Return the automaton from ``start`` to ``accept``, without ways that lead nowhere."""
        useful = _leading_to(self.edges, self.skips, accept)
        if len(useful) == len(self.edges):
            return Automaton(self.edges, self.skips, start, accept, alive=True)
        edges = [[edge for edge in row if edge[1] in useful] for row in self.edges]
        skips = [[end for end in row if end in useful] for row in self.skips]
        return Automaton(edges, skips, start, accept, alive=start in useful)


class Automaton:
    """A deterministic automaton, made state by state as texts are read (Rabin and Scott 1959).

    States are small integers; ``Automaton.START`` is the first. Not for use by two threads at
    the same time.

    Args:
        edges: the nondeterministic edges, (byte, end) for each state.
        skips: the nondeterministic skips for each state.
        start: the nondeterministic start.
        accept: the nondeterministic accepting state.
        alive: whether ``accept`` can be reached at all.
    """

    START = 0

    def __init__(
        self,
        edges: list[list[tuple[int, int]]],
        skips: list[list[int]],
        start: int,
        accept: int,
        *,
        alive: bool,
    ) -> None:
        self.alive = alive
        self._edges = edges
        self._skips = skips
        self._start = start
        self._accept = accept
        self._numbers: dict[frozenset[int], int] = {}
        self._sets: list[frozenset[int]] = []
        self._following: list[dict[int, int] | None] = []
        self._number(self._closure([start]))

    def following(self, state: int) -> dict[int, int]:
        """Return the bytes that may come next and the state each leads to."""
        known = self._following[state]
        if known is None:
            ends: dict[int, list[int]] = {}
            for member in self._sets[state]:
                for byte, end in self._edges[member]:
                    ends.setdefault(byte, []).append(end)
            known = {byte: self._number(self._closure(ends[byte])) for byte in sorted(ends)}
            self._following[state] = known
        return known

    def accepting(self, state: int) -> bool:
        """Tell whether the text read so far is complete."""
        return self._accept in self._sets[state]

    def read(self, state: int, text: bytes) -> int | None:
        """Return the state after ``text``, or None where it does not fit."""
        for byte in text:
            following = self.following(state).get(byte)
            if following is None:
                return None
            state = following
        return state

    def accepts(self, text: bytes) -> bool:
        """Tell whether the whole of ``text`` fits."""
        state = self.read(self.START, text)
        return state is not None and self.accepting(state)

    def forced(self, state: int) -> bytes:
        """Return the bytes that must come next, up to the next choice (an end is a choice)."""
        text = bytearray()
        while not self.accepting(state):
            following = self.following(state)
            if len(following) != 1:
                break
            ((byte, state),) = following.items()
            text.append(byte)
        return bytes(text)

    def without(self, missing: frozenset[int]) -> Automaton:
        """Return another automaton that takes the same texts but those with a missing byte.

        It may be used by another thread than this one.
        """
        if not missing or all(byte not in missing for row in self._edges for byte, _ in row):
            return Automaton(self._edges, self._skips, self._start, self._accept, alive=self.alive)
        kept = [[edge for edge in row if edge[0] not in missing] for row in self._edges]
        return Builder(kept, self._skips).finish(self._start, self._accept)

    def _closure(self, states: list[int]) -> frozenset[int]:
        reached, open_ends = set(states), list(states)
        while open_ends:
            for end in self._skips[open_ends.pop()]:
                if end not in reached:
                    reached.add(end)
                    open_ends.append(end)
        return frozenset(reached)

    def _number(self, members: frozenset[int]) -> int:
        number = self._numbers.get(members)
        if number is None:
            number = self._numbers[members] = len(self._sets)
            self._sets.append(members)
            self._following.append(None)
        return number


def _leading_to(
    edges: list[list[tuple[int, int]]], skips: list[list[int]], accept: int
) -> set[int]:
    """Return the states from which ``accept`` can be reached."""
    before: list[list[int]] = [[] for _ in edges]
    for state, (row, skipped) in enumerate(zip(edges, skips, strict=True)):
        for end in [*(end for _, end in row), *skipped]:
            before[end].append(state)
    useful, open_ends = {accept}, [accept]
    while open_ends:
        for state in before[open_ends.pop()]:
            if state not in useful:
                useful.add(state)
                open_ends.append(state)
    return useful
