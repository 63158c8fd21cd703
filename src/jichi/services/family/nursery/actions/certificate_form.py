"""The form of the certificate that a division asks employers by (就労証明の様式), dated; what is in force stays."""

from __future__ import annotations

from datetime import date

from jichi.engines.audit.context import Actor, unit
from jichi.kernel import clock
from jichi.kernel.errors import FieldError, Invalid
from jichi.kernel.tables import LineError, require_table

from ..models import CertificateSheet
from ..permissions import EDIT, require
from ..rules.certificate_form import read_form


def set_certificate_form(
    *, actor: Actor, division_id: int, valid_from: date, data: bytes
) -> tuple[LineError, ...]:  # fmt: skip
    """A form for certificates answered from a day on: every error by line, or none and it is kept.

    One for the same day is replaced while that day has not come.

    Raises:
        Forbidden; NotFound: another division. Invalid: "file", none; "valid_from", a day that is over or in force.
    """
    require(actor, EDIT, division_id)
    require_table(data)
    form, errors = read_form(data)
    if form is None:
        return errors
    today = clock.today()
    with unit(actor):
        found = CertificateSheet.objects.select_for_update().filter(division_id=division_id, valid_from=valid_from)
        known = found.first()
        if valid_from < today or (known is not None and valid_from <= today):
            raise Invalid(fields={"valid_from": FieldError("nursery.wording_day")})
        row = known or CertificateSheet(division_id=division_id, valid_from=valid_from)
        row.content, row.changed_by_id, row.changed_at = data, actor.account_id, clock.now()
        row.save()
    return ()
