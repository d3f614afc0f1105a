"""Detection (NAB), throughput, memory, load, the checker of reports, and who writes them."""

from __future__ import annotations

import sys

from tools.faults_figures.__main__ import main

if __name__ == "__main__":
    sys.exit(main())
