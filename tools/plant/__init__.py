"""A seeded simulator of machines, for training samples and for FaultSum, the benchmark of reports.

::

    data/*.yaml ──> library ──> planning ──> course (values), talk (log, deeds)
                                                  │
                         the real FaultMonitor <──┘ watching ──> completing ──> Evidence
"""

from __future__ import annotations

from tools.plant.drawing import cases
from tools.plant.recording import record

__all__ = ["cases", "record"]
