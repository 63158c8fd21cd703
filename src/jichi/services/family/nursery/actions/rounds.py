"""Rounds, facilities and the seats they offer."""

from __future__ import annotations

import secrets
from collections.abc import Mapping
from datetime import date, datetime
from typing import Final
from uuid import UUID

from jichi.engines.accounts import queries as accounts
from jichi.engines.audit.context import Actor, unit
from jichi.kernel import clock
from jichi.kernel.errors import Conflict, FieldError, Invalid, NotFound
from jichi.kernel.tables import LineError, read_table, require_table

from ..models import CLASSES, Facility, Round, RoundSecret, Vacancy
from ..permissions import EDIT, require

MOST_SEATS: Final = 500
FACILITY_COLUMNS: Final = {
    "code": ("園番号",), "name": ("園名",), "address": ("所在地",), "hours": ("開園時間",), "latitude": ("緯度",),
    "longitude": ("経度",), "desk": ("受付の組織",),
}  # fmt: skip
VACANCY_COLUMNS: Final = {"code": ("園番号",), "class_id": ("クラス",), "seats": ("空き枠",)}


def open_round(
    *,
    actor: Actor,
    division_id: int,
    name: str,
    entry_on: date,
    wishes_until: date,
    result_on: date,
    policy: str = "stable",
    public_from: int = 2,
    opens_at: datetime | None = None,
    closes_at: datetime | None = None,
) -> UUID:
    """Open a round. Its salt, from which draw numbers follow, is drawn here and never changes.

    Args:
        opens_at, closes_at: families apply online from the one until just before the other; both or neither.

    Raises:
        Forbidden; NotFound: another division. Invalid: no name or one that is taken, days out of order, a policy or
            number that is none.
    """
    require(actor, EDIT, division_id)
    wrong: dict[str, FieldError] = {}
    if not name.strip():
        wrong["name"] = FieldError("field.required")
    if not wishes_until <= result_on <= entry_on:
        wrong["wishes_until"] = FieldError("nursery.days")
    if policy not in {"stable", "most-seated"}:
        wrong["policy"] = FieldError("field.choose_one")
    if (opens_at is None) != (closes_at is None) or (opens_at and closes_at and opens_at >= closes_at):
        wrong["closes_at"] = FieldError("nursery.moments")
    elif closes_at and closes_at.astimezone(clock.TOKYO).date() > result_on:
        wrong["closes_at"] = FieldError("nursery.days")
    if wrong:
        raise Invalid(fields=wrong)
    with unit(actor):
        if Round.objects.filter(division_id=division_id, name=name.strip()).exists():
            raise Invalid(fields={"name": FieldError("nursery.name_taken")})
        row = Round.objects.create(
            division_id=division_id, name=name.strip()[:60], entry_on=entry_on, wishes_until=wishes_until,
            result_on=result_on, policy=policy, public_from=max(1, public_from), opened_at=clock.now(),
            opens_at=opens_at, closes_at=closes_at,
        )  # fmt: skip
        RoundSecret.objects.create(round=row, salt=secrets.token_bytes(32))
        return row.pk


def load_facilities(*, actor: Actor, data: bytes) -> tuple[int, tuple[LineError, ...]]:
    """(facilities new or changed, errors). With an error nothing changes; facilities not in the file stay.

    Raises:
        Forbidden. Invalid: no file.
    """
    require(actor, EDIT)
    require_table(data)
    table = read_table(data, FACILITY_COLUMNS, ("code", "name"))
    errors, desks = list(table.errors), {one.code: one.id for one in accounts.divisions()}
    for line, row in table.rows:
        if row.get("desk") and row["desk"] not in desks:
            errors.append(LineError(line, "受付の組織", FieldError("nursery.no_desk", {"code": row["desk"]})))
        if not row["name"]:
            errors.append(LineError(line, "園名", FieldError("field.required")))
        if not row["code"] or not row["code"].isascii() or not row["code"].replace("-", "").isalnum():
            errors.append(LineError(line, "園番号", FieldError("nursery.code")))
        if _place(row) is None and (row.get("latitude") or row.get("longitude")):
            errors.append(LineError(line, "緯度", FieldError("nursery.place")))
    if errors:
        return 0, tuple(errors)
    changed = 0
    with unit(actor):
        known = {one.code: one for one in Facility.objects.select_for_update()}
        for _, row in table.rows:
            one = known.get(row["code"]) or Facility(code=row["code"])
            before = (one.name, one.address, one.hours, one.latitude, one.longitude, one.desk_id)
            one.name = row["name"]
            one.address, one.hours = row.get("address", one.address), row.get("hours", one.hours)
            one.latitude, one.longitude = _place(row) or (one.latitude, one.longitude)
            if "desk" in row:
                one.desk_id = desks.get(row["desk"])
            after = (one.name, one.address, one.hours, one.latitude, one.longitude, one.desk_id)
            if row["code"] not in known or after != before:
                one.save()
                known[one.code] = one
                changed += 1
    return changed, ()


def _place(row: Mapping[str, str]) -> tuple[float, float] | None:
    """Latitude and longitude in Japan; None where they are not given or can't be read."""
    try:
        latitude, longitude = float(row.get("latitude", "")), float(row.get("longitude", ""))
    except ValueError:
        return None
    return (latitude, longitude) if 20 <= latitude <= 46 and 122 <= longitude <= 154 else None


def load_vacancies(*, actor: Actor, round_id: UUID, data: bytes) -> tuple[int, tuple[LineError, ...]]:
    """(seats new or changed, errors) of a round's 空き枠 from a CSV. With an error nothing changes.

    Raises:
        Forbidden; NotFound. Invalid: no file. Conflict: "nursery.published".
    """
    require(actor, EDIT)
    require_table(data)
    table = read_table(data, VACANCY_COLUMNS, tuple(VACANCY_COLUMNS))
    errors, seats = list(table.errors), dict[tuple[str, int], int]()
    known = {one.code: one for one in Facility.objects.all()}
    for line, row in table.rows:
        wrong = _wrong_seats(row["code"], row["class_id"], row["seats"], frozenset(known))
        if wrong:
            errors.append(LineError(line, VACANCY_COLUMNS[wrong[0]][0], wrong[1]))
        else:
            seats[row["code"], int(row["class_id"])] = int(row["seats"])
    if errors:
        return 0, tuple(errors)
    with unit(actor):
        row_of_round = locked_round(actor, round_id)
        changed = sum(put_seat(row_of_round, known[code], group, number) for (code, group), number in seats.items())
    return changed, ()


def set_vacancy(*, actor: Actor, round_id: UUID, code: str, class_id: str, seats: str) -> None:
    """The seats of one class at one facility.

    Raises:
        Forbidden; NotFound. Invalid. Conflict: "nursery.published".
    """
    require(actor, EDIT)
    with unit(actor):
        row = locked_round(actor, round_id)
        known = {one.code: one for one in Facility.objects.filter(code=code)}
        wrong = _wrong_seats(code, class_id, seats, frozenset(known))
        if wrong:
            raise Invalid(fields={wrong[0]: wrong[1]})
        put_seat(row, known[code], int(class_id), int(seats))


def locked_round(actor: Actor, round_id: UUID, permission: str = EDIT) -> Round:
    """A round of the actor's division that is not published, locked until the unit ends."""
    row = Round.objects.select_for_update().filter(pk=round_id).first()
    if row is None:
        raise NotFound
    require(actor, permission, row.division_id)
    if row.published_run_id:
        raise Conflict("nursery.published")
    return row


def _wrong_seats(code: str, class_id: str, seats: str, known: frozenset[str]) -> tuple[str, FieldError] | None:
    if code not in known:
        return "code", FieldError("nursery.no_facility", {"code": code})
    if not (class_id.isascii() and class_id.isdigit() and len(class_id) == 1 and int(class_id) in CLASSES):
        return "class_id", FieldError("nursery.class")
    if not (seats.isascii() and seats.isdigit() and len(seats) < 5 and int(seats) <= MOST_SEATS):
        return "seats", FieldError("nursery.seats")
    return None


def put_seats(round: Round, facility: Facility, seats: Mapping[int, int]) -> None:
    """Write all classes of a facility in a locked round; a class that is not among them is offered no longer."""
    for group, number in seats.items():
        put_seat(round, facility, group, number)
    Vacancy.objects.filter(round=round, facility=facility).exclude(class_id__in=seats).delete()


def put_seat(round: Round, facility: Facility, class_id: int, seats: int) -> bool:
    """Write the seats of one class in a locked round; answers whether that changed anything."""
    row, new = Vacancy.objects.get_or_create(
        round=round, facility=facility, class_id=class_id, defaults={"seats": seats}
    )
    if not new and row.seats != seats:
        row.seats = seats
        row.save(update_fields=["seats"])
        return True
    return new
