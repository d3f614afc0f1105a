"""How the past is told: lengths, and what happened to a thing."""

from __future__ import annotations

from lamplighter.catalogue.entity import Entity

_HAPPENED = {
    "on": "turned on",
    "off": "turned off",
    "open": "opened",
    "closed": "closed",
    "opening": "opening",
    "closing": "closing",
    "heat": "heating",
    "cool": "cooling",
    "motion": "triggered",
    "available": "online",
    "unavailable": "offline",
    "ring": "pressed",
}
_OPENING = frozenset({"door", "garage_door", "opening", "window"})
_SENSING = frozenset({"motion", "occupancy", "presence", "moving", "vibration", "sound"})


def happening(entity: Entity, wanted: str) -> str:
    """What happened, to follow "was": "opened", "turned on"."""
    if entity.domain == "binary_sensor" and wanted in ("on", "triggered", "motion", "occupied"):
        if entity.device_class in _OPENING:
            return "opened"
        return "triggered" if entity.device_class in _SENSING else "on"
    if entity.domain in ("vacuum", "lawn_mower", "sensor") and wanted in ("on", "cleaning"):
        return "running"
    return _HAPPENED.get(wanted, wanted)


def state_word(entity: Entity, wanted: str) -> str:
    """The state as it is said of the entity: "on", "open", "heating"."""
    if wanted == "motion":
        return "detecting motion"
    if entity.domain in ("vacuum", "lawn_mower") and wanted == "on":
        return "running"
    return {"heat": "heating", "cool": "cooling", "available": "online",
            "unavailable": "offline"}.get(wanted, wanted)  # fmt: skip


def length(seconds: float) -> str:
    """A length as people say it, no finer than it matters: "3 hours and 5 minutes"."""
    whole = round(seconds)
    if whole < 60:
        return f"{whole} second{'' if whole == 1 else 's'}"
    minutes = round(seconds / 60)
    days, rest = divmod(minutes, 1440)
    hours, minutes = divmod(rest, 60)
    if days >= 7:
        return f"{days} days"
    parts = [
        f"{count} {unit}{'' if count == 1 else 's'}"
        for count, unit in ((days, "day"), (hours, "hour"), (0 if days else minutes, "minute"))
        if count
    ]
    return " and ".join(parts)
