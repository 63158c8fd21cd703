"""Facts this room announces.

Handlers run in the deciding official's unit of work: what their division does not give them (the case of
another division) a handler reaches as the system.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal
from uuid import UUID


@dataclass(frozen=True, slots=True, kw_only=True)
class RouteDecided:
    """決裁または否決. `decided_for`: the absent holder whom the decider stood for (代決), else None."""

    subject: str
    route_id: UUID
    outcome: Literal["approved", "refused"]
    decided_by: UUID
    decided_for: UUID | None
    content_hash: str


@dataclass(frozen=True, slots=True, kw_only=True)
class RouteSentBack:
    """差戻し, or 引戻し (`pulled_back`). `to`: "drafter" or the id of a step. `sent_by`: whose act it was."""

    subject: str
    route_id: UUID
    to: str
    reason: str
    sent_by: UUID | None
    pulled_back: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class RouteResubmitted:
    """もう一度回議に出す: the drafter put a route that had come back on its way again, with this content."""

    subject: str
    route_id: UUID
    content_hash: str
