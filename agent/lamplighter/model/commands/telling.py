"""Telling a running daemon that another model is current, and waiting until it says so."""

from __future__ import annotations

import json
from collections.abc import Callable
from typing import Any

from lamplighter.config import Config
from lamplighter.errors import LinkError
from lamplighter.plugin import Publication

SWAP = {"op": "model", "do": "swap"}
Exchange = Callable[..., bytes | None]


def tell_daemon(
    config: Config,
    expected: Callable[[dict[str, Any]], bool],
    *,
    timeout: float,
    exchange: Exchange | None = None,
) -> str:
    """Ask the daemon to swap its model, and say in words what came of it.

    Args:
        config: the daemon's.
        expected: tells from the model's part of ``health`` whether the swap is done.
        timeout: seconds to wait for that.
        exchange: publishes and waits for an answer; None: ``link.exchange``.
    """
    if config.model.path is not None:
        return "model.path is set: the daemon runs that model, and not the deployed one."
    if exchange is None:
        from lamplighter.link.exchange import exchange as exchange_

        exchange = exchange_

    def accept(payload: bytes) -> bool:
        try:
            return expected(json.loads(payload)["model"])
        except (ValueError, KeyError, TypeError, AttributeError):
            return False

    try:
        answer = exchange(
            config.broker,
            Publication(f"{config.root}/control", json.dumps(SWAP).encode()),
            reply_topic=f"{config.root}/health",
            accept=accept,
            status_topic=f"{config.root}/status",
            timeout=timeout,
        )
    except LinkError as error:
        return f"The daemon was not told ({error}): it swaps at its next start."
    if answer is None:
        return f"The daemon was told, and has not swapped within {timeout:g} s: see its health."
    return "The daemon runs it."
