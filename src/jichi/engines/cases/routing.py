"""Where a decision goes before it is one: the route that a procedure's definition names, in engine routes."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from typing import Any, Final
from uuid import UUID

from jichi.engines.audit.context import Actor
from jichi.engines.forms import queries as forms
from jichi.engines.forms.rules import FormDefinition, route_facts, route_id
from jichi.engines.routes import actions as routes
from jichi.engines.routes import queries as route_queries
from jichi.engines.routes.queries import RoutePreview
from jichi.engines.routes.rules import FLAGS, Change
from jichi.kernel.errors import Forbidden

from . import rules
from .models import Case, Proposal

MARKS: Final[Mapping[str, str]] = FLAGS
"""What a drafter may judge a matter to be (重要・異例・疑義): goes to a higher post, and to no deputy."""


def route_named(definition: FormDefinition) -> bool:
    """Are decisions of this procedure made on a route; otherwise the official in charge decides."""
    return definition.route is not None


def subject_of(case_id: UUID) -> str:
    """The name under which engine routes knows the decision of a case."""
    return f"{rules.subject_key(case_id)}:decision"


def case_of_route(subject: str) -> UUID | None:
    """The case behind such a name; None for the subjects of other rooms."""
    key, _, tail = subject.rpartition(":")
    return rules.case_of_subject(key) if tail == "decision" else None


def begin(
    actor: Actor, case: Case, proposal: Proposal, definition: FormDefinition, *, url_path: str, marks: Iterable[str],
    changes: Sequence[Change] = (),
) -> UUID:  # fmt: skip
    """Put the proposal on its route; answers the route's id.

    Args:
        marks: of `MARKS`: what the drafter judges the matter to be.
        changes: since the proposal that went back.

    A route that went back to this very drafter is taken up again, so that its history stays one; for another
    drafter a new one begins.

    Raises: as `routes.actions.open_route` and `resubmit_route`.
    """
    subject = subject_of(case.pk)
    answers = forms.submission(case.submission_id).answers
    spec = route_queries.spec(route_id(definition, answers, decided=proposal.granted_yen) or "")
    facts = _facts(case.procedure, definition, answers, marks, proposal.granted_yen)
    there = route_queries.route_of(subject)
    if there is not None and there.status == "returned":
        if there.drafter_id == actor.account_id and there.spec_name == spec.id:
            routes.content_changed(
                actor=actor, subject=subject, content_hash=proposal.content_hash, minor=False, reason="起案を直した",
                facts=facts, changes=changes,
            )  # fmt: skip
            return routes.resubmit_route(actor=actor, route_id=there.id)
        routes.withdraw_route(actor=actor, subject=subject, reason="起案し直しました")
    return routes.open_route(
        actor=actor, subject=subject, route=spec, content_hash=proposal.content_hash,
        facts=facts, division_id=case.division_id,
        title=case.title, url_path=url_path, about=case.number, dedupe_key=f"{subject}:{proposal.turn}",
    )  # fmt: skip


def _facts(
    procedure: str,
    definition: FormDefinition,
    answers: Mapping[str, Any],
    marks: Iterable[str] | None,
    decided: int | None,
) -> dict[str, int | str]:
    """What the route's table of 専決 looks at: an amount that changed has its own decider.

    Args:
        marks: None: what the drafter marked stands as it is.
        decided: 交付決定額 where less is to be granted than was asked for: that is what is decided upon.
    """
    found = {**route_facts(definition, answers, decided=decided), "matter": procedure}
    if marks is not None:
        found |= {mark: 1 if mark in marks else found.get(mark, 0) for mark in MARKS}
    return found


def marks_of(case_id: UUID) -> frozenset[str]:
    """What the drafter marked the matter as, on its newest route. Four statements."""
    found = route_queries.route_of(subject_of(case_id))
    return frozenset(mark for mark in MARKS if found is not None and found.state.facts.get(mark))


def way_of(case_id: UUID, *, actor: Actor, marks: Iterable[str], granted: int | None = None) -> RoutePreview:
    """The way that the actor's proposal with these marks, granting so much, would take, for the page before it is sent.

    Raises:
        Forbidden: nobody is signed in.
    """
    if actor.account_id is None:
        raise Forbidden
    case = Case.objects.get(pk=case_id)
    sent = forms.submission(case.submission_id)
    return route_queries.preview(
        spec=route_queries.spec(route_id(sent.definition, sent.answers, decided=granted) or ""),
        division_id=case.division_id,
        facts=_facts(case.procedure, sent.definition, sent.answers, marks, granted), drafter_id=actor.account_id,
    )  # fmt: skip


def content_changed(
    actor: Actor, case: Case, proposal: Proposal, *, minor: bool, why: str, changes: Sequence[Change],
    marks: Iterable[str] | None = None,
) -> None:  # fmt: skip
    """Tell the route that another content stands now: approvals of the old one are void, unless it is minor."""
    definition, answers = forms.definition_of(case.form_version_id), forms.submission(case.submission_id).answers
    routes.content_changed(
        actor=actor, subject=subject_of(case.pk), content_hash=proposal.content_hash, minor=minor, reason=why,
        facts=_facts(case.procedure, definition, answers, marks, proposal.granted_yen), changes=changes,
    )  # fmt: skip


def withdraw(actor: Actor, case_id: UUID, why: str) -> None:
    """End the route without a decision."""
    routes.withdraw_route(actor=actor, subject=subject_of(case_id), reason=why)
