"""Examples of this room's addresses for the test of access."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any

from jichi.engines.registry import actions, queries
from jichi.kernel import clock

BODY = "9000000106"
BODIES = (
    "団体番号,種別,名称,フリガナ,郵便番号,所在地,町字,法人番号,状態\n"
    "{no},町会・自治会,みどり町会,ミドリチョウカイ,0000001,東京都みどり区芝一丁目1番1号,,,\n"
)
OFFICERS = "団体番号,宛名番号,役職,就任日,退任日\n{no},{person},会長,2020-04-01,\n"


def _body(world: Any) -> Mapping[str, Any]:
    actions.import_organisations(
        actor=world.system, bodies=BODIES.format(no=BODY), label="test", as_of=clock.today(),
        officers=OFFICERS.format(no=BODY, person=world.resident.addressee_no),
    )  # fmt: skip
    return {"org_no": BODY}


def _load(world: Any) -> Mapping[str, Any]:
    _body(world)
    return {"key": queries.loads(actor=world.system).rows[0].key}


def url_examples() -> dict[str, Callable[[Any], Mapping[str, Any]]]:
    """URL name → the arguments of an address of `world.resident`."""
    return {"eng_registry:organisation": _body, "eng_registry:load": _load}


SHARED = frozenset({"eng_registry:organisation", "eng_registry:load"})
"""The register is every division's, for those whose role may look."""
