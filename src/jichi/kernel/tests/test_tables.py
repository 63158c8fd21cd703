"""A list is read forgivingly, and refused with line and column."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from jichi.kernel.errors import Invalid
from jichi.kernel.tables import MOST_BYTES, MOST_ROWS, read_table, require_table, write_table

COLUMNS = {"no": ("番号", "No"), "name": ("名称",)}


def read(data: bytes) -> tuple[list[tuple[int, dict[str, str]]], list[tuple[int, str, str]]]:
    table = read_table(data, COLUMNS, ("no",))
    errors = [(one.line, one.column, one.error.code) for one in table.errors]
    return [(line, dict(cells)) for line, cells in table.rows], errors


@pytest.mark.parametrize(
    "data",
    [
        "番号,名称\r\n1, 公園 \r\n".encode(),
        "\ufeffNo\t名称\n1\t公園\n".encode(),
        "ｎｏ,名称,備考\n\n1,公園,x\n".replace("\n\n", "\n").encode("cp932"),
    ],
)
def test_commas_tabs_encodings_and_other_headings_read_alike(data: bytes) -> None:
    assert read(data) == ([(2, {"no": "1", "name": "公園"})], [])


def test_lines_are_those_of_the_file_and_short_rows_are_filled() -> None:
    assert read('番号,名称\n,\n1\n"2\n",x\n'.encode())[0] == [
        (3, {"no": "1", "name": ""}),
        (5, {"no": "2", "name": "x"}),
    ]


@pytest.mark.parametrize(
    ("data", "error"),
    [
        (b"", (1, "番号", "table.no_column")),
        ("名称\nあ\n".encode(), (1, "番号", "table.no_column")),
        ("番号,No\n1,2\n".encode(), (1, "No", "table.heading_twice")),
        ("番号\n\n".encode(), (0, "", "table.no_rows")),
        ("番号\n\0\n".encode(), (0, "", "table.not_text")),
        (b"\x81\x00\xff", (0, "", "table.not_text")),
        (b"x" * (MOST_BYTES + 1), (0, "", "table.file_too_large")),
        ("番号\n".encode() + b"1\n" * (MOST_ROWS + 1), (0, "", "table.too_many_rows")),
        ('番号\n"'.encode() + b"1" * 140_000, (2, "", "table.not_csv")),
    ],
)
def test_a_file_that_is_no_list_is_refused_with_where(data: bytes, error: tuple[int, str, str]) -> None:
    assert read(data) == ([], [error])


def test_what_can_be_no_list_is_refused_before_it_is_read() -> None:
    for data in (b"", b" \n", b"x" * (MOST_BYTES + 1)):
        with pytest.raises(Invalid):
            require_table(data)
    with pytest.raises(Invalid):
        require_table(None, size=MOST_BYTES + 1)
    require_table(b"x")


@given(
    st.lists(st.tuples(st.from_regex(r"[0-9]{1,4}", fullmatch=True), st.text(st.characters(exclude_categories=["C"]))))
)
def test_what_is_written_is_read_back(rows: list[tuple[str, str]]) -> None:
    names = [(number, name.strip().removeprefix("'").strip()) for number, name in rows]
    found, errors = read(write_table(("番号", "名称"), names))
    assert [(cells["no"], cells["name"]) for _, cells in found] == names
    assert errors == ([] if names else [(0, "", "table.no_rows")])
