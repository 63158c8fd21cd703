"""起案 as pages read it: the one on the route, and how far the route has come."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from ..models import Proposal
from ..rules import Draft


@dataclass(frozen=True, slots=True, kw_only=True)
class ProposalView:
    """The newest proposal of a case; `state` "on_route", "sent_back", "decided", "ended"."""

    draft: Draft
    turn: int
    revision: int
    state: str
    route_id: UUID | None
    drafted_by: UUID
    drafted_at: datetime
    ended_because: str


def _view(row: Proposal) -> ProposalView:
    return ProposalView(
        draft=Draft(
            outcome="approved" if row.outcome == "approved" else "refused", reason_code=row.reason_code,
            reason=row.reason, question=row.question, seal=row.seal, dispatch=row.dispatch,
            dispatch_because=row.dispatch_because, granted_yen=row.granted_yen,
        ),
        turn=row.turn, revision=row.revision, state=row.state, route_id=row.route_id, drafted_by=row.drafted_by_id,
        drafted_at=row.drafted_at, ended_because=row.ended_because,
    )  # fmt: skip


def newest_proposal(case_id: UUID) -> ProposalView | None:
    """The last one that was made, whatever became of it. One statement."""
    row = Proposal.objects.filter(case_id=case_id).order_by("-turn").first()
    return _view(row) if row else None


def proposal_on_route(case_id: UUID) -> ProposalView | None:
    """The one that waits for approval. One statement."""
    row = Proposal.objects.filter(case_id=case_id, state="on_route").first()
    return _view(row) if row else None
