"""All texts of a definition in five languages as a list, and back into the file: nothing else of it changes. Pure.

A text is known by the ids around it ("pages.companion.companion_name.label"), so that a list that was away for
translation still fits after pages were moved. The Japanese is the original: a row whose Japanese is another is refused.
"""

from __future__ import annotations

import csv
import io
import re
import unicodedata
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any, Final

from jichi.kernel.localized import LANGUAGES
from jichi.kernel.text import safe_csv_cell

from .lint import texts_of
from .load import read_definition
from .source import DefinitionError, Path, Plain, Problem
from .text_spans import replaced
from .texts import MAX_TEXT

HEADINGS: Final = ("場所", "ja", "easy", "en", "zh-hans", "ko")
MOST_BYTES: Final = 4 * 1024 * 1024
MOST_ROWS: Final = 5000
_NAMED_BY: Final = ("id", "code", "value")
_PLACE: Final = re.compile(r"\{([a-z_]+)\}")


@dataclass(frozen=True, slots=True)
class TranslationRow:
    """One text. `texts` by language; what is missing is not there. `line`: in the definition file, or the list."""

    path: str
    texts: Mapping[str, str]
    line: int = 0

    @property
    def missing(self) -> tuple[str, ...]:
        """Languages without a text."""
        return tuple(language for language in LANGUAGES if not self.texts.get(language))


def translation_rows(source: str) -> tuple[TranslationRow, ...]:
    """Every text that residents read, in the order of the file.

    Raises:
        DefinitionError: the file is no definition.
    """
    definition, read = read_definition(source)
    return tuple(
        TranslationRow(id_path(read.data, path), dict(text), read.line(path)) for path, text in texts_of(definition)
    )


def missing_count(rows: Iterable[TranslationRow]) -> int:
    """How many texts lack at least one language (「18文 未訳」)."""
    return sum(bool(row.missing) for row in rows)


def id_path(data: Plain, path: Path) -> str:
    """A path by the ids of what is on the way: questions stand under their page."""
    named: list[str] = []
    here: Any = data
    for part in path:
        here = here[part]
        if isinstance(part, str):
            if part not in {"fields"}:
                named.append(part)
            continue
        key = next((here[name] for name in _NAMED_BY if isinstance(here, dict) and here.get(name)), None)
        named.append(str(part) if key is None or named[-1:] == ["steps"] else str(key))
    return ".".join(named)


def with_translations(source: str, rows: Iterable[TranslationRow]) -> str:
    """The file with the texts of the rows put in; comments, order and layout of the rest stay.

    An empty cell leaves what is there. The same rows again change nothing.

    Raises:
        DefinitionError: every row that does not fit, with its line in the list; nothing is taken then.
    """
    definition, read = read_definition(source)
    there = {id_path(read.data, path): (path, text) for path, text in texts_of(definition)}
    problems: list[Problem] = []
    changes: dict[Path, Mapping[str, str]] = {}
    seen: dict[str, int] = {}
    for row in rows:
        found = there.get(row.path)
        if row.path in seen:
            problems.append(_wrong("row_twice", row, f"{seen[row.path]}行目と同じ場所です。", "片方を消す"))
        elif found is None:
            problems.append(_wrong("no_such_text", row, "この場所の文は、手続にありません。", "一覧を出し直す"))
        else:
            path, text = found
            problems += _unfit(row, text)
            merged = {**text, **{code: words for code, words in row.texts.items() if words and code != "ja"}}
            if merged != text:
                changes[path] = {code: merged[code] for code in LANGUAGES if code in merged}
        seen.setdefault(row.path, row.line)
    if problems:
        raise DefinitionError(problems)
    return replaced(source, changes)


def _wrong(code: str, row: TranslationRow, message: str, fix: str) -> Problem:
    return Problem(f"translation.{code}", row.line, row.path, message, fix)


def _unfit(row: TranslationRow, text: Mapping[str, str]) -> list[Problem]:
    """What is wrong with a row for this text."""
    found = []
    if row.texts.get("ja", "").strip() != text["ja"]:
        message = "日本語の文が、いまの手続の文と違います。訳が古いおそれがあります。"
        found.append(_wrong("other_japanese", row, message, f"いまの文に合わせて訳す: {text['ja'][:40]}"))
    places = set(_PLACE.findall(text["ja"]))
    for language, words in row.texts.items():
        if words and language != "ja" and set(_PLACE.findall(words)) != places:
            message = f"{language} の {{ }} が日本語と違います。"
            fix = f"同じ名前にする: {', '.join(sorted(places)) or 'なし'}"
            found.append(_wrong("placeholder", row, message, fix))
        if len(words) > MAX_TEXT:
            found.append(_wrong("too_long", row, f"{language} の文が長すぎます。", f"{MAX_TEXT}文字までにする"))
        if any(unicodedata.category(letter) in {"Cc", "Cs", "Cn"} and letter != "\n" for letter in words):
            found.append(_wrong("not_text", row, f"{language} に使えない文字があります。", "制御文字を消す"))
    return found


def table_of(rows: Iterable[TranslationRow]) -> list[list[str]]:
    """The rows as a table with its headings; missing texts are empty cells."""
    return [list(HEADINGS), *([row.path, *(row.texts.get(code, "") for code in LANGUAGES)] for row in rows)]


def rows_of(table: Sequence[Sequence[str]]) -> tuple[TranslationRow, ...]:
    """The rows of such a table; columns in any order, further ones left out, empty lines skipped.

    Raises:
        DefinitionError: headings are missing or twice, too many rows.
    """
    header = [cell.strip() for cell in table[0]] if table else []
    for heading in HEADINGS[:2]:
        if header.count(heading) != 1:
            message = f"見出し「{heading}」の列が、ちょうど1つ要ります。"
            raise DefinitionError([Problem("translation.heading", 1, "", message, f"見出し: {', '.join(HEADINGS)}")])
    if len(table) > MOST_ROWS:
        raise DefinitionError([Problem("translation.too_many", MOST_ROWS, "", "行が多すぎます。", "分けて取り込む")])
    place = {name: header.index(name) for name in HEADINGS if name in header}
    found = []
    for line, cells in enumerate(table[1:], start=2):
        row = {name: cells[at].strip() if at < len(cells) else "" for name, at in place.items()}
        if any(row.values()):
            texts: dict[str, str] = {code: row[code] for code in LANGUAGES if row.get(code)}
            found.append(TranslationRow(row[HEADINGS[0]], texts, line))
    return tuple(found)


def csv_of(rows: Iterable[TranslationRow]) -> bytes:
    """The list as CSV (UTF-8 with BOM, as spreadsheets want it); no cell is taken for a formula."""
    text = io.StringIO()
    csv.writer(text, lineterminator="\r\n").writerows([safe_csv_cell(c) for c in row] for row in table_of(rows))
    return text.getvalue().encode("utf-8-sig")


def rows_of_csv(content: bytes) -> tuple[TranslationRow, ...]:
    """The rows of such a file, UTF-8 or Shift_JIS.

    Raises:
        DefinitionError: too large, no text, no table.
    """
    if len(content) > MOST_BYTES:
        raise DefinitionError([Problem("translation.too_large", 1, "", "ファイルが大きすぎます。", "4MBまでにする")])
    text = next((t for t in (_decoded(content, code) for code in ("utf-8-sig", "cp932")) if t is not None), None)
    if text is None or "\0" in text:
        fix = "CSV(UTF-8)で保存する"
        raise DefinitionError([Problem("translation.not_text", 1, "", "文字のファイルとして読めません。", fix)])
    try:
        table = [[unsafe_cell(cell) for cell in row] for row in csv.reader(io.StringIO(text, newline=""))]
    except csv.Error as error:
        raise DefinitionError([Problem("translation.not_csv", 1, "", f"CSVとして読めません({error})。", "")]) from error
    return rows_of(table)


def _decoded(content: bytes, encoding: str) -> str | None:
    try:
        return content.decode(encoding)
    except UnicodeDecodeError:
        return None


def unsafe_cell(cell: str) -> str:
    """A cell without the apostrophe that kept it from being a formula."""
    return cell[1:] if cell.startswith("'") and safe_csv_cell(cell[1:]) == cell else cell
