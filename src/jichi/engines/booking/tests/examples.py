"""Examples of this room's addresses for the test of access."""

from __future__ import annotations

import hashlib
import uuid
from collections.abc import Callable, Mapping
from datetime import timedelta
from typing import Any

from jichi.engines.audit.context import system_actor, unit
from jichi.engines.booking import actions
from jichi.engines.booking.models import Draw, Entry
from jichi.engines.booking.rules import draw as rules
from jichi.kernel import clock

SHARED = frozenset({"eng_booking:record"})
"""A published record is for everybody."""
LINE = "closing index 35624.48"


def published(division_id: int) -> int:
    """A draw that is over, of an offering of the division."""
    system, now, name = system_actor("test"), clock.now(), uuid.uuid4().hex
    offering = actions.open_offering(
        actor=system, code=name, title={"ja": "工作教室"}, division_id=division_id, mode="lottery",
        opens_at=now - timedelta(days=2), closes_at=now + timedelta(days=1),
        items=[actions.ItemSpec(code="A", title={"ja": "午前"}, capacity=1)],
    )  # fmt: skip
    for person in ("hanako", "taro"):
        actions.enter(actor=system, offering_id=offering, choices=["A"], people=[person], dedupe_key=name + person)
    actions.close_offering(actor=system, offering_id=offering)
    params = rules.read_params({
        "algorithm": rules.ALGORITHM, "draw_id": f"工作教室-{name[:8]}",
        "beacon": {"kind": "text", "sources": "index"}, "passes": 1,
        "fill": "greedy", "items": [{"id": "A", "capacity": 1}],
    })  # fmt: skip
    with unit(system):
        numbers = sorted(Entry.objects.filter(offering_id=offering).values_list("number", flat=True))
        data = "".join(f"{number}\t1\t0\t1\t1\tA\n" for number in numbers).encode()
        draw = Draw.objects.create(
            offering_id=offering, draw_id=params.draw_id, params=params.canonical.decode(), entries=data.decode(),
            params_sha256=params.digest.hex(), entries_sha256=hashlib.sha256(data).hexdigest(), entries_count=2,
            frozen_at=now - timedelta(hours=1), randomness_due_at=now - timedelta(minutes=30),
        )  # fmt: skip
    actions.perform_draw(actor=system, draw_pk=draw.pk, randomness=hashlib.sha256(LINE.encode()).hexdigest(), line=LINE)
    return draw.pk


def url_examples() -> dict[str, Callable[[Any], Mapping[str, Any]]]:
    """URL name → its arguments."""
    return {"eng_booking:record": lambda world: {"number": published(world.division.id)}}
