"""What programs may do with charges: read them, and record what was paid over the counter."""

from __future__ import annotations

from datetime import date, datetime
from uuid import UUID

from jichi.engines.api.operations import (
    ApiRequest,
    Field,
    In,
    Out,
    Page,
    Query,
    Router,
    next_cursor,
    opened,
    operation,
)
from jichi.engines.audit import actions as audit
from jichi.kernel.errors import NotFound

from . import actions, permissions, queries
from .rules import ChargeState, CounterMethod

router = Router(tags=["料金 / charges"])


class ChargeRowOut(Out):
    """A charge in a list. `about`: 受付番号 of what it is for."""

    id: UUID
    title: str
    state: str
    total_yen: int
    about: str
    payer_no: str
    opened_at: datetime
    due_on: date | None
    paid_at: datetime | None
    receipt_number: str
    method: str


class ChargesOut(Out):
    """A page of charges; `next` continues."""

    items: list[ChargeRowOut]
    next: str | None


class ChargesIn(Page):
    """Filters of the list, as on the page."""

    q: str = Field("", max_length=80)
    state: ChargeState | None = None
    overdue: bool = False
    opened_from: date | None = None
    opened_to: date | None = None


class LineOut(Out):
    """A line of a charge."""

    code: str
    title: dict[str, str]
    unit_yen: int
    count: int
    amount_yen: int


class ChargeOut(Out):
    """A charge with its lines."""

    id: UUID
    subject: str
    about: str
    state: str
    title: dict[str, str]
    total_yen: int
    paid_yen: int
    returned_yen: int
    lines: list[LineOut]
    due_on: date | None
    opened_at: datetime
    paid_at: datetime | None
    receipt_number: str
    payer_no: str


class CounterPaymentIn(In):
    """What was paid over the counter today: the whole charge."""

    method: CounterMethod
    slip: str = Field(min_length=1, max_length=40, description="レジ番号・伝票番号 / number of the counter's paper")


@operation(router, "GET", "/charges", permission=permissions.VIEW, response=ChargesOut,
           summary="料金の一覧", english="Charges of the client's division, newest first")  # fmt: skip
def charges(request: ApiRequest, given: Query[ChargesIn]) -> ChargesOut:
    filters = queries.ChargeFilters(
        q=given.q, state=given.state or "", overdue=given.overdue, opened_from=given.opened_from,
        opened_to=given.opened_to,
    )  # fmt: skip
    page = queries.list_charges(actor=request.actor, filters=filters, after=opened(given), limit=given.limit)
    items = [ChargeRowOut.model_validate(row) for row in page.rows]
    return ChargesOut(items=items, next=next_cursor(request, page.next_key))


def _charge(request: ApiRequest, charge_id: UUID) -> ChargeOut:
    found = queries.charge(charge_id)
    if found.division_id not in request.actor.divisions:
        raise NotFound
    audit.record_look(
        actor=request.actor, table="eng_payments_charge", object_id=str(charge_id), subject=found.payer_no
    )
    return ChargeOut.model_validate(found)


@operation(router, "GET", "/charges/{uuid:charge_id}", permission=permissions.VIEW, response=ChargeOut,
           summary="1件の料金", english="One charge")  # fmt: skip
def charge(request: ApiRequest, charge_id: UUID) -> ChargeOut:
    return _charge(request, charge_id)


@operation(router, "POST", "/charges/{uuid:charge_id}/counter-payment", permission=permissions.COLLECT,
           response=ChargeOut, summary="窓口で受け取ったことを記録する",
           english="Record that the whole charge was paid over the counter today")  # fmt: skip
def collect(request: ApiRequest, charge_id: UUID, given: CounterPaymentIn) -> ChargeOut:
    actions.record_counter_payment(actor=request.actor, charge_id=charge_id, method=given.method, slip=given.slip)
    return _charge(request, charge_id)
