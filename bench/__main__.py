"""`./jichi bench [NAME …]`: all measurements, or those named."""

from __future__ import annotations

import argparse
import importlib
import sys
from collections.abc import Sequence
from typing import Final

from bench import paper
from bench.ground import ground

NAMES: Final = {
    "pages": "CPU of pages with everything on, against bare Django views",
    "submit": "applications per second, against pgbench; and over HTTP",
    "start": "start-up of the web process",
    "lists": "lists of officials over a million cases",
    "statistics": "pages of figures over ten million page events and a million cases",
    "mixed": "200 residents and 40 officials at once for ten minutes",
    "bulk": "a thousand decisions in bulk, with PDFs",
    "sample": "sample wards of 20,000, 266,000 and 1,000,000 residents",
    "register": "loading the register from the standard's file, 66,000 and 266,000 residents",
    "backup": "backup and restore of a million cases, beside pg_dump and pg_restore",
    "designer": "the designer with 300 questions: open, edit, save",
    "booking": "10,000 people in a rush over 300 and over 20,000 places",
    "rooms": "200 clients fighting over 20 rooms",
    "members": "23,570 registered users of retreats from a file",
    "events": "a rush of 10,000 over HTTP for 300 places of an event, a month of 5,000 dates",
    "pretix": "order placement beside pretix, the same rush over HTTP",
    "draw": "a draw of 1,000,000 entries: run and verify",
    "slips": "payment slips as PDF: pages a second, memory, symbols read back",
    "api": "CPU of the interface for programs against the pages' actions",
    "bankfiles": "全銀 files of a million records; receipts of stores taken in, beside COPY",
    "receipts": "a store's file of a million receipts: parsed, matched, posted, beside COPY",
    "ledger": "books of ten million entries: balances of any day",
    "collection": "a month's run of 60,000 assessments, lateness of 100,000 instalments, files of receipts",
    "after_school": "the month of 3,300 children of after-school clubs: preview and run",
    "direct_debit": "account transfers of 50,000 payers: mandates, requests, results",
    "nursery": "nursery admission from the tables to the verified result, 500 to 500,000 children",
    "demo": "`./jichi demo` from a fresh clone to the first page, and again",
}


def main(argv: Sequence[str] | None = None) -> int:
    """Run what is asked for; status 1 when a goal is missed."""
    parser = argparse.ArgumentParser(
        prog="jichi bench",
        description="Measures the figures of docs/performance.md and writes bench/results/NAME.json.",
        epilog="\n".join(f"  {name:<8} {about}" for name, about in NAMES.items()),
        formatter_class=argparse.RawDescriptionHelpFormatter,
    )
    parser.add_argument("names", nargs="*", metavar="NAME", help="which (default: all)")
    parser.add_argument("--quick", action="store_true", help="few repetitions: to see that it works, not to quote")
    parser.add_argument("--docs", action="store_true", help="put the results into docs/performance.md, measure nothing")
    given = parser.parse_args(argv)
    unknown = sorted(set(given.names) - set(NAMES))
    if unknown:
        parser.error(f"no such measurement: {', '.join(unknown)}")
    if given.docs:
        paper.write(list(NAMES))
        return 0
    kept = True
    with ground() as place:
        for name in given.names or NAMES:
            kept &= importlib.import_module(f"bench.{name}").measure(place, quick=given.quick)
    return 0 if kept else 1


if __name__ == "__main__":
    sys.exit(main())
