"""Telling programs outside what became of a case: ids and kinds, in the event's transaction, one statement each."""

from __future__ import annotations

from typing import Final
from uuid import UUID

from django.db import connection

from jichi.engines.audit.context import system_actor, unit
from jichi.engines.routes.events import RouteResubmitted, RouteSentBack
from jichi.kernel import clock

from . import routing
from .events import CaseDecided, CaseOpened, CaseWithdrawn
from .permissions import VIEW

_TELL: Final = (
    "SELECT api_publish(%s, %s, 'case:' || c.id, c.division_id, jsonb_build_object("
    "'case_id', c.id, 'number', c.number, 'procedure', c.procedure, 'status', c.status, 'version', c.version), %s) "
    "FROM eng_cases_case c WHERE c.id = %s"
)


def _tell(kind: str, case_id: UUID) -> None:
    with connection.cursor() as cursor:
        cursor.execute(_TELL, (kind, VIEW, clock.now(), case_id))


def on_case_opened(event: CaseOpened) -> None:
    """An application arrived."""
    _tell("case.opened", event.case_id)


def on_case_decided(event: CaseDecided) -> None:
    """It was decided."""
    _tell("case.decided", event.case_id)


def on_case_withdrawn(event: CaseWithdrawn) -> None:
    """The applicant took it back."""
    _tell("case.withdrawn", event.case_id)


def on_route_sent_back(event: RouteSentBack) -> None:
    """Its proposal came back from its route (差戻し, 引戻し)."""
    _tell_of_route("case.sent_back", event.subject)


def on_route_resubmitted(event: RouteResubmitted) -> None:
    """Its proposal is on its route again."""
    _tell_of_route("case.resubmitted", event.subject)


def _tell_of_route(kind: str, subject: str) -> None:
    """Whoever acted on the route may be of another division, and see no case: the platform tells."""
    case_id = routing.case_of_route(subject)
    if case_id is not None:
        with unit(system_actor("cases.webhooks")):
            _tell(kind, case_id)
