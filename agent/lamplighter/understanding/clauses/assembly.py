"""From chunks to clauses, in the order of the sentence."""

from __future__ import annotations

import itertools
from collections.abc import Sequence
from dataclasses import dataclass, field, replace

from lamplighter.understanding.clauses.chunks import Chunk
from lamplighter.understanding.clauses.clause import Clause, Target
from lamplighter.understanding.clauses.lexicon import FREE, Action
from lamplighter.understanding.clauses.quantity import ARMED
from lamplighter.understanding.clauses.tokens import Token, words_in
from lamplighter.understanding.clauses.vocabulary import Vocabulary, stems_of
from lamplighter.understanding.names import stem
from lamplighter.understanding.values.value import Manner, Value

_TARGETS = frozenset({"name", "part", "kind", "everything", "pronoun", "rest"})
_PLACING = frozenset({"name", "part", "kind", "place", "quantifier", "filler", "unknown", "rest"})
_BETWEEN = frozenset({"filler", "manner", "quantifier"})
"""What may stand between the words for one thing: "the lamp at the bed"."""

_ARTICLES = (("the",), ("my",), ("our",))

_GENERIC = frozenset({"switch", "socket"})
"""Kinds that follow another word without saying more: "the light switch"."""


@dataclass(slots=True)
class Assembly:
    """Puts clauses together, chunk by chunk.

    Attributes:
        vocabulary: tells which words make up a name.
        clauses: those done.
        refused: the first word for which the sentence is no plain command, or "".
    """

    vocabulary: Vocabulary
    clauses: list[Clause] = field(default_factory=list)
    refused: str = ""
    _now: Clause = field(default_factory=Clause)
    _sparing: bool = False
    _before: Chunk | None = None
    _article: bool = False

    def run(self, chunks: Sequence[Chunk], tokens: Sequence[Token]) -> list[Clause]:
        """The clauses of the sentence; look at ``refused`` first."""
        for index, chunk in enumerate(chunks):
            stopped = bool(index and tokens[chunk.start].stop)
            if stopped or chunk.tag == "break":
                self._stop()
            self._take(self._moved(chunk, chunks[index + 1 :]), chunks[index + 1 :])
            if chunk.tag not in _BETWEEN:
                self._before = chunk
            self._article = chunk.words in _ARTICLES
        self._close()
        for clause, after in itertools.pairwise(self.clauses):
            self._share_head(clause, after)
        return self.clauses

    def _share_head(self, clause: Clause, after: Clause) -> None:
        """The front door, too, in "lock the front and back door"."""
        if len(clause.unknown) != 1 or clause.targets or not after.targets:
            return
        words = (clause.unknown[0], *after.targets[0].words[-1:])
        name = self.vocabulary.names.get(stems_of(words))
        if name or self.vocabulary.named_by_part(words):
            clause.targets = [Target("name", name or " ".join(words), words)]
            clause.unknown.clear()

    def _stop(self) -> None:
        if self._sparing:
            self._now.spared.append("")
        else:
            self._close()

    def _close(self) -> None:
        clause = self._now
        if self._sparing and not any(clause.spared) and not clause.kept:
            self.refused = self.refused or "not"  # "but" alone leaves nothing out
        self._sparing = False
        clause.spared = [phrase for phrase in clause.spared if phrase]
        self._reread_place(clause)
        if clause.told and not clause.verb and clause.targets:
            self.refused = self.refused or "told"
        if clause.words:
            self.clauses.append(clause)
        self._now, self._before = Clause(), None

    def _reread_place(self, clause: Clause) -> None:
        """The door, not the room, in "open the garage"."""
        moves = clause.action in ("open", "close", "stop", "up", "down")
        moves = moves or any(each.kind == "share" and each.unit != "%" for each in clause.values)
        if clause.targets or len(clause.places) != 1 or not moves:
            return
        words = words_in(clause.places[0].area)
        if kind := self.vocabulary.kinds.get(words):
            clause.targets = [Target("kind", kind.key, words)]
            clause.places = []

    def _take(self, chunk: Chunk, after: Sequence[Chunk]) -> None:
        if self._sparing and self._spares(chunk):
            return
        match chunk.tag:
            case "break":
                pass
            case "verb":
                self._verb(chunk)
            case "except":
                self._sparing = True
                self._now.spared.append("")
                self._now.kept = self._now.kept or chunk.words == ("but",)
            case "refused":
                self.refused = self.refused or chunk.words[0]
            case "everything" if _quantifies(chunk, self._now, after):
                self._quantify("all")
            case "pronoun" if _points_at(chunk, after):
                pass
            case tag if tag in _TARGETS:
                self._target(chunk)
            case _:
                self._detail(chunk, after)
        if chunk.tag != "break":
            self._now.words.extend(chunk.words)

    def _spares(self, chunk: Chunk) -> bool:
        """Takes the chunk as a part of what is left out; False where that has come to its end."""
        now = self._now
        if chunk.tag == "verb" and "keep" in chunk.actions and not now.spared[-1]:
            now.kept = True
        elif chunk.tag == "verb":
            self._close()
            return False
        elif chunk.tag in _PLACING or (chunk.tag == "pronoun" and chunk.words[-1] != "it"):
            self._spare(chunk)
        elif chunk.tag == "break" or (chunk.tag == "particle" and now.kept and now.says_what):
            pass  # "... but leave the lamp on"
        else:
            self._sparing = False
            if not any(now.spared):
                self.refused = self.refused or "not"
            return False
        return True

    def _spare(self, chunk: Chunk) -> None:
        now = self._now
        if chunk.tag == "unknown":
            now.unknown.extend(chunk.words)
        if chunk.tag not in ("filler", "quantifier", "pronoun"):
            now.spared[-1] = f"{now.spared[-1]} {' '.join(chunk.words)}".strip()
        now.words.extend(chunk.words)

    def _verb(self, chunk: Chunk) -> None:
        now = self._now
        idle = bool(now.verb) and set(now.verb) <= FREE and not now.says_what
        if (now.verb and not idle) or now.complete:
            self._close()
            now = self._now
            now.implicit = True
        now.verb, now.led = chunk.actions, now.led or not now.targets

    def _target(self, chunk: Chunk) -> None:
        now = self._now
        target = _target_of(chunk, now.quantifier)
        if now.targets and self._is_a_mode(chunk, now.targets[-1]):
            now.values.append(Value("word", text=self.vocabulary.options[chunk.words]))
            return
        if now.targets and (merged := self._merged(chunk, target)):
            now.targets[-1] = merged
            return
        if now.targets and now.says_what and not now.led:
            self._close()  # "hall light off porch light on"
            now = self._now
        elif now.targets and not self._is_another(chunk):
            now.unknown.extend(chunk.words)  # "and" was not said, and they are no one thing
        now.quantifier = ""
        now.targets.append(target)

    def _moved(self, chunk: Chunk, after: Sequence[Chunk]) -> Chunk:
        """An awning is drawn in and put out."""
        if chunk.words == ("out",) and "send" in self._now.words:
            return replace(chunk, tag="particle", actions=("start",))
        if chunk.words not in (("in",), ("out",)) or (after and after[0].tag != "break"):
            return chunk
        targets = self._now.targets
        awning = any(self.vocabulary.is_awning(each.words) for each in targets)
        action: Action = "close" if chunk.words == ("in",) else "open"
        return replace(chunk, tag="particle", actions=(action,)) if awning else chunk

    def _is_a_mode(self, chunk: Chunk, last: Target) -> bool:
        """True for the "heat" of "radiator heat 20" and "the thermostat on heat"."""
        if chunk.words not in self.vocabulary.options or chunk.tag != "kind":
            return False
        return last.text == "thermostat" or self.vocabulary.is_of_kind(last.words, "thermostat")

    def _about_an_alarm(self) -> bool:
        targets = self._now.targets
        return "arm" in self._now.verb or any(
            each.text == "alarm" or self.vocabulary.is_of_kind(each.words, "alarm")
            for each in targets
        )

    def _is_another(self, chunk: Chunk) -> bool:
        """True where a list goes on without a comma: "the lamp the strip and the spots"."""
        if chunk.tag == "name" and self._now.targets[-1].sort == "name":
            return True
        return self._article and chunk.tag in ("name", "part", "kind")

    def _merged(self, chunk: Chunk, target: Target) -> Target | None:
        """The last target and this one as one thing: "lamp" "by the bed", "Rover" "the vacuum"."""
        last, before = self._now.targets[-1], self._before
        words = (*last.words, *chunk.words)
        if last.sort == "rest" and target.sort == "kind":
            all_of = "all" if target.many else ""
            return Target("rest", target.text, words, target.many, all_of)
        if before is None or before.tag not in _TARGETS or last.sort not in ("name", "kind"):
            return None
        many = last.many or target.many
        if self.vocabulary.named_by_part(named := (*before.words, *chunk.words)):
            return Target("name", " ".join(named), words, many)
        if target.sort != "kind":
            return None
        described = last.sort == "name" and self.vocabulary.is_of_kind(before.words, target.text)
        if self._article and any((word,) in self.vocabulary.kinds for word in last.words):
            described = False  # "the ceiling light the strip" are two
        return replace(last, many=many) if described or target.text in _GENERIC else None

    def _quantify(self, quantifier: str) -> None:
        now = self._now
        if now.targets and not now.led and now.targets[-1].sort in ("kind", "name"):
            now.targets[-1] = replace(now.targets[-1], many=True, quantifier=quantifier)
        else:
            now.quantifier = quantifier

    def _detail(self, chunk: Chunk, after: Sequence[Chunk]) -> None:
        now = self._now
        match chunk.tag:
            case "particle" if not _is_a_preposition(chunk, now, after):
                now.particles.extend(chunk.actions)
                told = chunk.words[0].endswith("ed") and not now.verb and not now.targets
                now.told = now.told or told
            case "place" if chunk.place is not None and chunk.place not in now.places:
                now.places.append(chunk.place)
            case "everywhere":
                now.everywhere = True
            case "quantifier":
                self._quantify(chunk.text)
            case "unknown" if chunk.words[0] in ARMED and self._about_an_alarm():
                pass
            case "unknown":
                now.unknown.extend(chunk.words)
            case _:
                _value(chunk, now)


def _value(chunk: Chunk, now: Clause) -> None:
    if chunk.value is not None:
        manner: Manner = "by" if now.manner == "by" else "to" if now.manner else ""
        now.values.append(replace(chunk.value, manner=chunk.value.manner or manner))
        now.manner = ""
    elif chunk.tag == "measure":
        now.measures.append(chunk.text)
    elif chunk.tag == "manner":
        now.manner = chunk.text


def _points_at(chunk: Chunk, after: Sequence[Chunk]) -> bool:
    """True for the "that" of "that lamp"."""
    return (
        chunk.words in (("that",), ("this",), ("those",), ("these",), ("her",))
        and bool(after)
        and after[0].tag in ("name", "part", "kind")
    )


def _quantifies(chunk: Chunk, now: Clause, after: Sequence[Chunk]) -> bool:
    """True for an "all" that belongs to what is named before or behind it."""
    if chunk.words != ("all",):
        return False
    following = next((each for each in after if each.tag != "filler"), None)
    named = following is not None and following.tag in ("name", "part", "kind")
    placed = (
        following is not None
        and following.tag == "place"
        and any(each.tag == "kind" for each in after[:4])
    )
    return named or placed or bool(now.targets)


def _is_a_preposition(chunk: Chunk, now: Clause, after: Sequence[Chunk]) -> bool:
    """True for the "on" of "on the first floor", where something else says what to do."""
    if chunk.words != ("on",):
        return False
    following = next((each for each in after if each.tag != "filler"), None)
    if following is None or following.tag not in ("place", "value", "name", "part"):
        return False
    if following.tag == "value":
        return True
    rest = [each for each in after if each.tag in ("particle", "break", "verb")]
    told = now.says_what or bool(rest and rest[0].tag == "particle")
    return told and (bool(now.targets) or following.tag == "place")


def _target_of(chunk: Chunk, quantifier: str) -> Target:
    many = bool(quantifier)
    if chunk.tag == "kind" and chunk.kind is not None:
        many = many or chunk.kind.many
        return Target("kind", chunk.kind.key, chunk.words, many, quantifier)
    if chunk.tag in ("name", "part"):
        plural = stem(chunk.words[-1]) != chunk.words[-1] and chunk.tag == "part"
        return Target("name", chunk.text, chunk.words, many or plural, quantifier)
    if chunk.tag == "pronoun":
        return Target("pronoun", "", chunk.words, bool(chunk.text) or many, quantifier)
    if chunk.tag == "rest":
        return Target("rest", "", chunk.words, many=True, quantifier="all")
    return Target("everything", "", chunk.words, many=True, quantifier="all")
