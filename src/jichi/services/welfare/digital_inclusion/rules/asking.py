"""When people are asked what they think of a class."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime, timedelta
from typing import Final
from uuid import UUID

OPEN: Final = timedelta(days=30)
"""How long after the last session answers are taken."""


def survey_code(course_id: UUID) -> str:
    """What the questionnaire of a class is called."""
    return f"welfare_digital_inclusion:{course_id}"


def survey_times(ends: Sequence[datetime]) -> tuple[datetime, datetime]:
    """From the end of the last session until a month after it. Raises ValueError: no session."""
    return max(ends), max(ends) + OPEN
