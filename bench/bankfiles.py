"""Files of banks: 全銀 records written and read; receipts of stores taken in, beside COPY of the same rows."""

from __future__ import annotations

import json
import subprocess
import sys
import time
from pathlib import Path
from typing import Any, Final

from bench.figures import Figures, Goal
from bench.ground import ROOT, Ground
from jichi.engines.bankfiles import rules

RECORDS: Final = 999_997
"""Data records: with header, trailer and end a file of a million. The trailer counts no more than 999,999."""
RECEIPTS: Final = 100_000
RATE: Final = 200_000
TAKEN: Final = 20_000
OF_COPY: Final = 0.3
_HEADER: Final = {
    "client_code": "1234567890", "client_name": "ﾐﾄﾞﾘｸ", "mmdd": "0630", "bank": "0001", "bank_name": "ﾐｽﾞﾎ",
    "branch": "001", "branch_name": "ﾎﾝﾃﾝ", "type": "1", "account": "1234567",
}  # fmt: skip
_COLUMNS: Final = (
    "partner_id, barcode, paid_on, paid_at, shop, seen, state, amount_yen, chain, remit_on, data_on, is_ours"
)


def measure(ground: Ground, *, quick: bool = False) -> bool:
    """Writing and reading in this process, taking in by a process of its own on a durable database."""
    count, receipts = (100_000, 20_000) if quick else (RECORDS, RECEIPTS)
    figures = Figures(
        "bankfiles", "Files of banks: 全銀 of 120 bytes, and receipts of stores into the database",
        ("what", "how many", "seconds", "per second", "CPU s", "per CPU s"),
        sizes={"records": count, "receipts": receipts, "fsync": True},
        notes=[
            "Writing includes reading what was written. Reading gives columns; the third line makes Python values.",
            "Taken in: staged, weighed against what is known (twice: for the look and for the act), written.",
            "COPY: the rows of the first file, into the same table with its indexes and constraints.",
        ],
    )  # fmt: skip
    rates = _zengin(figures, count)
    figures.goals = [
        Goal(name=name, value=rates[name], sense="at least", limit=RATE, unit="records/s")
        for name in ("written", "read")
    ]
    taken = _receipts(ground, figures, receipts)
    figures.goals += [
        Goal(name="receipts taken in", value=taken["take"], sense="at least", limit=TAKEN, unit="/s"),
        Goal(name="share of COPY", value=taken["take"] / taken["copy"], sense="at least", limit=OF_COPY, unit=""),
    ]
    return figures.finish()


def _timed(figures: Figures, what: str, count: int, work: Any) -> tuple[Any, float]:
    began, cpu = time.perf_counter(), time.process_time()
    found = work()
    seconds, cpu = time.perf_counter() - began, time.process_time() - cpu
    figures.rows.append(
        (what, f"{count:,}", f"{seconds:.2f}", f"{count / seconds:,.0f}", f"{cpu:.2f}", f"{count / cpu:,.0f}")
    )
    return found, count / seconds


def _zengin(figures: Figures, count: int) -> dict[str, float]:
    layout = rules.layout("zengin-91")
    rows = [
        ("0001", "ﾐｽﾞﾎ", f"{n % 900:03}", "ﾐﾄﾞﾘ", "1", f"{n % 10**7:07}", "ﾔﾏﾀﾞ ﾊﾅｺ", 1000 + n % 90_000, "0", str(n), "0")
        for n in range(count)
    ]
    made, written = _timed(figures, "全銀, written", count, lambda: rules.write_file(layout, _HEADER, rows))
    found, read = _timed(figures, "全銀, read and checked", count, lambda: rules.read_file(made.data, layout))
    if made.errors or found.errors or found.total != made.amount:
        raise RuntimeError("the file is not what was written")
    _timed(figures, "全銀, its records as rows", count, lambda: list(found.data.tuples()))
    return {"written": written, "read": read}


def _report(kind: str, n: int) -> str:
    body = f"9192902325207{n:016}09999990{1000 + n % 90_000:06}"
    code = f"{body}{rules.check_digit(body + '0')}"
    return f"2{kind}20260630{n % 24:02}451{code}   {n % 5000:07}11202607012026071520260701000020".ljust(120)


def _receipts(ground: Ground, figures: Figures, count: int) -> dict[str, float]:
    files = {}
    for name, kind in (("advance", "01"), ("final", "02")):
        files[name] = ground.home / f"{name}.txt"
        files[name].write_text("".join(f"{_report(kind, n)}\r\n" for n in range(count)), encoding="ascii")
    rows = ground.home / "receipts.copy"
    rates = {}
    for side in ("take", "copy"):
        with ground.copied(ground.empty()) as name:
            told = _side(ground, name, side, files["advance"], files["final"], rows)
            told = told or _copied(ground, name, rows)
        for what, seconds in told.items():
            figures.rows.append((what, f"{count:,}", f"{seconds:.2f}", f"{count / seconds:,.0f}", "", ""))
        rates[side] = count / next(iter(told.values()))
    for path in (*files.values(), rows):
        path.unlink()
    return rates


def _side(ground: Ground, name: str, *arguments: str | Path) -> dict[str, float]:
    done = subprocess.run(
        [sys.executable, "-m", "bench.bankfiles", *map(str, arguments)], env=ground.environ(ground.url(name)), cwd=ROOT,
        stdout=subprocess.PIPE, text=True, check=True,
    )  # fmt: skip
    found: dict[str, float] = json.loads(done.stdout.splitlines()[-1])
    return found


def _copied(ground: Ground, name: str, rows: Path) -> dict[str, float]:
    """COPY as nobody of the house may do it: past row security, which it does not know."""
    statement = f"COPY eng_bankfiles_storereceipt ({_COLUMNS}, last_file_id) FROM STDIN"
    data = rows.read_bytes()
    with ground.connect(name) as connection:
        began = time.perf_counter()
        with connection.cursor() as cursor, cursor.copy(statement) as copy:
            copy.write(data)
        return {"COPY of the same receipts": time.perf_counter() - began}


def side(how: str, advance: Path, final: Path, rows: Path) -> dict[str, float]:
    """One side in its own process: the room's action, or what COPY needs to be there."""
    import django

    django.setup()
    from django.db import connection

    from jichi.engines.audit.context import system_actor, unit
    from jichi.engines.bankfiles import actions

    actor = system_actor("bench")
    actions.set_partner(actor=actor, code="bench", kind="stores", title="bench", terms={"prefix": "25207"})

    def take(path: Path) -> float:
        began = time.perf_counter()
        with unit(actor):
            id, _ = actions.read_file(
                actor=actor, partner="bench", purpose="receipts", filename=path.name, data=path.read_bytes()
            )
            actions.apply_file(actor=actor, id=id)
        return time.perf_counter() - began

    if how == "take":
        found = {"receipts, taken in (looked at and applied)": take(advance), "the final reports of them": take(final)}
        statement = f"COPY (SELECT {_COLUMNS} FROM eng_bankfiles_storereceipt ORDER BY id) TO STDOUT"
        with unit(actor), connection.cursor() as cursor, rows.open("wb") as out, cursor.copy(statement) as copy:
            for piece in copy:
                out.write(piece)
        return found
    with unit(actor):
        id, _ = actions.read_file(
            actor=actor, partner="bench", purpose="receipts", filename="a.txt", data=advance.read_bytes()
        )
    rows.write_bytes(rows.read_bytes().replace(b"\n", f"\t{id}\n".encode()))
    return {}


if __name__ == "__main__":
    print(json.dumps(side(sys.argv[1], *map(Path, sys.argv[2:5]))))
