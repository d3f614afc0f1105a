"""Reading YAML into dataclasses strictly: every mistake at once, each with file, line and key.

Types are taken from the dataclass's annotations; bounds and choices from the field's metadata:
``min``, ``max`` (numbers), ``choices`` (texts), ``pattern`` (texts, with ``hint``), ``key`` (the
YAML key, where it is a Python keyword).

Where a field's default is itself a dataclass, keys that are not given in its mapping are as in
that default.
"""

from __future__ import annotations

import contextlib
import dataclasses
import difflib
import gc
import math
import re
import types
import typing
from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Any, TypeVar

import yaml
from yaml.constructor import SafeConstructor

from lamplighter.errors import ConfigError, ConfigProblem

T = TypeVar("T")

_MISSING = object()
# libyaml's reads a plant of 20,000 signals in a tenth of the time; not every wheel has it.
_LOADER: type[yaml.SafeLoader] = getattr(yaml, "CSafeLoader", yaml.SafeLoader)
_KINDS: Mapping[str, str] = {
    "tag:yaml.org,2002:null": "nothing",
    "tag:yaml.org,2002:bool": "a boolean",
    "tag:yaml.org,2002:int": "a whole number",
    "tag:yaml.org,2002:float": "a number",
    "tag:yaml.org,2002:str": "a text",
    "tag:yaml.org,2002:seq": "a list",
    "tag:yaml.org,2002:map": "a mapping",
}


def load(text: str, kind: type[T], *, file: str, base: Path = Path()) -> T:
    """The dataclass ``kind`` as ``text`` describes it; an empty text gives its defaults.

    Relative paths in it begin at ``base``.

    Raises:
        ConfigError: with every problem found, in the order of the lines.
    """
    with _no_collection():
        return _load(text, kind, file=file, base=base)


def _load(text: str, kind: type[T], *, file: str, base: Path) -> T:
    try:
        node = yaml.compose(text, Loader=_LOADER)
    except yaml.MarkedYAMLError as error:
        mark = error.problem_mark or error.context_mark
        line = mark.line + 1 if mark else 1
        reason = f"not YAML: {error.problem or error.context}"
        raise ConfigError([ConfigProblem(file, line, "(file)", reason)]) from error
    except yaml.YAMLError as error:
        raise ConfigError([ConfigProblem(file, 1, "(file)", f"not YAML: {error}")]) from error
    if node is None:  # nothing but comments
        start = yaml.Mark(file, 0, 0, 0, "", 0)
        node = yaml.MappingNode("tag:yaml.org,2002:map", [], start, start)
    reader = _Reader(file, base)
    value = reader.read(node, kind, "")
    if reader.problems:
        raise ConfigError(sorted(reader.problems, key=lambda problem: problem.line))
    return typing.cast("T", value)


def plain(node: yaml.Node) -> Any:
    """The plain Python value of a YAML node (what ``yaml.safe_load`` would give)."""
    return SafeConstructor().construct_document(node)


@contextlib.contextmanager
def _no_collection() -> Iterator[None]:
    """No search for garbage meanwhile: of a plant's million nodes none is, and each is looked at.

    It took five sixths of the time that reading 20,000 signals' nodes took.
    """
    if not gc.isenabled():
        yield
        return
    gc.disable()
    try:
        yield
    finally:
        gc.enable()


@dataclasses.dataclass(frozen=True, slots=True)
class _Shape:
    """What a dataclass has: made once a kind, not once a mapping, of which a plant has many.

    Attributes:
        fields: by their key in the file.
        hints: their types, by name.
        required: the names of those without a default.
    """

    fields: dict[str, dataclasses.Field[Any]]
    hints: dict[str, Any]
    required: tuple[str, ...]


def _shape(kind: type) -> _Shape:
    fields = dataclasses.fields(kind)
    return _Shape(
        fields={field.metadata.get("key", field.name): field for field in fields},
        hints=typing.get_type_hints(kind),
        required=tuple(field.name for field in fields if _is_required(field)),
    )


class _Reader:
    """Collects problems while it walks the nodes."""

    def __init__(self, file: str, base: Path) -> None:
        self.file = file
        self.base = base
        self.problems: list[ConfigProblem] = []
        self._shapes: dict[type, _Shape] = {}

    def read(
        self,
        node: yaml.Node,
        kind: Any,
        key: str,
        bounds: Mapping[str, Any] = {},
        base: Any = _MISSING,
    ) -> Any:
        """The value of ``node`` as ``kind``, or ``_MISSING`` after noting the problem.

        Args:
            node: what was written.
            kind: the type that is wanted.
            key: the path of the value.
            bounds: the field's metadata.
            base: the field's default: what a mapping does not say is as in it.
        """
        origin = typing.get_origin(kind)
        if kind is Any:
            return plain(node)
        if origin in (typing.Union, types.UnionType):
            return self._read_optional(node, kind, key, bounds)
        if dataclasses.is_dataclass(kind) and isinstance(kind, type):
            return self._read_dataclass(node, kind, key, base)
        if origin in (list, tuple):
            return self._read_list(node, origin, typing.get_args(kind)[0], key, bounds)
        if origin is dict:
            return self._read_mapping(node, typing.get_args(kind)[1], key)
        return self._read_scalar(node, kind, key, bounds)

    def problem(self, node: yaml.Node, key: str, reason: str) -> Any:
        """Notes a problem at the node's line."""
        line = node.start_mark.line + 1
        self.problems.append(ConfigProblem(self.file, line, key or "(file)", reason))
        return _MISSING

    def _wrong(self, node: yaml.Node, key: str, wanted: str) -> Any:
        found = _KINDS.get(node.tag, "something else")
        shown = f" {node.value!r}" if isinstance(node, yaml.ScalarNode) and node.value else ""
        return self.problem(node, key, f"must be {wanted}, not {found}{shown}")

    def _read_optional(
        self, node: yaml.Node, kind: Any, key: str, bounds: Mapping[str, Any]
    ) -> Any:
        if node.tag.endswith(":null"):
            return None
        kinds = [each for each in typing.get_args(kind) if each is not type(None)]
        # Of several kinds, true or false is only ever meant as such.
        is_flag = node.tag.endswith(":bool") and bool in kinds
        inner = (
            bool if is_flag else next(each for each in kinds if each is not bool or kinds == [bool])
        )
        return self.read(node, inner, key, bounds)

    def _read_dataclass(self, node: yaml.Node, kind: type, key: str, base: Any) -> Any:
        if node.tag.endswith(":null"):
            return self._build(node, kind, {}, key, base)
        if not isinstance(node, yaml.MappingNode):
            return self._wrong(node, key, "a mapping")
        shape = self._shape_of(kind)
        fields, hints = shape.fields, shape.hints
        values: dict[str, Any] = {}
        for name, key_node, value_node in self._pairs(node, key):
            path = f"{key}.{name}" if key else name
            field = fields.get(name)
            if field is None:
                self.problem(key_node, path, _unknown(name, fields))
                continue
            inner = _default(field) if base is _MISSING else _mapping(getattr(base, field.name))
            value = self.read(value_node, hints[field.name], path, field.metadata, inner)
            values[field.name] = value
        return self._build(node, kind, values, key, base)

    def _shape_of(self, kind: type) -> _Shape:
        if kind not in self._shapes:
            self._shapes[kind] = _shape(kind)
        return self._shapes[kind]

    def _build(
        self, node: yaml.Node, kind: type, values: dict[str, Any], key: str, base: Any
    ) -> Any:
        shape = self._shape_of(kind)
        required = shape.required if base is _MISSING else ()
        complete = True
        for absent in required:
            if absent not in values:
                name = next(name for name, each in shape.fields.items() if each.name == absent)
                self.problem(node, f"{key}.{name}" if key else name, "is missing")
                complete = False
        # With the defaults in place of what is wrong, contradictions are still found.
        sound = {name: value for name, value in values.items() if value is not _MISSING}
        if not complete or any(name not in sound for name in required):
            return _MISSING
        made = kind(**sound) if base is _MISSING else dataclasses.replace(base, **sound)
        for path, reason in getattr(made, "problems", lambda: ())():
            where = self._find(node, path)
            self.problem(where, ".".join(part for part in (key, path) if part), reason)
        return made if len(sound) == len(values) else _MISSING

    def _find(self, node: yaml.Node, path: str) -> yaml.Node:
        """The node that a path such as ``a.b[2].c`` leads to, or the nearest one above it."""
        for part in path.replace("[", ".[").split("."):
            found: list[yaml.Node] = []
            if isinstance(node, yaml.MappingNode):
                found = [value for name, value in node.value if name.value == part]
            elif isinstance(node, yaml.SequenceNode) and part[1:-1].isdigit():
                found = node.value[int(part[1:-1]) :]
            if not found:
                break
            node = found[0]
        return node

    def _pairs(self, node: yaml.MappingNode, key: str) -> list[tuple[str, yaml.Node, yaml.Node]]:
        pairs: dict[str, tuple[str, yaml.Node, yaml.Node]] = {}
        for key_node, value_node in node.value:
            if not isinstance(key_node, yaml.ScalarNode):
                self.problem(key_node, key, "keys must be texts")
                continue
            name = str(key_node.value)
            if name in pairs:
                first = pairs[name][1].start_mark.line + 1
                path = f"{key}.{name}" if key else name
                self.problem(key_node, path, f"stands twice, first in line {first}")
                continue
            pairs[name] = (name, key_node, value_node)
        return list(pairs.values())

    def _read_list(
        self, node: yaml.Node, origin: Any, item: Any, key: str, bounds: Mapping[str, Any]
    ) -> Any:
        if not isinstance(node, yaml.SequenceNode):
            return self._wrong(node, key, "a list")
        values = [
            self.read(each, item, f"{key}[{index}]", bounds)
            for index, each in enumerate(node.value)
        ]
        return _MISSING if any(value is _MISSING for value in values) else origin(values)

    def _read_mapping(self, node: yaml.Node, item: Any, key: str) -> Any:
        if node.tag.endswith(":null"):
            return {}
        if not isinstance(node, yaml.MappingNode):
            return self._wrong(node, key, "a mapping")
        values = {
            name: self.read(value_node, item, f"{key}.{name}" if key else name)
            for name, _, value_node in self._pairs(node, key)
        }
        return _MISSING if any(value is _MISSING for value in values.values()) else values

    def _read_scalar(self, node: yaml.Node, kind: Any, key: str, bounds: Mapping[str, Any]) -> Any:
        if not isinstance(node, yaml.ScalarNode):
            return self._wrong(node, key, _wanted(kind))
        tag = node.tag.rsplit(":", 1)[-1]
        if kind is bool:
            return plain(node) if tag == "bool" else self._wrong(node, key, "true or false")
        if kind is int or kind is float:
            if tag not in (("int",) if kind is int else ("int", "float")):
                return self._wrong(node, key, _wanted(kind))
            value = self._bounded(node, key, bounds)
            return value if value is _MISSING else kind(value)
        return self._text(node, tag, kind, key, bounds)

    def _bounded(self, node: yaml.Node, key: str, bounds: Mapping[str, Any]) -> Any:
        value = plain(node)
        low, high = bounds.get("min", -math.inf), bounds.get("max", math.inf)
        if low <= value <= high:
            return value
        if math.isinf(high):
            return self.problem(node, key, f"must be at least {low}, not {value}")
        if math.isinf(low):
            return self.problem(node, key, f"must be at most {high}, not {value}")
        return self.problem(node, key, f"must be between {low} and {high}, not {value}")

    def _text(
        self, node: yaml.Node, tag: str, kind: Any, key: str, bounds: Mapping[str, Any]
    ) -> Any:
        # A number is taken as a text where a text is wanted (user names, client ids, protocol 5).
        if tag not in ("str", "int", "float"):
            return self._wrong(node, key, "a text")
        value = str(node.value)
        choices = bounds.get("choices")
        if choices and value not in choices:
            return self.problem(node, key, f"must be one of {', '.join(choices)}, not {value!r}")
        pattern = bounds.get("pattern")
        if pattern and not re.fullmatch(pattern, value):
            return self.problem(node, key, f"{bounds.get('hint', 'is malformed')}, not {value!r}")
        return self.base / value if kind is Path else value


def _default(field: dataclasses.Field[Any]) -> Any:
    """The field's default where it is a dataclass, else ``_MISSING``."""
    absent = dataclasses.MISSING
    found = field.default
    if field.default_factory is not absent:
        found = field.default_factory()
    return _mapping(found)


def _mapping(value: Any) -> Any:
    """A dataclass as it is; ``_MISSING`` for anything else, dataclasses' types included."""
    is_one = dataclasses.is_dataclass(value) and not isinstance(value, type)
    return value if is_one else _MISSING


def _is_required(field: dataclasses.Field[Any]) -> bool:
    """Whether the dataclass's field has no default."""
    absent = dataclasses.MISSING
    return field.default is absent and field.default_factory is absent


def _wanted(kind: Any) -> str:
    names = {bool: "true or false", int: "a whole number", float: "a number"}
    return names.get(kind, "a text")


def _unknown(name: str, fields: Mapping[str, Any]) -> str:
    near = difflib.get_close_matches(name, fields, n=1)
    hint = f"; did you mean {near[0]!r}?" if near else f"; known are {', '.join(sorted(fields))}"
    return f"unknown key{hint}"
