"""Houses, their rooms and tariffs: what a division sets up."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Final
from uuid import UUID

from django.db import IntegrityError, transaction
from django.db.models import F

from jichi.engines.audit.context import Actor, system_actor, unit
from jichi.engines.booking import actions as booking
from jichi.engines.inbox import actions as inbox
from jichi.kernel import clock
from jichi.kernel.errors import Conflict, FieldError, Invalid, NotFound

from ..models import House, HouseRoom, HouseTariff, RoomType
from ..permissions import require_editor
from ..rules import HouseContent, Tariff, content_from, content_to, house_problems, problems, tariff_from, tariff_to

SYSTEM: Final = system_actor("retreats")
MOST_ROOMS: Final = 200


@dataclass(frozen=True, slots=True, kw_only=True)
class RoomTypeSpec:
    """Rooms alike: their names are kept where there are more, so that bookings stay with their rooms."""

    code: str
    title: Mapping[str, str]
    least: int
    most: int
    rooms: Sequence[str]


def create_house(
    *, actor: Actor, division_id: int, code: str, title: Mapping[str, str], kind: str = "own",
    content: HouseContent | None = None, desk_id: int | None = None,
) -> UUID:  # fmt: skip
    """Begin a house as a draft.

    Raises:
        Forbidden: not an official of the division. Invalid: "code" is none or taken.
    """
    require_editor(actor, division_id)
    try:
        with unit(actor), transaction.atomic():
            return House.objects.create(
                code=code, division_id=division_id, desk_id=desk_id, kind=kind, title=dict(title),
                content=content_to(content or HouseContent()), updated_at=clock.now(),
            ).pk  # fmt: skip
    except IntegrityError:
        taken = House.objects.filter(code=code).exists()
        wrong = FieldError("retreats.code_taken" if taken else "retreats.code")
        raise Invalid(fields={"code": wrong}) from None


def locked_house(actor: Actor, code: str) -> House:
    """The house, locked, for one of its editors. Raises NotFound, Forbidden."""
    row = House.objects.select_for_update(of=("self",)).filter(code=code).first()
    if row is None:
        raise NotFound
    require_editor(actor, row.division_id)
    return row


def change_house(
    *, actor: Actor, code: str, title: Mapping[str, str], kind: str, content: HouseContent, desk_id: int | None,
    expected_revision: int,
) -> None:  # fmt: skip
    """Write what is known of a house; stays booked keep what they were told.

    Raises:
        Forbidden; NotFound; Conflict: "retreats.changed_since".
    """
    with unit(actor):
        row = locked_house(actor, code)
        if row.revision != expected_revision:
            raise Conflict("retreats.changed_since")
        House.objects.filter(pk=row.pk).update(
            title=dict(title), kind=kind, content=content_to(content), desk_id=desk_id, updated_at=clock.now(),
            revision=F("revision") + 1,
        )  # fmt: skip
        row.refresh_from_db()
        if row.state == "published":
            _put_into_search(row)


def set_rooms(*, actor: Actor, code: str, room_types: Sequence[RoomTypeSpec]) -> None:
    """Make the room types and rooms of a house as given. What is no longer named takes no new guests.

    Raises:
        Forbidden; NotFound; Invalid: "rooms": more than 200 of a type.
    """
    with unit(actor):
        row = locked_house(actor, code)
        if any(len(spec.rooms) > MOST_ROOMS for spec in room_types):
            raise Invalid(fields={"rooms": FieldError("retreats.too_many")})
        named: set[int] = set()
        for spec in room_types:
            room_type, _ = RoomType.objects.update_or_create(
                house=row, code=spec.code, defaults={"title": dict(spec.title), "least": spec.least, "most": spec.most}
            )
            for name in spec.rooms:
                room = booking.open_room(
                    actor=SYSTEM, code=f"retreat:{row.code}:{spec.code}:{name}", title={"ja": name},
                    division_id=row.division_id,
                )  # fmt: skip
                HouseRoom.objects.update_or_create(
                    room_id=room, defaults={"room_type": room_type, "name": name, "in_use": True}
                )
                named.add(room)
        HouseRoom.objects.filter(room_type__house=row, in_use=True).exclude(room_id__in=named).update(in_use=False)


def publish_house(*, actor: Actor, code: str) -> None:
    """Let people see and book it. Pressed twice it is published once.

    Raises:
        Forbidden; NotFound; Invalid: by field, what is missing; no published tariff is "tariff".
    """
    with unit(actor):
        row = locked_house(actor, code)
        if row.state == "published":
            return
        rooms = HouseRoom.objects.filter(room_type__house=row, in_use=True).count()
        wrong = house_problems(
            content_from(row.content), titled=bool(row.title.get("ja")), room_types=row.room_types.count(), rooms=rooms
        )
        if not row.tariffs.filter(state="published").exists():
            wrong["tariff"] = FieldError("retreats.no_tariff")
        if wrong:
            raise Invalid(fields=wrong)
        row.state, row.updated_at = "published", clock.now()
        row.save(update_fields=["state", "updated_at"])
        _put_into_search(row)


def close_house(*, actor: Actor, code: str) -> None:
    """Take no new bookings; stays booked stay.

    Raises:
        Forbidden; NotFound.
    """
    with unit(actor):
        row = locked_house(actor, code)
        row.state, row.updated_at = "closed", clock.now()
        row.save(update_fields=["state", "updated_at"])
        inbox.remove_search_entry(actor=SYSTEM, key=f"front_retreats:house:{row.code}")


def _put_into_search(row: House) -> None:
    content = content_from(row.content)
    inbox.put_search_entry(
        actor=SYSTEM, key=f"front_retreats:house:{row.code}", kind="bookable", title=row.title,
        url_path=f"/retreats/{row.code}/", body=" ".join([*content.description.values(), content.address, "保養施設"]),
        summary={"ja": content.address}, audience="resident",
    )  # fmt: skip


# -- tariffs ---------------------------------------------------------------------------------------


def save_tariff(*, actor: Actor, code: str, valid_from: date, tariff: Tariff) -> UUID:
    """Write the draft of the tariff from a day on; it may be incomplete.

    Raises:
        Forbidden; NotFound; Conflict: "retreats.published": that day's was published.
    """
    with unit(actor):
        house = locked_house(actor, code)
        row = HouseTariff.objects.filter(house=house, valid_from=valid_from).first()
        if row is not None and row.state == "published":
            raise Conflict("retreats.published")
        if row is None:
            row = HouseTariff(house=house, valid_from=valid_from)
        row.content, row.updated_at = tariff_to(tariff), clock.now()
        row.save()
        return row.pk


def publish_tariff(*, actor: Actor, code: str, valid_from: date) -> None:
    """From its day on new bookings cost this; a missing price stops it. What was booked keeps its price.

    Raises:
        Forbidden; NotFound; Invalid: "tariff": not complete (`rules.problems`), or of a day before today.
    """
    with unit(actor):
        house = locked_house(actor, code)
        row = HouseTariff.objects.filter(house=house, valid_from=valid_from).first()
        if row is None:
            raise NotFound
        if row.state == "published":
            return
        wrong = problems(tariff_from(row.content))
        if wrong:
            raise Invalid(fields={"tariff": wrong[0]})
        later = house.tariffs.filter(state="published").exists()
        if valid_from < clock.today() and later:
            raise Invalid(fields={"tariff": FieldError("retreats.past")})
        row.state, row.updated_at = "published", clock.now()
        row.save(update_fields=["state", "updated_at"])
