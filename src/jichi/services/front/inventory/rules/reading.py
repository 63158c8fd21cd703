"""The inventory as a file: reading it with line-numbered errors, comparing it, writing it.

A column that the file lacks changes nothing; an empty cell of a column that is there empties the value.
"""

from __future__ import annotations

import unicodedata
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, field, fields, replace
from datetime import date
from typing import Any, Final

from jichi.kernel.calendar import parse_date
from jichi.kernel.errors import FieldError
from jichi.kernel.tables import LineError, read_table, write_table

from .entry import REASONS, STATES, Entry, wrong_with

COLUMNS: Final = {
    "code": ("手続番号", "番号", "No", "手続ID"),
    "name": ("手続名", "手続の名前", "手続名称"),
    "division": ("課", "所管課", "担当課", "課名"),
    "basis": ("根拠法令", "根拠", "根拠規程"),
    "applicants": ("申請する人", "申請者"),
    "volume": ("年間件数", "年間受付件数", "件数"),
    "state": ("状態", "オンライン化の状態"),
    "reasons": ("理由", "オンライン化できない理由"),
    "note": ("理由の説明", "備考"),
    "planned_on": ("予定日", "オンライン化予定日"),
    "online_since": ("開始日", "オンライン化日"),
    "slug": ("この電子申請の手続", "手続の識別名"),
    "place": ("受付先", "受付先のURL"),
}
"""Field → headings that mean it; the first is the one written."""
NEEDED: Final = ("code", "name", "division")
MOST_ERRORS: Final = 200
SHORT_REASONS: Final = {
    "seal": "押印", "law": "法令", "in_person": "対面", "original": "原本", "fee": "手数料", "system": "システム",
    "other": "その他",
}  # fmt: skip
"""Reason → the word that a file may use for it, and charts."""
_SHORT: Final = {word: reason for reason, word in SHORT_REASONS.items()}
_STATE_OF: Final = {word: key for key, word in STATES.items()} | {"済": "online", "未定": "none"}
_REASON_OF: Final = {word: key for key, word in REASONS.items()} | _SHORT


@dataclass(frozen=True, slots=True)
class ReadFile:
    """Rows as (line, field → value); `headings` are the fields the file has with its own headings."""

    rows: tuple[tuple[int, dict[str, Any]], ...] = ()
    errors: tuple[LineError, ...] = ()
    headings: Mapping[str, str] = field(default_factory=dict)
    unknown: tuple[str, ...] = ()
    """Headings that mean nothing here; their columns are left out."""


@dataclass(frozen=True, slots=True)
class Difference:
    """What a row changes: `before` is None for a new procedure."""

    line: int
    before: Entry | None
    after: Entry

    @property
    def changed(self) -> tuple[str, ...]:
        """Names of the fields that differ; empty for a new procedure."""
        if self.before is None:
            return ()
        return tuple(f.name for f in fields(Entry) if getattr(self.before, f.name) != getattr(self.after, f.name))


def read_file(data: bytes, divisions: Mapping[str, str]) -> ReadFile:
    """The rows of a CSV (comma or tab; UTF-8 or Shift_JIS), or what is wrong with it.

    Args:
        divisions: names and codes of divisions → code.
    """
    table = read_table(data, COLUMNS, NEEDED)
    errors = list(table.errors)
    rows: list[tuple[int, dict[str, Any]]] = []
    known: dict[str, int] = {}
    for line, cells in table.rows:
        given, wrong = _row(cells, divisions)
        errors += [LineError(line, table.headings[name], error) for name, error in wrong.items()]
        code = given.get("code", "")
        if code in known:
            twice = FieldError("inventory.code_twice", {"line": known[code]})
            errors.append(LineError(line, table.headings["code"], twice))
        elif code:
            known[code] = line
        rows.append((line, given))
    return ReadFile(tuple(rows), tuple(errors), table.headings, table.unknown)


def _row(cells: Mapping[str, str], divisions: Mapping[str, str]) -> tuple[dict[str, Any], dict[str, FieldError]]:
    given: dict[str, Any] = {}
    wrong: dict[str, FieldError] = {}
    for name, cell in cells.items():
        value, error = _value(name, cell, divisions)
        if error is not None:
            wrong[name] = error
        else:
            given[name] = value
    return given, wrong


def _value(name: str, cell: str, divisions: Mapping[str, str]) -> tuple[Any, FieldError | None]:
    if name == "division":
        code = divisions.get(cell, "")
        return (code, None) if code or not cell else (None, FieldError("inventory.division", {"name": cell[:60]}))
    read = _READERS.get(name)
    return read(cell) if read else (unicodedata.normalize("NFKC" if name == "code" else "NFC", cell), None)


def _volume(text: str) -> tuple[int | None, FieldError | None]:
    digits = unicodedata.normalize("NFKC", text).replace(",", "").removesuffix("件")
    if not digits:
        return None, None
    good = digits.isdecimal() and len(digits) < 10
    return (int(digits), None) if good else (None, FieldError("inventory.volume"))


def _state(text: str) -> tuple[str | None, FieldError | None]:
    state = _STATE_OF.get(text, text if text in STATES else "")
    return (state, None) if state else (None, FieldError("inventory.state", {"words": "・".join(STATES.values())}))


def _day(text: str) -> tuple[date | None, FieldError | None]:
    if not text:
        return None, None
    try:
        return parse_date(text), None
    except ValueError:
        return None, FieldError("field.unreadable_date")


def _reasons(text: str) -> tuple[tuple[str, ...] | None, FieldError | None]:
    found = []
    for part in text.replace("・", "、").replace(";", "、").replace(",", "、").replace("/", "、").split("、"):
        word = part.strip()
        if not word:
            continue
        key = _REASON_OF.get(word, word if word in REASONS else "")
        if not key:
            return None, FieldError("inventory.reason", {"word": word[:40], "words": "・".join(_SHORT)})
        found.append(key)
    return tuple(reason for reason in REASONS if reason in found), None


_READERS: Final[dict[str, Callable[[str], tuple[Any, FieldError | None]]]] = {
    "volume": _volume, "planned_on": _day, "online_since": _day, "state": _state, "reasons": _reasons,
}  # fmt: skip


def differences(
    existing: Mapping[str, Entry], read: ReadFile, today: date
) -> tuple[tuple[Difference, ...], tuple[LineError, ...]]:
    """What each row would change, and what would be wrong afterwards. Rows that change nothing are left out."""
    found: list[Difference] = []
    errors: list[LineError] = []
    slugs = {entry.slug: code for code, entry in existing.items() if entry.slug}
    unread = {(one.line, one.column) for one in read.errors}
    state = read.headings.get("state", "")
    for line, given in read.rows:
        before = existing.get(given.get("code", ""))
        after = replace(before, **given) if before else Entry(**{"name": "", "division": "", "code": "", **given})
        wrong = wrong_with(after, today)
        if after.slug and slugs.setdefault(after.slug, after.code) != after.code:
            wrong["slug"] = FieldError("inventory.slug_taken", {"code": slugs[after.slug]})
        told = [LineError(line, read.headings.get(name, COLUMNS[name][0]), error) for name, error in wrong.items()]
        # A cell that could not be read is told once; what its row must say is not known without its state.
        errors += [one for one in told if (line, one.column) not in unread and (line, state) not in unread]
        if not wrong and after != before:
            found.append(Difference(line, before, after))
    return tuple(found), tuple(errors)


def write_file(entries: Iterable[Entry], divisions: Mapping[str, str]) -> bytes:
    """The inventory as the CSV that `read_file` takes (UTF-8 with BOM, CRLF).

    Args:
        divisions: code → name.
    """

    def cells(entry: Entry) -> list[str]:
        words = {
            "division": divisions.get(entry.division, entry.division), "state": STATES[entry.state],
            "reasons": "、".join(REASONS[reason] for reason in entry.reasons),
            "volume": "" if entry.volume is None else str(entry.volume),
            "planned_on": entry.planned_on.isoformat() if entry.planned_on else "",
            "online_since": entry.online_since.isoformat() if entry.online_since else "",
        }  # fmt: skip
        return [words.get(name, getattr(entry, name)) for name in COLUMNS]

    return write_table([headings[0] for headings in COLUMNS.values()], map(cells, entries))
