"""A discovery config's keys, read with Home Assistant's rules for each kind of value."""

from __future__ import annotations

import math
from collections.abc import Callable, Container, Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any, NoReturn

from lamplighter.errors import PayloadError, TemplateError
from lamplighter.plugin import Message, Publication
from lamplighter_homeassistant.json_text import well_formed
from lamplighter_homeassistant.templates import Templates
from lamplighter_homeassistant.topics import filter_problem, topic_problem

_TRUE = frozenset({"1", "true", "yes", "on", "enable"})
_FALSE = frozenset({"0", "false", "no", "off", "disable"})


@dataclass(frozen=True, slots=True)
class DiscoveryConfig:
    """One component's config: long keys, ``~`` expanded.

    Every method raises PayloadError, naming the discovery topic and the key, where a value is not
    of the asked kind. A key that is null counts as absent.

    Attributes:
        topic: the discovery topic, for errors.
        values: the keys.
        component: Home Assistant's component, such as ``light``.
        templates: compiles and renders the config's templates.
    """

    topic: str
    values: Mapping[str, Any]
    component: str
    templates: Templates = field(default_factory=Templates, compare=False, repr=False)

    def has(self, key: str) -> bool:
        """Whether the key is present and not null."""
        return self.values.get(key) is not None

    def refuse(self, key: str, reason: str) -> NoReturn:
        """Refuse the config because of this key.

        Raises:
            PayloadError: always.
        """
        raise PayloadError(self.topic, reason, key)

    def text(self, key: str, default: str = "") -> str:
        """A text; numbers and booleans are taken as Python writes them, as Home Assistant does."""
        value = self.values.get(key)
        return default if value is None else self._text(key, value)

    def optional_text(self, key: str) -> str | None:
        """A text, or None where it is absent."""
        value = self.values.get(key)
        return None if value is None else self._text(key, value)

    def required_text(self, key: str) -> str:
        """A text that must be there."""
        return self._text(key, self._required(key))

    def number(self, key: str, default: float) -> float:
        """A finite number, also written as text."""
        value = self.optional_number(key)
        return default if value is None else value

    def optional_number(self, key: str) -> float | None:
        """A finite number, also written as text, or None where it is absent."""
        value = self.values.get(key)
        if value is None:
            return None
        try:
            number = float(value)
        except (TypeError, ValueError, OverflowError):
            self.refuse(key, f"{_shown(value)} is not a number")
        if not math.isfinite(number):
            self.refuse(key, f"{_shown(value)} is not a finite number")
        return number

    def optional_seconds(self, key: str) -> float | None:
        """A time span of at least 0 seconds, or None where it is absent."""
        value = self.optional_number(key)
        if value is not None and value < 0:
            self.refuse(key, f"{value:g} is below 0")
        return value

    def integer(self, key: str, default: int) -> int:
        """A whole number; a fraction is cut off, as Home Assistant does."""
        value = self.optional_number(key)
        return default if value is None else int(value)

    def flag(self, key: str, default: bool) -> bool:  # noqa: FBT001 - the same shape as its peers
        """True or false, in any of Home Assistant's spellings."""
        value = self.values.get(key)
        if value is None:
            return default
        if isinstance(value, str):
            word = value.lower().strip()
            if word in _TRUE:
                return True
            if word in _FALSE:
                return False
        elif isinstance(value, bool | int | float):
            return value != 0
        raise PayloadError(self.topic, f"{_shown(value)} is neither true nor false", key)

    def strings(self, key: str, default: Sequence[str] = ()) -> tuple[str, ...]:
        """A list of texts; one text alone counts as a list of one."""
        value = self.values.get(key)
        if value is None:
            return tuple(default)
        items = value if isinstance(value, list) else [value]
        return tuple(self._text(key, item) for item in items)

    def choice(self, key: str, options: Container[str], default: str) -> str:
        """A text out of these options."""
        value = self.text(key, default)
        if value not in options:
            known = ", ".join(sorted(options)) if isinstance(options, Iterable) else "those known"
            self.refuse(key, f"{value!r} is none of {known}")
        return value

    def topic_of(self, key: str) -> str | None:
        """A topic that can be published on (no wildcards), or None where it is absent."""
        value = self.optional_text(key)
        if value is not None and (problem := topic_problem(value)):
            self.refuse(key, f"{_shown(value)} {problem}")
        return value

    def required_topic(self, key: str) -> str:
        """A topic that can be published on (no wildcards), which must be there."""
        self._required(key)
        return self.topic_of(key) or ""

    def filter_of(self, key: str) -> str | None:
        """A topic or filter that can be subscribed, or None where it is absent."""
        value = self.optional_text(key)
        if value is not None and (problem := filter_problem(value)):
            self.refuse(key, f"{_shown(value)} {problem}")
        return value

    def required_filter(self, key: str) -> str:
        """A topic or filter that can be subscribed, which must be there."""
        self._required(key)
        return self.filter_of(key) or ""

    def template(self, key: str) -> str | None:
        """A template that compiles, or None where it is absent."""
        value = self.optional_text(key)
        if value is not None:
            try:
                self.templates.check(value)
            except TemplateError as error:
                self.refuse(key, str(error))
        return value

    def value(
        self, template_key: str | None = None, variables: Mapping[str, Any] | None = None
    ) -> Callable[[Message], str]:
        """Reads a message: its text, rendered by the value template where there is one.

        The reader returns "" where the template renders to nothing or says (by ``is_defined``)
        that the message holds nothing for it.

        The reader raises PayloadError (not in the config's encoding) and TemplateError.

        Args:
            template_key: the key of the value template, or None for the text alone.
            variables: more variables for the template.
        """
        template = None if template_key is None else self.template(template_key)
        encoding = self._encoding()
        render = self.templates.value
        more = variables or {}

        def read(message: Message) -> str:
            text = decode(message, encoding)
            return text if template is None else render(template, text, more)

        return read

    def render(self, template_key: str) -> Callable[[Any, Mapping[str, Any]], str]:
        """Writes a payload from a value and extra variables, by the command template if any.

        The writer raises TemplateError.
        """
        template = self.template(template_key)
        render = self.templates.command

        def write(value: Any, variables: Mapping[str, Any]) -> str:
            return str(value) if template is None else render(template, value, variables)

        return write

    def publication(self, command_topic_key: str, payload: str) -> Publication:
        """A payload for a command topic of this config, with its ``qos``, ``retain``, ``encoding``.

        A command goes out with QoS 1 at least, so that it is not lost on the way to the broker.
        """
        encoding = self._encoding()
        try:
            data = payload.encode(encoding)
        except UnicodeError as error:
            raise PayloadError(
                self.topic, f"{_shown(payload)} can't be written as {encoding}", command_topic_key
            ) from error
        return Publication(
            self.required_topic(command_topic_key),
            data,
            qos=max(self.qos(), 1),
            retain=self.flag("retain", default=False),
        )

    def qos(self) -> int:
        """The quality of service asked for: 0, 1 or 2."""
        value = self.integer("qos", 0)
        if value not in (0, 1, 2):
            self.refuse("qos", f"{value} is none of 0, 1, 2")
        return value

    def _encoding(self) -> str:
        name = self.text("encoding", "utf-8") or "utf-8"
        try:
            "".encode(name)
        except (LookupError, ValueError):
            self.refuse("encoding", f"{name!r} is not a known encoding")
        return name

    def _required(self, key: str) -> Any:
        value = self.values.get(key)
        if value is None:
            self.refuse(key, "is missing")
        return value

    def _text(self, key: str, value: Any) -> str:
        if isinstance(value, list | dict) or value is None:
            self.refuse(key, f"{_shown(value)} is not a text")
        return str(value)


def decode(message: Message, encoding: str = "utf-8") -> str:
    """The message's payload as text.

    Raises:
        PayloadError: it is not in this encoding, or means half a surrogate pair there.
    """
    try:
        text = message.payload.decode(encoding)
    except UnicodeError as error:
        raise PayloadError(message.topic, f"the payload is not {encoding}") from error
    if not well_formed(text):
        raise PayloadError(message.topic, "the payload holds half a surrogate pair")
    return text


def _shown(value: Any) -> str:
    shown = repr(value)
    return shown if len(shown) <= 60 else f"{shown[:57]}..."
