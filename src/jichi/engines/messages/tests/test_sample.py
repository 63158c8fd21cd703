"""The sample ward's notices: the board and the stand-ins show something from the beginning."""

from __future__ import annotations

from datetime import date
from pathlib import Path
from typing import Any

import pytest

from jichi.engines.audit.context import unit
from jichi.engines.messages import sample
from jichi.engines.messages.models import ContactPoint, Delivery
from jichi.engines.messages.sandboxes.desk import Box
from jichi.kernel.sampling import SampleContext

pytestmark = pytest.mark.django_db


def test_applicants_of_the_sample_were_told_by_line_by_sms_and_in_vain(settings: Any, tmp_path: Path) -> None:
    settings.JICHI_HOME, settings.JICHI_DEMO = tmp_path, True
    sample.fill(SampleContext(seed=1, size=10, today=date(2026, 11, 21)))
    with unit(sample.SYSTEM):
        found = Delivery.objects.order_by("message__account__email").values_list(
            "channel", "state", "receipt", "last_error", "next_attempt_at"
        )
        assert list(found) == [
            ("line", "sent", "", "", None), ("sms", "sent", "delivered", "", None),
            ("sms", "failed", "", "sms.refused:400", None),
        ]  # fmt: skip
        assert ContactPoint.objects.filter(ended_at=None).count() == 4
    (friend,) = Box(tmp_path / "sandbox" / "line").all("friends")
    (chat,) = Box(tmp_path / "sandbox" / "line").all("messages")
    assert (chat["user"], chat["shown"]) == (friend["id"], True)
    assert [one["to"] for one in Box(tmp_path / "sandbox" / "sms").all("messages")] == ["+819000000002"]
