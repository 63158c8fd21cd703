"""The verifier by itself: its own reading of CSV, and its own test of the child-optimal result."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from ..rules import cells
from ..rules.cells import Cells, Names, Sheet, numbered, ordered
from ..rules.recounting import Book
from ..rules.running import Parameters, run
from ..rules.seating import Seating
from ..rules.verifying import verify
from ..rules.writing import coded, columns_bytes, listed, numbers, table_bytes
from .exhaustive import Files
from .small import plain, tables
from .test_exact import LOOSE

TEXTS = st.text(st.sampled_from(["a", "b", "é", "保", "育", " ", ",", '"', "\n", "\r", "0"]), max_size=9)
WHOLE = 10**13 - 1


@settings(max_examples=80, deadline=None, database=None)
@given(st.lists(st.tuples(TEXTS, TEXTS, st.integers(-WHOLE, WHOLE)), max_size=12), st.sampled_from(["utf-8", "cp932"]))
def test_cells_are_what_was_written(rows: list[tuple[str, str, int]], encoding: str) -> None:
    rows = [(one.replace("é", "e"), other.replace("é", "e"), number) for one, other, number in rows]
    data = table_bytes("", [("x", "y", "n"), *rows], encoding)
    one, other, number = Sheet(data, encoding).columns("x", "y", "n")
    assert list(zip(one.texts(), other.texts(), number.whole().tolist(), strict=True)) == rows


@pytest.mark.parametrize("block", [1, 9, 1 << 23])
@pytest.mark.parametrize(
    "data", [b"a,b\nx,1\n\n\nyy,-23", b"\xef\xbb\xbfa,b\r\nx,1\r\n\r\nyy,-23\r\n", b'a,b\r\n"x",1\r\nyy,-23\r\n']
)
def test_lines_end_in_either_way_and_blank_ones_are_none(
    data: bytes, block: int, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(cells, "BLOCK", block)
    one, other = Sheet(data, "utf-8").columns("a", "b")
    assert (one.texts(), other.whole().tolist()) == (["x", "yy"], [1, -23])


@pytest.mark.parametrize(
    "data", [b"a,b\n1,2,3\n", b"a,b\n1\n", b"a,b\n1\n,2,3\n", b"a,a\n1,2\n", b'a,b\n"1"\n', b"a\n1\n"]
)
def test_a_row_of_another_width_is_refused(data: bytes) -> None:
    with pytest.raises(ValueError, match=r"column|row|list|argument"):
        Sheet(data, "utf-8").columns("a", "b")


@pytest.mark.parametrize("cell", ["1_0", "+1", "-", "", " 1", "1.0", "１", "1" * 14, "0x1"])
def test_what_is_no_whole_number_is_refused(cell: str) -> None:
    with pytest.raises(ValueError, match="whole"):
        Cells.of([cell, "1"]).whole()
    assert Cells.of(["", "-7"]).whole(blank=5).tolist() == [5, -7]


@settings(max_examples=80, deadline=None, database=None)
@given(st.lists(st.text("ab保", max_size=90)), st.lists(st.text("ab保", max_size=90)))
def test_ids_are_found_by_their_bytes(known: list[str], asked: list[str]) -> None:
    names = list(dict.fromkeys(known))
    found = Names(Cells.of(names)).find(Cells.of([*asked, *known]))
    assert found.tolist() == [names.index(one) if one in names else -2 for one in [*asked, *known]]
    different, number = numbered(Cells.of(known))
    assert [different[one] for one in number.tolist()] == known
    assert len(different) == len(names)
    if len(names) < len(known):
        with pytest.raises(ValueError, match="twice"):
            Names(Cells.of(known))


def test_ids_that_mix_to_one_number_are_kept_apart(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(cells, "_MIX", (np.uint64(0), np.uint64(29)))
    texts = ["a", "b", "a", "c"]
    names, number = numbered(Cells.of(texts))
    assert [names[one] for one in number.tolist()] == texts
    assert names.find(Cells.of(["c", "d"])).tolist() == [2, -2]


@settings(max_examples=80, deadline=None, database=None)
@given(st.lists(st.tuples(*[st.integers(-(1 << 61), 1 << 61)] * 3), min_size=1))
def test_rows_are_ordered_column_by_column(rows: list[tuple[int, ...]]) -> None:
    found = ordered(*np.array(rows, dtype=np.int64).T).tolist()
    assert sorted(range(len(rows)), key=lambda at: (found[at], at)) == sorted(range(len(rows)), key=lambda at: rows[at])


@settings(max_examples=120, deadline=None, suppress_health_check=LOOSE, database=None)
@given(tables(linked=False))
def test_of_all_stable_matchings_only_the_child_optimal_one_is_called_so(given_files: Files) -> None:
    small, book = plain(given_files), Book(given_files, "utf-8")
    stable = [chosen for chosen in small.matchings() if not small.blocking(chosen)]
    best = tuple(min(ranks) for ranks in zip(*stable, strict=True))
    for chosen in stable:
        held = {
            child: facility
            for unit, number in zip(small.units, chosen, strict=True)
            for child, facility in zip(unit.children, unit.options[number], strict=True)
        }
        names = [held[book.children[child]] for child in range(len(book.children))]
        place = book.facilities.find(Cells.of(names), blank=-1)
        assert Seating(book, place).is_child_optimal() == (chosen == best)


@settings(max_examples=100, deadline=None, suppress_health_check=LOOSE, database=None)
@given(tables())
def test_what_a_run_writes_passes(given_files: Files) -> None:
    found = run(given_files, Parameters()).files
    assert verify(given_files, found) == []


@settings(max_examples=60, deadline=None, database=None)
@given(st.lists(st.tuples(TEXTS, st.integers(-5, 200_000), st.booleans())))
def test_columns_are_written_as_rows_are(rows: list[tuple[str, int, bool]]) -> None:
    texts = [text for text, _, _ in rows]
    values, shown = np.array([row[1] for row in rows], np.int64), np.array([row[2] for row in rows], np.bool_)
    columns = {
        "x,": listed(texts), "y": coded([*texts, "none"], np.arange(len(rows)) - 1), "n": numbers(values, shown=shown),
    }  # fmt: skip
    wanted = [
        ("x,", "y", "n"), *zip(texts, ["none", *texts], [n if there else "" for _, n, there in rows], strict=False),
    ]  # fmt: skip
    assert columns_bytes("", len(rows), columns, "utf-8") == table_bytes("", wanted, "utf-8")
