"""発行と再発行: slips come into force all at once or not at all; a number given again replaces the slip before it."""

from __future__ import annotations

import hashlib
import secrets
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from typing import Final
from uuid import UUID

from django.conf import settings
from django.db import IntegrityError

from jichi.engines.audit.context import Actor, unit
from jichi.kernel import clock
from jichi.kernel.calendar import format_date
from jichi.kernel.errors import Conflict, Forbidden, Invalid, NotFound

from .. import papers, permissions
from ..drawing import unprintable
from ..errors import OrderFault, OrdersRefused
from ..models import Slip, SlipRun, SlipTerms
from ..rules import (
    MOST_REISSUES,
    ElSlip,
    Fault,
    Paper,
    PayEasy,
    SlipOrder,
    Terms,
    barcode_refusal,
    build_barcode,
    build_el_qr,
    confirmation_number,
    doubled,
    el_lines,
    fingerprint,
    free_area,
)

BATCH: Final = 2000
LANES: Final = 2
"""Jobs that print one run side by side."""


def issue_slips(
    *, actor: Actor, run_key: str, division_id: int, title: str, orders: Sequence[SlipOrder], large: bool = False
) -> UUID:
    """Issue the slips of a run and have them printed in the background. The same key and orders again: the same run.

    Args:
        run_key: the ordering room's name for this run ("after_school:2026-06:monthly").
        title: for officials: what is in the run.
        orders: in the order in which they are printed.
        large: large print for all of them.

    Raises:
        Forbidden: without the right to issue, or for another division.
        OrdersRefused: orders that cannot be printed, each named; nothing was issued.
        Invalid: "slip.no_orders".
        Conflict: "slip.no_terms", "slip.run_differs", "slip.doubled", "slip.taken", "slip.at_once".
    """
    permissions.require(actor, permissions.ISSUE)
    if actor.kind != "system" and division_id not in actor.divisions:
        raise Forbidden("forbidden", permission=permissions.ISSUE)
    if not orders:
        raise Invalid("slip.no_orders")
    print_ = fingerprint(orders, title=title, large=large)
    try:
        with unit(actor):
            before = _same_run(run_key, print_)
            if before:
                return before
            # All issuing takes its turn at the terms: reissue flags follow one another without a gap.
            terms = (
                SlipTerms.objects.select_for_update(no_key=True)
                .filter(valid_from__lte=clock.today())
                .order_by("-valid_from")
                .first()
            )
            if terms is None:
                raise Conflict("slip.no_terms")
            run = SlipRun(
                key=run_key, fingerprint=print_, title=title, division_id=division_id, terms=terms,
                account_id=actor.account_id, large=large, total=len(orders), created_at=clock.now(),
            )  # fmt: skip
            return _same_run(run_key, print_) or _issued(run, terms, orders)
    except IntegrityError:
        raise Conflict("slip.at_once") from None


def _same_run(run_key: str, print_: str) -> UUID | None:
    run = SlipRun.objects.filter(key=run_key).first()
    if run is None:
        return None
    if run.fingerprint != print_:
        raise Conflict("slip.run_differs")
    return UUID(str(run.pk))


def _issued(run: SlipRun, terms: SlipTerms, orders: Sequence[SlipOrder]) -> UUID:
    from ..tasks import print_slips

    twice = doubled(orders)
    if twice:
        raise Conflict("slip.doubled", number=twice[0])
    contract = Terms(issuer=terms.issuer, prefix=terms.prefix, limit_yen=terms.limit_yen)
    areas = _areas(orders, contract)
    flags = _flags(orders, areas)
    key = _confirmation_key()
    today = clock.today()
    made = [
        _Made(order, area, flags[area], terms, contract, key, today) for order, area in zip(orders, areas, strict=True)
    ]
    _require_printable(made)
    run.save(force_insert=True)
    now = clock.now()
    for at in range(0, len(made), BATCH):
        part = made[at : at + BATCH]
        again = [one.area for one in part if one.reissue]
        if again:
            Slip.objects.filter(free_area__in=again, replaced_at=None).update(replaced_at=now)
        Slip.objects.bulk_create(one.row(run, at + place) for place, one in enumerate(part))
    for lane in range(LANES):
        print_slips.defer(run_id=str(run.pk), lane=lane)
    return UUID(str(run.pk))


def _areas(orders: Sequence[SlipOrder], contract: Terms) -> list[str]:
    found, wrong, seen = [], [], set()
    for order in orders:
        try:
            area = free_area(order.number, contract)
        except Invalid as error:
            wrong.append(OrderFault(order.number, order.to.name, Fault(error.code, papers.plain(error.params))))
            continue
        if area in seen:  # numbers that differ only in zeros at their end
            raise Conflict("slip.doubled", number=order.number)
        seen.add(area)
        found.append(area)
    if wrong:
        raise OrdersRefused(wrong)
    return found


def _flags(orders: Sequence[SlipOrder], areas: Sequence[str]) -> dict[str, int]:
    """Free area → reissue flag of the slip to make. The number of another thing is refused."""
    subjects = dict(zip(areas, orders, strict=True))
    flags = dict.fromkeys(areas, 0)
    for at in range(0, len(areas), BATCH):
        latest = (
            Slip.objects.filter(free_area__in=areas[at : at + BATCH])
            .order_by("free_area", "-reissue")
            .distinct("free_area")
            .values_list("free_area", "reissue", "subject")
        )
        for area, reissue, subject in latest:
            order = subjects[area]
            if subject != order.subject:
                raise Conflict("slip.taken", number=order.number)
            if reissue >= MOST_REISSUES:
                fault = Fault("slip.reissues", {"max": MOST_REISSUES})
                raise OrdersRefused([OrderFault(order.number, order.to.name, fault)])
            flags[area] = reissue + 1
    return flags


def _confirmation_key() -> bytes:
    """For confirmation numbers; what was given stays on the slip when the site's keys change."""
    secret: str = settings.JICHI_FIELD_KEYS[0] if settings.JICHI_FIELD_KEYS else settings.SECRET_KEY
    return hashlib.sha256(b"jichi slips confirmation" + secret.encode()).digest()


@dataclass
class _Made:
    """One order on its way to a row."""

    order: SlipOrder
    area: str
    reissue: int
    terms: SlipTerms
    contract: Terms
    key: bytes
    today: date

    def paper(self) -> Paper:
        """What is printed. Raises Invalid where a part does not fit."""
        order = self.order
        if order.pay_by is not None and order.pay_by < self.today:
            raise Invalid("slip.pay_by_past", day=format_date(order.pay_by))
        why = barcode_refusal(order.amount, self.contract, handwritten=order.handwritten)
        digits = "" if why else build_barcode(
            issuer=self.contract.issuer, free_area=self.area, reissue=self.reissue, pay_by=order.pay_by,
            amount=order.amount,
        ).digits  # fmt: skip
        el, payeasy = self._el(), None
        if el is None and self.terms.agency:
            number = order.number[-20:]
            payeasy = PayEasy(
                agency=self.terms.agency,
                number=number,
                confirmation=confirmation_number(self.key, number, self.reissue),
            )
        return Paper(
            to=order.to, title=order.title, number=order.number, amount=order.amount, due=order.due,
            issued=self.today, pay_by=order.pay_by, reissue=self.reissue, digits=digits, why_none=why,
            el_payload=build_el_qr(el) if el else "", el_number=el.el_number if el else (),
            ocr=el_lines(el) if el else (), payeasy=payeasy, rows=order.rows,
        )  # fmt: skip

    def _el(self) -> ElSlip | None:
        order, codes = self.order, self.order.el
        if codes is None or not self.terms.body_code or order.handwritten:
            return None
        key = order.number.zfill(20)[-20:]
        return ElSlip(
            amount=order.amount, fee_number=codes.fee_number, case_key=key,
            confirmation=confirmation_number(self.key, key, self.reissue), body_code=self.terms.body_code,
            office=self.terms.office, levy_year=codes.levy_year, tax_year=codes.tax_year, period=codes.period,
            due=order.due, pay_by=max(order.pay_by or order.due, order.due),
        )  # fmt: skip

    def row(self, run: SlipRun, position: int) -> Slip:
        """The row of this slip at its place in the run."""
        return papers.row_of(self.paper(), run=run, position=position, subject=self.order.subject, area=self.area)


def _require_printable(made: Sequence[_Made]) -> None:
    """Refuse the whole run, naming everybody whose slip could not be printed."""
    wrong = []
    for one in made:
        try:
            faults = [fault for _, fault in unprintable([one.paper()])]
        except Invalid as error:
            faults = [Fault(error.code, papers.plain(error.params))]
        wrong += [OrderFault(one.order.number, one.order.to.name, fault) for fault in faults]
    if wrong:
        raise OrdersRefused(wrong)


def reissue_slip(*, actor: Actor, slip_id: UUID, pay_by: date | None = None, large: bool = False) -> UUID:
    """再発行: the same slip once more with the next flag; the one before it is marked as replaced. Gives the new run.

    Raises:
        NotFound: no slip of this official's division. Conflict: "slip.replaced" where it is not the current one.
        OrdersRefused: as `issue_slips`, "slip.reissues" after the ninth.
    """
    permissions.require(actor, permissions.ISSUE)
    with unit(actor):
        slip = Slip.objects.select_related("run").filter(pk=slip_id).first()
    if slip is None:
        raise NotFound
    if slip.replaced_at is not None:
        raise Conflict("slip.replaced")
    return issue_slips(
        actor=actor, run_key=f"slips:again:{slip.pk}:{secrets.token_hex(4)}", division_id=slip.run.division_id,
        title=f"再発行 {slip.number}", orders=[papers.order_of(slip, pay_by=pay_by or slip.pay_by)], large=large,
    )  # fmt: skip
