"""Units that the same quantity is measured in, and how a value in one reads in another."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, replace
from functools import lru_cache
from types import MappingProxyType

# In units of the quantity's first one: value in the first = factor * value + offset.
_QUANTITIES: tuple[dict[str, tuple[float, float]], ...] = (
    {"K": (1.0, 0.0), "°C": (1.0, 273.15), "°F": (5 / 9, 459.67 * 5 / 9)},
    {
        "bar": (1.0, 0.0), "mbar": (1e-3, 0.0), "Pa": (1e-5, 0.0), "hPa": (1e-3, 0.0),
        "kPa": (1e-2, 0.0), "MPa": (10.0, 0.0), "psi": (0.068947573, 0.0), "atm": (1.01325, 0.0),
    },
    {"mm/s": (1.0, 0.0), "m/s": (1e3, 0.0), "µm/s": (1e-3, 0.0), "in/s": (25.4, 0.0)},
    {"m/s²": (1.0, 0.0), "mm/s²": (1e-3, 0.0), "g": (9.80665, 0.0), "mg": (9.80665e-3, 0.0)},
    {"A": (1.0, 0.0), "mA": (1e-3, 0.0), "kA": (1e3, 0.0)},
    {"V": (1.0, 0.0), "mV": (1e-3, 0.0), "kV": (1e3, 0.0)},
    {"W": (1.0, 0.0), "mW": (1e-3, 0.0), "kW": (1e3, 0.0), "MW": (1e6, 0.0), "hp": (745.7, 0.0)},
    {"Wh": (1.0, 0.0), "kWh": (1e3, 0.0), "MWh": (1e6, 0.0)},
    {"mm": (1.0, 0.0), "cm": (10.0, 0.0), "m": (1e3, 0.0), "in": (25.4, 0.0), "ft": (304.8, 0.0)},
    {"kg": (1.0, 0.0), "t": (1e3, 0.0), "lb": (0.45359237, 0.0)},
    {
        "l/min": (1.0, 0.0), "l/s": (60.0, 0.0), "l/h": (1 / 60, 0.0), "m³/h": (1000 / 60, 0.0),
        "m³/s": (60000.0, 0.0), "gpm": (3.785411784, 0.0),
    },
    {"rpm": (1.0, 0.0), "Hz": (60.0, 0.0)},
    {"s": (1.0, 0.0), "ms": (1e-3, 0.0), "min": (60.0, 0.0), "h": (3600.0, 0.0)},
)  # fmt: skip
# Values that become larger by more than twenty times need no proof.
_FAR = 1 / 20
_SPELLINGS = MappingProxyType(
    {
        "c": "°C", "degc": "°C", "deg c": "°C", "celsius": "°C", "℃": "°C", "°c": "°C",
        "f": "°F", "degf": "°F", "deg f": "°F", "fahrenheit": "°F", "℉": "°F", "°f": "°F",
        "k": "K", "kelvin": "K", "bara": "bar", "barg": "bar", "bar(g)": "bar", "bar(a)": "bar",
        "psig": "psi", "psia": "psi", "lbf/in²": "psi", "um/s": "µm/s", "μm/s": "µm/s",
        "ips": "in/s", "m/s2": "m/s²", "m/s^2": "m/s²", "amp": "A", "amps": "A", "ampere": "A",
        "volt": "V", "volts": "V", "watt": "W", "watts": "W", "lpm": "l/min", "m3/h": "m³/h",
        "m3/s": "m³/s", "m^3/h": "m³/h", "1/min": "rpm", "min-1": "rpm", "r/min": "rpm",
        "u/min": "rpm", "percent": "%", "pct": "%",
    }
)  # fmt: skip


@dataclass(frozen=True, slots=True)
class Scale:
    """How values of another unit (or power of ten) read: ``value = factor * other + offset``.

    Attributes:
        name: the other unit, or ``1000 times``.
        factor: and
        offset: make the configured unit's value of the other one.
        proven: whether values that fit need the signal's noise to bear it out, where it has some:
            a fault, or a stop, may lead there, too.
        is_round: whether a fault of a signal without noise may hit it: 5 becomes 50.
    """

    name: str
    factor: float
    offset: float = 0.0
    proven: bool = False
    is_round: bool = False

    @property
    def is_near(self) -> bool:
        """Whether a value in the one may well be a value in the other, as with °C and °F."""
        return self.offset != 0.0 and self.factor != 1.0

    def read(self, other: float) -> float:
        """The value in the configured unit, to ten digits: 6.1, not 6.1000000000000005."""
        return float(f"{self.factor * other + self.offset:.10g}")

    def written(self, value: float) -> float:
        """What the value would read in the other unit."""
        return (value - self.offset) / self.factor


@lru_cache(maxsize=512)
def same(unit: str) -> str:
    """The unit in the one spelling that this table has for it; what it does not know, trimmed."""
    plain = unit.strip()
    known = {name.lower(): name for table in _QUANTITIES for name in table}
    folded = plain.lower()
    # mW is no MW: where case tells units apart, what is written counts.
    if any(plain in table for table in _QUANTITIES):
        return plain
    return _SPELLINGS.get(folded) or known.get(folded, plain)


@lru_cache(maxsize=512)
def between(other: str, unit: str) -> Scale | None:
    """How a value in ``other`` reads in ``unit``; None where they are no units of one quantity."""
    first, second = same(other), same(unit)
    if first == second:
        return Scale(first, 1.0)
    for table in _QUANTITIES:
        if first in table and second in table:
            (a, b), (c, d) = table[first], table[second]
            return Scale(first, a / c, (b - d) / c)
    return None


@lru_cache(maxsize=512)
def mistakable(unit: str) -> tuple[Scale, ...]:
    """The scales that a source of this unit may change to, those of a known quantity first."""
    return (*_of_quantity(same(unit)), *_powers_of_ten())


def _of_quantity(unit: str) -> Iterator[Scale]:
    for table in _QUANTITIES:
        for other in table if unit in table else ():
            scale = between(other, unit)
            if scale is None or other == unit:
                continue
            # Nearly the same, or so round that a fault may hit it: told below, or by nothing.
            if scale.offset == 0 and (1 / 5 < scale.factor < 5 or _is_round(scale.factor)):
                continue
            yield replace(scale, proven=scale.offset == 0 and scale.factor > _FAR)


def _powers_of_ten() -> Iterator[Scale]:
    for factor, name in (
        (1e-3, "1000 times its unit"),
        (1e-6, "a million times its unit"),
    ):
        yield Scale(name, factor)
    # A machine that stops goes down to hardly anything, too.
    for factor, name in (
        (1e-1, "ten times its unit"),
        (1e-2, "100 times its unit"),
        (1e2, "a hundredth of its unit"),
        (1e3, "a thousandth of its unit"),
        (1e6, "a millionth of its unit"),
    ):
        yield Scale(name, factor, proven=True, is_round=0.005 < factor < 500)


def _is_round(factor: float) -> bool:
    return any(abs(factor / each - 1) < 1e-9 for each in (0.1, 10.0, 100.0))
