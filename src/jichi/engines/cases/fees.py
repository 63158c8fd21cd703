"""What answers cost beside what was charged for their case: for acts that charge, and pages that say it before."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any
from uuid import UUID

from jichi.engines.audit.context import system_actor, unit
from jichi.engines.forms import queries as forms
from jichi.engines.forms.register import register_facts
from jichi.engines.forms.rules import FormDefinition, fee_lines
from jichi.engines.forms.rules.facts import Facts
from jichi.engines.payments import queries as charges
from jichi.engines.payments.rules import ChargeLine
from jichi.kernel import clock

from . import rules
from .models import Case
from .rules import FeePlan


def lines_of(case: Case, definition: FormDefinition, answers: Mapping[str, Any], facts: Facts) -> list[ChargeLine]:
    """What these answers cost at the prices of the day of the application; a correction keeps them."""
    day = case.received_at.astimezone(clock.TOKYO).date()
    return [
        ChargeLine(line.code, line.title, line.unit_yen, line.count)
        for line in fee_lines(definition, answers, facts, day)
    ]


def fee_plan_of(case_id: UUID, answers: Mapping[str, Any]) -> FeePlan | None:
    """What answers would change about the money of the case; None where the procedure costs nothing. For pages, too."""
    with unit(system_actor("cases.payment")):  # who applies for somebody need not see all that the price looks at
        case = Case.objects.get(pk=case_id)
        sent = forms.submission(case.submission_id)
        if sent.definition.fee_schedule is None:
            return None
        facts = register_facts(
            applicant_no=case.applicant_no, subject_no=case.subject_no, today=clock.today(),
            principal_name=sent.principal_name, follows=sent.follows,
        )  # fmt: skip
        wanted = lines_of(case, sent.definition, answers, facts)
        return rules.fee_plan(wanted, charges.charges_of(rules.subject_key(case_id)))
