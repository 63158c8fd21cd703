"""Towns (町丁・字): their list, readings and shapes taken over from files, and the map that is drawn from them."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any, Final

from django.db import connection

from jichi.engines.audit.actions import record
from jichi.engines.audit.context import Actor, unit
from jichi.kernel.errors import FieldError, Forbidden, Invalid
from jichi.kernel.tables import require_table
from jichi.kernel.text import fold_for_search

from .models import Town
from .permissions import CONFIRM
from .rules.towns import Place, by_reading, read_towns

_MOST_CREDIT: Final = 200


@dataclass(frozen=True, slots=True)
class TownsTaken:
    """What a file of towns changed."""

    rows: int
    new: int
    changed: int


def import_towns(*, actor: Actor, data: bytes, credit: str = "", label: str = "") -> TownsTaken:
    """Take readings, postcodes, centres or shapes of towns from a file. All or nothing; the same again changes nothing.

    Args:
        data: CSV or TSV of towns, or GeoJSON of their shapes.
        credit: whose shapes they are (出典); needed for shapes, and said below every map.
        label: what the file is called in the trail.

    Raises:
        Forbidden: the actor may not confirm loads of the register.
        Invalid: field "file" or "credit".
        Refused: lines that can't be taken.
    """
    if actor.kind != "system" and not actor.may(CONFIRM):
        raise Forbidden("forbidden", permission=CONFIRM)
    require_table(data)
    credit = " ".join(credit.split())
    with unit(actor):
        before = {town.town_key: town for town in Town.objects.select_for_update().order_by("town_key")}
        changes = read_towns(data, {key: town.name for key, town in before.items()})
        if any("outline" in change.values for change in changes):
            if not 0 < len(credit) <= _MOST_CREDIT:
                raise Invalid(fields={"credit": FieldError("field.required" if not credit else "field.too_long",
                                                           {"max": _MOST_CREDIT, "now": len(credit)})})  # fmt: skip
            changes = tuple(type(one)(one.town_key, {**one.values, "origin": credit}) for one in changes)
        new = [Town(town_key=one.town_key, **one.values) for one in changes if one.town_key not in before]
        changed = [before[one.town_key] for one in changes if _put(before.get(one.town_key), one.values)]
        Town.objects.bulk_create(new)
        Town.objects.bulk_update(
            changed, ["kana", "postcode", "latitude", "longitude", "outline", "origin"], batch_size=500
        )
        taken = TownsTaken(len(changes), len(new), len(changed))
        record(
            actor=actor, action="import", table="eng_registry_town", object_id="",
            detail={"file": label[:200], "rows": taken.rows, "new": taken.new, "changed": taken.changed},
        )  # fmt: skip
    return taken


def _put(town: Town | None, values: Mapping[str, Any]) -> bool:
    """Put the values into the row; does that change it?"""
    if town is None or all(getattr(town, name) == value for name, value in values.items()):
        return False
    for name, value in values.items():
        setattr(town, name, value)
    return True


def places(q: str = "") -> list[Place]:
    """Towns whose name, reading (of either kana, from any letter on), key or postcode holds `q`, in the order of their
    readings. One statement; no personal data."""
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT town_key, name, kana, postcode, latitude, longitude, outline IS NOT NULL, origin "
            "FROM eng_registry_town"
        )
        rows = cursor.fetchall()
    wanted = fold_for_search(q)
    found = [
        Place(key, name, kana, postcode, latitude, longitude, [] if has_shape else None, origin)
        for key, name, kana, postcode, latitude, longitude, has_shape, origin in rows
    ]
    return by_reading([one for one in found if _matches(one, wanted)])


def _matches(place: Place, wanted: str) -> bool:
    if not wanted:
        return True
    words = (place.name, place.kana, place.town_key, place.postcode)
    return any(wanted in fold_for_search(word) for word in words)


def town_map() -> dict[str, Any]:
    """What a map is drawn from: towns that have a place, in the order of their readings, and whose shapes they are.

    {"towns": [[name, reading, latitude, longitude, rings] …], "credits": [text …]}. One statement; no personal data.
    """
    rows = Town.objects.filter(latitude__isnull=False, longitude__isnull=False)
    found = by_reading([
        Place(t.town_key, t.name, t.kana, t.postcode, t.latitude, t.longitude, t.outline, t.origin) for t in rows
    ])  # fmt: skip
    return {
        "towns": [[one.name, one.kana, one.latitude, one.longitude, one.outline or []] for one in found],
        "credits": sorted({one.origin for one in found if one.origin}),
    }
