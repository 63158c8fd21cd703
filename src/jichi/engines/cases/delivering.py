"""How a decision reaches the person: the way that the application says, and the place where a paper goes."""

from __future__ import annotations

from uuid import UUID

from jichi.engines.forms import queries as forms
from jichi.engines.forms.rules import delivery_way

from .rules import Proposed, proposed_dispatch


def way_proposed(submission_id: UUID, account_id: UUID | None, outcome: str) -> Proposed:
    """施行の方法 as the application that stands now says it. One statement."""
    sent = forms.submission(submission_id)
    return proposed_dispatch(
        delivery_way(sent.definition, sent.answers), outcome=outcome, has_login=account_id is not None
    )
