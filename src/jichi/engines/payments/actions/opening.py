"""調定: something is owed; and 取消し: it is owed no more."""

from __future__ import annotations

import json
from collections.abc import Sequence
from datetime import date
from uuid import UUID

from django.db import connection

from jichi.engines.audit import actions as audit
from jichi.engines.audit.announce import announce
from jichi.engines.audit.context import Actor, unit
from jichi.engines.inbox import actions as inbox
from jichi.kernel import clock
from jichi.kernel.localized import LocalizedText

from .. import booking, rules, texts
from ..events import ChargeSettled
from ..models import Charge, Payment
from ..rules import ChargeLine, ChargeState


def open_charge(
    *,
    actor: Actor,
    subject: str,
    account_id: UUID | None,
    payer_no: str,
    division_id: int,
    title: LocalizedText,
    lines: Sequence[ChargeLine],
    due_on: date | None,
    about: str,
    dedupe_key: str,
    is_carried: bool = False,
) -> UUID:
    """Open one charge in the caller's transaction; answer its id.

    The payer finds it in the inbox as something to do, and at /pay/<id>/. A charge of 0 yen is settled at once: state
    "zero", and `ChargeSettled` with 0 yen is announced before this returns.

    Args:
        subject: what it is about, opaque here: "eng_cases:case:<uuid>". `charges_of` and `cancel_charge` ask by it.
        account_id: whose login pays; None where it is paid at the counter only.
        payer_no: 宛名番号 or 団体番号 of who owes, "" if unknown.
        lines: 1 to 100; their sum is what is owed, never below 0.
        due_on: last day to pay, shown to the payer; nothing happens by itself after it.
        about: 受付番号 without its hyphen.
        dedupe_key: the same key opens no second charge, ever, and answers the first one's id.
        is_carried: what is owed stands in the books of the room above, which books what comes (`MoneyCarried`) and is
            told when the one try to pay is over (`CarriedEnded`). Such a charge is no todo of its own.

    Raises:
        ValueError: see `rules.total_of`.
    """
    rules.total_of(lines)
    given = [
        {"code": line.code, "title": dict(line.title), "unit_yen": line.unit_yen, "count": line.count} for line in lines
    ]
    now = clock.now()
    with unit(actor):
        with connection.cursor() as cursor:
            cursor.execute(
                "SELECT * FROM payments_open(%s, %s, %s, %s, %s, %s::jsonb, %s::jsonb, %s, %s, %s, %s, %s)",
                (
                    dedupe_key, subject, account_id, payer_no, division_id, json.dumps(dict(title)), json.dumps(given),
                    due_on, about, now, now.astimezone(clock.TOKYO).date(), is_carried,
                ),
            )  # fmt: skip
            charge_id, fresh, state, total_yen = cursor.fetchone()
        found: UUID = charge_id
        if not fresh:
            return found
        if state == ChargeState.ZERO:
            announce(ChargeSettled(subject=subject, charge_id=found, amount_yen=total_yen))
        elif account_id is not None and not is_carried:
            inbox.put_item(
                actor=actor, account_id=account_id, kind="todo", title=texts.NOTICES["due"], url_path=f"/pay/{found}/",
                subject_key=rules.subject_key(found), due_on=due_on, about=about,
                dedupe_key=f"eng_payments:charge:{found}:due",
            )  # fmt: skip
    return found


def cancel_charge(*, actor: Actor, subject: str, reason: str, unpaid_only: bool = False) -> None:
    """Nothing is owed for the subject any more: what is unpaid is cancelled, what is paid begins to go back.

    Told again it changes nothing. Money that arrives for a cancelled charge later goes back by itself. Who may
    cancel is for the caller to decide.

    Args:
        reason: why, in Japanese, for officials: "取下げのため". Without names.
        unpaid_only: what is paid stays paid.
    """
    with unit(actor):
        with unit(booking.SYSTEM):
            charges = list(Charge.objects.select_for_update().filter(subject=subject).order_by("opened_at", "id"))
            unpaid = (ChargeState.DUE, ChargeState.ZERO)
            wanted = [charge for charge in charges if charge.state in unpaid or not unpaid_only]
            changed = [charge for charge in wanted if _cancel(charge, reason, actor.account_id)]
        for charge in changed:
            audit.record(
                actor=actor, action="cancel", table="eng_payments_charge", object_id=str(charge.pk),
                subject=charge.payer_no, detail={"reason": reason},
            )  # fmt: skip


def _cancel(charge: Charge, reason: str, by: UUID | None) -> bool:
    """Cancel one locked charge; False where nothing was to do."""
    now = clock.now()
    if charge.state in (ChargeState.DUE, ChargeState.ZERO):
        was_due = charge.state == ChargeState.DUE
        charge.state, charge.cancelled_at, charge.reason = ChargeState.CANCELLED.value, now, reason
        charge.save(update_fields=["state", "cancelled_at", "reason"])
        if was_due:
            day = now.astimezone(clock.TOKYO).date()
            booking.post(charge, f"charge:{charge.pk}:cancelled", "cancelled", charge.total_yen, day=day)
        booking.close_asking(charge)
        # The firm's page that may still be open is closed by the next sweep.
        charge.checkouts.filter(state="open").update(next_look_at=now)
        return True
    if charge.state == ChargeState.PAID:
        payment = Payment.objects.get(charge=charge, kind="settles", voided_at=None)
        booking.begin_refund(charge, payment, reason=reason, by=by)
        return True
    return False
