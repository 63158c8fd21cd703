"""The wording of notices that a division keeps itself (教示), dated; what is in force stays as it was."""

from __future__ import annotations

from datetime import date
from uuid import UUID

from jichi.engines.audit.context import Actor, unit
from jichi.kernel import clock
from jichi.kernel.errors import FieldError, Invalid

from ..models import RemedyText
from ..permissions import EDIT, require
from ..rules.remedies import Remedies


def set_remedies(*, actor: Actor, division_id: int, valid_from: date, wording: Remedies) -> UUID:
    """A wording for notices published from a day on; one for the same day is replaced while that day has not come.

    Raises:
        Forbidden; NotFound: another division. Invalid: field "valid_from", a day that is over or in force already.
    """
    require(actor, EDIT, division_id)
    today = clock.today()
    with unit(actor):
        known = RemedyText.objects.select_for_update().filter(division_id=division_id, valid_from=valid_from).first()
        if valid_from < today or (known is not None and valid_from <= today):
            raise Invalid(fields={"valid_from": FieldError("nursery.wording_day")})
        row = known or RemedyText(division_id=division_id, valid_from=valid_from)
        row.text, row.appeal_months, row.suit_months = wording.text, wording.appeal_months, wording.suit_months
        row.changed_by_id, row.changed_at = actor.account_id, clock.now()
        row.save()
        return row.pk
