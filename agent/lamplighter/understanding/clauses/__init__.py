"""Our own reader of English commands: compositional, for what no template says."""

from __future__ import annotations

from lamplighter.understanding.clauses.reader import ClauseReader

__all__ = ["ClauseReader"]
