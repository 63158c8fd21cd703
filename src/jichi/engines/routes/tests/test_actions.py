"""Acts on a route through its actions: what they do, what they refuse, and that a refusal changes nothing."""

from __future__ import annotations

import pytest

from jichi.engines.audit.context import unit

from .. import actions, queries
from .hall import HASH_1, Hall, build, draft, view, waits_for


@pytest.fixture
def hall(db: None) -> Hall:
    return build()


def test_a_route_goes_up_the_line_to_its_decision(hall: Hall) -> None:
    route_id = draft(hall)
    assert waits_for(hall, "suzuki") == ["act:holder"]
    actions.approve_step(actor=hall.suzuki, route_id=route_id, expected_version=1)
    assert (waits_for(hall, "suzuki"), waits_for(hall, "kato")) == ([], ["act:holder"])
    actions.decide_route(actor=hall.kato, route_id=route_id, expected_version=2)
    found = view(hall, route_id)
    assert (found.status, found.version, found.content_hash) == ("approved", 3, HASH_1)
    assert [(a.kind, a.by_name) for a in found.acts] == [
        ("submit", "佐藤 真紀"), ("approve", "鈴木 聡"), ("decide", "加藤 恵"),
    ]  # fmt: skip
    assert waits_for(hall, "kato") == []
    with unit(hall.sato):
        assert queries.verify_chain(route_id) == queries.ChainCheck(3, None)
