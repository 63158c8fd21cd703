"""マイページ holds what somebody has in any room."""

from __future__ import annotations

from django.conf import settings

from jichi.kernel.manifest import load_manifests, resolve


def test_every_room_with_a_page_of_own_things_gives_them_to_my_page() -> None:
    rooms = [
        one for one in load_manifests(tuple(settings.JICHI_ROOMS))
        if any(line.audience == "resident" and line.url_name.endswith(":mine") for line in one.menu)
    ]  # fmt: skip
    assert {one.label for one in rooms} >= {"front_events", "front_retreats", "family_nursery"}
    for room in rooms:
        assert room.mine, room.label
        assert callable(resolve(room.mine))
