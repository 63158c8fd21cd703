"""Order placement in pretix under the same rush, beside the project: in an environment of its own, if it is there.

`JICHI_BENCH_PRETIX` names the Python of an environment in which pretix is installed; Jichi neither needs nor brings it.
"""

from __future__ import annotations

import os
from pathlib import Path

from bench.ground import Ground


def beside(ground: Ground, *, people: int, places: int) -> str:
    """A note for the table: what pretix did, or that it was not there."""
    python = os.environ.get("JICHI_BENCH_PRETIX", "")
    if not python or not Path(python).exists():
        return "pretix was not there (JICHI_BENCH_PRETIX names the Python of its environment): nothing to compare with."
    raise NotImplementedError((ground.home, people, places))
