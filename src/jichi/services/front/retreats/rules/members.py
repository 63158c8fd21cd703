"""The former register of users (利用登録者) as a file, read with errors by line."""

from __future__ import annotations

import unicodedata
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from typing import Final

from jichi.kernel.calendar import parse_date
from jichi.kernel.errors import FieldError
from jichi.kernel.tables import LineError, read_table

COLUMNS: Final = {
    "number": ("利用者番号", "番号", "登録番号"), "kind": ("区分", "利用区分"), "name": ("氏名", "名前"),
    "kana": ("フリガナ", "カナ"), "phone": ("電話番号", "電話"), "email": ("メールアドレス", "メール"),
    "workplace": ("勤め先", "勤務先", "勤め先・学校"), "proved_until": ("有効期限", "在勤確認の期限"),
}  # fmt: skip
KINDS: Final = {"区民": "resident", "在住": "resident", "在勤": "works", "在学": "works", "在勤・在学": "works"}
MOST_ROWS: Final = 200_000
LONGEST: Final = 200


@dataclass(frozen=True, slots=True, kw_only=True)
class MemberRow:
    """One person of the file."""

    number: str
    kind: str
    name: str
    kana: str = ""
    phone: str = ""
    email: str = ""
    workplace: str = ""
    proved_until: date | None = None


def read_members(data: bytes) -> tuple[tuple[MemberRow, ...], tuple[LineError, ...]]:
    """Rows of a CSV (UTF-8 or Shift_JIS), or what is wrong in it; a number may stand in it once."""
    table = read_table(data, COLUMNS, ("number", "kind", "name"), most=MOST_ROWS)
    errors, rows, seen = list(table.errors), [], {}  # type: list[LineError], list[MemberRow], dict[str, int]
    for line, cells in table.rows:
        wrong = _wrong(cells)
        number = unicodedata.normalize("NFKC", cells["number"])
        if number and seen.setdefault(number, line) != line:
            wrong["number"] = FieldError("retreats.twice", {"first": seen[number]})
        errors += [LineError(line, table.headings[name], error) for name, error in wrong.items()]
        if not wrong:
            rows.append(_row(number, cells))
    return (tuple(rows) if not errors else ()), tuple(errors)


def _wrong(cells: Mapping[str, str]) -> dict[str, FieldError]:
    wrong = {name: FieldError("field.required") for name in ("number", "name") if not cells[name]}
    if cells["kind"] not in KINDS:
        wrong["kind"] = FieldError("retreats.member_kind", {"text": cells["kind"][:40]})
    for name, text in cells.items():
        if len(text) > LONGEST:
            wrong[name] = FieldError("field.too_long", {"max": LONGEST, "now": len(text)})
    if cells.get("email") and "@" not in cells["email"]:
        wrong["email"] = FieldError("retreats.member_email")
    if cells.get("proved_until"):
        try:
            parse_date(cells["proved_until"])
        except ValueError:
            wrong["proved_until"] = FieldError("retreats.day", {"text": cells["proved_until"][:40]})
    return wrong


def _row(number: str, cells: Mapping[str, str]) -> MemberRow:
    until = cells.get("proved_until", "")
    return MemberRow(
        number=number, kind=KINDS[cells["kind"]], name=cells["name"], kana=cells.get("kana", ""),
        phone=cells.get("phone", ""), email=cells.get("email", "").lower(), workplace=cells.get("workplace", ""),
        proved_until=parse_date(until) if until else None,
    )  # fmt: skip
