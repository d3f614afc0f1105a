"""The way of a sentence: cache, rules, model; then grounding in the catalogue."""

from __future__ import annotations

import asyncio
from collections.abc import Callable, Iterable
from dataclasses import replace
from typing import Protocol, cast

import structlog

from lamplighter.catalogue.entity import Entity, State
from lamplighter.config import Area, Floor, Home
from lamplighter.errors import ModelError
from lamplighter.understanding import answering, names, unknown
from lamplighter.understanding.cache import Cache, CacheKey
from lamplighter.understanding.frames import mentions_in
from lamplighter.understanding.grounding import Grounder, delayed
from lamplighter.understanding.intents import START_TIMER, Parse
from lamplighter.understanding.interpretation import (
    Ask,
    Interpretation,
    NotUnderstood,
    Pending,
    Result,
    Via,
)
from lamplighter.understanding.normalise import asks, fold, plain, tidy
from lamplighter.understanding.questions import Questions
from lamplighter.understanding.resolver import Resolver
from lamplighter.understanding.rule_parser import RuleParser, Situation
from lamplighter.understanding.rules import Rules
from lamplighter.understanding.templates import Templates, language_of, load
from lamplighter.understanding.time_expressions import commands, obstacle

_log = structlog.get_logger("understanding")

_DECLINED = {
    "time": "I can't do things at a time of day or for a while; only in so many minutes.",
    "condition": "I can't act on conditions.",
    "exception": "I don't understand what should be left out, so I did nothing.",
}
_SORRY = "Sorry, I didn't understand that."
_LET_BE = "All right, I did nothing."


class View(Protocol):
    """What understanding sees of the catalogue."""

    home: Home
    revision: int

    @property
    def areas(self) -> tuple[Area, ...]:
        """Every area."""
        ...

    @property
    def floors(self) -> tuple[Floor, ...]:
        """Every floor."""
        ...

    def entities(self) -> Iterable[Entity]:
        """Every entity."""
        ...

    def state(self, entity_id: str) -> State:
        """What is known of the entity."""
        ...


class Parser(Protocol):
    """A parser for what the rules don't know: the model's."""

    async def parse(self, text: str, situation: Situation) -> Parse | None:
        """The intents of the sentence, or None."""
        ...


class Understanding:
    """Interprets sentences. It never acts, and it never waits for anything but the model.

    Args:
        catalogue: the entities, areas and states.
        model: parses what the rules don't know; None does without.
        clock: UTC seconds now.
        language: loaded by ``start``; others are loaded when they are first asked in.
        cache: of parses.
        templates: loads the templates of a language; called off the loop, once for each.
    """

    def __init__(
        self,
        catalogue: View,
        model: Parser | None,
        *,
        clock: Callable[[], float],
        language: str = "en",
        cache: Cache | None = None,
        templates: Callable[[str], Templates] = load,
    ) -> None:
        self.catalogue = catalogue
        self.model = model
        self.away = ""
        self.language = language
        self._clock = clock
        self._templates = templates
        self._cache = cache or Cache()
        self._parsers: dict[str, asyncio.Task[RuleParser]] = {}
        self._grounder: Grounder | None = None

    async def start(self) -> None:
        """Loads the rules of the default language."""
        await self._rules_of(self.language)
        self.prepare()

    def stop(self) -> None:
        """Forgets the rules and the cache."""
        for task in self._parsers.values():
            task.cancel()
        self._parsers.clear()
        self._cache.clear()

    def use(self, model: Parser | None, *, away: str) -> None:
        """Takes another model from now on, or none: then ``away`` says why, where one is wanted."""
        self.model = model
        self.away = away

    def prepare(self) -> Grounder:
        """Takes in the catalogue's present revision; does nothing where that was done before.

        An ask does it by itself. Calling it after a flood of changes spares the first ask.
        """
        if self._grounder is None or self._grounder.resolver.names.revision != self._revision:
            catalogue = self.catalogue
            resolver = Resolver(
                names.collect(
                    self._revision, catalogue.entities(), catalogue.areas, catalogue.floors
                )
            )
            degrees = "°C" if catalogue.home.units == "metric" else "°F"
            self._grounder = Grounder(
                resolver,
                Questions(catalogue.state, degrees),
                state_of=catalogue.state,
                clock=self._clock,
            )
        return self._grounder

    @property
    def _revision(self) -> int:
        return self.catalogue.revision

    async def interpret(self, ask: Ask) -> Interpretation:
        """What the ask means, here and now."""
        text = tidy(ask.text)
        if not text:
            return _nothing("empty", _SORRY)
        rules = await self._rules_of(ask.language)
        if rules is None:
            speech = f"I don't speak the language {ask.language!r}."
            return _nothing(f"no rules for {ask.language}", speech)
        grounder = self.prepare()
        key = CacheKey(
            fold(text) + "?" * text.endswith("?"), ask.area, ask.language, self._revision
        )
        parse = self._cache.get(key)
        via: Via = "cache"
        if parse is None:
            parse = await self._parse(text, ask, rules, grounder)
            if parse is None:
                return self._without_model(text, ask, _not_understood(text, ask, grounder))
            via = cast("Via", parse.via)
            self._cache.put(key, parse)
        return await self._interpretation(parse, ask, grounder, via)

    async def interpret_by_model(self, ask: Ask) -> Interpretation:
        """What the ask means to the model alone, without cache and rules; for measurements."""
        grounder = self.prepare()
        text = tidy(ask.text)
        if self.model is None:
            return _not_understood(text, ask, grounder)
        parse = await self.model.parse(text, self._situation(ask, grounder))
        if parse is None:
            return _not_understood(text, ask, grounder)
        return await self._interpretation(parse, ask, grounder, "model")

    async def resume(self, pending: Pending, ask: Ask) -> Interpretation:
        """What the answer to a question back comes to.

        ``NotUnderstood`` where it answers nothing of what was asked: then it is a new sentence.
        """
        result = answering.choose(pending, ask.text)
        return Interpretation(result, "rules", explain=f"the answer to {pending.text!r}")

    async def _parse(
        self, text: str, ask: Ask, rules: RuleParser, grounder: Grounder
    ) -> Parse | None:
        situation = self._situation(ask, grounder)
        parse = rules.parse(text, situation)
        if parse is not None or self.model is None or obstacle(text):
            return parse
        if not ask.language.casefold().startswith("en"):
            return None
        try:
            return await self.model.parse(text, situation)
        except ModelError as error:
            _log.warning("model_failed", error=str(error))
            return None  # the rules go on without it

    def _without_model(self, text: str, ask: Ask, found: Interpretation) -> Interpretation:
        """Says that the model is away, where it might have understood: a device was named."""
        if not self.away or obstacle(text) or not ask.language.casefold().startswith("en"):
            return found
        grounder = self.prepare()
        if not mentions_in(plain(text, ask.language), grounder.resolver.names).device():
            return found
        told = f"The language model is not loaded ({self.away})."
        result = found.result
        if isinstance(result, NotUnderstood):
            result = replace(result, speech=f"{result.speech} {told}")
        return replace(found, result=result, explain=f"{found.explain}. {told}")

    def _situation(self, ask: Ask, grounder: Grounder) -> Situation:
        return Situation(
            names=grounder.resolver.names,
            area=ask.area,
            language=ask.language,
            grounds=lambda intent: grounder.grounds(intent, ask.area),
        )

    async def _interpretation(
        self, parse: Parse, ask: Ask, grounder: Grounder, via: Via
    ) -> Interpretation:
        first = parse.intents[0]
        command = str(first.slots.get("conversation_command", ""))
        if first.name == START_TIMER and command:
            now = await self.interpret(replace(ask, text=command))
            result: Result = delayed(now.result, first, command)
            return replace(now, result=result, via=via, intents=parse.intents)
        result, explain = grounder.ground(parse, ask)
        told = "; ".join(part for part in (parse.explain, explain) if part)
        return Interpretation(result, via, parse.confidence, told, parse.intents)

    async def _rules_of(self, tag: str) -> RuleParser | None:
        language = language_of(tag)
        if language is None:
            return None
        if language not in self._parsers:
            self._parsers[language] = asyncio.create_task(self._loaded(language))
        return await asyncio.shield(self._parsers[language])

    async def _loaded(self, language: str) -> RuleParser:
        return RuleParser(Rules(await asyncio.to_thread(self._templates, language)))


def _not_understood(text: str, ask: Ask, grounder: Grounder) -> Interpretation:
    reason = obstacle(text)
    if reason == "negation" and not asks(plain(text)):
        return _nothing("not understood, with a negation", _LET_BE)
    if reason in _DECLINED and not commands(plain(text)):
        reason = None  # no wonder that it is not understood, so there is no reason to tell
    if reason not in _DECLINED:
        said = unknown.hint(text, grounder.resolver.names, ask.area) or _SORRY
        return _nothing("no rule and no model knows the sentence", said)
    return _nothing(f"not understood, with a {reason}", f"{_SORRY} {_DECLINED[reason]}")


def _nothing(reason: str, speech: str) -> Interpretation:
    return Interpretation(NotUnderstood(reason, speech), "rules", 0.0, reason)
