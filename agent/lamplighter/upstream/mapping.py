"""Topics upstream, made from local ones by a template with variables."""

from __future__ import annotations

import re
from dataclasses import dataclass

from lamplighter.link.topics import topic_problem, without_share

_VARIABLE = re.compile(r"\{([^{}]*)\}")
_LEVEL = re.compile(r"([1-9][0-9]{0,4})(:?)")
_KNOWN = "{topic}, {1}, {2} …, {2:} (from the second level on), {node}"


@dataclass(frozen=True, slots=True)
class TopicTemplate:
    """A topic with variables; :func:`template_problem` says whether the text is one.

    Attributes:
        text: with ``{topic}`` (the whole local topic), ``{1}``, ``{2}`` … (its levels), ``{2:}``
            (those from there on) and ``{node}``.
        node: the node's name.
    """

    text: str
    node: str

    def expand(self, topic: str) -> str | None:
        """The topic upstream of a local topic; None where it lacks a level, or none comes out."""
        if self.text == "{topic}":
            return topic
        levels = topic.split("/")
        missing = False

        def value(found: re.Match[str]) -> str:
            nonlocal missing
            name = found.group(1)
            if name == "topic":
                return topic
            if name == "node":
                return self.node
            number, rest = _level(name)
            if number > len(levels):
                missing = True
                return ""
            return "/".join(levels[number - 1 :]) if rest else levels[number - 1]

        made = _VARIABLE.sub(value, self.text)
        return None if missing or topic_problem(made) else made

    @property
    def varies(self) -> bool:
        """Whether different local topics may come out as different ones."""
        return any(name != "node" for name in _VARIABLE.findall(self.text))

    @property
    def deepest(self) -> int:
        """The highest level that a topic needs for it; 0 where it needs none."""
        names = _VARIABLE.findall(self.text)
        return max((_level(name)[0] for name in names if _LEVEL.fullmatch(name)), default=0)


def template_problem(text: str, *, only: tuple[str, ...] = ()) -> str | None:
    """Says why a text is no template, or None where it is one.

    Args:
        text: the template.
        only: the variables that there are; empty: all of them.
    """
    for name in _VARIABLE.findall(text):
        if only:
            if name not in only:
                shown = " or ".join(f"{{{each}}}" for each in only)
                return f"has the unknown variable {{{name}}}; there is only {shown} here"
        elif name not in ("topic", "node") and _LEVEL.fullmatch(name) is None:
            return f"has the unknown variable {{{name}}}; known are {_KNOWN}"
    plain = _VARIABLE.sub("x", text)
    if "{" in plain or "}" in plain:
        return "has a brace without its partner"
    return topic_problem(plain)


def levels_of(topic_filter: str) -> int | None:
    """How many levels every topic of a filter has; None where it may be any number."""
    bare = without_share(topic_filter)
    return None if bare.endswith("#") else bare.count("/") + 1


def _level(name: str) -> tuple[int, bool]:
    number, _, _ = name.partition(":")
    return int(number), name.endswith(":")
