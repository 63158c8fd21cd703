"""How far the money of online payments has come: taken, settled, credited. Files of firms concern the whole town."""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import dataclass
from datetime import date
from uuid import UUID

from django.db.models import Count, Q, Sum

from jichi.engines.audit.context import unit
from jichi.engines.bankfiles import queries as bankfiles

from .. import rules
from ..booking import SYSTEM
from ..models import Payment, SettledLine
from ..rules import MoneyState

_BOOKED = ("matched", "amount")


@dataclass(slots=True)
class DayMoney:
    """Online payments that the firm took on a day, in yen: all, settled (with fee and net), credited by the bank."""

    day: date
    count: int = 0
    yen: int = 0
    settled_count: int = 0
    settled_yen: int = 0
    fee_yen: int = 0
    net_yen: int = 0
    credited_yen: int = 0

    @property
    def state(self) -> MoneyState:
        """The state of what has come least far."""
        if self.settled_count < self.count:
            return MoneyState.TAKEN
        return MoneyState.CREDITED if self.credited_yen == self.net_yen else MoneyState.SETTLED


def money_by_day(*, since: date) -> list[DayMoney]:
    """Days from a day on, newest first. Three statements."""
    with unit(SYSTEM):
        taken = (
            Payment.objects.filter(accepted_on__gte=since).exclude(provider_ref="").values_list("accepted_on")
            .annotate(Count("pk"), Sum("amount_yen")).order_by("-accepted_on")
        )  # fmt: skip
        days = {day: DayMoney(day, count, int(yen)) for day, count, yen in taken}
        settled = list(
            SettledLine.objects.filter(payment__accepted_on__gte=since, kind="sale", outcome__in=_BOOKED)
            .values_list("payment__accepted_on", "promise_key")
            .annotate(Count("pk"), Sum("gross_yen"), Sum("fee_yen"), Sum("net_yen")).order_by("payment__accepted_on")
        )  # fmt: skip
        credited = _credited({key for _day, key, *_ in settled})
    for day, key, count, gross, fee, net in settled:
        one = days[day]
        one.settled_count += count
        one.settled_yen += int(gross)
        one.fee_yen += int(fee)
        one.net_yen += int(net)
        one.credited_yen += int(net) if credited.get(key) else 0
    return list(days.values())


@dataclass(frozen=True, slots=True, kw_only=True)
class PaymentMoney:
    """One online payment: how far its money has come. `fee_yen`, `remit_on` None until it is settled."""

    payment_id: UUID
    reference: str
    yen: int
    state: MoneyState
    fee_yen: int | None = None
    remit_on: date | None = None
    credited_on: date | None = None
    file: UUID | None = None


def money_of_day(day: date) -> list[PaymentMoney]:
    """Payments that the firm took on a day. Three statements."""
    return _money(Q(accepted_on=day))


def money_of_payments(ids: Collection[UUID]) -> dict[UUID, PaymentMoney]:
    """These payments, without those of the counter. Three statements."""
    return {one.payment_id: one for one in _money(Q(pk__in=list(ids)))}


def _money(which: Q) -> list[PaymentMoney]:
    with unit(SYSTEM):
        payments = list(Payment.objects.filter(which).exclude(provider_ref="").order_by("recorded_at", "pk"))
        lines = {
            one.payment_id: one
            for one in SettledLine.objects.filter(payment__in=payments, kind="sale", outcome__in=_BOOKED)
        }
        credited = _credited({one.promise_key for one in lines.values()})
    found = []
    for payment in payments:
        line = lines.get(payment.pk)
        day = credited.get(line.promise_key) if line else None
        found.append(PaymentMoney(
            payment_id=payment.pk, reference=payment.provider_ref, yen=payment.amount_yen,
            state=rules.money_state(is_settled=line is not None, credited_on=day),
            fee_yen=line.fee_yen if line else None, remit_on=line.remit_on if line else None, credited_on=day,
            file=line.file_id if line else None,
        ))  # fmt: skip
    return found


def _credited(keys: Collection[str]) -> dict[str, date | None]:
    return {one.key: one.credited_on for one in bankfiles.promises(keys=keys)} if keys else {}
