"""A large file read by two processes is staged as in one piece, and told in the same words where it can't be."""

from __future__ import annotations

import itertools
import os
import signal
from pathlib import Path
from typing import Any

import pytest
from django.db import connection, transaction

from jichi.engines.audit.context import unit
from jichi.engines.registry import actions, halves, staging
from jichi.engines.registry.mappings import mapping
from jichi.engines.registry.models import RegisterLoad, Resident
from jichi.engines.registry.rules.importing import Report

from .files import Row, resident, write
from .people import LOADER

ROWS = [resident(str(1_000_000_000 + n)) for n in range(2_300)]


def staged(path: Path) -> tuple[Report, list[Any]]:
    """The report of a file and its rows in the staging table, by line."""
    used = mapping("standard")
    with transaction.atomic(), connection.cursor() as cursor:
        report = staging.stage([path], used, [staging.scan_file(path, used)])
        cursor.execute("SELECT * FROM register_incoming ORDER BY line")
        rows = cursor.fetchall()
        cursor.execute("DROP TABLE register_incoming")
    return report, rows


def both_ways(path: Path, monkeypatch: pytest.MonkeyPatch) -> tuple[tuple[Report, list[Any]], int]:
    """What two processes find, after showing that one finds the same; how many children there were."""
    alone = staged(path)
    begun = itertools.count()
    real = halves.SecondHalf

    def counted(*given: Any) -> halves.SecondHalf:
        next(begun)
        return real(*given)

    monkeypatch.setattr(halves, "WORTH", 1)
    monkeypatch.setattr("os.cpu_count", lambda: 2)
    monkeypatch.setattr(halves, "SecondHalf", counted)
    together = staged(path)
    assert together == alone
    return together, next(begun)


@pytest.mark.django_db
def test_two_processes_stage_what_one_does(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    (report, rows), children = both_ways(write(tmp_path, ROWS), monkeypatch)
    assert (report.rows, report.count, len(rows), children) == (2_300, 0, 2_300, 1)
    assert [row[0] for row in rows] == list(range(2, 2_302))


def changed(line: int, **cells: str) -> list[Row]:
    return [*ROWS[:line], ROWS[line] | cells, *ROWS[line + 1 :]]


@pytest.mark.django_db
@pytest.mark.parametrize("line", [3, 2_200], ids=["first half", "second half"])
@pytest.mark.parametrize(
    ("cells", "wrong"),
    [({"個人履歴番号": "x"}, 1), ({"住所_方書": "A棟\r\n501"}, 0), ({"生年月日": "2000-13-45"}, 1)],
    ids=["number", "line end in a cell", "day"],
)
def test_what_needs_a_closer_look_is_read_in_one_piece(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, line: int, cells: dict[str, str], wrong: int
) -> None:
    (report, _rows), children = both_ways(write(tmp_path, changed(line, **cells)), monkeypatch)
    assert (report.count > 0, children) == (wrong > 0, 1)
    assert [error.line for error in report.errors] == [line + 2] * wrong


@pytest.mark.django_db
def test_a_column_of_individual_numbers_in_both_halves_is_found(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    few = [row | ({"備考": "123456789018"} if n % 300 == 0 else {"備考": ""}) for n, row in enumerate(ROWS)]
    (report, _rows), _children = both_ways(write(tmp_path, few), monkeypatch)
    assert [error.column for error in report.errors] == ["備考"]


def test_the_middle_is_no_line_end_within_a_cell(tmp_path: Path) -> None:
    path = tmp_path / "f.csv"
    path.write_bytes(b'"a"\r\n' + b'"' + b"x\r\n" * 50 + b'"\r\n' + b'"b"\r\n' * 3)
    found = halves.middle_of(path)
    assert found is not None
    assert path.read_bytes()[found.offset :] == b'"b"\r\n' * 3
    assert found.lines == 52
    path.write_bytes(b'"' + b"x\r\n" * 50)
    assert halves.middle_of(path) is None


@pytest.mark.slow
def test_a_child_that_dies_leaves_the_register_as_it_was(
    committed_db: object, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    real = halves.SecondHalf

    def dying(*given: Any) -> halves.SecondHalf:
        found = real(*given)
        assert found._child.pid is not None
        os.kill(found._child.pid, signal.SIGKILL)
        return found

    monkeypatch.setattr(halves, "WORTH", 1)
    monkeypatch.setattr("os.cpu_count", lambda: 2)
    monkeypatch.setattr(halves, "SecondHalf", dying)
    with pytest.raises((EOFError, ConnectionResetError)):
        actions.import_register(actor=LOADER, path=write(tmp_path, ROWS, "a_20260401.csv"), mapping="standard")
    with unit(LOADER):
        assert not Resident.objects.exists()
        assert RegisterLoad.objects.get().state == "failed"
