"""Holds a report's names, causes, quotations and states against the evidence."""

from __future__ import annotations

from collections.abc import Iterator

from lamplighter.faults.evidence import Evidence
from lamplighter.faults.facts import words
from lamplighter.faults.report_tokens import Kind, Token

# Beginnings of words that name a part, a cause or a fault: to be said only where the evidence
# says them. The words of the fault tables come on top.
_CAUSES = frozenset(
    {
        "abras", "actuator", "air", "align", "axle", "bearing", "bellow", "belt", "bent", "blade",
        "block", "boiler", "broken", "burn", "calibrat", "cavitat", "clog", "compressor", "condens",
        "contamin", "conveyor", "coolant", "cooling", "corros", "corrod", "coupling", "crack",
        "cyber", "damag", "debris", "defect", "degrad", "dirt", "dust", "electrical", "erosion",
        "explo", "fatigue", "filter", "fire", "firmware", "flood", "fuse", "gasket", "gear",
        "grease", "hacker", "human", "ice", "imbalan", "impeller", "insulat", "jam", "leak",
        "lightning", "loose", "lubric", "malfunction", "misalign", "moisture", "negligen", "oil",
        "overheat", "overload", "phase", "piping", "piston", "resonan", "rotor", "rust", "sabotage",
        "scaling", "seal", "shaft", "short-circuit", "smoke", "software", "soften", "spark",
        "spring", "starv", "stator", "strainer", "suction", "surge", "tension", "tripped",
        "turbine", "unbalanc", "valve", "voltage", "wear", "weather", "winding", "wiring", "worn",
    }
)  # fmt: skip
_CONNECTIVES = (
    ("due", "to"), ("caused", "by"), ("because",), ("owing", "to"), ("as", "a", "result", "of"),
    ("resulting", "from"), ("root", "cause"), ("triggered", "by"), ("stems", "from"),
    ("attributed", "to"), ("blamed", "on"),
)  # fmt: skip
# Words that claim nothing: they may stand in a cause clause, and begin with a capital.
_PLAIN = frozenset(
    {
        "the", "this", "that", "these", "those", "which", "with", "from", "into", "over",
        "under", "been", "being", "have", "has", "had", "was", "were", "will", "would",
        "should", "could", "may", "might", "its", "their", "there", "then", "than", "when",
        "while", "where", "since", "before", "after", "above", "below", "very", "more",
        "most", "less", "least", "high", "higher", "low", "lower", "rising", "falling",
        "rise", "fall", "increase", "increased", "decrease", "decreased", "value", "values",
        "signal", "signals", "limit", "limits", "reading", "readings", "alarm", "alarms",
        "machine", "condition", "likely", "possible", "probable", "pattern", "points",
        "check", "first", "second", "also", "and", "but", "not", "for", "are",
    }
)  # fmt: skip
_NEUTRAL = frozenset(
    {
        "or", "of", "the", "and", "to", "in", "at", "its", "a", "sensor", "signal",
        "machine", "failure", "dry", "short", "open", "low", "blocked", "start", "stuck",
        "current", "trip", "hot", "edge",
    }
)  # fmt: skip
_CAPITALS = frozenset({"I", "UTC", "NE", "ISA", "ISO", "NAMUR", "JSON"})
# What a sentence may begin with though the evidence has no such word.
_STARTS = frozenset(
    {
        "a", "about", "across", "after", "all", "along", "also", "although", "among", "an", "and",
        "another", "any", "around", "as", "at", "before", "beginning", "both", "but", "by", "check",
        "compare", "confirm", "despite", "during", "each", "ensure", "every", "examine", "few",
        "first", "follow", "for", "from", "further", "go", "has", "have", "hence", "here", "how",
        "however", "if", "in", "inspect", "investigate", "is", "it", "its", "keep", "last", "later",
        "look", "make", "may", "measure", "monitor", "most", "neither", "next", "no", "none", "not",
        "nothing", "now", "of", "on", "one", "only", "operator", "operators", "other", "others",
        "our", "over", "please", "prior", "recommended", "record", "report", "review", "schedule",
        "second", "see", "send", "shortly", "shut", "signal", "signals", "since", "so", "some",
        "soon", "start", "stop", "such", "switch", "take", "test", "that", "the", "their", "then",
        "there", "therefore", "these", "they", "third", "this", "those", "though", "thus", "to",
        "today", "together", "under", "until", "up", "upon", "values", "verify", "watch", "we",
        "what", "when", "where", "which", "while", "with", "within", "without", "you",
    }
)  # fmt: skip
_GENERAL = frozenset(
    {
        "action", "attention", "baseline", "conditions", "data", "deviation", "duration", "episode",
        "evidence", "fault", "log", "logs", "maintenance", "onset", "readings", "recovery",
        "severity", "status", "steady", "time", "trend", "usual", "whether", "according", "due",
    }
)  # fmt: skip
_START_ENDINGS = ("ly", "ing", "ed")
_SEVERITIES = frozenset({"critical", "warning", "advisory", "emergency", "catastrophic", "minor"})
_OVER = ("resolved", "cleared", "recovered", "ended", "solved", "fixed", "repaired")
_STILL = ("ongoing", "persists", "continues", "remains")


def word_problems(
    sentences: list[list[Token]], evidence: Evidence, lexicon: frozenset[str]
) -> Iterator[str]:
    """Names, causes, quotations and states that the evidence does not hold.

    Args:
        sentences: the report's.
        evidence: of the episode.
        lexicon: the fault tables' words (``FaultTables.words``).
    """
    known = words(evidence)
    technical = _CAUSES | {word for word in lexicon - _NEUTRAL if len(word) > 2}
    for sentence in sentences:
        yield from _quotes(sentence, evidence)
        yield from _causes(sentence, known)
        for at, token in enumerate(sentence):
            if token.kind is Kind.WORD:
                yield from _word(token, known, technical, first=at == 0)
    yield from _states(sentences, evidence)


def _quotes(sentence: list[Token], evidence: Evidence) -> Iterator[str]:
    lines = [text for log in evidence.logs for text in (log.template, log.example)]
    lines += [evidence.fault or "", *evidence.checks]
    for token in sentence:
        inside = token.text[1:-1].strip(" .,")
        if token.kind is Kind.QUOTE and not any(inside in line for line in lines):
            yield f'"{inside}" is quoted, but no log line says it'


def _word(
    token: Token, known: frozenset[str], technical: frozenset[str] | set[str], *, first: bool
) -> Iterator[str]:
    lower = token.lower.removesuffix("'s").removesuffix("\u2019s")
    if lower in known:
        return
    if any(character.isdigit() for character in lower) or "_" in lower:
        yield f"{token.text} is not in the evidence"
        return
    starts = first and (lower in _STARTS | _PLAIN | _GENERAL or lower.endswith(_START_ENDINGS))
    if token.text[0].isupper() and not starts and token.text not in _CAPITALS:
        yield f"{token.text} is not in the evidence"
        return
    for part in lower.split("-") if lower not in technical else [lower]:
        stem = next((word for word in technical if part.startswith(word)), None)
        short = stem is not None and len(stem) <= 4 and not _inflected(part, stem)
        if stem and not short and not any(word.startswith(stem) for word in known):
            yield f"{token.text} is not in the evidence"


def _inflected(word: str, stem: str) -> bool:
    """Whether the word is the short stem itself or a form of it, not another word."""
    return word.removeprefix(stem) in {"", "s", "es", "ed", "ing", "y", "ty", "med", "ming", "age"}


def _causes(sentence: list[Token], known: frozenset[str]) -> Iterator[str]:
    """Content words in a clause that gives a cause."""
    row = [token.lower for token in sentence]
    for connective in _CONNECTIVES:
        for at in range(len(row) - len(connective) + 1):
            if tuple(row[at : at + len(connective)]) != connective:
                continue
            for token in sentence[at + len(connective) :]:
                if token.lower in {",", ";", ":"}:
                    break
                plain = token.kind is not Kind.WORD or token.lower in _PLAIN
                if not plain and len(token.text) > 3 and not _known(token.lower, known):
                    yield f"{token.text} is given as a cause, but is not in the evidence"


def _known(word: str, known: frozenset[str]) -> bool:
    return word in known or word.rstrip("s") in known or f"{word}s" in known


def _states(sentences: list[list[Token]], evidence: Evidence) -> Iterator[str]:
    used = {token.lower for s in sentences for token in s if token.kind is Kind.WORD}
    quoted = words(evidence)
    for word in sorted(used & _SEVERITIES - {str(evidence.severity)} - quoted):
        yield f"{word} is not its severity, {evidence.severity} is"
    anything_back = any(not signal.active for signal in evidence.signals)
    for word in _OVER:
        if word in used and evidence.kind != "closed" and not anything_back:
            yield f"{word}: nothing has returned yet"
    for word in _STILL:
        if word in used and evidence.kind == "closed":
            yield f"{word}: the episode is closed"
