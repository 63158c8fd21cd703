"""取下げ: the applicant takes the application back."""

from __future__ import annotations

from uuid import UUID

from jichi.engines.audit.announce import announce
from jichi.engines.audit.context import Actor, unit
from jichi.engines.inbox import actions as inbox
from jichi.kernel.errors import Conflict

from .. import permissions, rules
from ..events import CaseWithdrawn
from ..models import Case, Correction
from ..rules import Status, Step
from .changing import add_event, locked_case, save_case, take_step, tell_applicant
from .correcting import end_correction
from .paying import cancel_charges
from .proposing import end_proposal
from .standing import require_standing


def withdraw_case(*, actor: Actor, case_id: UUID) -> Case:
    """取り下げる, until a decision is made. A second press finds it withdrawn and changes nothing.

    Raises:
        NotFound: not this applicant's.
        Conflict: "case.state" after the decision.
    """
    with unit(actor):
        case = locked_case(case_id)
        permissions.require_applicant(actor, case)
        require_standing(actor, case)
        if case.status == Status.WITHDRAWN:
            return case
        if case.status not in rules.OPEN:
            raise Conflict("case.decided", number=case.number)
        take_step(case, Step.WITHDRAW, expected_version=None)
        for correction in Correction.objects.select_for_update().filter(case=case, state="open"):
            end_correction(correction, "cancelled")
        end_proposal(actor, case, state="ended", because="withdrawn")
        cancel_charges(actor, case, reason="withdrawn")
        save_case(case)
        add_event(actor, case, "withdrawn")
        inbox.close_items(actor=actor, subject_key=rules.subject_key(case.pk))
        tell_applicant(actor, case, "withdrawn", key=f"withdrawn:{case.pk}")
        announce(CaseWithdrawn(case_id=case.pk, procedure=case.procedure))
        return case
