"""The form of the certificate (就労証明の様式) as data: its items, what they feed, and where a spreadsheet has them.

A row says what is asked on the employer's page and, with `label`, `label_at` and `value_at`, where it stands in the
Excel form: the label must stand where the row says, or the file is another layout and nothing is read from it.
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Mapping
from dataclasses import dataclass
from functools import cached_property
from typing import Final, Literal, TypeAlias

from jichi.kernel.errors import FieldError
from jichi.kernel.tables import LineError, read_table

from .answers import asked

Kind: TypeAlias = Literal["choice", "choices", "number", "span", "date", "month", "text"]
KINDS: Final[dict[str, Kind]] = {
    "選択": "choice", "複数選択": "choices", "数": "number", "時間帯": "span", "日": "date", "年月": "month",
    "文字": "text",
}  # fmt: skip
COLUMNS: Final = {
    "key": ("項目",), "heading": ("見出し",), "section": ("区分",), "kind": ("種類",), "words": ("答え",),
    "most": ("上限",), "unit": ("単位",), "feeds": ("反映先",), "label": ("様式の見出し",),
    "label_at": ("見出しのセル",), "value_at": ("答えのセル",),
}  # fmt: skip
BASE: Final = "基本"
"""The section of what every certificate says. It is asked in all languages by the page itself."""
BASE_KEYS: Final = frozenset({
    "employer", "number", "address", "phone", "writer", "worker", "until", "leave_until", "days", "hours",
})  # fmt: skip
FEEDS: Final = frozenset(one.title for one in asked("guardian") if not one.words)
"""Questions that scores are counted from, into which a number or a count of ticked words can go."""
MOST_ITEMS: Final = 150
_KEY: Final = re.compile(r"[a-z][a-z0-9_]{0,29}")
_CELL: Final = re.compile(r"[A-Z]{1,3}[1-9][0-9]{0,4}")


@dataclass(frozen=True, slots=True)
class Item:
    """One item: its words in Japanese as on the form. `most` limits a number; `unit` stands behind it.

    `value_at`: one cell; several for the parts of a day, a month or a span ("C5 E5 G5"); of a choice "word=cell" each,
    or one cell with the word in it.
    """

    key: str
    heading: str
    kind: Kind
    words: tuple[str, ...] = ()
    most: int = 0
    unit: str = ""
    feeds: str = ""
    section: str = ""
    label: str = ""
    label_at: str = ""
    value_at: str = ""

    def cells(self) -> dict[str, str]:
        """Word → cell of a choice that is ticked; else "0", "1", … → cell."""
        parts = self.value_at.split()
        if all("=" in part for part in parts):
            return {word: cell for word, _, cell in (part.rpartition("=") for part in parts)}
        return {str(number): part for number, part in enumerate(parts)}


@dataclass(frozen=True)
class CertificateForm:
    """A form as it stands."""

    items: tuple[Item, ...]

    @cached_property
    def asked(self) -> dict[str, Item]:
        """The further items of the employer's page by key."""
        return {one.key: one for one in self.items if one.section != BASE}

    @cached_property
    def sections(self) -> tuple[tuple[str, tuple[Item, ...]], ...]:
        """The further items by section, in their order."""
        titles = dict.fromkeys(one.section for one in self.asked.values())
        return tuple((title, tuple(one for one in self.asked.values() if one.section == title)) for title in titles)


def read_form(data: bytes) -> tuple[CertificateForm | None, tuple[LineError, ...]]:
    """A form from its CSV (`COLUMNS`), or every error by line."""
    table = read_table(data, COLUMNS, ("key", "heading", "section", "kind"), most=MOST_ITEMS)
    errors, items, seen = list(table.errors), list[Item](), dict[str, int]()
    for line, row in table.rows:
        wrong = _wrong(row, seen)
        if wrong is not None:
            errors.append(LineError(line, COLUMNS[wrong[0]][0], wrong[1]))
            continue
        seen[row["key"]] = line
        most = row.get("most", "")
        items.append(
            Item(
                row["key"], row["heading"], KINDS[row["kind"]], tuple(row.get("words", "").split()),
                int(most) if most else 0, row.get("unit", ""), row.get("feeds", ""), row["section"],
                row.get("label", ""), row.get("label_at", ""), row.get("value_at", ""),
            )
        )  # fmt: skip
    if not errors and not items:
        errors.append(LineError(0, "", FieldError("table.empty")))
    return (None if errors else CertificateForm(tuple(items))), tuple(errors)


def _wrong(row: Mapping[str, str], seen: Mapping[str, int]) -> tuple[str, FieldError] | None:
    """(column, error) of the first thing wrong with a row."""
    key, kind = row["key"], KINDS.get(row["kind"])
    if not _KEY.fullmatch(key):
        return "key", FieldError("nursery.item_key")
    if key in seen:
        return "key", FieldError("nursery.code_twice", {"line": seen[key]})
    if (row["section"] == BASE) is not (key in BASE_KEYS):
        return "section", FieldError("nursery.item_base", {"keys": "、".join(sorted(BASE_KEYS))})
    return _wrong_answers(row, kind) or _wrong_cells(row)


def _wrong_answers(row: Mapping[str, str], kind: Kind | None) -> tuple[str, FieldError] | None:
    if not row["heading"] or not row["section"]:
        return "heading" if not row["heading"] else "section", FieldError("field.required")
    if kind is None:
        return "kind", FieldError("nursery.word", {"word": row["kind"], "words": "、".join(KINDS)})
    if kind in {"choice", "choices"} and not row.get("words", "").split():
        return "words", FieldError("field.required")
    most = row.get("most", "")
    if (most and not (most.isascii() and most.isdigit() and len(most) < 5)) or (kind == "number" and not most):
        return "most", FieldError("field.number")
    feeds = row.get("feeds", "")
    if feeds and (feeds not in FEEDS or kind not in {"number", "choices"}):
        return "feeds", FieldError("nursery.word", {"word": feeds, "words": "、".join(sorted(FEEDS))})
    return None


def _wrong_cells(row: Mapping[str, str]) -> tuple[str, FieldError] | None:
    label, label_at, value_at = (row.get(name, "") for name in ("label", "label_at", "value_at"))
    if not (label or label_at or value_at):
        return None  # the item stands in no spreadsheet
    if not label or not _CELL.fullmatch(label_at):
        return "label_at", FieldError("nursery.cell")
    words, parts = row.get("words", "").split(), value_at.split()
    named = [part.rpartition("=")[0] for part in parts if "=" in part]
    if not parts or not all(_CELL.fullmatch(part.rpartition("=")[2]) for part in parts):
        return "value_at", FieldError("nursery.cell")
    if named and (len(named) != len(parts) or not set(named) <= set(words)):
        return "value_at", FieldError("nursery.cell")
    return None


def plain(text: str) -> str:
    """A label without what makes no difference: width, blanks, line breaks."""
    return "".join(unicodedata.normalize("NFKC", text).split())
