"""kill -9 of a process that writes: whatever it reported as committed is there."""

from __future__ import annotations

import random
import subprocess
import sys
import textwrap
from pathlib import Path

from lamplighter.store.store import Store

WRITER = textwrap.dedent(
    """
    import sys
    from pathlib import Path
    from lamplighter.link.received import Received
    from lamplighter.plugin import Message, Publication
    from lamplighter.store.outbound.lanes import Lane
    from lamplighter.store.store import Store

    def committed(rows):
        # Written and flushed at once: what is read from this pipe was reported as committed.
        sys.stdout.write("".join(f"in {row.received.message.topic}\\n" for row in rows))
        sys.stdout.flush()
        store.inbox.done([])

    store = Store(
        Path(sys.argv[1]),
        max_bytes=256 << 20,
        on_committed=committed,
        on_outbox=lambda: None,
        on_replaced=lambda report: sys.exit(f"replaced: {report}"),
    )
    report = store.start()
    if report.reason:
        sys.exit(report.reason)
    number = int(sys.argv[2])
    while True:
        number += 1
        store.inbox.put(Received(Message(f"{number}", b"x" * 300, arrived=1.0), 1, 1))
        if number % 50 == 0:
            row = store.outbox.put(Publication(f"{number}", b"y"), Lane.STATES).result()
            sys.stdout.write(f"out {number}\\n")
            sys.stdout.flush()
    """
)


def run_and_kill(folder: Path, start: int, lines: int) -> list[str]:
    """Runs the writer until it has reported so many lines, kills it; returns all it reported."""
    process = subprocess.Popen(
        [sys.executable, "-c", WRITER, str(folder), str(start)],
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        text=True,
    )
    assert process.stdout is not None
    assert process.stderr is not None
    seen = []
    for line in process.stdout:
        seen.append(line)
        if len(seen) == lines:
            process.kill()
    errors = process.stderr.read()
    process.wait(20)
    process.stdout.close()
    process.stderr.close()
    assert len(seen) >= lines, errors
    # A last line without its end was not reported.
    return [line.strip() for line in seen if line.endswith("\n")]


def test_what_was_reported_is_there_after_each_kill(tmp_path: Path) -> None:
    chance = random.Random(7)  # noqa: S311 - when the process is killed is no secret
    reported: set[str] = set()
    for round_number in range(8):
        reported.update(run_and_kill(tmp_path, round_number * 1_000_000, chance.randint(1, 1500)))
    store = Store(
        tmp_path,
        max_bytes=256 << 20,
        on_committed=lambda _: None,
        on_outbox=lambda: None,
        on_replaced=lambda _: None,
    )
    assert store.start().reason == ""
    rows = store.inbox.pending(limit=1_000_000)
    found = {f"in {row.received.message.topic}" for row in rows}
    found.update(f"out {row.publication.topic}" for row in store.outbox.rows(limit=100_000))
    numbers = [int(row.received.message.topic) for row in rows]
    store.stop()
    assert len(reported) > 8
    assert reported <= found
    assert numbers == sorted(numbers)
