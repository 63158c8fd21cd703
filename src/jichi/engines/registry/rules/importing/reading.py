"""A file of residents row by row: what its columns are, what is wrong in which line, its rows for the staging table.

Works column by column over some thousand rows at a time, which keeps 266,000 rows within seconds and memory flat.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from typing import Any, Final, TypeAlias

from jichi.kernel.check_digits import find_my_numbers

from ..organisations import LineError
from . import cells
from .cells import CellError, Remembered
from .mapping import (
    CODES,
    DAYS,
    FLAGS,
    NAMES,
    NUMBERS,
    RELATIONSHIP_CODES,
    REQUIRED,
    TEXTS,
    UNCERTAIN,
    RegisterMapping,
    is_forbidden,
)

Rows: TypeAlias = Sequence[Sequence[str]]
SHOWN: Final = 100
"""Errors kept to be shown; all are counted."""
GIVE_UP: Final = 10_000
MY_NUMBERS: Final = 5
"""A column of at least so many values, all individual numbers by their check digit, is taken for one."""

RESIDENT_ITEMS: Final = (
    "addressee_no", "history_no", "branch_no", "is_provisional", "is_deleted", "is_removed_record", "household_no",
    "municipality_code", "kind", "state", "movement_on", "movement_text", "movement_unknown", "movement_rule",
    "movement_reason", "movement_kind", "reported_on", "report_no", "processed_on", "name", "family_name", "given_name",
    "roman_name", "kanji_name", "kana", "family_kana", "given_kana", "kana_confirmed", "former_family_name",
    "former_family_kana", "alias", "alias_kana", "name_priority", "birth_text", "birth_unknown", "birth_unknown_text",
    "birth_date", "birth_date_rule", "sex", "sex_text", "relationship", "head_name", "list_order",
    "became_resident_on", "became_resident_text", "became_resident_unknown", "became_resident_rule",
    "became_foreign_resident_on",
    "address_fixed_on", "move_out_planned_on", "moved_out_on", "deceased_on", "nationality", "article_30_45",
    "residence_status", "residence_period", "residence_until", "is_voter", "is_adult_ward", "entitlements",
    "districts", "names_folded", "kana_folded",
)  # fmt: skip
ADDRESS_ITEMS: Final = (
    "postcode", "prefecture", "city", "town_key", "town", "block", "building", "previous", "planned", "confirmed",
    "domicile", "family_register_head",
)  # fmt: skip
STAGED: Final = ("line", "is_latest", *RESIDENT_ITEMS, *ADDRESS_ITEMS)
"""Columns of the staging table, in the order of the lines that `Reader.lines` gives."""
NUMBERED: Final = ("addressee_no", "household_no")
_SEARCHED: Final = (
    "kind", "name", "roman_name", "kanji_name", "alias", "alias_kana", "former_family_name", "given_name"
)  # fmt: skip


@dataclass(slots=True)
class Report:
    """What a file is like: its columns, and what is wrong in it."""

    unknown: list[str] = field(default_factory=list)
    missing: list[str] = field(default_factory=list)
    left_out: list[str] = field(default_factory=list)
    errors: list[LineError] = field(default_factory=list)
    count: int = 0
    rows: int = 0
    odd_numbers: int = 0
    """Rows whose 宛名番号 or 世帯番号 has another check digit than the mapping's rule gives."""
    rows_from: int = 0
    """The last line of the file, so that those of the next one go on from there."""
    begins: list[tuple[int, str]] = field(default_factory=list)
    """Of several files: on which line of the whole each begins, and its name."""

    def add(self, line: int, column: str, what: str, do: str = "") -> None:
        """One more error; only the first are kept."""
        self.count += 1
        if len(self.errors) < SHOWN:
            self.errors.append(LineError(line=line, column=column, what=what, do=do))

    def place(self, line: int) -> tuple[int, str]:
        """A line of the whole as line of its file, and that file's name ("" where there is one file only)."""
        begun, name = next(((b, n) for b, n in reversed(self.begins) if b < line), (0, ""))
        return line - begun, name if len(self.begins) > 1 else ""

    def append(self, other: Report, name: str) -> None:
        """Add the report of a further file of the same delivery."""
        self.begins.append((self.rows_from, name))
        self.unknown += [column for column in other.unknown if column not in self.unknown]
        self.left_out += [column for column in other.left_out if column not in self.left_out]
        self.missing += [column for column in other.missing if column not in self.missing]
        self.rows += other.rows
        self.count += other.count
        self.odd_numbers += other.odd_numbers
        self.rows_from += other.rows_from
        kept = [replace(error, what=f"「{name}」: {error.what}") for error in other.errors]
        self.errors += kept[: SHOWN - len(self.errors)]


def has_header(first: Sequence[str], mapping: RegisterMapping) -> bool:
    """Whether a file's first row names its columns.

    Raises:
        CellError: it can't be told, or is not as the mapping says.
    """
    names = [cell.strip() for cell in first]
    known = sum(name in mapping.columns or name in mapping.leave_out for name in names)
    found = known * 2 >= len(mapping.columns)
    if mapping.header is not None and mapping.header is not found:
        wanted = "あるはずの見出しの行がありません。" if mapping.header else "ないはずの見出しの行があります。"
        raise CellError(wanted, "対応表か、出力の設定を確かめてください。")
    if not found and known:
        raise CellError("1行目が見出しかどうか分かりません。", "列の名前が対応表と合っているか確かめてください。")
    return found


class Reader:
    """Turns rows of one file into lines for COPY, and keeps the report."""

    def __init__(self, mapping: RegisterMapping, header: Sequence[str] | None, *, offset: int = 0) -> None:
        """Look at the columns. `header` None: the file has none and its columns are the mapping's, in its order.

        Args:
            offset: lines of the delivery's files before this one; the staging table counts through them.
        """
        self.mapping, self.offset = mapping, offset
        self.report = Report()
        self.header = [name.strip() for name in (header if header is not None else mapping.columns)]
        self._suspects: dict[int, int] = dict.fromkeys(range(len(self.header)), 0)
        self._look_at_columns()
        self._memos: dict[Callable[[Any], Any], Remembered] = {}
        """By conversion: items that share one share what it remembers."""
        self._at: dict[str, list[int]] = {}
        for place, name in enumerate(self.header):
            if (item := mapping.columns.get(name)) is not None:
                self._at.setdefault(item, []).append(place)
        self._day, self._birth = cells.day(mapping), cells.birth(mapping)
        self._uncertain_day, self._chain = cells.uncertain_day(mapping), cells.chain(mapping)
        self._right = Remembered(cells.has_check_digit(mapping), "")
        self._singles, self._several = self._single(), self._groups()

    def _look_at_columns(self) -> None:
        mapping, report = self.mapping, self.report
        for place, name in enumerate(self.header):
            if is_forbidden(name):
                report.add(1, name, "個人番号(マイナンバー)の列があります。", "この列を除いて出力し直してください。")
            elif name in self.header[:place]:
                report.add(1, name, "同じ名前の列が2つあります。", "出力の設定を確かめてください。")
            elif name in mapping.leave_out:
                report.left_out.append(name)
            elif name not in mapping.columns:
                report.unknown.append(name)
        report.missing = [name for name in mapping.columns if name not in self.header]
        there = {mapping.columns[name] for name in self.header if name in mapping.columns}
        for item in REQUIRED[mapping.of]:
            if item not in there:
                wanted = "」か「".join(name for name, of in mapping.columns.items() if of == item)
                report.add(1, "", f"列「{wanted}」がありません。", "出力の設定か対応表を確かめてください。")

    @property
    def gives_up(self) -> bool:
        """So many errors that reading on helps nobody."""
        return self.report.count >= GIVE_UP

    def lines(self, rows: Rows, numbers: Sequence[int]) -> str:
        """Rows as COPY lines in the order of STAGED; "" as soon as the file has an error.

        Args:
            numbers: the line in the file on which each row begins.
        """
        width = len(self.header)
        if set(map(len, rows)) != {width}:
            for row, line in zip(rows, numbers, strict=True):
                if len(row) != width:
                    self.report.add(line, "", f"列が{len(row)}個です。", f"{width}個にしてください。")
            kept = [n for n, row in enumerate(rows) if len(row) == width]
            rows, numbers = [rows[n] for n in kept], [numbers[n] for n in kept]
            if not rows:
                return ""
        self.report.rows += len(rows)
        columns = list(zip(*rows, strict=True))
        self._suspect(columns)
        found = self._convert(columns, numbers)
        if self.report.count:
            return ""
        found["line"] = [str(n + self.offset) for n in numbers]
        lines = map("\t".join, zip(*[found[name] for name in STAGED], strict=True))
        return "\n".join(lines) + "\n"

    def finish(self) -> Report:
        """The report of the whole file, with columns that hold individual numbers throughout."""
        for place, seen in self._suspects.items():
            if seen >= MY_NUMBERS:
                self.report.add(
                    1, self.header[place], "すべての値が個人番号(マイナンバー)に見えます。",
                    "この列を除いて出力し直してください。",
                )  # fmt: skip
        self.report.errors.sort(key=lambda error: error.line)
        return self.report

    @property
    def suspects(self) -> dict[int, int]:
        """Columns in which every value so far is an individual number, and how many values that were."""
        return dict(self._suspects)

    def add_half(self, rows: int, odd_numbers: int, suspects: Mapping[int, int]) -> None:
        """What another reader of the same file found in its half, without an error."""
        self.report.rows += rows
        self.report.odd_numbers += odd_numbers
        self._suspects = {n: count + suspects[n] for n, count in self._suspects.items() if n in suspects}

    def _suspect(self, columns: Rows) -> None:
        """Keep those columns under suspicion in which every value so far is an individual number."""
        for place in list(self._suspects):
            if not any(columns[place]):
                continue
            for value in columns[place]:
                if not value:
                    continue
                if not 12 <= len(value) <= 14 or find_my_numbers(value) != [(0, len(value))]:
                    del self._suspects[place]
                    break
                self._suspects[place] += 1

    # -- conversion ------------------------------------------------------------------------------

    def _places(self, item: str) -> list[int]:
        return self._at.get(item, [])

    def _cells(self, columns: Rows, item: str, count: int) -> Sequence[str]:
        places = self._places(item)
        if not places:
            return [""] * count
        if len(places) == 1:
            return columns[places[0]]
        return ["".join(parts) for parts in zip(*[columns[n] for n in places], strict=True)]

    def _apply(
        self, item: str, convert: Callable[[Any], Any], keys: Sequence[Any], numbers: Sequence[int], outputs: int = 1
    ) -> list[Any]:
        """Convert every key, each distinct one once; name the lines of those refused."""
        memo = self._memos.get(convert)
        if memo is None:
            dated = convert in (self._day, self._birth, self._uncertain_day)
            most = cells.DAYS_REMEMBERED if dated else cells.REMEMBERED
            memo = self._memos[convert] = Remembered(convert, cells.instead_of(outputs), most=most)
        if keys and keys.count(keys[0]) == len(keys):  # most columns hold one value over thousands of rows
            values = [memo[keys[0]]] * len(keys)
        else:
            values = list(map(memo.__getitem__, keys))
        if memo.bad:
            column = "・".join(self.header[n] for n in self._places(item)) or self._named(item)
            for key, line in zip(keys, numbers, strict=True):
                if key in memo.bad:
                    self.report.add(line, column, memo.bad[key].what, memo.bad[key].do)
        return values

    def _named(self, item: str) -> str:
        """The column of a date's day, or whichever of a group the file has."""
        wanted = "relationship" if item == "relationship_chain" else f"{item}.date"
        named = [name for name, of in self.mapping.columns.items() if of == wanted]
        return named[0] if named else next((n for n, of in self.mapping.columns.items() if of.startswith(item)), item)

    def _convert(self, columns: Rows, numbers: Sequence[int]) -> dict[str, Sequence[str]]:
        size, found = len(numbers), dict[str, Sequence[str]]()
        for item, convert in self._singles.items():
            given = self._cells(columns, item, size)
            # Numbers and names are nearly each their own: one look at all of them, where remembering would not pay.
            if (convert is cells.number and cells.are_numbers(given)) or (
                convert in (cells.text, cells.needed)
                and given.count(given[0]) != size
                and cells.are_texts(given)
                and (convert is cells.text or all(given))
            ):
                found[item] = given
            else:
                found[item] = self._apply(item, convert, given, numbers)
        for group in UNCERTAIN:
            parts = [self._cells(columns, f"{group}.{part}", size) for part in ("date", "era", "unknown", "phrase")]
            keys = list(zip(*parts, found["kind"], strict=True))
            self._uncertain(group, keys, numbers, found)
        for group, (convert_many, items) in self._several.items():
            parts = [self._cells(columns, item, size) for item in items]
            keys = list(zip(*parts, strict=True)) if parts else [()] * size
            found[group] = self._apply(group, convert_many, keys, numbers)
        found["relationship"] = self._relationship(columns, found["relationship"], numbers)
        if self.mapping.check_digit:
            self._look_at_numbers(found)
        found["names_folded"] = cells.search_words(zip(*[found[name] for name in _SEARCHED], strict=True))
        found["kana_folded"] = list(map(cells.fold_escaped, found["kana"]))
        return found

    def _single(self) -> Mapping[str, Callable[[str], str]]:
        mapping = self.mapping
        return {
            **dict.fromkeys((*TEXTS, *NAMES), cells.text),
            **dict.fromkeys(NUMBERED, cells.number),
            "name": cells.needed,
            "relationship": cells.text,
            **dict.fromkeys(FLAGS, cells.flag),
            **dict.fromkeys(NUMBERS, cells.count),
            **{item: cells.coded(item, mapping) for item in CODES},
            **dict.fromkeys(DAYS, self._day),
            "history_no": cells.history,
            "postcode": cells.postcode,
        }

    def _relationship(self, columns: Rows, words: Sequence[str], numbers: Sequence[int]) -> Sequence[str]:
        """続柄 as written; where nothing is written, made of its codes, one for each generation."""
        if all(words):
            return words
        levels = [self._cells(columns, item, len(words)) for item in RELATIONSHIP_CODES]
        keys = list(zip(words, *levels, strict=True))
        return self._apply("relationship_chain", self._chain, keys, numbers)

    def _look_at_numbers(self, found: Mapping[str, Sequence[str]]) -> None:
        """Count the numbers whose check digit is not by the rule: old ones keep theirs, so none is refused."""
        for item in NUMBERED:
            self.report.odd_numbers += sum(not self._right[number] for number in found[item])

    def _uncertain(
        self, group: str, keys: Sequence[Sequence[str]], numbers: Sequence[int], found: dict[str, Sequence[str]]
    ) -> None:
        if group == "birth":
            names: tuple[str, ...] = (
                "birth_text", "birth_unknown", "birth_unknown_text", "birth_date", "birth_date_rule",
            )  # fmt: skip
            convert = self._birth
        else:
            names = (f"{group}_on", f"{group}_text", f"{group}_unknown", f"{group}_rule")
            convert = self._uncertain_day
        values = self._apply(group, convert, keys, numbers, outputs=len(names))
        found.update(zip(names, zip(*values, strict=True), strict=True))

    def _groups(self) -> Mapping[str, tuple[Callable[[Any], str], list[str]]]:
        """Items made of several columns, and of which: local areas and qualifications."""
        there = [item for name in self.header if (item := self.mapping.columns.get(name))]
        kinds = list(dict.fromkeys(item.partition(".")[2] for item in there if item.startswith("districts.")))
        rights = list(dict.fromkeys(item.split(".")[1] for item in there if item.startswith("entitlements.")))
        days = [f"entitlements.{name}.{end}" for name in rights for end in ("from", "to")]
        return {
            "districts": (cells.districts(kinds), [f"districts.{kind}" for kind in kinds]),
            "entitlements": (cells.entitlements(rights, self.mapping), days),
        }
