"""Taking over a changed configuration while running."""

from __future__ import annotations

from dataclasses import asdict, replace
from pathlib import Path

import structlog

from lamplighter import config as configuration
from lamplighter import log
from lamplighter.assembly import Parts
from lamplighter.config import Config
from lamplighter.errors import ConfigError

_log = structlog.get_logger("reload")

_NEEDS_RESTART = (
    "node",
    "broker",
    "store",
    "discovery",
    "model",
    "machines",
    "faults",
    "plugins",
    "metrics",
)


def reload(path: Path | None, running: Config, parts: Parts) -> Config:
    """The configuration in force afterwards; the running one where the file is wrong.

    What can't change while running stays as it was, and is named in the log at every reload.
    """
    if path is None:
        _log.warning("reload_refused", reason="the configuration came from no file")
        return running
    try:
        fresh = configuration.read(path)
    except ConfigError as error:
        for problem in error.problems:
            _log.error("config_problem", **asdict(problem))
        _log.error("reload_refused", problems=len(error.problems))
        return running
    waits = [name for name in _NEEDS_RESTART if getattr(running, name) != getattr(fresh, name)]
    if not _take_upstream(running, fresh, parts):
        waits.append("upstream")
    log.configure(fresh.log.level, fresh.log.format)
    if fresh.home != running.home:
        parts.catalogue.configure(fresh.home)
    parts.commander.policy = fresh.policy
    parts.commander.language = fresh.home.language
    parts.understanding.parsers.home = fresh.home.language
    parts.commander.corrections.enabled = fresh.actions.keep_corrections
    parts.executor.confirm_within = fresh.actions.confirm_within
    parts.executor.expire_after = fresh.actions.expire_after
    _log.info("reloaded", needs_restart=waits)
    upstream = running.upstream if parts.upstream is None else parts.upstream.settings
    return replace(
        running,
        home=fresh.home,
        policy=fresh.policy,
        actions=fresh.actions,
        log=fresh.log,
        upstream=upstream,
    )


def _take_upstream(running: Config, fresh: Config, parts: Parts) -> bool:
    """Takes rules, pace and what upstream may ask for; False where a restart is needed."""
    if parts.upstream is None or fresh.upstream is None:
        return running.upstream == fresh.upstream
    return parts.upstream.configure(fresh.upstream)
