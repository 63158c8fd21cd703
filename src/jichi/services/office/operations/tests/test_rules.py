"""Lights: which colour a state has, that each says what is and what to do."""

from __future__ import annotations

from dataclasses import replace
from datetime import datetime, timedelta

import pytest

from jichi.services.office.operations import rules
from jichi.services.office.operations.rules import Facts, Seen
from jichi.services.office.operations.watching import jumped

NOW = datetime.fromisoformat("2027-03-31T10:00:00+09:00")
GOOD = Facts(
    now=NOW, demo=False, postgres="18.6", connections=12, most_connections=100, longest_transaction=0.4, workers=2,
    waiting=3, oldest_wait=1.0, failed=0, outbox_waiting=0, outbox_oldest=0.0, outbox_failed=0,
    disk_free=200 * 10**9, disk_total=500 * 10**9, backup_at=NOW - timedelta(hours=7), https=True,
    certificate_until=NOW + timedelta(days=60), worker_offset=0.004, scanner=True, peers=("payments",), looked_at=NOW,
)  # fmt: skip


def light(**more: object) -> dict[str, str]:
    return {one.key: one.colour for one in rules.lights(replace(GOOD, **more))}  # type: ignore[arg-type] # as each row names them


def test_a_sound_instance_is_green_and_says_so() -> None:
    found = rules.lights(GOOD)
    assert rules.worst(found) == "green"
    assert len({one.key for one in found}) == len(found) == 11
    assert all(one.sentence.endswith("。") and not one.mend for one in found)
    assert next(one for one in found if one.key == "backup").sentence == "最後に取れたのは7時間前です。"


@pytest.mark.parametrize(
    ("more", "key", "colour"),
    [
        ({"workers": 0}, "worker", "red"),
        ({"connections": 95}, "database", "red"),
        ({"longest_transaction": 601.0}, "database", "yellow"),
        ({"oldest_wait": 301.0}, "jobs", "yellow"),
        ({"oldest_wait": 3601.0}, "jobs", "red"),
        ({"failed": 1}, "jobs", "yellow"),
        ({"late": ("forms.sweep",)}, "periodic", "red"),
        ({"stopped": ("forms.sweep",)}, "periodic", "yellow"),
        ({"outbox_oldest": 601.0}, "outbox", "red"),
        ({"outbox_failed": 2}, "outbox", "yellow"),
        ({"disk_free": 10**9 // 2}, "disk", "red"),
        ({"disk_free": 9 * 10**9}, "disk", "yellow"),
        ({"backup_at": None}, "backup", "red"),
        ({"backup_at": None, "demo": True}, "backup", "yellow"),
        ({"backup_at": NOW - timedelta(hours=27)}, "backup", "yellow"),
        ({"backup_at": NOW - timedelta(hours=73)}, "backup", "red"),
        ({"backup_trouble": "ディスクがいっぱい"}, "backup", "yellow"),
        ({"backup_trouble": "x", "backup_at": NOW - timedelta(days=3)}, "backup", "red"),
        ({"certificate_until": NOW + timedelta(days=20)}, "certificate", "yellow"),
        ({"certificate_until": NOW + timedelta(days=4)}, "certificate", "red"),
        ({"certificate_until": None, "certificate_trouble": "SSLError"}, "certificate", "yellow"),
        ({"https": False}, "certificate", "yellow"),
        ({"web_offset": -2.5}, "clock", "red"),
        ({"worker_offset": 3.0}, "clock", "red"),
        ({"jumped_at": NOW - timedelta(hours=2), "jump": -3600.0}, "clock", "yellow"),
        ({"jumped_at": NOW - timedelta(days=2), "jump": -3600.0}, "clock", "green"),
        ({"scanner": False}, "scanner", "yellow"),
        ({"looked_at": None}, "outside", "yellow"),
        ({"seen": (Seen("LINE", "wrong", "away"),)}, "outside", "yellow"),
        ({"seen": (Seen("LINE", "missing", "off"),)}, "outside", "green"),
    ],
)  # fmt: skip
def test_what_turns_a_light(more: dict[str, object], key: str, colour: str) -> None:
    found = light(**more)
    assert found.pop(key) == colour
    assert set(found.values()) == {"green"}
    changed = next(one for one in rules.lights(replace(GOOD, **more)) if one.key == key)  # type: ignore[arg-type] # the row's
    assert changed.mend or colour == "green" or more.get("demo")


@pytest.mark.parametrize(
    ("seconds", "text"), [(0, "0秒"), (59.9, "59秒"), (60, "1分"), (7200, "2時間"), (200_000, "2日")]
)
def test_durations_for_people(seconds: float, text: str) -> None:
    assert rules.span_text(seconds) == text


@pytest.mark.parametrize(
    ("before", "after", "expected"), [((100, 5), (130, 35), 0), ((100, 5), (3730, 35), 3600), ((100, 5), (40, 35), -90)]
)
def test_a_clock_that_was_set_shows_beside_the_time_that_passed(
    before: tuple[float, float], after: tuple[float, float], expected: float
) -> None:
    assert jumped(before, after) == expected
