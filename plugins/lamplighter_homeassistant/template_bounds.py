"""What a template from the network may spend: steps, and the size of whatever it makes."""

from __future__ import annotations

import re
from collections.abc import ItemsView, Iterator, KeysView, Mapping, ValuesView
from typing import Any, cast

from jinja2 import Environment, nodes
from jinja2.exceptions import SecurityError, TemplateSyntaxError
from jinja2.visitor import NodeTransformer

MAX_STEPS = 50_000
"""Rounds of loops, calls, filters and tests in one rendering."""

MAX_LENGTH = 65_536
"""Characters or items that one operation in a template may make."""

MAX_VALUE = 200_000
"""Items and characters within a list or mapping that a template makes, those of inner ones too.

A few lists that hold each other ten times would else write out to more than any memory holds.
"""

MAX_BITS = 4_096
"""Bits of a whole number that a template may make."""

_SIZED = (str, bytes, list, tuple)
_HOLDING = (list, tuple, dict, set, frozenset, KeysView, ValuesView, ItemsView)
_WIDE = re.compile(
    r"%(?:\([^)]*\))?[-+ #0]*(?:\d{4}|\*|\d*\.(?:\d{4}|\*))"  # printf
    r"|\{[^{}]+\{|\{[^{}]*:[^{}]*\d{4}"  # str.format
)
# What a text's methods may do: these make texts of a length that their arguments give.
_REFUSED_METHODS = frozenset({"center", "expandtabs", "ljust", "rjust", "to_bytes", "translate"})


def measured(value: Any) -> Any:
    """The value itself.

    Raises:
        SecurityError: it is a list or mapping that holds more than MAX_VALUE.
    """
    if isinstance(value, _HOLDING) and size_of(value) > MAX_VALUE:
        raise SecurityError(f"a list or mapping that holds more than {MAX_VALUE}")
    return value


def size_of(value: Any) -> int:
    """Items and characters within a value; counting ends soon after MAX_VALUE."""
    size = 0
    waiting = [value]
    while waiting and size <= MAX_VALUE:
        each = waiting.pop()
        if isinstance(each, str | bytes):
            size += len(each)
        elif isinstance(each, _HOLDING):
            size += len(each)
            waiting.extend(_inner(each))
    return size


def check_form(form: str | bytes, *values: Any) -> None:
    """Refuse formatting that asks for great widths, or puts long values in many times.

    Raises:
        SecurityError: it does.
    """
    text = form.decode("latin-1") if isinstance(form, bytes) else form
    if _WIDE.search(text):
        raise SecurityError("formatting with a width that is taken from a value, or above 999")
    longest = max((size_of(value) for value in values), default=0)
    if (text.count("%") + text.count("{")) * longest > MAX_VALUE:
        raise SecurityError(f"formatting to more than {MAX_VALUE} characters")


def check_method(owner: str | bytes | int, name: str, args: tuple[Any, ...]) -> None:
    """Refuse a method of a text or number whose result would be huge.

    Raises:
        SecurityError: it would.
    """
    if name in _REFUSED_METHODS:
        raise SecurityError(f"{name} is not allowed")
    size = 0
    if name == "zfill":
        size = max((arg for arg in args if isinstance(arg, int)), default=0)
    elif isinstance(owner, str | bytes) and name == "replace" and len(args) > 1:
        size = len(owner) + owner.count(args[0]) * len(args[1])
    elif isinstance(owner, str | bytes) and name == "join" and args:
        size = size_of(args[0]) + len(owner) * len(args[0])
    if size > MAX_LENGTH:
        raise SecurityError(f"{name} to more than {MAX_LENGTH} characters")


def result_size(operator: str, left: Any, right: Any) -> int:
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


class Bounds(NodeTransformer):
    """Leads the loops, lists and mappings of a template through the sandbox's counters.

    Args:
        environment: the sandbox, with the methods ``rounds`` and ``measured``.
    """

    def __init__(self, environment: Environment) -> None:
        self.environment = environment

    def visit_For(self, node: nodes.For) -> nodes.Node:  # noqa: N802 - jinja's name
        """A loop, its rounds counted.

        Raises:
            TemplateSyntaxError: it is recursive: its rounds could not be counted.
        """
        if node.recursive:
            raise TemplateSyntaxError("recursive loops are not allowed", node.lineno)
        self.generic_visit(node)
        node.iter = self._through("rounds", cast("nodes.Expr", node.iter))
        return node

    def visit_List(self, node: nodes.List) -> nodes.Node:  # noqa: N802 - jinja's name
        """A list, measured."""
        return self._measured(node, node.items)

    def visit_Tuple(self, node: nodes.Tuple) -> nodes.Node:  # noqa: N802 - jinja's name
        """A tuple, measured unless it is what values are assigned to."""
        return node if node.ctx != "load" else self._measured(node, node.items)

    def visit_Dict(self, node: nodes.Dict) -> nodes.Node:  # noqa: N802 - jinja's name
        """A mapping, measured."""
        return self._measured(node, [pair.value for pair in node.items])

    def _measured(self, node: nodes.Literal, items: list[nodes.Expr]) -> nodes.Node:
        self.generic_visit(node)
        if all(isinstance(item, nodes.Const) for item in items):
            return node
        return self._through("measured", node)

    def _through(self, method: str, node: nodes.Expr) -> nodes.Call:
        place = {"lineno": node.lineno, "environment": self.environment}
        counter = nodes.EnvironmentAttribute(method, **place)
        return nodes.Call(counter, [node], [], None, None, **place)


def _inner(value: Any) -> Iterator[Any]:
    if isinstance(value, Mapping):
        yield from value.keys()
        value = value.values()
    for each in value:
        if isinstance(each, (str, bytes, *_HOLDING)):
            yield each
