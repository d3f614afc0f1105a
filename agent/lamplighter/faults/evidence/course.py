"""What earlier reports of an open episode knew that a later one could not find again."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import asdict, dataclass, field
from typing import Any

from lamplighter.errors import PayloadError
from lamplighter.faults.evidence.log_templates import LogCount, read_count
from lamplighter.faults.evidence.record import Evidence
from lamplighter.faults.stored import SNAPSHOT, mapping, rows, text

_MOVES = frozenset({"up", "down"})


@dataclass(frozen=True, slots=True)
class Course:
    """The course of an episode up to its last report.

    Attributes:
        episode: its id.
        returned: the signals that had returned by then.
        moved: how signals without an alarm had moved at some report, by tag: ``up`` or ``down``.
        logs: the log lines that the last report told of.
        earlier: those of an earlier run of the agent, which count no more among the recent ones.
    """

    episode: str = ""
    returned: frozenset[str] = frozenset()
    moved: Mapping[str, str] = field(default_factory=dict)
    logs: tuple[LogCount, ...] = ()
    earlier: tuple[LogCount, ...] = ()

    def of(self, episode: str) -> Course:
        """The course of this episode: an empty one where it had no report yet."""
        return self if self.episode == episode else Course(episode)

    def after(self, evidence: Evidence) -> Course:
        """The course with one report more."""
        before = self.of(evidence.episode)
        moved = {each.tag: each.move for each in evidence.others if each.move in _MOVES}
        returned = frozenset(signal.tag for signal in evidence.signals if not signal.active)
        return Course(
            evidence.episode,
            returned,
            {**before.moved, **moved},
            evidence.logs,
            before.earlier,
        )

    def to_dict(self) -> dict[str, Any]:
        """The course as JSON can hold it."""
        return {
            "episode": self.episode,
            "returned": sorted(self.returned),
            "moved": dict(self.moved),
            "logs": [asdict(count) for count in self.logs],
        }

    @classmethod
    def from_dict(cls, stored: Any) -> Course:
        """The course that :meth:`to_dict` described.

        Raises:
            PayloadError: the description is damaged.
        """
        kept = mapping(stored, "course")
        returned, moved = kept.get("returned"), mapping(kept.get("moved"), "moved")
        if not isinstance(returned, list) or not set(moved.values()) <= _MOVES:
            raise PayloadError(SNAPSHOT, "is no course of an episode", "course")
        tags = frozenset(text(tag, "returned") for tag in returned)
        logs = tuple(read_count(each) for each in rows(kept.get("logs"), "logs"))
        return cls(text(kept.get("episode"), "episode"), tags, moved, logs, logs)
