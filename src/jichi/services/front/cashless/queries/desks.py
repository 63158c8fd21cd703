"""Counters, their fee lists, and the brands that firms take."""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import dataclass
from datetime import date
from uuid import UUID

from jichi.engines.accounts import queries as accounts
from jichi.kernel import clock

from .. import rules
from ..models import Desk, DeskDay, Fee, FeeList, Firm


@dataclass(frozen=True, slots=True)
class DeskView:
    """A counter; `state` of its day that is not closed ("" for none), `on` its date."""

    id: UUID
    code: str
    name: str
    division_id: int
    division: str
    registration_no: str
    confirm_over_yen: int
    clerks: tuple[UUID, ...]
    state: str = ""
    on: date | None = None
    day_id: UUID | None = None


def desks(divisions: Collection[int] | None = None) -> list[DeskView]:
    """Counters by code; None: of all divisions. Two statements."""
    rows = Desk.objects.select_related("division").order_by("code")
    if divisions is not None:
        rows = rows.filter(division_id__in=sorted(divisions))
    found = {day.desk_id: day for day in DeskDay.objects.exclude(state="closed").filter(desk__in=rows)}
    return [_view(row, found.get(row.pk)) for row in rows]


def _view(row: Desk, day: DeskDay | None) -> DeskView:
    return DeskView(
        row.pk, row.code, row.name, row.division_id, row.division.names["ja"], row.registration_no,
        row.confirm_over_yen, tuple(row.clerks), day.state if day else "", day.on if day else None,
        day.pk if day else None,
    )  # fmt: skip


def desk(id: UUID) -> DeskView | None:
    """One counter, of whatever division. Two statements."""
    row = Desk.objects.select_related("division").filter(pk=id).first()
    if row is None:
        return None
    return _view(row, DeskDay.objects.filter(desk=row).exclude(state="closed").first())


def desk_codes() -> list[str]:
    """Codes of all counters. One statement."""
    return list(Desk.objects.order_by("code").values_list("code", flat=True))


def table_of_desks() -> bytes:
    """All counters as the CSV that `actions.load_desks` takes, without logins. Three statements."""
    names = {one.id: one.names["ja"] for one in accounts.divisions()}
    return rules.write_desks(
        [one.code, one.name, names[one.division_id], one.registration_no, str(one.confirm_over_yen), ""]
        for one in desks()
    )


@dataclass(frozen=True, slots=True)
class FeeListView:
    """A fee list: from when it holds, and how many items it has."""

    id: UUID
    desk_code: str
    desk_name: str
    valid_from: date
    fees: tuple[rules.Fee, ...]
    is_now: bool = False


def fee_lists() -> list[FeeListView]:
    """Lists that hold or will hold, by counter and day. Two statements."""
    rows = list(FeeList.objects.select_related("desk").prefetch_related("fees").order_by("desk__code", "valid_from"))
    today, now = clock.today(), dict[str, UUID]()
    for row in rows:
        if row.valid_from <= today:
            now[row.desk.code] = row.pk
    return [
        FeeListView(
            row.pk, row.desk.code, row.desk.name, row.valid_from,
            tuple(map(_fee, sorted(row.fees.all(), key=lambda fee: fee.position))), now.get(row.desk.code) == row.pk,
        )
        for row in rows
        if row.valid_from > today or now.get(row.desk.code) == row.pk
    ]  # fmt: skip


def _fee(row: Fee) -> rules.Fee:
    return rules.Fee(code=row.code, title=row.title, unit_yen=row.unit_yen, tax=row.tax, names=row.names)


def fees_of(list_id: UUID) -> list[rules.Fee]:
    """The items of a list in its order. One statement."""
    return [_fee(row) for row in Fee.objects.filter(fee_list_id=list_id).order_by("position")]


def fee_names(list_id: UUID, language: str) -> dict[str, str]:
    """Item's code → what it is called in a language, where the list says so. One statement."""
    return {fee.code: fee.names[language] for fee in fees_of(list_id) if fee.names.get(language)}


def fee_at(desk_id: UUID, day: date) -> tuple[UUID | None, list[rules.Fee]]:
    """The list that holds at a counter on a day, and its items. Two statements."""
    id = (
        FeeList.objects.filter(desk_id=desk_id, valid_from__lte=day)
        .order_by("-valid_from").values_list("pk", flat=True).first()
    )  # fmt: skip
    return (id, fees_of(id)) if id else (None, [])


def brands() -> dict[str, str]:
    """Brand → its method, of all firms. One statement."""
    found: dict[str, str] = {}
    for terms in Firm.objects.order_by("code").values_list("terms", flat=True):
        found |= rules.firm_terms(terms).brands
    return found
