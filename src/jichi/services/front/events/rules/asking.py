"""When people are asked what they think of an event."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime, timedelta
from typing import Final
from uuid import UUID

from jichi.engines.booking.rules.series import Slot

OPEN: Final = timedelta(days=30)
"""How long after the last date answers are taken."""


def survey_code(event_id: UUID) -> str:
    """What the questionnaire of an event is called."""
    return f"front_events:{event_id}"


def survey_times(slots: Sequence[Slot]) -> tuple[datetime, datetime]:
    """From the end of the first date until a month after the last one. Raises ValueError: no date."""
    ends = [slot.ends_at for slot in slots]
    return min(ends), max(ends) + OPEN
