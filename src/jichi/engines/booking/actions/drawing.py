"""Draws of an offering: freeze rules and list, draw when the randomness is there, void with a published reason."""

from __future__ import annotations

import json
from collections.abc import Mapping
from datetime import datetime, timedelta
from typing import Any, Final
from uuid import UUID

from django.db import connection

from jichi.engines.audit.announce import announce
from jichi.engines.audit.context import Actor, unit
from jichi.kernel import clock
from jichi.kernel.errors import Conflict, FieldError, Invalid

from ..events import DrawHeld
from ..models import Draw, Entry, EntryPerson, Item, Offering, Place, Seat
from ..permissions import require_manager
from ..rules import draw as rules
from ..rules.draw.record import FREEZE_SECONDS, beacon_of_record, judged_beacon
from .noting import locked_draw, note
from .offering import SYSTEM
from .paying import give_place
from .waiting import promote_next

CHAIN_LOCK: Final = "SELECT pg_advisory_xact_lock(hashtext('eng_booking_draw_chain'), 0)"


def freeze_draw(
    *,
    actor: Actor,
    offering_id: UUID,
    draw_id: str,
    beacon: Mapping[str, Any],
    randomness_due_at: datetime,
    passes: int = 1,
    commitment: str = "",
    reason: str = "",
) -> int:
    """Freeze rules and list of a closed offering at least ten minutes before the randomness; the draw's key.

    Withdrawn entries are not in the list. After a void draw `reason` is published and `draw_id` must be a new one.

    Raises:
        Forbidden: not an official of the division.
        Conflict: still open, no lottery, or a draw counts already.
        Invalid: less than ten minutes left ("randomness_due_at"), or rules that are none ("beacon").
    """
    with unit(actor), unit(SYSTEM):
        offering = Offering.objects.select_for_update().get(pk=offering_id)
        require_manager(actor, offering.division_id)
        now = clock.now()
        before = Draw.objects.filter(offering=offering).order_by("-pk").first()
        is_over = offering.state == "closed" or now >= offering.closes_at
        counts = before is not None and before.state != "void"
        if not is_over or counts or not offering.mode.startswith("lottery") or (before is not None and not reason):
            raise Conflict
        if randomness_due_at < now + timedelta(seconds=FREEZE_SECONDS):
            raise Invalid(fields={"randomness_due_at": FieldError("field.invalid")})
        params = _params(offering, draw_id, beacon, passes)
        data, rejected = rules.frozen_list(_applications(offering), params)
        entries = rules.read_entries(data, params)
        return Draw.objects.create(
            offering=offering, draw_id=draw_id, params=params.canonical.decode(), params_sha256=params.digest.hex(),
            entries=data.decode(), entries_sha256=entries.digest.hex(), entries_count=len(entries), rejections=rejected,
            commitment=commitment, frozen_at=now, randomness_due_at=randomness_due_at, supersedes=before, reason=reason,
        ).pk  # fmt: skip


def _params(offering: Offering, draw_id: str, beacon: Mapping[str, Any], passes: int) -> rules.Params:
    items = Item.objects.filter(offering=offering).order_by("code").values_list("code", "capacity", "taken")
    try:
        return rules.read_params(
            {
                "algorithm": rules.ALGORITHM, "draw_id": draw_id, "beacon": dict(beacon), "passes": passes,
                "fill": "strict" if offering.strict else "greedy",
                "items": [{"id": code, "capacity": capacity - taken} for code, capacity, taken in items],
            }
        )  # fmt: skip
    except rules.DrawError:
        raise Invalid(fields={"beacon": FieldError("field.invalid")}) from None


def _applications(offering: Offering) -> list[rules.Application]:
    people: dict[UUID, list[str]] = {}
    for entry_id, person in EntryPerson.objects.filter(offering=offering, living=True).values_list(
        "entry_id", "person"
    ):
        people.setdefault(entry_id, []).append(person)
    rows = Entry.objects.filter(offering=offering, state="applied")
    return [
        rules.Application(
            row.number, row.size, row.tier, row.weight, row.want, tuple(row.choices), tuple(people.get(row.pk, ()))
        )
        for row in rows.iterator()
    ]


def perform_draw(
    *, actor: Actor, draw_pk: int, randomness: str, signature: str = "", line: str = "", operator_seed: str = ""
) -> str:
    """Draw: give the places, put the others on the waiting list, keep the record; the record's hash.

    Raises:
        Forbidden: not an official of the division.
        Conflict: drawn or void already, or the randomness can't exist yet.
        Invalid: randomness, signature, line or seed that is not what was announced.
    """
    with unit(actor), unit(SYSTEM):
        drawn = Draw.objects.select_for_update().select_related("offering").get(pk=draw_pk)
        require_manager(actor, drawn.offering.division_id)
        now = clock.now()
        if drawn.state != "frozen" or now < drawn.randomness_due_at:
            raise Conflict
        params = rules.read_params(json.loads(drawn.params))
        entries = rules.read_entries(drawn.entries.encode(), params)
        try:
            beacon = rules.Beacon(bytes.fromhex(randomness), bytes.fromhex(signature), line)
            verified, _ = judged_beacon(params, beacon)
            seed = bytes.fromhex(operator_seed)
        except ValueError:  # rules.DrawError is one
            raise Invalid(fields={"randomness": FieldError("field.invalid")}) from None
        if (rules.commitment_of(seed).hex() if seed else "") != drawn.commitment:
            raise Invalid(fields={"operator_seed": FieldError("field.invalid")})
        with connection.cursor() as cursor:
            cursor.execute(CHAIN_LOCK)
        outcome = rules.draw(params, entries, beacon.randomness, seed)
        record = rules.build_record(
            params, entries, outcome, beacon=beacon_of_record(params, beacon, verified=verified), seed=seed,
            rejections=drawn.rejections, previous=_last_record(), reason=drawn.reason,
            times={"frozen": drawn.frozen_at.isoformat(), "drawn": now.isoformat()},
        )  # fmt: skip
        drawn.state, drawn.drawn_at, drawn.previous_sha256 = "drawn", now, record["previous"]
        drawn.record, drawn.record_sha256 = rules.record_bytes(record).decode(), rules.record_sha256(record)
        drawn.save(update_fields=["state", "drawn_at", "previous_sha256", "record", "record_sha256"])
        _give(drawn, record)
        announce(DrawHeld(offering_id=drawn.offering_id))
        return drawn.record_sha256


def _last_record() -> str:
    """Hash of the newest record of the whole house: the chain runs over all offerings."""
    ends = Draw.objects.filter(drawn_at__isnull=False)
    follow = ends.exclude(record_sha256__in=ends.values("previous_sha256"))
    return str(follow.values_list("record_sha256", flat=True).first() or "")


def _give(drawn: Draw, record: Mapping[str, Any]) -> None:
    """Places for winners; the others wait in the order of the first pass where there is a waiting list."""
    offering = drawn.offering
    followed = locked_draw(offering.pk)
    freed: set[str] = set()
    applied = Entry.objects.filter(offering=offering, state="applied").select_related("offering")
    entries = {entry.number: entry for entry in applied}
    items = {item.code: item for item in Item.objects.filter(offering=offering).select_related("offering")}
    for sequence, number in enumerate(record["orders"][0], 1):
        entry = entries.get(number)
        won = record["wins"].get(number, [])
        if entry is None:  # withdrawn since the list was frozen: what it won is for the next in line
            for code in won:
                note(followed, "release", code, number)
                freed.add(code)
            for code, waiting in record["waitlists"].items():
                if number in waiting:
                    note(followed, "decline", code, number)
            continue
        entry.state = "placed" if won else "waiting" if offering.waiting_list else "lost"
        entry.sequence = sequence
        for code in won:
            place = give_place(entry, items[code], answers=False)
            if items[code].seated:
                free = Seat.objects.filter(item=items[code], place=None).order_by("number")[: entry.size]
                Seat.objects.filter(pk__in=[seat.pk for seat in free]).update(place=place)
    Entry.objects.bulk_update(entries.values(), ["state", "sequence"], batch_size=1000)
    EntryPerson.objects.filter(entry__offering=offering, entry__state="lost").update(living=False)
    for code in sorted(freed):
        promote_next(actor=SYSTEM, item_id=items[code].pk)


def void_draw(*, actor: Actor, draw_pk: int, reason: str) -> None:
    """The draw counts no more; its record stays published, and a new one needs a new draw_id.

    Raises:
        Forbidden: not an official of the division.
        Conflict: void already, or its places were given.
        Invalid: without a reason.
    """
    if not reason.strip():
        raise Invalid(fields={"reason": FieldError("field.required")})
    with unit(actor), unit(SYSTEM):
        drawn = Draw.objects.select_for_update().select_related("offering").get(pk=draw_pk)
        require_manager(actor, drawn.offering.division_id)
        if (
            drawn.state == "void"
            or Place.objects.filter(entry__offering=drawn.offering).exclude(state="released").exists()
        ):
            raise Conflict
        drawn.state, drawn.void_reason = "void", reason.strip()
        drawn.save(update_fields=["state", "void_reason"])
