"""The clock stands where it is told to, and never ahead where a story of the past is told."""

from __future__ import annotations

from datetime import datetime, timedelta

import pytest

from jichi.kernel import clock

NIGHT = datetime(2026, 11, 23, 0, 2, tzinfo=clock.TOKYO)


def test_a_moment_to_come_is_now_where_nothing_lies_ahead() -> None:
    with clock.standing_at(NIGHT), clock.nothing_ahead():
        with clock.standing_at(NIGHT + timedelta(hours=12)):
            assert clock.now() == NIGHT
        with clock.standing_at(NIGHT - timedelta(days=3)):
            assert clock.now() == NIGHT - timedelta(days=3)
            with clock.standing_at(NIGHT - timedelta(days=1)):  # an inner block is not held to the outer one
                assert clock.now() == NIGHT - timedelta(days=1)
    with clock.standing_at(NIGHT + timedelta(hours=12)):
        assert clock.now() == NIGHT + timedelta(hours=12)


def test_a_moment_without_a_zone_is_refused() -> None:
    with pytest.raises(ValueError, match="time zone"), clock.standing_at(datetime(2026, 1, 1)):  # noqa: DTZ001
        pass
