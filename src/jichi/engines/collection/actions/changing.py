"""増減, 減免, 取消し, 不納欠損; 延滞金の免除; facts that matter for limitation. Each with reason and decision."""

from __future__ import annotations

from datetime import date

from django.db import IntegrityError

from jichi.engines.audit.context import Actor, unit
from jichi.engines.ledger import actions as ledger
from jichi.engines.ledger.rules import Entry, Posting
from jichi.kernel import clock
from jichi.kernel.errors import Conflict, Invalid, NotFound

from .. import booking
from ..models import Change, Instalment, LimitationEvent, Relief
from ..permissions import ASSESS, COLLECT, require
from ..rules.delinquent import ReliefKind
from ..rules.facts import CHANGES, ChangeKind
from ..rules.limitation import Kind
from ..standing import Known, known


def locked(instalment_id: int) -> Known:
    """The instalment, locked until the transaction ends. Raises NotFound where the actor sees none."""
    found = known([instalment_id], locks=True)
    if not found:
        raise NotFound
    return found[0]


def change_instalment(
    *, actor: Actor, instalment_id: int, kind: ChangeKind, amount_yen: int, reason: str, decision_ref: str,
    decided_on: date, dedupe_key: str,
) -> bool:  # fmt: skip
    """Change what is owed of an instalment; False where this was recorded before.

    Money that is then too much is left over (過納) and can be put elsewhere or given back.

    Args:
        amount_yen: positive; less is owed by it, more where `kind` is "increased". "cancelled" takes all that is owed.

    Raises:
        Forbidden: without "eng_collection.assess". NotFound.
        Invalid: "collection.grounds", "collection.amount".
    """
    require(actor, ASSESS)
    if not reason.strip() or not decision_ref.strip() or kind not in CHANGES:
        raise Invalid("collection.grounds")
    with unit(actor):
        one = locked(instalment_id)
        if Change.objects.filter(dedupe_key=dedupe_key).exists():
            return False
        yen = one.facts.tax if kind == "cancelled" else amount_yen
        most = 10**12 if kind in {"increased", "late_waived"} else one.facts.tax
        if not 1 <= yen <= most:
            raise Invalid("collection.amount", yen=yen, most=most)
        signed = yen if kind == "increased" else -yen
        row = Change.objects.create(
            dedupe_key=dedupe_key, instalment_id=one.id, kind=kind, amount_yen=signed, reason=reason,
            decision_ref=decision_ref, decided_on=decided_on, recorded_at=clock.now(),
        )  # fmt: skip
        if kind != "late_waived":
            _post_change(actor, one, row)
        booking.settle_all(actor, [one.id], on=decided_on)
    return True


def _post_change(actor: Actor, one: Known, row: Change) -> None:
    other = (
        "written_off"
        if row.kind == "written_off"
        else Instalment.objects.values_list("assessment__kind__revenue_account", flat=True).get(pk=one.id)
    )
    ledger.post(actor=actor, postings=[Posting(
        key=f"collection:change:{row.pk}", kind=row.kind, division_id=one.division_id, fiscal_year=one.fiscal_year,
        belongs_on=row.decided_on,
        entries=(Entry("claims", row.amount_yen, one.key), Entry(other, -row.amount_yen)),
    )])  # fmt: skip


def grant_relief(
    *, actor: Actor, instalment_id: int, kind: ReliefKind, first_day: date, last_day: date, reason: str,
    decision_ref: str,
) -> bool:  # fmt: skip
    """Less or no charge for lateness accrues from `first_day` to `last_day`; False where this was recorded before.

    Raises:
        Forbidden: without "eng_collection.assess". NotFound.
        Invalid: "collection.grounds", "collection.days".
    """
    require(actor, ASSESS)
    if not reason.strip() or not decision_ref.strip():
        raise Invalid("collection.grounds")
    if first_day > last_day:
        raise Invalid("collection.days")
    with unit(actor):
        one = locked(instalment_id)
        _, fresh = Relief.objects.get_or_create(
            instalment_id=one.id, kind=kind, first_day=first_day, last_day=last_day,
            defaults={"reason": reason, "decision_ref": decision_ref, "recorded_at": clock.now()},
        )  # fmt: skip
        if fresh:
            booking.settle_all(actor, [one.id], on=clock.today())
    return fresh


def note_event(
    *, actor: Actor, instalment_id: int, kind: Kind, on: date, until: date | None = None, reference: str
) -> bool:
    """Record a fact that matters for limitation, or the end of one that lasts; False where it was recorded before.

    Raises:
        Forbidden: without "eng_collection.collect". NotFound.
        Conflict: "collection.event_ended": another last day is recorded.
    """
    require(actor, COLLECT)
    with unit(actor):
        one = locked(instalment_id)
        row, fresh = LimitationEvent.objects.get_or_create(
            instalment_id=one.id, kind=kind, on_day=on,
            defaults={"until_day": until, "reference": reference, "recorded_at": clock.now()},
        )  # fmt: skip
        if fresh or until is None or row.until_day == until:
            return fresh
        row.until_day = until
        try:
            row.save(update_fields=["until_day"])
        except IntegrityError:
            raise Conflict("collection.event_ended") from None
    return True
