"""Bodies (団体) and their officers: kinds, numbers, and the two CSV files they come in. Pure.

Files: UTF-8 with a header of the names below, dates YYYY-MM-DD. Unlike residents, bodies have no standard export.
"""

from __future__ import annotations

import csv
from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import dataclass
from datetime import date
from typing import Final, Literal, TypeAlias, TypeVar

from jichi.kernel.calendar import parse_date
from jichi.kernel.check_digits import is_corporate_number, is_my_number
from jichi.kernel.text import normalise_name

OrganisationKind: TypeAlias = Literal["neighbourhood", "pta", "npo", "corporation", "other"]
Entry = TypeVar("Entry")

KINDS: Final[Mapping[str, str]] = {
    "neighbourhood": "町会・自治会", "pta": "PTA", "npo": "NPO", "corporation": "法人", "other": "そのほかの団体",
}  # fmt: skip
_KIND_BY_WORD: Final = {**{word: key for key, word in KINDS.items()}, **{key: key for key in KINDS}}
_STATES: Final = {"": "active", "1": "active", "活動中": "active", "9": "closed", "解散": "closed"}
BODY_COLUMNS: Final = ("団体番号", "種別", "名称", "フリガナ", "郵便番号", "所在地", "町字", "法人番号", "状態")
OFFICER_COLUMNS: Final = ("団体番号", "宛名番号", "役職", "就任日", "退任日")
LINES_SHOWN: Final = 100


@dataclass(frozen=True, slots=True, kw_only=True)
class LineError:
    """What is wrong where, in words for the person at the register: line from 1, column by its name."""

    line: int
    column: str
    what: str
    do: str = ""

    def __str__(self) -> str:
        place = f"{self.line}行目" + (f"の「{self.column}」" if self.column else "")
        return f"{place}: {self.what}{self.do}"


@dataclass(frozen=True, slots=True, kw_only=True)
class BodyEntry:
    """One body as a file gives it."""

    org_no: str
    kind: str
    name: str
    kana: str
    postcode: str
    address: str
    town_key: str
    corporate_number: str
    state: str


@dataclass(frozen=True, slots=True, kw_only=True)
class OfficerEntry:
    """One term of office as a file gives it."""

    org_no: str
    addressee_no: str
    post: str
    starts_on: date
    ends_on: date | None


class _Refused(ValueError):
    """A cell that can't be taken: its column, what is wrong, what to do."""

    def __init__(self, column: str, what: str, do: str) -> None:
        super().__init__(column, what, do)
        self.column, self.what, self.do = column, what, do


def read_bodies(lines: Iterable[str]) -> tuple[list[BodyEntry], list[LineError]]:
    """The bodies of a file and what is wrong with it; a body given twice is an error."""
    return _read(lines, BODY_COLUMNS, _body, lambda entry: (entry.org_no,))


def read_officers(lines: Iterable[str]) -> tuple[list[OfficerEntry], list[LineError]]:
    """The terms of office of a file and what is wrong with it; a term given twice is an error."""
    return _read(
        lines, OFFICER_COLUMNS, _officer, lambda entry: (entry.org_no, entry.addressee_no, entry.post, entry.starts_on)
    )


def _read(
    lines: Iterable[str],
    columns: tuple[str, ...],
    make: Callable[[Mapping[str, str]], Entry],
    key: Callable[[Entry], tuple[object, ...]],
) -> tuple[list[Entry], list[LineError]]:
    reader = csv.reader(lines, strict=True)
    entries: list[Entry] = []
    errors: list[LineError] = []
    seen: dict[tuple[object, ...], int] = {}
    try:
        header = [name.strip().removeprefix("\ufeff") for name in next(reader, [])]
        missing = [name for name in columns if name not in header]
        if missing:
            what = f"見出しに「{'」「'.join(missing)}」がありません。"
            return [], [LineError(line=1, column="", what=what, do="1行目に列の名前を書いてください。")]
        for line, cells in _rows(reader):
            try:
                if len(cells) != len(header):
                    raise _Refused("", f"列が{len(cells)}個です。", f"{len(header)}個にしてください。")
                entry = make(dict(zip(header, (cell.strip() for cell in cells), strict=True)))
                first = seen.setdefault(key(entry), line)
                if first != line:
                    raise _Refused(columns[0], f"{first}行目と同じものです。", "どちらかを消してください。")
                entries.append(entry)
            except _Refused as wrong:
                errors.append(LineError(line=line, column=wrong.column, what=wrong.what, do=wrong.do))
    except csv.Error:
        errors.append(
            LineError(line=reader.line_num, column="", what="引用符が閉じていません。", do="直してください。")
        )
    return entries, errors


def _rows(reader: Iterator[list[str]]) -> Iterator[tuple[int, list[str]]]:
    """Rows that are not empty, with the line they begin on."""
    before = getattr(reader, "line_num", 1)
    for cells in reader:
        if cells:
            yield before + 1, cells
        before = getattr(reader, "line_num", before)


def _number(row: Mapping[str, str], column: str) -> str:
    number = row[column]
    if not number or not number.isascii() or not number.isdigit() or len(number) > 15:
        raise _Refused(column, "番号がないか、数字でない文字があります。", "15けたまでの数字で書いてください。")
    if is_my_number(number):
        raise _Refused(column, "個人番号(マイナンバー)に見えます。", "個人番号はここに書かないでください。")
    return number


def _body(row: Mapping[str, str]) -> BodyEntry:
    name, kind, state = normalise_name(row["名称"]), _KIND_BY_WORD.get(row["種別"]), _STATES.get(row["状態"])
    postcode = row["郵便番号"].replace("-", "")
    if not name:
        raise _Refused("名称", "空です。", "団体の名称を書いてください。")
    if kind is None:
        raise _Refused(
            "種別", f"「{row['種別']}」は使えません。", f"{'、'.join(KINDS.values())}のどれかにしてください。"
        )
    if state is None:
        raise _Refused("状態", f"「{row['状態']}」は使えません。", "活動中か解散にしてください。")
    if row["法人番号"] and not is_corporate_number(row["法人番号"]):
        raise _Refused("法人番号", "検査数字が合いません。", "13けたの番号を確かめてください。")
    if postcode and not (len(postcode) == 7 and postcode.isascii() and postcode.isdigit()):
        raise _Refused("郵便番号", "7けたではありません。", "確かめてください。")
    return BodyEntry(
        org_no=_number(row, "団体番号"), kind=kind, name=name, kana=normalise_name(row["フリガナ"]), postcode=postcode,
        address=row["所在地"], town_key=row["町字"], corporate_number=row["法人番号"], state=state,
    )  # fmt: skip


def _officer(row: Mapping[str, str]) -> OfficerEntry:
    if not row["役職"]:
        raise _Refused("役職", "空です。", "会長、会計などを書いてください。")
    starts_on, ends_on = _day(row, "就任日"), _day(row, "退任日") if row["退任日"] else None
    if ends_on is not None and ends_on < starts_on:
        raise _Refused("退任日", "就任日より前です。", "確かめてください。")
    return OfficerEntry(
        org_no=_number(row, "団体番号"), addressee_no=_number(row, "宛名番号"), post=row["役職"],
        starts_on=starts_on, ends_on=ends_on,
    )  # fmt: skip


def _day(row: Mapping[str, str], column: str) -> date:
    try:
        return parse_date(row[column])
    except ValueError:
        raise _Refused(
            column, f"「{row[column]}」は日付として読めません。", "2026-04-01 のように書いてください。"
        ) from None
