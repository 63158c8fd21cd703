"""The worker process: takes jobs, repeats the manifests' loops, outlives the database.

Stops gently on SIGTERM or SIGINT: no new work, running jobs get `GRACE` seconds.
"""

from __future__ import annotations

import asyncio
import logging
import signal
import threading
import time
from collections.abc import Sequence
from types import FrameType
from typing import Final

from django.conf import settings
from django.db import connections
from procrastinate.contrib.django import app
from procrastinate.exceptions import ConnectorException
from psycopg import Error as DatabaseError

from jichi.kernel.manifest import Loop, load_manifests, resolve

from . import periodic
from .reaper import HEARTBEAT_EVERY, SILENT_FOR

logger = logging.getLogger("jichi.jobs")

GRACE: Final = 30.0
POLL: Final = 2.0
FIRST_PAUSE: Final = 0.5
LONGEST_PAUSE: Final = 15.0


def loops() -> tuple[Loop, ...]:
    """Every loop that the house's manifests declare."""
    return tuple(loop for manifest in load_manifests(tuple(settings.JICHI_ROOMS)) for loop in manifest.loops)


def drive(loop: Loop, stop: threading.Event) -> None:
    """Repeat one loop until `stop`; an error is logged and followed by a growing pause."""
    pause = loop.every
    while not stop.is_set():
        more = False
        try:
            more = bool(resolve(loop.function)())
            pause = loop.every
        except Exception as error:  # the loop must outlive whatever one round meets
            pause = min(max(pause, FIRST_PAUSE) * 2, LONGEST_PAUSE)
            logger.warning("loop %s: %s: %s (next try in %.1f s)", loop.name, type(error).__name__, error, pause)
        finally:
            connections.close_all()
        if not more:
            stop.wait(pause)


async def _take_jobs(queues: Sequence[str] | None, concurrency: int) -> None:
    connector = app.connector.get_worker_connector()  # type: ignore[attr-defined] # only Django's has it
    with app.replace_connector(connector) as worker_app:
        async with worker_app.open_async():
            await worker_app.run_worker_async(
                queues=queues,  # type: ignore[arg-type] # None means all, as documented
                concurrency=concurrency, install_signal_handlers=False,
                shutdown_graceful_timeout=GRACE, fetch_job_polling_interval=POLL,
                update_heartbeat_interval=HEARTBEAT_EVERY, stalled_worker_timeout=SILENT_FOR * 20,
            )  # fmt: skip


async def _serve(queues: Sequence[str] | None, concurrency: int, stop: asyncio.Event) -> None:
    pause = FIRST_PAUSE
    stopped = asyncio.create_task(stop.wait())
    while not stop.is_set():
        began = time.monotonic()
        taking = asyncio.create_task(_take_jobs(queues, concurrency))
        await asyncio.wait({taking, stopped}, return_when=asyncio.FIRST_COMPLETED)
        if stop.is_set():
            taking.cancel()
        try:
            await taking
        except asyncio.CancelledError:
            break
        except (ConnectorException, DatabaseError, OSError) as error:
            logger.warning("database out of reach: %s", error)
        if stop.is_set():
            break
        # It came back by itself only because the database went away: once up for a while, start small again.
        pause = FIRST_PAUSE if time.monotonic() - began > 2 * LONGEST_PAUSE else min(pause * 2, LONGEST_PAUSE)
        await asyncio.wait({stopped}, timeout=pause)
    stopped.cancel()


def run_worker(*, queues: Sequence[str] | None = None, concurrency: int = 4, with_loops: bool = True) -> int:
    """Run until told to stop. Returns the exit status.

    Args:
        queues: names of the queues to serve; None for all.
        concurrency: jobs at a time.
        with_loops: also repeat the loops (planning, reaping, outbox); off for extra workers of one queue.
    """
    for entry in periodic.entries():
        periodic.register(entry)
    ending = threading.Event()
    threads = [
        threading.Thread(target=drive, args=(loop, ending), name=f"loop {loop.name}", daemon=True)
        for loop in (loops() if with_loops else ())
    ]

    async def main() -> None:
        stop = asyncio.Event()
        here = asyncio.get_running_loop()

        def on_signal(_number: int, _frame: FrameType | None) -> None:
            ending.set()
            here.call_soon_threadsafe(stop.set)

        for number in (signal.SIGTERM, signal.SIGINT):
            signal.signal(number, on_signal)
        for thread in threads:
            thread.start()
        logger.info(
            "worker: queues %s, %d at a time, %d loops", ",".join(queues or ("all",)), concurrency, len(threads)
        )
        await _serve(queues, concurrency, stop)

    asyncio.run(main())
    ending.set()
    for thread in threads:
        thread.join(GRACE)
    logger.info("worker: stopped")
    return 0
