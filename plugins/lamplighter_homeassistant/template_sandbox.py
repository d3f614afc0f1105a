"""The sandbox that templates from the network run in: what it bounds, and how."""

from __future__ import annotations

import re
from collections.abc import Iterable
from typing import Any

import jinja2
from jinja2 import nodes
from jinja2.compiler import CodeGenerator, Frame
from jinja2.exceptions import SecurityError
from jinja2.sandbox import ImmutableSandboxedEnvironment

MAX_RANGE = 10_000
"""Rounds of all ``range`` loops in one rendering."""

MAX_LENGTH = 65_536
"""Characters or items that one operation in a template may make."""

MAX_BITS = 4_096
"""Bits of a whole number that a template may make."""

_WIDE = re.compile(
    r"%(?:\([^)]*\))?[-+ #0]*(?:\d{4}|\*|\d*\.(?:\d{4}|\*))"  # printf
    r"|\{[^{}]+\{|\{[^{}]*:[^{}]*\d{4}"  # str.format
)

_SIZED = (str, bytes, list, tuple)


class _Code(CodeGenerator):
    """Compiles ``~`` to a bounded join."""

    def visit_Concat(self, node: nodes.Concat, frame: Frame) -> None:  # noqa: N802 - jinja's name
        self.write("environment.bounded_join((")
        for part in node.nodes:
            self.visit(part, frame)
            self.write(", ")
        self.write("))")


class Sandbox(ImmutableSandboxedEnvironment):
    """Rendering in it reaches no file, no network and no Python internals.

    It also bounds what loops, powers, repetitions, paddings and joins may take. A template that
    asks for more fails with SecurityError (a jinja2.TemplateError).
    """

    code_generator_class = _Code
    intercepted_binops = frozenset({"*", "**", "+", "%"})

    def __init__(self) -> None:
        super().__init__(
            undefined=jinja2.Undefined,
            autoescape=False,
            extensions=["jinja2.ext.loopcontrols", "jinja2.ext.do"],
        )
        self._rounds = 0
        self.globals["range"] = self.bounded_range
        self.filters["format"] = _format
        self.filters["join"] = self._join
        self.filters["replace"] = _replace
        # They make texts of any width, and no device needs them.
        for name in ("center", "indent"):
            del self.filters[name]

    def begin(self) -> None:
        """Start the count of rounds anew; called before each rendering."""
        self._rounds = 0

    def bounded_range(self, *args: int) -> range:
        """A range whose length counts against the rounds of this rendering."""
        numbers = range(*args)
        self._rounds += len(numbers)
        if self._rounds > MAX_RANGE:
            raise SecurityError(f"loops of more than {MAX_RANGE} rounds")
        return numbers

    def bounded_join(self, parts: Iterable[Any]) -> str:
        """The parts as one text."""
        return _joined("", [str(part) for part in parts])

    def call_binop(
        self, context: jinja2.runtime.Context, operator: str, left: Any, right: Any
    ) -> Any:
        """One operation, refused where its result would be huge."""
        if operator == "%" and isinstance(left, str | bytes):
            _check_form(left)
        elif _size(operator, left, right) > MAX_LENGTH:
            raise SecurityError(f"the result of {operator} would be too large")
        return super().call_binop(context, operator, left, right)

    def call(
        self,
        __context: jinja2.runtime.Context,  # noqa: PYI063 - jinja2 passes it by position
        __obj: Any,
        *args: Any,
        **kwargs: Any,
    ) -> Any:
        """One call; methods of texts are refused where their result would be huge."""
        owner = getattr(__obj, "__self__", None)
        if isinstance(owner, str | bytes):
            _check_method(owner, __obj.__name__, args)
        return super().call(__context, __obj, *args, **kwargs)

    def wrap_str_format(self, value: Any) -> Any:
        """``str.format``, refused where it asks for great widths."""
        owner = getattr(value, "__self__", None)
        wrapped = super().wrap_str_format(value)
        if wrapped is not None and isinstance(owner, str):
            _check_form(owner)
        return wrapped

    @staticmethod
    def _join(value: Iterable[Any], separator: str = "", attribute: str | None = None) -> str:
        items = [item[attribute] for item in value] if attribute else value
        return _joined(str(separator), [str(item) for item in items])


def _format(form: Any, *args: Any, **kwargs: Any) -> str:
    """printf-style formatting, as jinja2's filter of this name."""
    _check_form(str(form))
    return str(str(form) % (kwargs or args))


def _replace(text: Any, old: str, new: str, count: int | None = None) -> str:
    _check_method(str(text), "replace", (old, new))
    return str(text).replace(str(old), str(new), -1 if count is None else count)


def _joined(separator: str, parts: list[str]) -> str:
    if sum(map(len, parts)) + len(separator) * len(parts) > MAX_LENGTH:
        raise SecurityError(f"a text of more than {MAX_LENGTH} characters")
    return separator.join(parts)


def _check_form(form: str | bytes) -> None:
    text = form.decode("latin-1") if isinstance(form, bytes) else form
    if _WIDE.search(text):
        raise SecurityError("formatting with a width that is taken from a value, or above 999")


def _check_method(owner: str | bytes, name: str, args: tuple[Any, ...]) -> None:
    if any(isinstance(arg, int) and arg > MAX_LENGTH for arg in args):
        raise SecurityError(f"{name} to more than {MAX_LENGTH} characters")
    if name == "replace" and len(args) > 1:
        size = len(owner) + owner.count(args[0]) * len(args[1])
    elif name == "join" and args:
        size = sum(len(part) + len(owner) for part in args[0])
    else:
        return
    if size > MAX_LENGTH:
        raise SecurityError(f"{name} to more than {MAX_LENGTH} characters")


def _size(operator: str, left: Any, right: Any) -> int:
    """How many characters, items or (scaled) bits a result would have; 0 where it is small."""
    if operator == "+" and isinstance(left, _SIZED) and isinstance(right, _SIZED):
        return len(left) + len(right)
    if isinstance(left, int) and isinstance(right, int):
        bits = left.bit_length() * abs(right) if operator == "**" else left.bit_length()
        return MAX_LENGTH + 1 if bits > MAX_BITS else 0
    if operator == "*" and isinstance(left, _SIZED) and isinstance(right, int):
        return len(left) * right
    if operator == "*" and isinstance(right, _SIZED) and isinstance(left, int):
        return len(right) * left
    return 0
