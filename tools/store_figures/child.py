"""Runs one measurement in a process of its own: its memory and processor time are its alone."""

from __future__ import annotations

import json
import logging
import subprocess
import sys
from importlib import import_module
from typing import Any


def measure(what: str, **arguments: Any) -> Any:
    """Calls ``module.function`` of this folder in a new process, and returns its result.

    Args:
        what: which, as ``inbound.agent``.
        arguments: of the function; what JSON can hold.

    Raises:
        subprocess.CalledProcessError: it failed; what it said stands on stderr.
    """
    told = subprocess.run(
        [sys.executable, "-m", "tools.store_figures.child", what],
        input=json.dumps(arguments),
        stdout=subprocess.PIPE,
        text=True,
        check=True,
    )
    return json.loads(told.stdout.splitlines()[-1])


def main() -> None:
    """The other side of :func:`measure`."""
    import structlog

    structlog.configure(
        wrapper_class=structlog.make_filtering_bound_logger(logging.ERROR),
        logger_factory=structlog.WriteLoggerFactory(file=sys.stderr),
    )
    module, _, function = sys.argv[1].partition(".")
    call = getattr(import_module(f"tools.store_figures.{module}"), function)
    print(json.dumps(call(**json.load(sys.stdin))))


if __name__ == "__main__":
    main()
