"""Tickets of very long lists by several processes, in the same order and with the same bytes as by one."""

from __future__ import annotations

import os
from dataclasses import replace
from typing import Final

from .rules.draw.drawing import tickets_of
from .rules.draw.entries import Entries

WORTH_IT: Final = 200_000
TICKET_BYTES: Final = 32
MOST_PROCESSES: Final = 8


def tickets(key: bytes, number: int, entries: Entries) -> list[bytes]:
    """See `drawing.tickets_of`."""
    helpers = min(len(os.sched_getaffinity(0)), MOST_PROCESSES) if hasattr(os, "sched_getaffinity") else 1
    if len(entries) < WORTH_IT or helpers < 2:
        return tickets_of(key, number, entries)
    import multiprocessing

    step = -(-len(entries) // helpers)
    parts = [_part(entries, start, start + step) for start in range(0, len(entries), step)]
    context = multiprocessing.get_context("fork")  # the lists are there already; nothing is copied over
    ends = []
    for part in parts[1:]:
        receiving, sending = context.Pipe(duplex=False)
        process = context.Process(target=_send, args=(sending, key, number, part))
        process.start()
        sending.close()
        ends.append((process, receiving, len(part)))
    found = tickets_of(key, number, parts[0])
    for process, receiving, length in ends:
        joined = receiving.recv_bytes()
        process.join()
        assert len(joined) == length * TICKET_BYTES  # noqa: S101 - a part that fails sends nothing and recv raises
        found += [joined[at : at + TICKET_BYTES] for at in range(0, len(joined), TICKET_BYTES)]
    return found


def _part(entries: Entries, start: int, end: int) -> Entries:
    return replace(entries, ids=entries.ids[start:end], weights=entries.weights[start:end])


def _send(sending: object, key: bytes, number: int, part: Entries) -> None:
    sending.send_bytes(b"".join(tickets_of(key, number, part)))  # type: ignore[attr-defined]  # multiprocessing's pipe
