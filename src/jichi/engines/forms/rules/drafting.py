"""A first draft of a procedure from the words of a paper form: what it seems to ask, where a person must look. Pure.

A form comes as lines of cells, from a sheet or a printed page. Whatever is guessed is told as a finding and marked in
the file; nothing of the form is left out without being told.
"""

from __future__ import annotations

import itertools
import re
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, field, replace

from . import drafting_words as words
from .drafting_words import label_of, plain
from .fields import CELLS

MOST_QUESTIONS = 200
MOST_SECTIONS = 50
ON_A_PAGE = 40
MOST_LEFT = 60
"""So much of what is left out is told one by one."""


@dataclass(frozen=True, slots=True)
class Cell:
    """Some words of a form. `column` in columns or points; `height` in rows; `choices`: what a list allows."""

    text: str
    column: float = 0
    width: float = 1
    height: int = 1
    choices: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Line:
    """Cells from left to right; `place` as a person finds it (「シート1 5行目」)."""

    cells: tuple[Cell, ...]
    place: str = ""


@dataclass(frozen=True, slots=True)
class Asked:
    """One question of the draft. `why`: what to look at, "" where nothing is uncertain."""

    kind: str
    label: str
    id: str
    why: str = ""
    place: str = ""
    options: tuple[str, ...] = ()
    unit: str = ""
    text: str = ""
    fact: str = ""
    columns: tuple[Asked, ...] = ()


@dataclass(frozen=True, slots=True)
class Section:
    """Questions that stand together: a page. `applicant`: about who applies, whom the register knows."""

    title: str
    applicant: bool
    asked: tuple[Asked, ...]


@dataclass(frozen=True, slots=True)
class Form:
    """What was recognised. `left_out`: (place, words, why) of what is not asked."""

    title: str
    sections: tuple[Section, ...]
    has_agent: bool = False
    left_out: tuple[tuple[str, str, str], ...] = ()


def recognise(lines: Sequence[Line], title: str = "") -> Form:
    """What a form asks, section by section."""
    return _Reader(list(lines), title).read()


@dataclass(slots=True)
class _Reader:
    """Goes through the lines; `pending` is a label whose answer is still to come, to its right or below."""

    lines: list[Line]
    title: str
    sections: list[Section] = field(default_factory=list)
    asked: list[Asked] = field(default_factory=list)
    heading: str = ""
    pending: Asked | None = None
    attaching: bool = False
    has_agent: bool = False
    left_out: list[tuple[str, str, str]] = field(default_factory=list)
    place: str = ""
    following: Line | None = None

    def read(self) -> Form:
        skip = 0
        for number, line in enumerate(self.lines):
            self.place = line.place
            if skip:
                skip -= 1
                continue
            self.following = self.lines[number + 1] if number + 1 < len(self.lines) else None
            table = _table_at(self.lines, number)
            if table is not None:
                self._settle()
                columns, skip = table
                self._ask(self._table(columns))
                continue
            self._line(replace(line, cells=tuple(_with_dates(line.cells))))
        self._close("")
        left = tuple(dict.fromkeys(self.left_out))
        if len(left) > MOST_LEFT:
            left = (*left[:MOST_LEFT], ("", "ほかにもあります", "多すぎるので、ここまで"))
        return Form(self.title or "(題名を書く)", tuple(self.sections), self.has_agent, left)

    def _line(self, line: Line) -> None:
        if len(line.cells) == 1 and self._alone(line.cells[0]):
            return
        for cell in line.cells:
            if cell.height > 1 and len(plain(cell.text)) <= 24 and label_of(cell.text) is None and cell.column <= 2:
                self._close(plain(cell.text))
            else:
                self._cell(cell)

    def _alone(self, cell: Cell) -> bool:
        """A line with one cell: title, addressee, heading, a list of papers. True where it is dealt with."""
        text = plain(cell.text)
        if words.OFFICE.search(text):
            self._leave(text, "職員が書くところ")
            return True
        if not self.title and words.TITLE.search(text.replace(" ", "")) and len(text) <= 60:
            self.title = text.replace(" ", "")
            return True
        first = not self.pending or not (self.asked or self.sections)
        if words.ADDRESSED.search(text) or (words.DATE.fullmatch(text) and first):
            self._leave(text, "あて先と日付は、送るときに決まる")
            return True
        if words.ATTACHED.search(words.NUMBERED.sub("", text)):
            self._close(text)
            self.attaching = True
            return True
        is_heading = bool(words.SECTION.match(cell.text.strip())) or self._is_numbered_heading(text)
        bare = words.NUMBERED.sub("", text)
        if self.attaching and (words.NUMBERED.match(text) or cell.text.strip().startswith(("・", "□", "-", "○"))):
            return False
        if (is_heading and len(bare) <= 24) or _is_section(bare):
            self._close(bare)
            return True
        return False

    def _is_numbered_heading(self, text: str) -> bool:
        """「1 事業の内容」 above other lines; one of a row of numbered lines is a label of its own."""
        if not words.NUMBERED.match(text) or words.BOX.search(text) or self.following is None:
            return False
        return not words.NUMBERED.match(plain(self.following.cells[0].text))

    def _cell(self, cell: Cell) -> None:
        text = plain(cell.text)
        if words.FORM_NUMBER.match(text):
            self._leave(text, "様式の番号はいらない")
        elif words.OFFICE.search(text) or words.SEAL.match(text) or words.REFUSED.search(text):
            why = "個人番号は、この仕組みでは扱わない" if words.REFUSED.search(text) else "押印や職員の欄はいらない"
            self._leave(text, why)
        elif words.CONSENT.search(text):
            self._settle()
            if self.attaching:
                self._close("同意")
            self._ask(Asked("consent", "同意", "agreed", text=words.BOX.sub("", text).strip()))
        elif self.attaching:
            self._attach(text)
        elif words.BOX.search(text):
            self._choices(text)
        elif (options := _circled(text)) or cell.choices:
            self._answer(options or cell.choices, several=False)
        elif words.DATE.search(text):
            self._become(text, "date", words.DATE.sub("", text))
        elif text in words.UNITS or (self.pending and text.strip("約( )") in words.UNITS):
            self._become(text, words.UNITS[text.strip("約( )")], "", unit="" if text == "円" else text)
        else:
            self._label(cell, text)

    def _label(self, cell: Cell, text: str) -> None:
        found = label_of(text)
        bare = words.NUMBERED.sub("", text)
        if found is not None:
            self._settle()
            why = "" if found.sure else "種類と、台帳で分かるかを確かめる"
            self.pending = Asked(
                found.kind, _without_hint(bare), found.id, why, self.place, found.options, found.unit,
                fact=found.fact,
            )  # fmt: skip
            if cell.choices:
                self._answer(cell.choices, several=False)
        elif 0 < len(bare) <= 20 and not bare.startswith(("※", "注")) and not bare.endswith(("。", "ください")):
            self._settle()
            self.pending = Asked("text", _without_hint(bare), "question", "種類を確かめる", self.place)
        elif bare:
            self._leave(bare, "説明の文: 要るものはヒントか前書きに書く")

    def _choices(self, text: str) -> None:
        """「□新規 □更新」, with the label before them or to their left."""
        before, *options = [part.strip(" 、・/") for part in words.BOX.split(text)]
        if self.pending and self.pending.place != self.place and (before or len(options) < 2):
            self._settle()
        if before and not self.pending:
            self._label(Cell(before), before)
        several = bool(words.SEVERAL.search(text + (self.pending.label if self.pending else "")))
        self._answer([_without_hint(one) for one in options if one], several=several)

    def _answer(self, options: Iterable[str], *, several: bool) -> None:
        found = tuple(dict.fromkeys(plain(one)[:60] for one in options if plain(one)))
        asked = self.pending or Asked("text", "選択", "choice", "見出しを書く", self.place)
        self.pending = None
        if len(found) == 1:
            self._ask(
                replace(asked, kind="consent", text=found[0], why=asked.why or "1つだけの□: 同意か、はい・いいえか")
            )
        elif len(found) == 2 and set(found) <= words.YES_NO:
            self._ask(replace(asked, kind="yesno", options=(), why=asked.why.replace("種類を確かめる", "")))
        elif found:
            sure = several or asked.options or len(found) == 2
            why = "" if sure else "1つか、いくつでもかを確かめる"
            self._ask(replace(asked, kind="multi" if several else "choice", options=found, why=why))

    def _become(self, text: str, kind: str, label: str, unit: str = "") -> None:
        """The answer's place says what is asked: 年 月 日, 円, 人."""
        if self.pending is None and plain(label):
            self._label(Cell(label), plain(label))
        if self.pending is None:
            self._leave(text, "見出しのない欄")
            return
        known = self.pending.kind in {"date", "money", "count", "number"} and self.pending.kind == kind
        why = "" if known or self.pending.kind == "text" else self.pending.why
        made = replace(self.pending, kind=kind, unit=unit or self.pending.unit, options=(), why=why)
        self.pending = None
        self._ask(replace(made, id="day" if made.id == "question" and kind == "date" else made.id))

    def _attach(self, text: str) -> None:
        name = words.BOX.sub("", words.NUMBERED.sub("", text)).strip("・-○ ")
        if name and len(name) <= 60 and not name.startswith(("※", "注")):
            self._ask(Asked("file", name, "paper", place=self.place))
        elif name:
            self._leave(name, "説明の文: 要るものはヒントか前書きに書く")

    def _table(self, header: Sequence[Cell]) -> Asked:
        columns = []
        for cell in header:
            found = label_of(cell.text)
            kind = found.kind if found and found.kind in CELLS and not found.options else "text"
            columns.append(Asked(kind, _without_hint(plain(cell.text)), found.id if found else "column"))
        why = "表の見出しと、行の数を確かめる"
        return Asked("table", self.heading or "明細", "rows", why, self.place, columns=tuple(columns[:8]))

    def _ask(self, asked: Asked) -> None:
        if sum(len(one.asked) for one in self.sections) + len(self.asked) < MOST_QUESTIONS:
            self.asked.append(replace(asked, place=asked.place or self.place))
        else:
            self._leave(asked.label, "質問が多すぎる")

    def _settle(self) -> None:
        if self.pending is not None:
            self._ask(self.pending)
            self.pending = None

    def _close(self, heading: str) -> None:
        """End the section; the next one begins under this heading."""
        self._settle()
        self.attaching = False
        if self.asked and (len(self.sections) < MOST_SECTIONS or not heading):
            other = words.OTHER_PERSON.search(self.heading)
            applicant = bool(words.APPLICANT.search(self.heading)) or (not self.sections and not other)
            body = any(one.id == "organisation" for one in self.asked)
            known = applicant and not other and not body
            for start in range(0, len(self.asked), ON_A_PAGE):
                self.sections.append(Section(self.heading, known, tuple(self.asked[start : start + ON_A_PAGE])))
            self.asked = []
        self.heading = heading
        self.has_agent = self.has_agent or bool(words.AGENT.search(heading))

    def _leave(self, text: str, why: str) -> None:
        if len(self.left_out) < MOST_QUESTIONS * 5:
            self.left_out.append((self.place, text[:80], why))


def _is_section(text: str) -> bool:
    person = words.APPLICANT.search(text) or words.OTHER_PERSON.search(text)
    return bool(person) and len(text) <= 16 and label_of(text) is None and not words.BOX.search(text)


def _without_hint(text: str) -> str:
    """A label without what stands in brackets behind it."""
    bare = re.sub(r"[((].*?[))]\s*$", "", text).strip()
    return (bare or text)[:60]


def _circled(text: str) -> tuple[str, ...]:
    """「男・女」, 「新規 / 更新」: short words to be circled."""
    parts = [part.strip() for part in re.split(r"[・/]", text)]
    fits = 2 <= len(parts) <= 8 and all(1 <= len(part) <= 10 and not part.isdigit() for part in parts)
    short = fits and (set(parts) <= words.YES_NO | {"男", "女", "その他"} or all(len(part) <= 6 for part in parts))
    known = label_of(text) is not None or any(label_of(part) is not None for part in parts)
    return tuple(parts) if short and not known else ()


def _table_at(lines: Sequence[Line], number: int) -> tuple[tuple[Cell, ...], int] | None:
    """Headings of a table that begins at this line, and how many lines belong to it; None where there is none."""
    header = lines[number].cells
    beside = all(b.column - (a.column + a.width) <= 0.5 for a, b in _pairs(header))
    rows_of = sum(bool(words.ROWS_OF.search(plain(cell.text))) for cell in header)
    close = beside or rows_of > 1 or len(header) > 3
    named = sum(label_of(cell.text) is not None for cell in header)
    short = all(0 < len(plain(cell.text)) <= 12 and not _is_answer(cell) for cell in header)
    if len(header) < 3 or not close or not short or named < 2 or any(cell.height > 2 for cell in header):
        return None
    rows = 0
    for line in lines[number + 1 :]:
        first = plain(line.cells[0].text) if line.cells else ""
        filled = [c for c in line.cells if label_of(c.text) is not None and plain(c.text) not in words.UNITS]
        if first in {"合計", "計", "小計"} or (not filled and all(_is_blank(cell) for cell in line.cells)):
            rows += 1
        else:
            break
    return header, rows


def _is_answer(cell: Cell) -> bool:
    """A place for an answer (年 月 日, 円, 男・女, □), not its heading."""
    text = plain(cell.text)
    return bool(words.BOX.search(text) or words.DATE.search(text) or text in words.UNITS or _circled(text))


def _with_dates(cells: Sequence[Cell]) -> Iterator[Cell]:
    """Cells in which 年, 月 and 日 stand apart are one."""
    at = 0
    while at < len(cells):
        for end in range(min(len(cells), at + 9), at + 1, -1):
            text = " ".join(plain(cell.text) for cell in cells[at:end])
            if words.DATE.fullmatch(text):
                yield replace(
                    cells[at], text=text, width=cells[end - 1].column + cells[end - 1].width - cells[at].column
                )
                at = end
                break
        else:
            yield cells[at]
            at += 1


def _pairs(cells: Sequence[Cell]) -> Iterator[tuple[Cell, Cell]]:
    yield from itertools.pairwise(cells)


def _is_blank(cell: Cell) -> bool:
    text = plain(cell.text)
    return text in words.UNITS or text.isdigit() or text in {"合計", "計", "小計", "例"} or not text
