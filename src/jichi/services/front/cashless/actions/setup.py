"""Counters and what they charge, from files: all of a file or nothing of it."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import date
from uuid import UUID

from jichi.engines.accounts import queries as accounts
from jichi.engines.audit.context import Actor, unit
from jichi.kernel import clock
from jichi.kernel.errors import FieldError, Invalid
from jichi.kernel.tables import LineError, require_table

from .. import rules
from ..models import Desk, DeskDay, Fee, FeeList
from ..permissions import MANAGE, require


class WrongFile(Invalid):
    """Nothing of the file was taken over. `lines`: what is wrong, by line."""

    code = "cashless.wrong_file"

    def __init__(self, lines: Sequence[LineError]) -> None:
        self.lines = tuple(lines)
        super().__init__()


def load_desks(*, actor: Actor, data: bytes) -> int:
    """Make or change the counters of a file; how many it names. A column that is missing changes nothing.

    Raises:
        Forbidden; WrongFile; Invalid: field "file".
    """
    require(actor, MANAGE)
    require_table(data)
    read = rules.read_desks(data)
    if read.errors:
        raise WrongFile(read.errors)
    divisions = {name: one.id for one in accounts.divisions() for name in (one.code, one.names["ja"])}
    with unit(actor):
        known = {desk.code: desk for desk in Desk.objects.select_for_update().order_by("code")}
        busy = set(DeskDay.objects.values_list("desk__code", flat=True).distinct())
        wrong: list[LineError] = []
        for line, cells in read.rows:
            values, found = _values(cells, divisions)
            desk = known.get(cells["code"])
            if desk and desk.code in busy and not found and desk.division_id != values["division_id"]:
                found["code"] = FieldError("cashless.desk_moved", {"code": desk.code})
            wrong += [LineError(line, read.headings[name], error) for name, error in found.items()]
            if not wrong:
                Desk.objects.update_or_create(code=cells["code"], defaults=values)
        if wrong:
            raise WrongFile(wrong)
    return len(read.rows)


def _values(cells: Mapping[str, str], divisions: Mapping[str, int]) -> tuple[dict[str, object], dict[str, FieldError]]:
    wrong: dict[str, FieldError] = {}
    values: dict[str, object] = {"name": cells["name"], "division_id": divisions.get(cells["division"])}
    if values["division_id"] is None:
        wrong["division"] = FieldError("cashless.no_division", {"name": cells["division"][:40]})
    if "registration_no" in cells:
        values["registration_no"] = cells["registration_no"]
    if cells.get("confirm_over_yen"):
        values["confirm_over_yen"] = int(cells["confirm_over_yen"].replace(",", ""))
    if "clerks" in cells:
        clerks: list[UUID] = []
        for login in filter(None, (part.strip() for part in cells["clerks"].replace("、", " ").split(" "))):
            found = accounts.staff_account_id(login)
            if found is None:
                wrong["clerks"] = FieldError("cashless.no_clerk", {"name": login[:40]})
            else:
                clerks.append(found)
        values["clerks"] = clerks
    return values, wrong


def load_fees(*, actor: Actor, data: bytes, valid_from: date) -> int:
    """Make a new fee list from a day on for each counter that the file names; how many items it has.

    A list of today is made only for a counter that has none yet: what was charged today stays what is charged today.

    Raises:
        Forbidden; WrongFile; Invalid: field "file" or "valid_from".
    """
    require(actor, MANAGE)
    require_table(data)
    with unit(actor):
        desks = {desk.code: desk for desk in Desk.objects.select_for_update().order_by("code")}
        read = rules.read_fees(data, desks)
        if read.errors:
            raise WrongFile(read.errors)
        charging = set(FeeList.objects.filter(valid_from__lte=clock.today()).values_list("desk__code", flat=True))
        taken = set(FeeList.objects.filter(valid_from=valid_from).values_list("desk__code", flat=True))
        for code, fees in read.fees.items():
            if valid_from <= clock.today() and code in charging:
                raise Invalid(fields={"valid_from": FieldError("cashless.list_past")})
            if code in taken:
                raise Invalid(fields={"valid_from": FieldError("cashless.list_there", {"code": code})})
            _make_list(actor, desks[code], valid_from, fees)
        return sum(len(fees) for fees in read.fees.values())


def _make_list(actor: Actor, desk: Desk, valid_from: date, fees: Sequence[rules.Fee]) -> None:
    made = FeeList.objects.create(desk=desk, valid_from=valid_from, made_at=clock.now(), made_by=actor.account_id)
    Fee.objects.bulk_create(
        Fee(
            fee_list=made, position=place, code=fee.code, title=fee.title, unit_yen=fee.unit_yen, tax=fee.tax,
            names=dict(fee.names),
        )
        for place, fee in enumerate(fees)
    )  # fmt: skip
