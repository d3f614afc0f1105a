"""What a user may set of the language model: which one, how trusted, how much memory and time."""

from __future__ import annotations

from dataclasses import dataclass, field
from pathlib import Path

_MIB = 1024 * 1024


@dataclass(frozen=True, slots=True)
class Pressure:
    """When the model makes room, and when it comes back.

    Attributes:
        unload_below: bytes of available memory (of the machine, or of the service's own limit
            where that is tighter) below which the model is unloaded.
        load_above: bytes that must be available, besides what the model takes, for it to be
            loaded, or loaded again.
        hold: seconds that memory has to stay below or above before anything is done.
    """

    unload_below: int = field(default=48 * _MIB, metadata={"min": 0})
    load_above: int = field(default=96 * _MIB, metadata={"min": 0})
    hold: float = field(default=10.0, metadata={"min": 0, "max": 3600})


@dataclass(frozen=True, slots=True)
class Trial:
    """The first requests of a newly deployed model, after which it counts as good.

    Attributes:
        requests: how many.
        failures: how many of them may fail before the model before it comes back.
        starts: how often the daemon may start anew during the trial: a model that takes the
            daemon down with it is rolled back at the next start.
    """

    requests: int = field(default=20, metadata={"min": 0, "max": 10000})
    failures: int = field(default=2, metadata={"min": 0, "max": 1000})
    starts: int = field(default=3, metadata={"min": 1, "max": 100})


@dataclass(frozen=True, slots=True)
class Model:
    """The language model.

    Attributes:
        path: a model's folder, or an ONNX export's; None: the model that was deployed last, or
            the default one where it has been built.
        threads: to compute with.
        enabled: False runs on rules and templates.
        context: tokens that a prompt and its answer may have together.
        unverified: True runs a model that has no manifest, or one whose files are altered or
            whose gates were never passed.
        keys: public Ed25519 keys (PEM files); where there are any, only models with a signature
            by one of them are run.
        pressure: what happens when memory is short.
        trial: how a newly deployed model is watched.
    """

    path: Path | None = None
    threads: int = field(default=2, metadata={"min": 1, "max": 64})
    enabled: bool = True
    context: int = field(default=1024, metadata={"min": 256, "max": 8192})
    unverified: bool = False
    keys: tuple[Path, ...] = ()
    pressure: Pressure = field(default_factory=Pressure)
    trial: Trial = field(default_factory=Trial)
