"""The sentence whose frame is timed: a prompt and a grammar such as the agent's own."""

from __future__ import annotations

from lamplighter.model.decoding import grammar
from lamplighter.model.prompt import chat

LONGEST = 48
SENTENCE = "could you please set the reading lamp in the living room to thirty five percent tonight"
PREFIX_TURNS = (
    chat.system("You read what people say at home and write one line."),
    *(
        turn
        for said, line in (
            ("it's so dark in the attic, i can't see the lamp", "on, the lamp, of the attic"),
            ("we don't need the fan in the study any more", "off, the fan, of the study"),
            ("could the studio blinds go up", "open, the blinds, of the studio"),
            ("what films did the light designer work on", "none"),
            ("it is freezing, do something about the heating", "warmer, the heating"),
            ("the lights in the attic are blinding me", "dimmer, the lights, of the attic"),
            ("tell me a joke about a lock", "none"),
            ("the hoover may get to work", "clean, the hoover"),
        )
        for turn in (chat.user(said), chat.assistant(line))
    ),
)
TURNS = (chat.user(SENTENCE), chat.assistant_prefix())


def _after(verb: str, *more: grammar.Part) -> grammar.Part:
    return grammar.sequence(
        grammar.literal(f'{{"verb": "{verb}", "what": "'),
        grammar.span([SENTENCE], max_words=3),
        grammar.literal('", "where": "'),
        grammar.names(["living room", "dining room", "bedroom", "kitchen", "hall"]),
        grammar.literal('"'),
        *more,
        grammar.literal("}"),
    )


GRAMMAR = grammar.compile_grammar(
    grammar.choice(
        _after("turn on"),
        _after("turn off"),
        _after("set", grammar.literal(', "value": '), grammar.number(0, 100)),
    )
)
