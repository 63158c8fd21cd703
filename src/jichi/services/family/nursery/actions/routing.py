"""A result on a route of approval (決裁経路), where the round names one; otherwise two officials approve it here."""

from __future__ import annotations

import hashlib
from typing import Final
from uuid import UUID

from jichi.engines.audit.context import Actor, unit
from jichi.engines.routes import actions as routes
from jichi.engines.routes import queries as route_queries
from jichi.kernel import clock
from jichi.kernel.errors import Conflict, FieldError, Invalid
from jichi.kernel.localized import LocalizedText

from ..models import Run
from ..permissions import APPROVE, EDIT, require
from ..queries.approving import SUBJECT, choosable, subject_of
from .deciding import locked_run
from .rounds import locked_round

TITLE: Final[LocalizedText] = {"ja": "保育所等の利用調整の結果"}
OTHER: Final = "別の計算を決裁に回しました"


def choose_route(*, actor: Actor, round_id: UUID, route: str) -> None:
    """How the results of a round are approved from now on: by a route, or ("") by two officials.

    Raises:
        Forbidden; NotFound. Invalid: field "route". Conflict: "nursery.published", "nursery.approval_begun": a run of
            the round is approved by somebody or on its route.
    """
    require(actor, EDIT)
    if route and route not in choosable():
        raise Invalid(fields={"route": FieldError("field.choose_one")})
    with unit(actor):
        row = locked_round(actor, round_id)
        if row.route == route:
            return
        runs = Run.objects.filter(round=row)
        if runs.filter(first_by__isnull=False).exists():
            raise Conflict("nursery.approval_begun")
        for run_id in runs.values_list("pk", flat=True):
            there = route_queries.route_of(subject_of(run_id)) if row.route else None
            if there is not None and there.closed_at is None:
                raise Conflict("nursery.approval_begun")
        row.route = route
        row.save(update_fields=["route"])


def propose_run(*, actor: Actor, run_id: UUID) -> UUID:
    """起案: put a finished run on the route its round names; pressed twice it is one. Answers the route's id.

    Another run of the round that was on its route is taken off it. A route that came back to this drafter goes on.

    Raises:
        Forbidden; NotFound. Conflict: as `locked_run`; "nursery.no_route"; "nursery.on_route": approved already.
        Invalid: "route.fact_missing".
    """
    require(actor, APPROVE)
    with unit(actor):
        run = locked_run(actor, run_id)
        if not run.round.route:
            raise Conflict("nursery.no_route")
        if run.second_by_id:
            raise Conflict("nursery.on_route")
        for other in Run.objects.filter(round_id=run.round_id).exclude(pk=run.pk).values_list("pk", flat=True):
            routes.withdraw_route(actor=actor, subject=subject_of(other), reason=OTHER)
        subject = subject_of(run.pk)
        there = route_queries.route_of(subject)
        if there is not None and there.status == "returned" and there.drafter_id == actor.account_id:
            return routes.resubmit_route(actor=actor, route_id=there.id)
        if there is not None and there.closed_at is None:
            return there.id
        return routes.open_route(
            actor=actor, subject=subject, route=route_queries.spec(run.round.route), content_hash=content_of(run),
            facts={}, division_id=run.round.division_id, title=TITLE, url_path=f"/staff/nursery/runs/{run.pk}/",
            about=run.round.name, dedupe_key=f"{subject}:{there.id if there else ''}",
        )  # fmt: skip


def route_decided(
    *, actor: Actor, subject: str, route_id: UUID, outcome: str, decided_by: UUID, content_hash: str
) -> None:  # fmt: skip
    """決裁 of a run: it is approved by its drafter and the one who decided, and may be published. 否決 leaves it open.

    Raises:
        Conflict: as `locked_run`; the decision is then not made either.
    """
    if not subject.startswith(SUBJECT) or outcome != "approved":
        return
    with unit(actor):
        run = locked_run(actor, UUID(subject.removeprefix(SUBJECT)))
        if content_hash != content_of(run):
            raise Conflict("nursery.inputs_changed")
        run.first_by_id, run.second_by_id = route_queries.route(route_id).drafter_id, decided_by
        run.approved_at = clock.now()
        run.save(update_fields=["first_by", "second_by", "approved_at"])


def content_of(run: Run) -> str:
    """SHA-256 of what is decided: what the run was given, and what came of it."""
    outputs = hashlib.sha256(bytes(run.outputs or b"")).hexdigest()
    return hashlib.sha256(f"{run.inputs_sha256} {outputs}".encode()).hexdigest()
