"""What a family chooses its nurseries by: distance, hours, seats of this round, the end of the last one."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from uuid import UUID

from jichi.engines.audit.context import current_actor
from jichi.engines.registry import queries as registry

from ..models import Facility
from ..rules.least_age import LeastAge
from ..rules.mapping import Drawing, Point, drawn, metres
from .ages import least_ages
from .results import Cutoff, public_cutoffs
from .rounds import published, seats


@dataclass(frozen=True, slots=True, kw_only=True)
class Choice:
    """A nursery that takes children of a class in a round. `metres` is None where home or place is unknown."""

    code: str
    name: str
    address: str
    hours: str
    about: str
    metres: float | None
    seats: int
    before: Cutoff | None
    """How the last published round ended there; its score is None where it is protected."""
    point: Point | None
    least: LeastAge | None
    """From which day of its life it takes a child of this class; None without a limit."""


@dataclass(frozen=True, slots=True)
class Choices:
    """The nurseries of one class, nearest first, and the picture they are on, numbered in the same order."""

    rows: tuple[Choice, ...]
    picture: Drawing | None
    from_home: bool


def choices(
    round_id: UUID, class_id: int, *, addressee_no: str = "", text: str = "", entry: date | None = None
) -> Choices:
    """Nurseries with seats of a class in a round, 0 included. Nine statements.

    Args:
        addressee_no: of the family: distances go from the middle of its town. The actor must be allowed to see it.
        text: part of a name or an address; "" all.
        entry: the round's day of entry, for the least ages in force then.
    """
    offered = {code: number for (code, group), number in seats(round_id).items() if group == class_id}
    towns = registry.town_shapes()
    home = _home(addressee_no, {key: (lat, lng) for key, _, lat, lng, _ in towns})
    last = next(iter(published()), None)
    ended = public_cutoffs(last.id) if last else None
    before = {one.facility: one for one in (ended[2] if ended else ()) if one.class_id == str(class_id)}
    ages = least_ages(entry) if entry else {}
    rows = []
    for one in Facility.objects.filter(code__in=offered).order_by("code"):
        if text and text not in one.name and text not in one.address:
            continue
        point = None if one.latitude is None or one.longitude is None else (one.latitude, one.longitude)
        rows.append(
            Choice(
                code=one.code, name=one.name, address=one.address, hours=one.hours, about=one.about,
                metres=metres(home, point) if home and point else None, seats=offered[one.code],
                before=before.get(one.code), point=point, least=ages.get((one.code, class_id)),
            )
        )  # fmt: skip
    rows.sort(key=lambda one: (one.point is None, one.metres if one.metres is not None else 0.0, one.code))
    places = [(one.code, one.point) for one in rows if one.point is not None]
    rings = [ring for *_, outline in towns for ring in outline]
    return Choices(tuple(rows), drawn(places, home, rings), home is not None)


def _home(addressee_no: str, towns: dict[str, Point]) -> Point | None:
    """The middle of the family's town, as the actor may see it: of protected persons nothing."""
    if not addressee_no or current_actor().kind not in {"resident", "staff", "system"}:
        return None
    found = registry.resident(addressee_no)
    return towns.get(found.town_key) if found and found.town_key else None
