"""What may be done by whom, what needs a yes, and how actions are carried out."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, field
from pathlib import Path

from lamplighter.named_files import absence

_SERVICES = {
    "pattern": r"[a-z_]+(\.[a-z_]+)?\.([a-z_]+|\*)",
    "hint": "must be domain.service or domain.class.service",
}


@dataclass(frozen=True, slots=True)
class Role:
    """What holds for some users besides the policy for everyone: entries as in ``Policy``."""

    confirm: tuple[str, ...] = field(default=(), metadata=_SERVICES)
    refuse: tuple[str, ...] = field(default=(), metadata=_SERVICES)


@dataclass(frozen=True, slots=True)
class Pin:
    """A number that has to be said besides the yes.

    Attributes:
        file: the file it stands in; never in the configuration itself.
        wanted_for: what needs it; entries as in ``Policy``.
        tries: wrong answers in a row after which nothing that needs it is done for ``locked``
            seconds.
        locked: seconds.
    """

    file: Path
    wanted_for: tuple[str, ...] = field(
        default=("lock.unlock", "lock.open", "cover.garage.open", "alarm_control_panel.disarm"),
        metadata={**_SERVICES, "key": "for"},
    )
    tries: int = field(default=3, metadata={"min": 1, "max": 20})
    locked: float = field(default=300.0, metadata={"min": 10, "max": 86400})

    def problems(self) -> Iterator[tuple[str, str]]:
        """A file that is not there."""
        if reason := absence(self.file):
            yield "file", reason


@dataclass(frozen=True, slots=True)
class Policy:
    """What needs a yes and what is refused: ``domain.service`` or ``domain.class.service``.

    ``*`` stands for any service; everything else is allowed. Machines' alarms are of the domain
    ``machine`` and of the machine's class, their services ``ack``, ``shelve``, ``reset`` ...
    ``users`` have a role by name, who is not listed has ``default_role``; "" is no role: only the
    policy for everyone holds.
    """

    confirm: tuple[str, ...] = field(
        default=(
            "lock.unlock",
            "lock.open",
            "cover.garage.open",
            "alarm_control_panel.disarm",
            "machine.shelve",
            "machine.suppress",
            "machine.out_of_service",
        ),
        metadata=_SERVICES,
    )
    refuse: tuple[str, ...] = field(default=(), metadata=_SERVICES)
    confirm_within: float = field(default=60.0, metadata={"min": 5, "max": 3600})
    pin: Pin | None = None
    roles: dict[str, Role] = field(default_factory=dict)
    users: dict[str, str] = field(default_factory=dict)
    default_role: str = ""

    def problems(self) -> Iterator[tuple[str, str]]:
        """Roles that are given and not described."""
        for user, role in self.users.items():
            if role and role not in self.roles:
                yield f"users.{user}", f"unknown role {role!r}"
        if self.default_role and self.default_role not in self.roles:
            yield "default_role", f"unknown role {self.default_role!r}"


@dataclass(frozen=True, slots=True)
class Actions:
    """How actions are carried out.

    ``expire_after``: a command not yet sent by then never is. ``confirm_within``: how long a
    device may take to show the wanted state. ``keep_corrections``: what people put right ("no, the
    other lamp") is kept on this machine, to be exported as training samples.
    """

    expire_after: float = field(default=60.0, metadata={"min": 1, "max": 86400})
    confirm_within: float = field(default=5.0, metadata={"min": 0.1, "max": 600})
    keep_corrections: bool = False
