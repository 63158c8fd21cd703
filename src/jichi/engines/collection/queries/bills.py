"""期別 with what they belong to, as of a day: for pages, residents and the rooms above. Figures are `standings`'s."""

from __future__ import annotations

import json
from collections.abc import Collection, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Final
from uuid import UUID

from django.db import connection

from jichi.kernel.localized import LocalizedText, pick

from .standing import InstalmentView, standings


@dataclass(frozen=True, slots=True, kw_only=True)
class Bill:
    """One instalment: whose, what for, and how it stands as of the day that was asked for (`view`)."""

    view: InstalmentView
    kind: str
    kind_title: str
    kind_titles: LocalizedText
    is_charged_late: bool
    levy_year: int
    fiscal_year: int
    term: str
    number: int
    payer_no: str
    household_no: str
    subject: str
    division_id: int
    assessed_on: date
    assessed_yen: int
    """Of this instalment, before changes."""
    decision_ref: str
    assessment_id: UUID
    dedupe_key: str

    @property
    def title(self) -> str:
        """What it is called: kind, year or month."""
        return f"{self.kind_title} {term_words(self.levy_year, self.term)}"

    def title_in(self, language: str) -> str:
        """The same in a language of residents."""
        return f"{pick(self.kind_titles, language).text} {term_words(self.levy_year, self.term, language)}"


_MONTH: Final = {
    "ja": "{year}年{month}月分", "easy": "{year}年{month}月分", "en": "{year}-{month:02}",
    "zh-hans": "{year}年{month}月",
    "ko": "{year}년 {month}월분",
}  # fmt: skip
_YEAR: Final = {
    "ja": "{year}年度 {term}", "easy": "{year}年度 {term}", "en": "fiscal {year} {term}",
    "zh-hans": "{year}年度 {term}",
    "ko": "{year}년도 {term}",
}  # fmt: skip


def term_words(levy_year: int, term: str, language: str = "ja") -> str:
    """The term as people read it: "2026-06" → 2026年6月分; else the year and the term as it is kept."""
    year, _, month = term.partition("-")
    if len(year) == 4 and year.isdecimal() and month.isdecimal():
        return _MONTH[language].format(year=year, month=int(month))
    return _YEAR[language].format(year=levy_year, term=term).strip()


_BILLS: Final = (
    "SELECT i.id, a.kind_id, k.title, k.is_charged_late, a.levy_year, a.fiscal_year, a.term, i.number, a.payer_no, "
    "a.household_no, a.subject, a.division_id, a.assessed_on, i.amount_yen, a.decision_ref, a.id, a.dedupe_key, "
    "k.titles "
    "FROM eng_collection_instalment i JOIN eng_collection_assessment a ON a.id = i.assessment_id "
    "JOIN eng_collection_levykind k ON k.code = a.kind_id WHERE "
)


def _bills(where: str, value: str | list[str] | list[int], today: date) -> list[Bill]:
    with connection.cursor() as cursor:
        cursor.execute(_BILLS + where, (value,))
        rows = {int(row[0]): row for row in cursor.fetchall()}
    return [
        Bill(
            view=view, kind=row[1], kind_title=row[2], is_charged_late=row[3], levy_year=row[4], fiscal_year=row[5],
            term=row[6], number=row[7], payer_no=row[8], household_no=row[9], subject=row[10], division_id=row[11],
            assessed_on=row[12], assessed_yen=int(row[13]), decision_ref=row[14], assessment_id=row[15],
            dedupe_key=row[16], kind_titles={"ja": row[2], **json.loads(row[17])},
        )
        for view in standings(ids=rows, today=today)
        for row in (rows[view.id],)
    ]  # fmt: skip


def bills_of_payer(*, payer_no: str, today: date) -> list[Bill]:
    """All of a payer that the actor sees, by due day; eight statements."""
    return _bills("a.payer_no = %s AND a.payer_no <> ''", payer_no, today)


def bills_by_key(*, keys: Collection[str], today: date) -> list[Bill]:
    """Those with these 納付番号 that the actor sees, by due day; eight statements."""
    return _bills("i.key = ANY (%s)", list(keys), today)


def bills_by_id(*, ids: Collection[int], today: date) -> list[Bill]:
    """Those with these ids that the actor sees, by due day; eight statements."""
    return _bills("i.id = ANY (%s)", list(ids), today)


def bills_of_subjects(*, subjects: Collection[str], today: date) -> list[Bill]:
    """Those about these subjects that the actor sees, by due day; eight statements for any number."""
    return _bills("a.subject = ANY (%s)", list(subjects), today)


_SUM: Final = (
    "i.amount_yen + coalesce((SELECT sum(c.amount_yen) FROM eng_collection_change c WHERE c.instalment_id = i.id "
    "AND c.kind <> 'late_waived'), 0) - coalesce((SELECT sum(p.principal_yen) FROM eng_collection_allocation p "
    "WHERE p.instalment_id = i.id), 0)"
)
_UNPAID: Final = (
    f"SELECT i.id, i.due_on, {_SUM} AS open FROM eng_collection_instalment i WHERE i.due_on < %s "  # noqa: S608 - fixed text
    "AND (%s = '' OR i.kind_code = %s)"
)


def unpaid_sums(*, kind: str, due_before: date) -> tuple[int, int]:
    """未納: how many instalments due before a day have tax open, and how many yen of it. One statement."""
    with connection.cursor() as cursor:
        cursor.execute(
            f"SELECT count(*), coalesce(sum(open), 0) FROM ({_UNPAID}) x WHERE open > 0",  # noqa: S608 - fixed text
            (due_before, kind, kind),
        )
        count, yen = cursor.fetchone()
    return int(count), int(yen)


def unpaid_ids(
    *, kind: str, due_before: date, after: tuple[date, int] | None = None, limit: int = 50
) -> Sequence[tuple[int, date]]:
    """未納: (id, due day) of instalments due before a day with tax open, oldest first, after a place. One statement."""
    first, at = after or (date.min, 0)
    with connection.cursor() as cursor:
        cursor.execute(
            f"SELECT id, due_on FROM ({_UNPAID}) x WHERE open > 0 AND (due_on, id) > (%s, %s) "  # noqa: S608 - fixed text
            "ORDER BY due_on, id LIMIT %s",
            (due_before, kind, kind, first, at, limit),
        )
        return [(int(pk), on) for pk, on in cursor.fetchall()]


@dataclass(frozen=True, slots=True)
class KindView:
    """費目 as pages need it."""

    code: str
    title: str
    division_id: int
    is_charged_late: bool


def kinds(*, divisions: Collection[int] | None = None) -> list[KindView]:
    """費目 of these divisions (None: all) by title. One statement."""
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT code, title, division_id, is_charged_late FROM eng_collection_levykind "
            "WHERE %s OR division_id = ANY (%s) ORDER BY title, code",
            (divisions is None, sorted(divisions or ())),
        )
        return [KindView(*row) for row in cursor.fetchall()]


def payers_known(*, numbers: Collection[str]) -> dict[str, int]:
    """宛名番号 → how many instalments the actor sees of them; those without any left out. One statement."""
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT a.payer_no, count(*) FROM eng_collection_assessment a JOIN eng_collection_instalment i "
            "ON i.assessment_id = a.id WHERE a.payer_no = ANY (%s) AND a.payer_no <> '' GROUP BY 1",
            (list(numbers),),
        )
        return {str(number): int(count) for number, count in cursor.fetchall()}


def due_ids(*, kind: str, first: date, last: date) -> list[tuple[int, str]]:
    """(id, payer) of instalments of a kind due between two days, both counted, that have tax open. One statement."""
    with connection.cursor() as cursor:
        cursor.execute(
            f"SELECT x.id, a.payer_no FROM (SELECT i.id, i.assessment_id, {_SUM} AS open "  # noqa: S608 - fixed text
            "FROM eng_collection_instalment i WHERE i.kind_code = %s AND i.due_on BETWEEN %s AND %s) x "
            "JOIN eng_collection_assessment a ON a.id = x.assessment_id WHERE x.open > 0 AND a.payer_no <> '' "
            "ORDER BY x.id",
            (kind, first, last),
        )
        return [(int(pk), str(payer)) for pk, payer in cursor.fetchall()]


def payers_due(*, kind: str, first: date, last: date) -> set[str]:
    """Payers of whom something of a kind falls due between two days, paid or not. One statement."""
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT DISTINCT a.payer_no FROM eng_collection_instalment i JOIN eng_collection_assessment a "
            "ON a.id = i.assessment_id WHERE i.kind_code = %s AND i.due_on BETWEEN %s AND %s AND a.payer_no <> ''",
            (kind, first, last),
        )
        return {str(row[0]) for row in cursor.fetchall()}
