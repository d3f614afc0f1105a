"""How long rows wait for company, so that fewer commits wear the disk out.

Each commit writes whole pages and waits for the disk, whether it holds one row or a thousand. On
a hard disk or a good SSD that costs little, and what waits is committed at once. On an SD card
rows wait: longer where more come, as waiting for company that does not come spares nothing.
"""

from __future__ import annotations

import math
from collections import Counter
from collections.abc import Callable, Iterable

from lamplighter.link.received import Received
from lamplighter.plugin import Message
from lamplighter.store.settings import Flash
from lamplighter.store.writing.wear import Wear, Written

_LONGEST = {"disk": 0.0, "flash": 0.25, "battery": 2.0}
_STRAINED = _LONGEST["battery"]
_MEMORY = 5.0
_SAMPLE_EVERY = 5.0

# In as many mean gaps between messages, nearly always one comes.
_SILENCE = 8.0
# Networks and schedulers deliver in bursts.
_LEAST_SILENCE = 0.05
_SPARE = 0.75
_TRY_EVERY = 32
_SURELY = 2


class Pace:
    """Says how long rows may wait; asked by any thread, told by the writer's.

    Args:
        settings: profile and budget.
        monotonic: seconds of a clock that never steps.
        wear: what was written; None: nobody counts.
    """

    def __init__(
        self, settings: Flash, monotonic: Callable[[], float], wear: Wear | None = None
    ) -> None:
        given = settings.longest_commit
        self._least = _LONGEST[settings.profile] if given is None else given
        if settings.profile == "disk":
            self._least = 0.0
        self._most = max(self._least, _STRAINED)
        self._monotonic = monotonic
        self._wear = wear
        self._strain = 0.0
        self._rows = 0
        self._rate = 0.0
        self._last = monotonic()
        self._sample_at = -math.inf

    @property
    def rate(self) -> float:
        """Rows a second that came in lately."""
        return self._rate

    def longest(self) -> float:
        """Seconds that a row may wait for which nobody waits."""
        return self._least + self._strain * (self._most - self._least)

    def patience(self) -> float:
        """Seconds that a row may wait whose ack waits for it: 0 where no company is expected."""
        longest = self.longest()
        if longest <= 0:
            return 0.0
        expected = self._rate * longest
        return longest * (1 - 1 / expected) if expected > 1 else 0.0

    def came(self, rows: int = 1) -> None:
        """Rows came in that are to be committed; from any thread, a count lost does not matter."""
        self._rows += rows

    def committed(self) -> None:
        """A commit is done."""
        now = self._monotonic()
        passed = now - self._last
        if passed > 0:
            rows, self._rows = self._rows, 0
            share = 1 - math.exp(-passed / _MEMORY)
            self._rate += share * (rows / passed - self._rate)
            self._last = now
        if now >= self._sample_at:
            self.sample()
            self._sample_at = now + _SAMPLE_EVERY

    def sample(self) -> Written:
        """Looks at what was written, and is as patient from now on as the budget asks for."""
        if self._wear is None:
            return Written(None, None, None, 0.0)
        written = self._wear.sample()
        self._strain = written.strain
        return written


class _Window:
    """How many messages a broker sends ahead of their acks, as far as that was seen."""

    def __init__(self) -> None:
        self.unacked = 0
        self._epoch = -1
        self._width = math.inf
        self._full = 0
        self._before = 0
        self._prompt = 0

    def count(self, epoch: int) -> bool:
        """One more has come; True where no more are to be expected before an ack."""
        if epoch != self._epoch:
            # Another connection: what was not acknowledged on the last one never will be.
            self._epoch, self.unacked, self._width = epoch, 0, math.inf
        self.unacked += 1
        if self.unacked > self._width:
            self._width = math.inf
        # A little before it is full, so that the broker goes on during the commit.
        if self.unacked < self._width * _SPARE:
            return False
        self._full += 1
        # Now and then it is tried whether more would come after all.
        return self._full % _TRY_EVERY != 0

    def left(self, *, quiet: bool) -> None:
        """A commit begins; ``quiet``: nothing had come for long, so the broker seems to wait."""
        self._before = self.unacked
        if quiet and self.unacked:
            self._width = self.unacked

    def answered(self, *, promptly: bool) -> None:
        """The first message after the acks has come; so the broker waited for them, or did not."""
        self._prompt = self._prompt + 1 if promptly else 0
        if self._prompt >= _SURELY and self._before:
            self._width = self._before

    def acked(self, count: int) -> None:
        """The commit is done."""
        self.unacked = max(0, self.unacked - count)


class Company:
    """Decides when messages are committed whose acks wait for it.

    A broker sends only so many messages ahead of their acks, and does not say how many: when that
    window is full, waiting brings no company. So they are committed when nothing has come for
    several times as long as it mostly takes. How many they were is the width of the window, until
    there are more: they are committed as soon as there are nearly so many. It is that, too, where
    messages come promptly after acks, again and again, and came slowly before.

    The caller sees to it that only one thread is in here at a time.

    Args:
        pace: how long rows may wait.
        monotonic: seconds of a clock that never steps.
        urgent: whether a message must not wait.
        most_bytes: bytes of payloads that are committed at once.
    """

    def __init__(
        self,
        pace: Pace,
        monotonic: Callable[[], float],
        urgent: Callable[[Message], bool],
        most_bytes: int,
    ) -> None:
        self._pace = pace
        self._monotonic = monotonic
        self._urgent = urgent
        self._most_bytes = most_bytes
        self._latest = math.inf
        self._quiet = math.inf
        self._last = math.inf
        self._silence = 0.0
        self._acked_at = math.inf
        self._windows: dict[str, _Window] = {}

    def due(self) -> float:
        """When those that came in since :meth:`left` want to be committed; infinity: never."""
        return min(self._latest, self._quiet)

    def joins(self, received: Received, queued_bytes: int) -> bool:
        """A message came in; True where the commit is to be earlier for it."""
        self._pace.came()
        before = self.due()
        longest = self._pace.longest()
        if (
            longest <= 0
            or self._fills(received)
            or queued_bytes >= self._most_bytes
            or self._urgent(received.message)
        ):
            self._latest = -math.inf
        elif self._latest > -math.inf:
            self._wait(self._pace.patience())
        return self.due() < before

    def left(self, *, some_remain: bool) -> None:
        """What came in is in a transaction now; some remains where it was too much for one."""
        now = self._monotonic()
        quiet = self._quiet <= now < self._latest
        self._silence = now - self._last if -math.inf < self._latest <= now else 0.0
        for window in self._windows.values():
            window.left(quiet=quiet)
        self._latest = -math.inf if some_remain else math.inf
        self._quiet = math.inf

    def acked(self, rows: Iterable[Received]) -> None:
        """These are on disk, and acknowledged right after."""
        if self._windows:
            counts = Counter(each.message.link for each in rows if each.mid)
            for link, window in self._windows.items():
                window.acked(counts[link])
            self._acked_at = self._monotonic()

    def _fills(self, received: Received) -> bool:
        """Counts a message; True where no more are to be expected before an ack."""
        self._last = now = self._monotonic()
        if not received.mid:
            return False
        window = self._window(received.message.link)
        if self._silence:
            window.answered(promptly=(now - self._acked_at) * _SILENCE < self._silence)
            self._silence = 0.0
        return window.count(received.epoch)

    def _wait(self, patience: float) -> None:
        if patience <= 0:
            self._latest = -math.inf
            return
        now = self._monotonic()
        self._latest = min(self._latest, now + patience)
        self._quiet = now + max(_SILENCE / self._pace.rate, _LEAST_SILENCE)

    def _window(self, link: str) -> _Window:
        window = self._windows.get(link)
        if window is None:
            window = self._windows[link] = _Window()
        return window
