"""Reading commands by their parts, in any order and wording.

Where templates know whole sentences, the reader knows words: it cuts a sentence into names, kinds,
places, verbs and values of this home (``tagging``), puts clauses together (``assembly``), gives
each what was said for it elsewhere (``sharing``) and makes intents of them (``composing``). A word
that nothing explains forbids acting.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import replace

from lamplighter.understanding import doubts
from lamplighter.understanding.clauses.assembly import Assembly
from lamplighter.understanding.clauses.clause import Clause
from lamplighter.understanding.clauses.composing import Composed, Composer
from lamplighter.understanding.clauses.repair import Repair, Repairs
from lamplighter.understanding.clauses.risks import opens_up
from lamplighter.understanding.clauses.sharing import completed
from lamplighter.understanding.clauses.tagging import Tagger
from lamplighter.understanding.clauses.targeting import Targeting
from lamplighter.understanding.clauses.tokens import Token, tokens_of
from lamplighter.understanding.clauses.vocabulary import vocabulary_of
from lamplighter.understanding.intents import Parse
from lamplighter.understanding.names import Names
from lamplighter.understanding.normalise import asks, plain, tidy
from lamplighter.understanding.rule_parser import Situation

MAX_WORDS = 45
"""Longer sentences are no command for a home, and not tried."""

CERTAIN, REPAIRED, DOUBTFUL = 0.95, 0.85, 0.5
"""Confidence where every word is explained, where one was put right, where one was left over."""

_POLITE = re.compile(
    r"^(?:(?:can|could|may|might|would|will|shall|won't|do) (?:you|u|ya|i|we|it|someone|"
    r"somebody|the|my|all|every)\b|is it possible|is there any chance|any chance|how about|"
    r"why don't (?:you|we)|would you mind|do you mind|mind)\b",
    re.IGNORECASE,
)
_POLITE_LATER = re.compile(
    r"[,;:] (?:so |and |please )?(?:can|could|would|will) (?:you|it|they|we|someone|somebody)\b",
    re.IGNORECASE,
)
"""Behind what it is about: "the kitchen light, could it come down a bit?"."""

_IDIOM = re.compile(
    r"^(?:why don't (?:you|we)|why not|how about|what about|would you mind|do you mind|mind|"
    r"is it possible to|is there any chance (?:you (?:can|could)|of)|any chance (?:of|you (?:can|"
    r"could)))\s+",
    re.IGNORECASE,
)


_DONE = (
    r"(?:turned|switched|opened|closed|locked|unlocked|raised|lowered|dimmed|started|stopped|armed|"
    r"disarmed|paused|changed|put|left|shut|set)"
)
_TOLD = re.compile(
    rf"^(?:(?:i|he|she|we|they|you|someone|somebody|who) (?:have |had |just |already )*{_DONE}|"
    r"(?:turned|switched|opened|closed|locked|unlocked|raised|lowered|started|stopped|changed)) ",
    re.IGNORECASE,
)
"""Beginnings of sentences that tell of what was."""

_ADVICE = re.compile(
    r"^(?:(?:so|and|but|well|hey|ok|okay|then) )*(?:should|ought|must) (?:i|we)\b", re.IGNORECASE
)
"""The beginning of a question for advice, however politely it ends."""


class ReaderHome:
    """What the reader keeps of one revision of a home."""

    def __init__(self, names: Names) -> None:
        self.names = names
        vocabulary = vocabulary_of(names)
        self.tagger = Tagger(vocabulary)
        self.repairs = Repairs(vocabulary)


class ClauseReader:
    """Reads English commands. Pure but for what it keeps of the last home it saw."""

    def __init__(self) -> None:
        self._home: ReaderHome | None = None

    def prepare(self, names: Names) -> ReaderHome:
        """Takes in the names of a home; does nothing where they are those of last time."""
        if self._home is None or self._home.names is not names:
            self._home = ReaderHome(names)
        return self._home

    def read(self, text: str, situation: Situation) -> Parse | None:
        """The intents of the sentence; None where it is no command, or is not understood."""
        if not situation.language.startswith("en"):
            return None
        said = _command(text, situation.language)
        tokens = tokens_of(said) if said else ()
        if not 0 < len(tokens) <= MAX_WORDS:
            return None
        home = self.prepare(situation.names)
        parse = self._parse(tokens, situation, home)
        if parse is None or not parse.sure:
            parse = self._repaired(tokens, situation, home) or parse
        return parse and doubts.weighed(parse, tidy(text), situation.grounds)

    def _repaired(
        self, tokens: Sequence[Token], situation: Situation, home: ReaderHome
    ) -> Parse | None:
        """The reading once words are put right; asked about where there are several."""
        first: Parse | None = None
        impossible: Parse | None = None
        least = 0.0
        for repair in home.repairs.of(tokens):
            again = self._parse(repair.tokens, situation, home, repair)
            if again is None or not again.sure:
                continue
            if not all(map(situation.grounds, again.intents)):
                impossible = impossible or again
            elif first is None:
                first, least = _unless_risky(again, repair, situation.names), repair.slips
            elif repair.slips > least:
                break
            elif _said_by(again) != _said_by(first):
                return replace(first, sure=False)
        return first or impossible

    def _parse(
        self,
        tokens: Sequence[Token],
        situation: Situation,
        home: ReaderHome,
        repair: Repair | None = None,
    ) -> Parse | None:
        assembly = Assembly(home.tagger.vocabulary)
        clauses = assembly.run(home.tagger.chunks(tokens), tokens)
        if assembly.refused or not clauses:
            return None
        unknown = [word for clause in clauses for word in clause.unknown]
        if len(unknown) > 1:
            return None
        _told_by_name(clauses, situation.names)
        whole = completed(clauses)
        if any(each.contradictory for each in whole):
            return None
        targeting = Targeting(situation, home.tagger.vocabulary)
        composed = Composer(situation, targeting).compose(whole)
        if composed is None or not _worth_it(composed, whole, unknown):
            return None
        thin = repair is not None and any(map(_is_thin, clauses))
        if thin and repair is not None and repair.words > 1:
            return None
        sure = not unknown and not composed.guessed and not thin
        confidence = CERTAIN if repair is None else REPAIRED
        return Parse(
            composed.intents,
            confidence=DOUBTFUL if unknown else confidence,
            explain=f"read as {len(composed.intents)} clause(s)"
            + (f", without {unknown[0]!r}" if unknown else ""),
            sure=sure,
            contextual=composed.contextual,
        )


def _command(text: str, language: str) -> str:
    """The sentence without polite openings; "" where it asks, or tells what was done."""
    whole = tidy(text)
    if _TOLD.search(whole) or _ADVICE.match(whole):
        return ""
    bare = plain(_IDIOM.sub("", whole), language)
    polite = bool(_POLITE.match(whole) or _POLITE_LATER.search(whole)) or bare.rstrip(
        "?"
    ) != whole.rstrip("?")
    if _POLITE.match(bare) and not _IDIOM.match(whole):
        return bare.rstrip("?")
    if asks(bare.rstrip("? ")):
        return ""
    return "" if bare.endswith("?") and not polite else bare.rstrip("? ")


def _worth_it(composed: Composed, clauses: Sequence[Clause], unknown: Sequence[str]) -> bool:
    """Whether to answer at all: a doubtful reading is asked about only where it is a plain one."""
    if composed.grounded and not unknown:
        return True
    named = all(any(each.sort == "name" for each in clause.targets) for clause in clauses)
    return named or (not unknown and all(clause.targets or clause.places for clause in clauses))


_DONE_BY_NAME = ("scene", "button")


def _told_by_name(clauses: Sequence[Clause], names: Names) -> None:
    """In a list the name of a scene says what to do: "heating off, blinds down, movie night"."""
    alone = len(clauses) == 1  # then the name of a scene may be just a word
    for clause in clauses:
        if not clause.bare or [each.sort for each in clause.targets] != ["name"]:
            continue
        named = names.named(clause.targets[0].text)
        if named and all(each.domain in _DONE_BY_NAME[alone:] for each in named):
            clause.verb = ("press",)


def _is_thin(clause: Clause) -> bool:
    """True for a clause that names nothing: "full", "set it to red"; too little for a guess."""
    named = any(each.sort != "pronoun" for each in clause.targets)
    return not named and not clause.places


def _said_by(parse: Parse) -> list[tuple[str, dict[str, object]]]:
    return [(intent.name, dict(intent.slots)) for intent in parse.intents]


def _unless_risky(parse: Parse, repair: Repair, names: Names) -> Parse:
    risky = any(opens_up(intent, names) for intent in parse.intents)
    said = " ".join(token.word for token in repair.tokens)
    return replace(parse, sure=not risky and repair.plain, explain=f"read as {said!r}")
