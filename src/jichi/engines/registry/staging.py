"""A file of residents into the staging table, and what it would change: nothing here touches the mirror itself.

Streams: some thousand rows are in memory at a time. The tables are temporary and end with the transaction.
"""

from __future__ import annotations

import csv
import gc
import re
from collections.abc import Iterator, Sequence
from contextlib import contextmanager, suppress
from dataclasses import dataclass, field
from itertools import islice
from pathlib import Path
from typing import Any, Final

from django.db import connection, transaction

from . import halves
from .rules.importing import (
    ADDRESS_ITEMS,
    RESIDENT_ITEMS,
    STAGED,
    Reader,
    RegisterMapping,
    Report,
    Scan,
    has_header,
    scan,
)
from .rules.importing.cells import CellError

BATCH: Final = 1_000
CHUNK: Final = 1 << 20
SHOWN: Final = 50
ALL: Final = 2**31 - 1
_LINE_END: Final = re.compile("\r\n|\r|\n")


@dataclass(slots=True, kw_only=True)
class Counts:
    """What a file would do to the mirror. Rows are history rows; residents are people who live here now."""

    rows: int = 0
    persons: int = 0
    new: int = 0
    changed: int = 0
    same: int = 0
    removed: int = 0
    residents_before: int = 0
    residents_after: int = 0
    dropped: int = 0
    """Residents of the mirror who would no longer be residents, or no longer be there at all."""
    vanished_towns: list[str] = field(default_factory=list)
    provisional: int = 0
    outside: int = 0
    unknown_births: int = 0
    odd_births: int = 0
    """Birthdays that no calendar has."""


def chunks(path: Path) -> Iterator[bytes]:
    """A file in pieces of one megabyte."""
    with path.open("rb") as file:
        while piece := file.read(CHUNK):
            yield piece


def scan_file(path: Path, mapping: RegisterMapping) -> Scan:
    """What a file is written in. Raises `UnclearFile`."""
    return scan(chunks(path), declared=mapping.encoding)


def stage(paths: Sequence[Path], mapping: RegisterMapping, founds: Sequence[Scan]) -> Report:
    """Read the files of a delivery into the staging table; one report. With errors in it the table is of no use."""
    with _without_collecting(), connection.cursor() as cursor:
        for table in ("register_incoming", "register_verdict"):
            cursor.execute(f"DROP TABLE IF EXISTS pg_temp.{table}")
        resident, address = ", ".join(f"r.{c}" for c in RESIDENT_ITEMS), ", ".join(f"a.{c}" for c in ADDRESS_ITEMS)
        cursor.execute(
            "CREATE TEMP TABLE register_incoming ON COMMIT DROP AS "  # noqa: S608 - columns are constants
            f"SELECT 0 AS line, false AS is_latest, {resident}, {address} "
            "FROM eng_registry_resident r, eng_registry_address a WITH NO DATA"
        )
        if len(paths) == 1:
            return _stage_file(cursor, paths[0], mapping, founds[0], 0)
        whole = Report()
        for path, found in zip(paths, founds, strict=True):
            whole.append(_stage_file(cursor, path, mapping, found, whole.rows_from), path.name)
        return whole


def _stage_file(cursor: Any, path: Path, mapping: RegisterMapping, found: Scan, offset: int) -> Report:
    """One file, its lines counted from `offset` on; a large one by two processes."""
    encoding = "utf-8" if found.encoding == "ascii" else found.encoding
    if halves.may_halve(found.size, found.encoding, found.newline):
        report = _stage_halves(cursor, path, mapping, encoding, offset)
        if report is not None:
            return report
    with path.open(encoding=encoding, newline="") as file, _copy(cursor) as copy:
        reader = _reader(file, mapping, offset)
        if isinstance(reader, Report):
            return reader
        for lines in _converted(*reader):
            copy.write(lines)
    report = reader[0].finish()
    report.rows_from = reader[1].line_num
    return report


def _copy(cursor: Any) -> Any:
    return cursor.copy(f"COPY register_incoming ({', '.join(STAGED)}) FROM STDIN")


def _stage_halves(cursor: Any, path: Path, mapping: RegisterMapping, encoding: str, offset: int) -> Report | None:
    """A large file by two processes at once; None where it has to be read in one piece, nothing of it staged then."""
    middle = halves.middle_of(path)
    if middle is None:
        return None
    with suppress(halves.WrongSomewhere, csv.Error, UnicodeDecodeError), transaction.atomic():
        with halves.part(path, encoding, 0, middle.offset) as file:
            begun = _reader(file, mapping, offset)
            if isinstance(begun, Report):
                return begun
            reader, rows, first = begun
            other = halves.SecondHalf(
                path, encoding, middle, mapping, None if first is not None else reader.header, offset
            )
            try:
                with _copy(cursor) as copy:
                    if first is not None:
                        copy.write(reader.lines([first], [1]))
                    for lines in halves.batches(reader, rows, 0):
                        copy.write(lines)
                        for more in other.lines(wait=False):
                            copy.write(more)
                    for more in other.lines(wait=True):
                        copy.write(more)
                rows_there, odd_there, last, suspects = other.found()
            finally:
                other.close()
        reader.add_half(rows_there, odd_there, suspects)
        report = reader.finish()
        if report.count:
            raise halves.WrongSomewhere
        report.rows_from = last
        return report
    return None


def complete(holds: str) -> int:
    """Add what a file of changes leaves out from the mirror, so that the staging table is the whole register.

    Args:
        holds: "rows": the file has the new and changed rows; "persons": every row of whom it names.

    Returns:
        the last line of the file itself.
    """
    key = _KEY if holds == "rows" else "{0}.addressee_no"
    columns = [*(f"r.{c}" for c in RESIDENT_ITEMS), *(f"a.{c}" for c in ADDRESS_ITEMS)]
    with connection.cursor() as cursor:
        cursor.execute("SELECT coalesce(max(line), 0) FROM register_incoming")
        last = int(cursor.fetchone()[0])
        cursor.execute(
            f"INSERT INTO register_incoming ({', '.join(STAGED)}) "  # noqa: S608 - columns and keys are constants
            f"SELECT %s + row_number() OVER (), false, {', '.join(columns)} FROM eng_registry_resident r "
            f"JOIN eng_registry_address a ON {_KEY.format('a')} = {_KEY.format('r')} "
            f"WHERE NOT EXISTS (SELECT FROM register_incoming i WHERE {key.format('i')} = {key.format('r')})",
            (last,),
        )
        return last


@contextmanager
def _without_collecting() -> Iterator[None]:
    """Millions of short-lived lists without a cycle among them: looking for cycles would cost a third of the time."""
    was = gc.isenabled()
    gc.disable()
    try:
        yield
    finally:
        if was:
            gc.enable()


def _reader(file: Any, mapping: RegisterMapping, offset: int = 0) -> tuple[Reader, Any, list[str] | None] | Report:
    """The converter, the CSV reader behind the header, and a first row that is data; or why there is none."""
    rows = csv.reader(file, strict=True)
    report = Report()
    try:
        first = next(rows)
        if first and first[0].startswith("\ufeff"):
            first[0] = first[0].removeprefix("\ufeff")
        header = has_header(first, mapping)
    except CellError as error:
        report.add(1, "", error.what, error.do)
        return report
    except csv.Error:
        report.add(1, "", "引用符が正しくありません。", "出力の設定を確かめてください。")
        return report
    return Reader(mapping, first if header else None, offset=offset), rows, None if header else first


def _converted(reader: Reader, rows: Any, first: list[str] | None) -> Iterator[str]:
    """COPY lines of the file, batch after batch; whatever is wrong goes into the reader's report."""
    if first is not None:
        yield reader.lines([first], [1])
    before = rows.line_num
    try:
        while not reader.gives_up:
            batch = list(islice(rows, BATCH))
            if not batch:
                return
            numbers: Sequence[int] = range(before + 1, rows.line_num + 1)
            if len(numbers) != len(batch):
                numbers = _beginnings(batch, before)
            if not all(batch):  # empty lines are nothing
                numbers = [number for number, row in zip(numbers, batch, strict=True) if row]
                batch = [row for row in batch if row]
            before = rows.line_num
            if batch:
                yield reader.lines(batch, numbers)
    except csv.Error:
        what = "引用符が閉じていないか、使えない文字があります。"
        reader.report.add(rows.line_num, "", what, "この行のあたりから先は読めませんでした。")


def _beginnings(batch: Sequence[Sequence[str]], before: int) -> list[int]:
    """The line on which each row begins, where cells hold line ends themselves."""
    found = []
    for row in batch:
        found.append(before + 1)
        before += 1 + sum(len(_LINE_END.findall(cell)) for cell in row)
    return found


def judge(report: Report, *, last: int = ALL) -> Counts:
    """Compare the staging table with the mirror: what each row is, and what the whole would change.

    Args:
        last: the last line of the file; rows beyond were added by `complete` and don't count as the file's.

    Rows given twice, and a 最新フラグ on another row than the last one, go into the report.
    """
    with connection.cursor() as cursor:
        cursor.execute("SET LOCAL work_mem = '128MB'")
        cursor.execute("SET LOCAL jit = off")
        cursor.execute("SET LOCAL default_statistics_target = 20")  # of our own tables only their sizes matter
        cursor.execute(
            "ANALYZE register_incoming (line, addressee_no, history_no, branch_no, household_no, state, town_key)"
        )
        cursor.execute("SELECT EXISTS (SELECT FROM eng_registry_resident)")
        cursor.execute(_VERDICT + (_compared() if cursor.fetchone()[0] else _ALL_NEW))
        cursor.execute("ANALYZE register_verdict (line, was, addressee_no, household_no, change)")
        cursor.execute("SET LOCAL default_statistics_target = DEFAULT")
        _contradictions(cursor, report)
        return _counts(cursor, last)


_KEY: Final = "({0}.addressee_no, {0}.history_no, {0}.branch_no)"
_VERDICT: Final = """
CREATE TEMP TABLE register_verdict ON COMMIT DROP AS
WITH ranked AS (
    SELECT line, addressee_no, household_no, state, is_latest, is_provisional, unreal, birth_unknown, birth_date_rule,
        NOT unreal AND count(*) FILTER (WHERE NOT unreal) OVER (rows_of ROWS UNBOUNDED PRECEDING) = 1 AS is_current,
        row_number() OVER rows_of = 1 AS is_first,
        (lag(history_no) OVER rows_of, lag(branch_no) OVER rows_of) IS NOT DISTINCT FROM (history_no, branch_no)
            AS is_again
    FROM (SELECT *, is_provisional OR is_deleted AS unreal FROM register_incoming) i
    WINDOW rows_of AS (PARTITION BY addressee_no ORDER BY history_no DESC, branch_no DESC, line))
"""
"""One walk through each person's rows, the newest first; what else is asked of a row stands beside its line."""
_ALL_NEW: Final = "SELECT k.*, NULL::bigint AS was, 'new' AS change FROM ranked k"


def _compared() -> str:
    """What each row is against the mirror that is there."""
    resident = ", ".join(f"{{0}}.{c}" for c in RESIDENT_ITEMS)
    address = ", ".join(f"{{0}}.{c}" for c in ADDRESS_ITEMS)
    before = f"{resident.format('r')}, r.is_current, a.household_no, a.is_current, {address.format('a')}"
    after = f"{resident.format('i')}, k.is_current, i.household_no, k.is_current, {address.format('i')}"
    return (
        "SELECT k.*, r.id AS was, CASE WHEN r.id IS NULL THEN 'new' "  # noqa: S608 - columns and keys are constants
        f"WHEN ({before}) IS DISTINCT FROM ({after}) THEN 'changed' ELSE 'same' END AS change "
        "FROM ranked k JOIN register_incoming i USING (line) "
        f"LEFT JOIN eng_registry_resident r ON {_KEY.format('r')} = {_KEY.format('i')} "
        f"LEFT JOIN eng_registry_address a ON {_KEY.format('a')} = {_KEY.format('i')}"
    )


_TWICE: Final = "同じ宛名番号・履歴番号・枝番号の行が、前にもあります。"
_NOT_LATEST: Final = "最新フラグが1ですが、もっと新しい履歴番号の行があります。"


def _contradictions(cursor: Any, report: Report) -> None:
    cursor.execute(
        "SELECT line, is_again FROM register_verdict WHERE is_again OR (is_latest AND NOT is_current AND NOT unreal) "
        "ORDER BY line"
    )
    for staged, twice in cursor.fetchall():
        line, name = report.place(staged)
        what = (f"「{name}」: " if name else "") + (_TWICE if twice else _NOT_LATEST)
        report.add(line, "個人履歴番号" if twice else "最新フラグ", what, "出力し直してください。")


def _counts(cursor: Any, last: int) -> Counts:
    cursor.execute(
        "SELECT count(*) FILTER (WHERE line <= %(last)s), count(*) FILTER (WHERE is_first), "
        "count(*) FILTER (WHERE change = 'new'), "
        "count(*) FILTER (WHERE change = 'changed'), count(*) FILTER (WHERE change = 'same' AND line <= %(last)s), "
        "count(*) FILTER (WHERE is_current AND state = 'resident'), count(*) FILTER (WHERE is_provisional), "
        "count(*) FILTER (WHERE is_current AND state = 'outside'), "
        "count(*) FILTER (WHERE is_current AND birth_unknown), "
        "count(*) FILTER (WHERE is_current AND birth_date_rule = 'day_before') FROM register_verdict",
        {"last": last},
    )
    row = cursor.fetchone()
    found = Counts(
        rows=row[0], persons=row[1], new=row[2], changed=row[3], same=row[4], residents_after=row[5],
        provisional=row[6], outside=row[7], unknown_births=row[8], odd_births=row[9],
    )  # fmt: skip
    cursor.execute(
        "SELECT count(*) FILTER (WHERE r.is_current AND r.state = 'resident'), count(*) FILTER (WHERE v.was IS NULL) "
        "FROM eng_registry_resident r LEFT JOIN register_verdict v ON v.was = r.id"
    )
    found.residents_before, found.removed = cursor.fetchone()
    if found.residents_before:
        cursor.execute(_DROPPED)
        found.dropped = cursor.fetchone()[0]
        cursor.execute(_VANISHED, (SHOWN,))
        found.vanished_towns = [name for (name,) in cursor.fetchall()]
    return found


_DROPPED: Final = """
SELECT count(*) FROM eng_registry_resident r WHERE r.is_current AND r.state = 'resident' AND NOT EXISTS (
    SELECT FROM register_verdict v WHERE v.is_current AND v.state = 'resident' AND v.addressee_no = r.addressee_no)
"""
_VANISHED: Final = f"""
SELECT min(a.town) FROM eng_registry_resident r
JOIN eng_registry_address a ON {_KEY.format("a")} = {_KEY.format("r")}
WHERE r.is_current AND r.state = 'resident' AND a.town_key <> ''
    AND a.town_key NOT IN (SELECT i.town_key FROM register_incoming i JOIN register_verdict v USING (line)
        WHERE v.is_current AND v.state = 'resident')
GROUP BY a.town_key ORDER BY a.town_key LIMIT %s
"""  # noqa: S608 - keys are constants
