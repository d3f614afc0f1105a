"""Prometheus's text format 0.0.4, OpenMetrics 1.0, and which of them a scraper wants."""

from __future__ import annotations

import math
from collections.abc import Iterable, Iterator
from dataclasses import dataclass

from lamplighter.metrics.families import Family, Sample

_OPENMETRICS = "application/openmetrics-text"
_PLAIN = frozenset({"text/plain", "text/*", "*/*"})


@dataclass(frozen=True, slots=True)
class Format:
    """A way to write metrics down.

    Attributes:
        content_type: for the HTTP header.
        openmetrics: OpenMetrics 1.0 instead of the text format 0.0.4.
    """

    content_type: str
    openmetrics: bool


TEXT = Format("text/plain; version=0.0.4; charset=utf-8", openmetrics=False)
OPENMETRICS = Format(f"{_OPENMETRICS}; version=1.0.0; charset=utf-8", openmetrics=True)


def negotiate(accept: str) -> Format:
    """The format for an ``Accept`` header: OpenMetrics where it is wanted at least as much."""
    weights: dict[str, float] = {}
    for part in accept.split(","):
        kind, *parameters = (each.strip().lower() for each in part.split(";"))
        weights[kind] = max(weights.get(kind, 0.0), _weight(parameters))
    wanted = weights.get(_OPENMETRICS, 0.0)
    plain = max((weight for kind, weight in weights.items() if kind in _PLAIN), default=0.0)
    return OPENMETRICS if wanted > 0 and wanted >= plain else TEXT


def render(families: Iterable[Family], form: Format) -> bytes:
    """All families that have samples, as text."""
    lines = [line for family in families if family.samples for line in _family(family, form)]
    if form.openmetrics:
        lines.append("# EOF")
    return "".join(f"{line}\n" for line in lines).encode("utf-8", "backslashreplace")


def _weight(parameters: list[str]) -> float:
    for parameter in parameters:
        name, _, value = parameter.partition("=")
        if name.strip() == "q":
            try:
                weight = float(value)
            except ValueError:
                return 0.0
            return weight if 0 <= weight <= 1 else 0.0
    return 1.0


def _family(family: Family, form: Format) -> Iterator[str]:
    suffix = {"counter": "_total", "info": "_info"}.get(family.kind, "")
    full = f"{family.name}{suffix}"
    # The older format names the family as its samples, and knows no infos.
    name = family.name if form.openmetrics else full
    kind = "gauge" if family.kind == "info" and not form.openmetrics else family.kind
    yield f"# HELP {name} {_help(family.help, form)}"
    yield f"# TYPE {name} {kind}"
    if form.openmetrics and family.unit:
        yield f"# UNIT {name} {family.unit}"
    for sample in family.samples:
        yield f"{full}{_labels(sample)} {_number(sample.value)}"


def _help(text: str, form: Format) -> str:
    escaped = text.replace("\\", r"\\").replace("\n", r"\n")
    return escaped.replace('"', r"\"") if form.openmetrics else escaped


def _labels(sample: Sample) -> str:
    if not sample.labels:
        return ""
    inside = ",".join(f'{name}="{_text(value)}"' for name, value in sample.labels.items())
    return f"{{{inside}}}"


def _text(value: str) -> str:
    return value.replace("\\", r"\\").replace('"', r"\"").replace("\n", r"\n")


def _number(value: float) -> str:
    if math.isnan(value):
        return "NaN"
    if math.isinf(value):
        return "+Inf" if value > 0 else "-Inf"
    return repr(int(value)) if isinstance(value, bool) else repr(value)
