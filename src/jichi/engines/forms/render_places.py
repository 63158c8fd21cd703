"""Questions for persons of the household and for points on the map, as pages draw them."""

from __future__ import annotations

import re
from dataclasses import replace
from typing import Final

from django.urls import reverse

from jichi.design.fields import FormField, MapBox, Option
from jichi.kernel.calendar import format_date
from jichi.kernel.errors import FieldError
from jichi.kernel.localized import pick

from .rules import Facts, Field, housemates, taken_apart, towns_of
from .rules.people_asked import token, typed_name
from .rules.points import JAPAN
from .rules.posting import Raw
from .rules.texts import localized
from .rules.towns import TOWN_PARTS

_IN_TOWN: Final = {
    "town": localized("町", "町", "Town", "町", "동네"),
    "block": localized(
        "番地(例 2番3号、2-3)", "番地(例 2-3)", "Block and number (for example 2-3)", "门牌号(例如2-3)", "번지(예: 2-3)"
    ),
    "building": localized(
        "建物と部屋(あれば)",
        "建物と部屋(あれば)",
        "Building and room (if any)",
        "楼名和房间号(如有)",
        "건물과 호수(있으면)",
    ),
}
_PARTS: Final = {
    "lat": localized("緯度(分かれば)", "緯度(わかれば)", "Latitude (if known)", "纬度(如已知)", "위도(알면)"),
    "lng": localized("経度(分かれば)", "経度(わかれば)", "Longitude (if known)", "经度(如已知)", "경도(알면)"),
}
_HINT: Final = localized(
    "地図で選ぶと、ここに入ります。ほかの地図の数字を、2つ続けて貼り付けることもできます。",
    "地図でえらぶと、ここに入ります。",
    "The map fills this in. You can also paste both numbers of another map together here.",
    "在地图上选择后会自动填入。也可以把其他地图的两个数字一起粘贴到这里。",
    "지도에서 고르면 여기에 들어갑니다. 다른 지도의 두 숫자를 함께 붙여 넣을 수도 있습니다.",
)


def person_field(field: Field, drawn: FormField, posted: Raw, facts: Facts, language: str) -> FormField:
    """The household to choose from; where none is known, a box for a name."""
    known = housemates(field, facts)
    if not known:
        name = (list(posted.get(typed_name(field)) or ("",)))[-1]
        return replace(drawn, name=typed_name(field), kind="text", value=name, options=(), size=20)
    options = tuple(
        Option(
            token(field, one.number), one.name,
            format_date(one.birth_date, language, "short") if one.birth_date else "", noruby=True,
        )
        for one in known
    )  # fmt: skip
    return replace(drawn, options=options)


def choosing(error: FieldError, drawn: FormField) -> FieldError:
    """What is missing is chosen where there is something to choose from, and typed elsewhere."""
    codes = {"radio": "field.choose_one", "checkboxes": "field.choose"}
    return FieldError(codes.get(drawn.kind, error.code)) if error.code == "field.required" else error


def town_parts(field: Field, posted: Raw, facts: Facts, language: str) -> list[FormField]:
    """Town, block and building of an address by the list of towns; [] where there is no list, or none is asked for."""
    towns = towns_of(facts) if field.towns else ()
    if not towns:
        return []
    typed = {part: (list(posted.get(f"{field.id}__{part}") or ("",)))[-1] for part in (*TOWN_PARTS, "address")}
    kept = taken_apart(typed["address"], towns) if not typed["town"] else None
    if kept is not None:
        typed.update(town=kept.town.key, block=kept.block, building=kept.building)
    if all(town.kana for town in towns):
        towns = tuple(sorted(towns, key=lambda one: (re.sub("[0-9]+.*", "", one.kana), one.key)))
    options = tuple(Option(t.key, t.name, noruby=True, lang="ja", reading=t.kana) for t in towns)
    labels = {part: pick(label, language).text for part, label in _IN_TOWN.items()}
    return [
        FormField(name=f"{field.id}__town", label=labels["town"], kind="select", required=False, value=typed["town"],
                  options=options),
        FormField(name=f"{field.id}__block", label=labels["block"], required=field.other_only and field.required,
                  value=typed["block"], size=14),
        FormField(name=f"{field.id}__building", label=labels["building"], required=False, value=typed["building"],
                  size=30),
    ]  # fmt: skip


def point_numbers(posted: Raw, field: Field, language: str) -> list[FormField]:
    """The two boxes for degrees below the words, with the map that fills them above."""
    lat, lng = (f"{field.id}__{part}" for part in _PARTS)
    limits = field.bounds
    bounds = () if limits == JAPAN else (limits.south, limits.west, limits.north, limits.east)
    box = MapBox(url=reverse("eng_registry_map:towns"), lat=lat, lng=lng, bounds=bounds)
    return [
        FormField(
            name=f"{field.id}__{part}", label=pick(label, language).text, kind="text", required=False, size=14,
            hint=pick(_HINT, language).text if part == "lat" else "",
            value=(list(posted.get(f"{field.id}__{part}") or ("",)))[-1], map=box if part == "lat" else None,
        )
        for part, label in _PARTS.items()
    ]  # fmt: skip
