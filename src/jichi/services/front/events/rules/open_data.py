"""イベント一覧 of the municipal open data standard (推奨データセット), read and written in its columns.

The 32 columns of the edition of 2017 to 2023; the newer definition (2026) was not at hand and is not claimed.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, time
from typing import Final

from jichi.kernel.calendar import parse_date
from jichi.kernel.errors import FieldError
from jichi.kernel.tables import LineError, read_table, write_table

from .content import Content

COLUMNS: Final = (
    "都道府県コード又は市区町村コード",
    "NO",
    "都道府県名",
    "市区町村名",
    "イベント名",
    "イベント名_カナ",
    "イベント名_英語",
    "開始日",
    "終了日",
    "開始時間",
    "終了時間",
    "開始日時特記事項",
    "説明",
    "料金(基本)",
    "料金(詳細)",
    "連絡先名称",
    "連絡先電話番号",
    "連絡先内線番号",
    "主催者",
    "場所名称",
    "住所",
    "方書",
    "緯度",
    "経度",
    "アクセス方法",
    "駐車場情報",
    "定員",
    "参加申込終了日",
    "参加申込終了時間",
    "参加申込方法",
    "URL",
    "備考",
)
_READ: Final[Mapping[str, Sequence[str]]] = {
    "no": ("NO", "ID"),
    "title": ("イベント名",),
    "kana": ("イベント名_カナ",),
    "english": ("イベント名_英語",),
    "first": ("開始日",),
    "last": ("終了日",),
    "starts": ("開始時間",),
    "ends": ("終了時間",),
    "text": ("説明",),
    "price": ("料金(基本)",),
    "price_note": ("料金(詳細)",),
    "contact": ("連絡先名称",),
    "phone": ("連絡先電話番号",),
    "organiser": ("主催者",),
    "place": ("場所名称",),
    "address": ("住所", "所在地_連結表記"),
    "latitude": ("緯度",),
    "longitude": ("経度",),
    "access": ("アクセス方法",),
    "capacity": ("定員",),
    "how": ("参加申込方法",),
    "url": ("URL",),
}
NEEDED: Final = ("title", "first", "last", "starts", "ends", "text", "place", "address")
"""Columns that the standard requires and an event can't do without."""
MOST: Final = 100_000


@dataclass(frozen=True, slots=True)
class ReadEvents:
    """What a file says: events with the line they stand on, or what is wrong with it."""

    events: tuple[tuple[int, Content], ...] = ()
    errors: tuple[LineError, ...] = ()


def read_events(data: bytes) -> ReadEvents:
    """The events of a file; one wrong cell and none is taken. An event of several days becomes one date a day."""
    table = read_table(data, _READ, NEEDED)
    if table.errors:
        return ReadEvents(errors=table.errors)
    events: list[tuple[int, Content]] = []
    errors: list[LineError] = []
    seen: dict[str, int] = {}
    for line, row in table.rows:
        wrong: list[tuple[str, FieldError]] = []
        content = _content(row, wrong)
        number = row.get("no", "")
        if number and number in seen:
            wrong.append(("no", FieldError("events.no_twice", {"line": seen[number]})))
        seen.setdefault(number, line)
        errors += [LineError(line, table.headings.get(name, ""), error) for name, error in wrong]
        events.append((line, content))
    return ReadEvents(errors=tuple(errors)) if errors else ReadEvents(tuple(events))


def _content(row: Mapping[str, str], wrong: list[tuple[str, FieldError]]) -> Content:
    wrong += [(name, FieldError("field.required")) for name in NEEDED if not row.get(name)]
    first, last = _day(row, "first", wrong), _day(row, "last", wrong)
    starts, ends = _hour(row, "starts", wrong), _hour(row, "ends", wrong)
    if first and last and last < first:
        wrong.append(("last", FieldError("events.times")))
    price, capacity = _whole(row, "price", wrong), _whole(row, "capacity", wrong)
    latitude, longitude = _degrees(row, "latitude", 90, wrong), _degrees(row, "longitude", 180, wrong)
    how = row.get("how", "")
    title = {"ja": row.get("title", ""), "en": row.get("english", "")}
    return Content(
        title={language: text for language, text in title.items() if text},
        description={"ja": "\n\n".join(part for part in (row.get("text", ""), how) if part)},
        organiser=row.get("organiser", ""), place_name=row.get("place", ""), address=row.get("address", ""),
        latitude=latitude, longitude=longitude, access=row.get("access", ""), price_yen=price or 0,
        price_note=row.get("price_note", ""), contact_name=row.get("contact", ""), contact_phone=row.get("phone", ""),
        url=row.get("url", ""), first=first, starts=starts, ends=ends, capacity=capacity or 0,
        repeat="daily" if first and last and last > first else "once", until=last if first != last else None,
    )  # fmt: skip


def _day(row: Mapping[str, str], name: str, wrong: list[tuple[str, FieldError]]) -> date | None:
    text = row.get(name, "")
    try:
        return parse_date(text) if text else None
    except ValueError:
        wrong.append((name, FieldError("events.day", {"text": text})))
        return None


def _hour(row: Mapping[str, str], name: str, wrong: list[tuple[str, FieldError]]) -> time | None:
    text = row.get(name, "")
    try:
        hour, minute = (int(part) for part in text.split(":")[:2]) if text else (0, 0)
        return time(hour, minute) if text else None
    except ValueError:
        wrong.append((name, FieldError("events.time", {"text": text})))
        return None


def _whole(row: Mapping[str, str], name: str, wrong: list[tuple[str, FieldError]]) -> int | None:
    text = row.get(name, "").replace(",", "").removesuffix("円").removesuffix("人").strip()
    if text in ("", "無料"):
        return 0 if text else None
    if not (text.isdecimal() and len(text) < 8 and int(text) <= MOST):
        wrong.append((name, FieldError("events.number", {"least": 0, "most": MOST})))
        return None
    return int(text)


def _degrees(
    row: Mapping[str, str], name: str, most: int, wrong: list[tuple[str, FieldError]]
) -> float | None:  # fmt: skip
    text = row.get(name, "")
    try:
        value = float(text) if text else None
    except ValueError:
        value = most + 1.0
    if value is not None and not -most <= value <= most:
        wrong.append((name, FieldError("events.value", {"text": text})))
        return None
    return value


def write_events(rows: Iterable[Mapping[str, str]]) -> bytes:
    """A file in the standard's columns (UTF-8 with BOM, CRLF); what a row does not say stays empty."""
    return write_table(COLUMNS, ([row.get(column, "") for column in COLUMNS] for row in rows))
