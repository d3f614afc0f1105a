"""The sandbox that templates from the network run in: what it reaches, and what it may spend."""

from __future__ import annotations

import functools
from collections.abc import Callable, Iterable, Iterator
from typing import Any, cast

import jinja2
from jinja2 import nodes
from jinja2.compiler import CodeGenerator, Frame
from jinja2.exceptions import SecurityError
from jinja2.sandbox import ImmutableSandboxedEnvironment
from jinja2.utils import Namespace

from lamplighter_homeassistant.template_bounds import (
    MAX_LENGTH,
    MAX_STEPS,
    Bounds,
    check_form,
    check_method,
    measured,
    result_size,
)

# They make texts or lists of any size, and no device needs them.
_LEFT_OUT = ("batch", "center", "indent", "slice", "urlize", "wordwrap")


class _Code(CodeGenerator):
    """Compiles ``~`` to a bounded join."""

    def visit_Concat(self, node: nodes.Concat, frame: Frame) -> None:  # noqa: N802 - jinja's name
        self.write("environment.bounded_join((")
        for part in node.nodes:
            self.visit(part, frame)
            self.write(", ")
        self.write("))")


class _Namespace(Namespace):
    """A template's namespace, which does not write out what it holds."""

    def __repr__(self) -> str:
        return "<Namespace>"


class Sandbox(ImmutableSandboxedEnvironment):
    """Rendering in it reaches no file, no network and no Python internals.

    It also bounds what a rendering may take: steps, sizes of texts, lists and numbers. A template
    that asks for more fails with SecurityError (a jinja2.TemplateError).
    """

    code_generator_class = _Code
    intercepted_binops = frozenset({"*", "**", "+", "%"})

    def __init__(self) -> None:
        super().__init__(
            undefined=jinja2.Undefined,
            autoescape=False,
            extensions=["jinja2.ext.loopcontrols", "jinja2.ext.do"],
        )
        self._steps = 0
        self.globals["range"] = self._range
        self.globals["namespace"] = _Namespace
        del self.globals["lipsum"]
        self.filters["format"] = _format
        self.filters["join"] = self._join
        self.filters["replace"] = _replace
        self.filters["tojson"] = _tojson(self.filters["tojson"])
        for name in _LEFT_OUT:
            del self.filters[name]

    @staticmethod
    def concat(parts: Iterable[str], /) -> str:
        """The pieces of a block or macro as one text."""
        return _joined("", list(parts))

    def seal(self) -> None:
        """Count and measure every filter and test; called once, when all are in place."""
        self.filters.update({name: self._counted(each) for name, each in self.filters.items()})
        tests = cast("dict[str, Callable[..., Any]]", self.tests)
        tests.update({name: self._counted(each) for name, each in tests.items()})

    def begin(self) -> None:
        """Start the count of steps anew; called before each rendering."""
        self._steps = 0

    def rounds(self, items: Iterable[Any]) -> Iterator[Any]:
        """The items of a loop, one step each."""
        for item in items:
            self._step()
            yield item

    def measured(self, value: Any) -> Any:
        """A list or mapping that the template wrote, refused where it holds too much."""
        return measured(value)

    def bounded_join(self, parts: Iterable[Any]) -> str:
        """The parts as one text."""
        return _joined("", [str(part) for part in parts])

    def call_binop(
        self, context: jinja2.runtime.Context, operator: str, left: Any, right: Any
    ) -> Any:
        """One operation, refused where its result would be huge."""
        if operator == "%" and isinstance(left, str | bytes):
            check_form(left, right)
        elif result_size(operator, left, right) > MAX_LENGTH:
            raise SecurityError(f"the result of {operator} would be too large")
        return measured(super().call_binop(context, operator, left, right))

    def call(
        self,
        __context: jinja2.runtime.Context,  # noqa: PYI063 - jinja2 passes it by position
        __obj: Any,
        *args: Any,
        **kwargs: Any,
    ) -> Any:
        """One call; methods of texts and numbers are refused where their result would be huge."""
        self._step()
        owner = getattr(__obj, "__self__", None)
        if isinstance(owner, str | bytes | int):
            check_method(owner, __obj.__name__, args)
        return measured(super().call(__context, __obj, *args, **kwargs))

    def wrap_str_format(self, value: Any) -> Any:
        """``str.format`` of the sandbox, refused where it asks for great widths or lengths."""
        wrapped = super().wrap_str_format(value)
        if wrapped is None:
            return None
        form = value.__self__

        def checked(*args: Any, **kwargs: Any) -> Any:
            check_form(form, *args, *kwargs.values())
            return wrapped(*args, **kwargs)

        return checked

    def _parse(self, source: str, name: str | None, filename: str | None) -> nodes.Template:
        tree = super()._parse(source, name, filename)
        Bounds(self).visit(tree)
        return tree

    def _step(self) -> None:
        self._steps += 1
        if self._steps > MAX_STEPS:
            raise SecurityError(f"more than {MAX_STEPS} steps")

    def _counted(self, function: Callable[..., Any]) -> Callable[..., Any]:
        @functools.wraps(function)  # keeps the marks by which jinja passes context
        def counted(*args: Any, **kwargs: Any) -> Any:
            self._step()
            return measured(function(*args, **kwargs))

        return counted

    @staticmethod
    def _range(*args: int) -> range:
        numbers = range(*args)
        if len(numbers) > MAX_STEPS:
            raise SecurityError(f"a range of more than {MAX_STEPS}")
        return numbers

    @staticmethod
    def _join(value: Iterable[Any], separator: str = "", attribute: str | None = None) -> str:
        items = [item[attribute] for item in value] if attribute else value
        return _joined(str(separator), [str(item) for item in items])


def _format(form: Any, *args: Any, **kwargs: Any) -> str:
    """printf-style formatting, as jinja2's filter of this name."""
    check_form(str(form), *args, *kwargs.values())
    return str(str(form) % (kwargs or args))


def _replace(text: Any, old: str, new: str, count: int | None = None) -> str:
    check_method(str(text), "replace", (str(old), str(new)))
    return str(text).replace(str(old), str(new), -1 if count is None else count)


def _tojson(original: Callable[..., Any]) -> Callable[..., Any]:
    @functools.wraps(original)
    def tojson(eval_ctx: Any, value: Any, indent: int | None = None) -> Any:
        return original(eval_ctx, value, indent if indent is None else min(int(indent), 8))

    return tojson


def _joined(separator: str, parts: list[str]) -> str:
    if sum(map(len, parts)) + len(separator) * len(parts) > MAX_LENGTH:
        raise SecurityError(f"a text of more than {MAX_LENGTH} characters")
    return separator.join(parts)
