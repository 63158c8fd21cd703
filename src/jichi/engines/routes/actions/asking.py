"""照会: somebody whose turn it is asks the drafter or another official on the way; the answer stays in the history."""

from __future__ import annotations

from dataclasses import replace
from uuid import UUID

from jichi.engines.audit.context import Actor
from jichi.kernel.errors import FieldError, Invalid

from ..rules import Act, Office, RouteState
from .acting import at_present_step
from .changing import Telling, blank_act, perform


def ask_about(
    *,
    actor: Actor,
    route_id: UUID,
    asked: UUID,
    text: str,
    as_deputy: bool = False,
    expected_version: int | None = None,
) -> UUID:
    """照会する: put a question before one acts. The route does not wait for the answer; who asks may.

    Args:
        asked: the drafter, or who holds a post on the route's way.

    Raises:
        Invalid: no question, or somebody who has no part in the route.
        NotFound, Forbidden, Conflict: as `changing.perform` says.
    """

    def build(state: RouteState, office: Office) -> Act:
        if asked != state.drafter and asked not in office.people:
            raise Invalid(fields={"asked": FieldError("field.choose_one")})
        act = at_present_step(actor, "ask", as_deputy=as_deputy, reason=text)(state, office)
        return replace(act, asked=asked, asked_name=office.names.get(asked, ""), content_hash="")

    return perform(actor, route_id, build, expected_version=expected_version)


def answer_question(*, actor: Actor, route_id: UUID, question: int, text: str) -> UUID:
    """照会に回答する: who asked is told, and everybody on the route reads it.

    Args:
        question: the number of the act that asked.

    Raises:
        Invalid: no answer. NotFound, Forbidden, Conflict: as `changing.perform` says.
    """

    def build(state: RouteState, office: Office) -> Act:
        del state, office
        return blank_act(actor, kind="answer", question=question, reason=text.strip())

    def who_asked(state: RouteState, office: Office, act: Act) -> frozenset[UUID]:
        del office
        return frozenset(q.by for q in state.questions if q.number == act.question and q.by is not None)

    telling = Telling("照会に回答がありました", who_asked)
    return perform(actor, route_id, build, expected_version=None, telling=telling)
