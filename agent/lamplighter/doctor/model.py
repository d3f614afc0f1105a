"""Is the language model there, whole, and is there memory for it?"""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

from lamplighter.doctor.finding import Finding, Remedy, failed, ok, warning
from lamplighter.errors import ModelError
from lamplighter.model.settings import Model

_WITHOUT = "without it rules and templates answer: fewer sentences are understood"
_MODEL_MIB = 420
_MEMORY = Path("/proc/meminfo")


def look_at_model(settings: Model) -> Iterator[Finding]:
    """Whether every file of the model is as it was made."""
    if not settings.enabled:
        yield ok("model", "switched off: rules and templates only")
        return
    from lamplighter.model.bundle.manifest import verify
    from lamplighter.model.locate import model_folder

    try:
        folder = model_folder(settings.path)
        manifest = verify(folder)
    except ModelError as error:
        verdict = failed if settings.path else warning
        yield verdict("model", str(error), _WITHOUT, Remedy("lamplighter model build", "shell"))
        return
    yield ok("model", f"{manifest.name} in {folder}: every hash fits")


def look_at_memory(settings: Model, source: Path = _MEMORY) -> Iterator[Finding]:
    """Whether model and daemon fit into what is free."""
    try:
        lines = source.read_text(encoding="ascii").splitlines()
    except OSError:
        return
    sizes = {line.split(":")[0]: int(line.split()[1]) // 1024 for line in lines}
    available = sizes.get("MemAvailable", 0)
    wanted = _MODEL_MIB if settings.enabled else _MODEL_MIB // 4
    detail = f"{available:,} MiB available; Lamplighter takes up to {wanted} MiB"
    if available >= wanted:
        yield ok("memory", detail)
    else:
        yield warning(
            "memory",
            detail,
            "the kernel may end the daemon when memory runs out",
            Remedy("model: {enabled: false}", "lamplighter.yaml"),
        )
