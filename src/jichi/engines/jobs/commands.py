"""Commands of this room."""

from __future__ import annotations

import argparse
from collections.abc import Sequence

from .tasks import QUEUES


def worker(argv: Sequence[str]) -> int:
    """`jichi worker`: take jobs until told to stop."""
    from .worker import run_worker

    parser = argparse.ArgumentParser(
        prog="jichi worker", description="Takes background jobs and sends what waits to be sent."
    )
    parser.add_argument("--queue", action="append", choices=QUEUES, help="serve this queue only (may be repeated)")
    parser.add_argument("--concurrency", type=int, default=4, help="jobs at a time (default 4)")
    parser.add_argument("--no-loops", action="store_true", help="jobs only: no planning, reaping, outbox")
    given = parser.parse_args(list(argv))
    if given.concurrency < 1:
        parser.error("--concurrency must be at least 1")
    return run_worker(queues=given.queue, concurrency=given.concurrency, with_loops=not given.no_loops)
