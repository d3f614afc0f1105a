"""The way of a sentence: cache, rules, model; then grounding in the catalogue."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable
from dataclasses import replace
from datetime import datetime, tzinfo
from typing import TYPE_CHECKING, Protocol

from lamplighter.catalogue.entity import Entity, State
from lamplighter.config import Area, Floor, Home
from lamplighter.understanding import answering, asking_back, names, unknown
from lamplighter.understanding.alarm_commands import read_alarm_command
from lamplighter.understanding.cache import Cache, CacheKey
from lamplighter.understanding.clauses import ClauseReader
from lamplighter.understanding.colloquial import spelled_out
from lamplighter.understanding.complaints import ComplaintReader
from lamplighter.understanding.composing import Moment
from lamplighter.understanding.followups.incomplete import missing_part, unfinished
from lamplighter.understanding.followups.reader import FollowUpReader
from lamplighter.understanding.frames import mentions_in
from lamplighter.understanding.grounding import Grounder, delayed
from lamplighter.understanding.hearsay import is_hearsay
from lamplighter.understanding.intents import QUESTIONS, START_TIMER, Intent, Parse
from lamplighter.understanding.interpretation import (
    Ask,
    Interpretation,
    Later,
    NotUnderstood,
    Pending,
)
from lamplighter.understanding.languages.parsers import LanguageParser, Parsers
from lamplighter.understanding.languages.replies import in_language
from lamplighter.understanding.languages.telling import LanguageTeller
from lamplighter.understanding.normalise import asks, fold, plain, tidy
from lamplighter.understanding.questions import Questions
from lamplighter.understanding.questions.reader import QuestionReader
from lamplighter.understanding.questions.rewording import untagged
from lamplighter.understanding.reading import Parser, Reading
from lamplighter.understanding.remarks import without_remarks
from lamplighter.understanding.resolver import Resolver
from lamplighter.understanding.rule_parser import Situation
from lamplighter.understanding.self_repair import repaired
from lamplighter.understanding.sentence import Sentence
from lamplighter.understanding.sparing import spared
from lamplighter.understanding.templates import Templates, load
from lamplighter.understanding.time_expressions import commands, obstacle
from lamplighter.understanding.timing.answers import completed
from lamplighter.understanding.timing.corrections import within
from lamplighter.understanding.timing.requests import cancels, takes_back
from lamplighter.understanding.timing.zones import home_zone

if TYPE_CHECKING:
    from lamplighter.understanding.questions.history import Past
    from lamplighter.understanding.questions.machines import Plant

_DECLINED = {
    "time": "I heard a time, but not what is to be done then.",
    "condition": "I heard a condition, but I don't understand all of it.",
    "exception": "I don't understand what should be left out, so I did nothing.",
}
_SORRY = "Sorry, I didn't understand that."
_COMMANDS = re.compile(r"(?:please )?(?:turn|switch|put|set|shut|lock|unlock|dim)\b", re.IGNORECASE)
"""Beginnings of what is no question, whatever follows."""
_STOPPING = frozenset({"HassLawnMowerDock", "HassVacuumReturnToBase"})
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


class Understanding:
    """Interprets sentences. It never acts, and it never waits for anything but the model.

    Args:
        catalogue: the entities, areas and states.
        model: parses what the rules don't know; None does without.
        clock: UTC seconds now.
        language: loaded by ``start``; others are loaded when they are first asked in.
        cache: of parses.
        templates: loads the templates of a language; called off the loop, once for each.
        past: what is kept of the past; None: nothing.
        plant: the machines that are watched, and their alarms; None: there are none.
        zone: the home's time zone by its configured name; called where a time is said.
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
        past: Past | None = None,
        plant: Plant | None = None,
        zone: Callable[[str | None], tzinfo] = home_zone,
    ) -> None:
        self.catalogue = catalogue
        self.model = model
        self.away = ""
        self.language = language
        self._clock = clock
        self._cache = cache or Cache()
        self.parsers = Parsers(templates, language)
        self._teller = LanguageTeller()
        self._past = past
        self._plant = plant
        self._zone = zone
        self._questions = QuestionReader(plant.machines if plant else ())
        self._clauses = ClauseReader()
        self._readers = (self._questions, ComplaintReader(), self._clauses)
        self._grounder: Grounder | None = None

    async def start(self) -> None:
        """Loads the rules of the default language."""
        await self.parsers.of(self.language)
        self.prepare()

    def stop(self) -> None:
        """Forgets the rules and the cache."""
        self.parsers.stop()
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
            self._grounder = Grounder(
                resolver,
                Questions(catalogue.state, self._degrees, self._past, self._plant),
                state_of=catalogue.state,
                clock=self._clock,
            )
        return self._grounder

    @property
    def _revision(self) -> int:
        return self.catalogue.revision

    async def interpret(self, ask: Ask) -> Interpretation:
        """What the ask means, here and now; plain outcomes are said in its own language."""
        found = await self._interpreted(ask)
        language = found.language or ask.language
        if language.casefold().startswith("en"):
            return found
        return in_language(found, language, self.prepare().resolver.names.entities, _SORRY)

    async def _interpreted(self, ask: Ask) -> Interpretation:
        text = tidy(ask.text)
        rules = await self.parsers.of(ask.language)
        if not text or rules is None:
            said = f"I don't speak the language {ask.language!r}." if text else _SORRY
            return _nothing(f"no rules for {ask.language}" if text else "empty", said)
        english = ask.language.casefold().startswith("en")
        # What was mentioned last tells nothing where "all" and "it" are not known as words.
        sentence = self._sentence(text, ask if english else replace(ask, context=None), rules)
        key = CacheKey(
            fold(text) + "?" * text.endswith("?"), ask.area, ask.language, self._revision
        )
        parse = self._cache.get(key)
        if parse is not None:
            return replace(await self._plain(parse, sentence), via="cache")
        if other := await self._other_language(sentence):
            there = replace(ask, language=other, detect=False)
            return replace(await self._interpreted(there), language=other)
        found = await (self._english(sentence) if english else self._by_rules(sentence))
        if isinstance(found, Parse):
            if not found.contextual:
                self._cache.put(key, found)
            return await self._plain(found, sentence)
        if found is None:
            found = _not_understood(text, ask, sentence.grounder)
        return self._without_model(text, ask, found)

    async def _english(self, sentence: Sentence) -> Interpretation | Parse | None:
        """What is understood of it; where a part is missing, the question for that."""
        if is_hearsay(sentence.text):
            return None
        if (early := self._at_once(sentence)) is not None:
            return early
        found = await self._whole(sentence)
        if found is not None and _by_a_name(found, sentence):
            return None
        if _is_understood(found) or isinstance(found, Parse):
            return found
        nothing = found or _nothing("", "")
        question = _or_asked(nothing, sentence)
        return found if question is nothing else question

    def _at_once(self, sentence: Sentence) -> Interpretation | Parse | None:
        """What is settled before devices are looked for: machines' alarms, half a sentence."""
        machines = self._plant.machines if self._plant else ()
        if machines and (alarms := read_alarm_command(sentence.text, machines)):
            return Interpretation(alarms, "rules", explain="read as a command about alarms")
        if asked_of := self._questions.of_machines(sentence.text, sentence.situation):
            return asked_of
        if asked := unfinished(sentence.text, sentence.situation):
            return Interpretation(asked, "rules", 0.5, "breaks off")
        if asked := asking_back.open_choice(sentence.text, sentence.situation):
            return Interpretation(asked, "rules", 0.5, "any one of several")
        return None

    async def _whole(self, sentence: Sentence) -> Interpretation | Parse | None:
        """As it was said; then without what is only remarked beside it; then by the model."""
        said = spelled_out(sentence.text, sentence.situation.names.words)
        said = untagged(spared(repaired(said)))
        sentence = replace(sentence, text=within(said, sentence.moment.now))
        found = await self._as_said(sentence)
        if _is_understood(found):
            return found
        bare = without_remarks(sentence.text, sentence.situation.names)
        if bare != sentence.text:
            sentence = replace(sentence, text=bare)
            again = await self._as_said(sentence)
            if _is_understood(again):
                return again
            found = found or again
        return found or await sentence.reading.by_model(sentence.text, sentence.situation)

    async def _as_said(self, sentence: Sentence) -> Interpretation | Parse | None:
        """Templates; what is asked of plans; what is more than a plain clause; other readers."""
        parse = None if sentence.dated else await self._by_rules(sentence)
        back = takes_back(sentence.text)  # "cancel that" is about what was done or planned
        if parse is not None and (back or cancels(sentence.text)) and not _stops_a_robot(parse):
            parse = None
        if parse is not None and parse.sure and not _delays(parse):
            return parse
        if requested := sentence.requested():
            return requested
        commands = _COMMANDS.match(sentence.text)  # and asks something else, perhaps
        asked = None if commands else self._questions.read(sentence.text, sentence.situation)
        if asked is not None and asked.sure and all(map(sentence.situation.grounds, asked.intents)):
            return asked
        found = await sentence.interpret()
        if parse is not None and parse.sure and not _is_understood(found):
            return parse
        return found or (None if back else sentence.reading.read(sentence.text, sentence.situation))

    @staticmethod
    async def _by_rules(sentence: Sentence) -> Parse | None:
        return sentence.reading.by_rules(sentence.text, sentence.situation)

    async def ground(self, intents: tuple[Intent, ...], ask: Ask) -> Interpretation:
        """What intents that were understood before come to now: those of a schedule or an order."""
        sentence = self._sentence(ask.text, ask, None)
        return sentence.plain(Parse(intents, explain="as it was understood before"))

    async def interpret_by_model(self, ask: Ask) -> Interpretation:
        """What the ask means to the model alone, without cache and rules; for measurements."""
        grounder = self.prepare()
        text = tidy(ask.text)
        if self.model is None:
            return _not_understood(text, ask, grounder)
        sentence = self._sentence(text, ask, None)
        parse = await self.model.parse(text, sentence.situation)
        if parse is None:
            return _not_understood(text, ask, grounder)
        return await self._plain(parse, sentence)

    async def resume(self, pending: Pending, ask: Ask) -> Interpretation:
        """What the answer to a question back comes to.

        ``NotUnderstood`` where it answers nothing of what was asked: then it is a new sentence.
        """
        now = datetime.fromtimestamp(self._clock(), self._zone(self.catalogue.home.time_zone))
        sentence = completed(pending.text, ask.text, now) or answering.completed(pending, ask.text)
        if sentence is not None:
            return await self.interpret(replace(ask, text=sentence))
        result = answering.choose(pending, ask.text)
        return Interpretation(result, "rules", explain=f"the answer to {pending.text!r}")

    async def _other_language(self, sentence: Sentence) -> str | None:
        """The language of a sentence that the home's rules don't know, where it clearly is one."""
        ask, text = sentence.ask, sentence.text
        if not ask.detect:
            return None
        words = sentence.situation.names.words
        other = await self._teller.other(text, ask.language, words)
        if other is None or sentence.reading.by_rules(text, sentence.situation) is not None:
            return None
        if sentence.timed_in_english:
            return None
        # "No, I mean the other one" goes on from what was said before, whatever it looks like.
        goes_on = FollowUpReader().read(text, sentence.situation) is not None
        return None if goes_on else other

    def _without_model(self, text: str, ask: Ask, found: Interpretation) -> Interpretation:
        """Says that the model is away, where it might have understood: a device was named."""
        result = found.result
        if not self.away or not isinstance(result, NotUnderstood):
            return found
        if obstacle(text) or not ask.language.casefold().startswith("en"):
            return found
        grounder = self.prepare()
        if not mentions_in(plain(text, ask.language), grounder.resolver.names).device():
            return found
        told = f"The language model is not loaded ({self.away})."
        result = replace(result, speech=f"{result.speech} {told}")
        return replace(found, result=result, explain=f"{found.explain}. {told}")

    def _sentence(self, text: str, ask: Ask, rules: LanguageParser | None) -> Sentence:
        grounder = self.prepare()
        home = self.catalogue.home
        situation = Situation(
            names=grounder.resolver.names,
            area=ask.area,
            language=ask.language,
            grounds=lambda intent: grounder.grounds(intent, ask.area),
            context=ask.context,
            state_of=self.catalogue.state,
        )
        moment = Moment(
            datetime.fromtimestamp(self._clock(), self._zone(home.time_zone)),
            home.location,
            self._degrees,
        )
        reading = Reading(rules, self._readers, self.model, self._clauses)
        return Sentence(text, ask, situation, reading, grounder, moment)

    async def _plain(self, parse: Parse, sentence: Sentence) -> Interpretation:
        first = parse.intents[0]
        command = str(first.slots.get("conversation_command", ""))
        if first.name != START_TIMER or not command:
            return _or_asked(sentence.plain(parse), sentence)
        now = await self.interpret(replace(sentence.ask, text=command))
        later = delayed(now.result, first, command)
        if isinstance(later, Later):
            later = replace(later, intents=now.intents)
        return replace(now, result=later, intents=parse.intents)

    @property
    def _degrees(self) -> str:
        return "°C" if self.catalogue.home.units == "metric" else "°F"


def _or_asked(found: Interpretation, sentence: Sentence) -> Interpretation:
    """What was understood; where nothing was and a part is missing, the question for that."""
    english = sentence.situation.language.casefold().startswith("en")
    if not english or not isinstance(found.result, NotUnderstood):
        return found
    names = sentence.situation.names
    if found.intents and not any(names.named(str(i.slots.get("name", ""))) for i in found.intents):
        return found  # what is understood and about nothing here lacks no part
    asked = missing_part(sentence.text, sentence.situation)
    asked = asked or asking_back.which(sentence.text, sentence.situation)
    return Interpretation(asked, "rules", 0.5, "a part is missing") if asked else found


def _delays(parse: Parse) -> bool:
    """True for templates of a command with a delay, which take several clauses for one command."""
    first = parse.intents[0]
    return first.name == START_TIMER and "conversation_command" in first.slots


def _stops_a_robot(parse: Parse) -> bool:
    """True for "cancel mowing": what is going on, not what is planned."""
    return {each.name for each in parse.intents} <= _STOPPING


def _by_a_name(found: Interpretation | Parse, sentence: Sentence) -> bool:
    """True where only a device's name has the form of a command: names are data."""
    said = fold(sentence.text)
    telling = [each for each in sentence.situation.names.within(said) if commands(each)]
    if not telling or all(each.name in QUESTIONS for each in found.intents):
        return False
    for name in telling:
        said = said.replace(name, " ")
    return not commands(" ".join(said.split()))


def _is_understood(found: Interpretation | Parse | None) -> bool:
    if isinstance(found, Interpretation):
        return not isinstance(found.result, NotUnderstood)
    return found is not None and found.sure


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
