"""Before and after the last day to pay: the payer is reminded, the division is told; each once."""

from __future__ import annotations

from datetime import timedelta

from django.conf import settings

from jichi.engines.audit.context import Actor, unit
from jichi.kernel import clock

from .. import booking, rules, texts
from ..models import Charge
from ..rules import ChargeState


def remind(*, actor: Actor) -> int:
    """Remind of what is due within the next days, and tell divisions of what is overdue. Bears repeating.

    How many days is the setting JICHI_PAY_REMIND_DAYS (3 where it says nothing, 0: nobody is reminded). Answers how
    many charges were looked at.
    """
    today = clock.today()
    days = int(getattr(settings, "JICHI_PAY_REMIND_DAYS", rules.REMIND_DAYS))
    with unit(actor), unit(booking.SYSTEM):
        due = Charge.objects.filter(state=ChargeState.DUE.value)
        soon = due.filter(due_on__gte=today, due_on__lte=today + timedelta(days=days), account__isnull=False)
        ids = list(soon.values_list("pk", flat=True)) if days else []
        late = due.filter(due_on__lt=today, due_on__gte=today - rules.LOOK_BACK)
        ids += late.values_list("pk", flat=True)
    for charge_id in ids:
        with unit(actor), unit(booking.SYSTEM):
            _tell(booking.lock_charge(charge_id))
    return len(ids)


def _tell(charge: Charge) -> None:
    """One charge, locked: paid or cancelled meanwhile it is left alone."""
    if charge.state != ChargeState.DUE:
        return
    if not rules.is_overdue(charge.state, charge.due_on, clock.today()):
        booking.tell_payer(charge, "soon", key=f"charge:{charge.pk}:soon:{charge.due_on}", todo=True)
        return
    booking.tell_office(
        charge, texts.OFFICE["overdue"], key=f"charge:{charge.pk}:late:{charge.due_on}",
        subject_key=booking.late_key(charge),
    )  # fmt: skip
