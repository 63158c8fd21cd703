"""What this room does with the facts of the rooms below: in the transaction that announces them."""

from __future__ import annotations

from jichi.engines.accounts import actions as accounts
from jichi.engines.accounts.events import GuestHandedOver
from jichi.engines.audit.context import system_actor
from jichi.engines.files.events import FileCondemned
from jichi.engines.payments.events import ChargePartRefunded, ChargeRefunded, ChargeReopened, ChargeSettled
from jichi.engines.registry.events import ResidentsLeft
from jichi.engines.routes.events import RouteDecided, RouteResubmitted, RouteSentBack

from . import actions, rules
from .presentation import left_words


def on_charge_settled(event: ChargeSettled) -> None:
    """The fee of a case is there."""
    case_id = rules.case_of_subject(event.subject)
    if case_id is not None:
        actions.charge_settled(actor=system_actor("cases.payment"), case_id=case_id, amount_yen=event.amount_yen,
                               charge_id=event.charge_id)  # fmt: skip


def on_charge_refunded(event: ChargeRefunded) -> None:
    """The fee of a case went back."""
    case_id = rules.case_of_subject(event.subject)
    if case_id is not None:
        actions.charge_refunded(actor=system_actor("cases.payment"), case_id=case_id, amount_yen=event.amount_yen,
                                charge_id=event.charge_id)  # fmt: skip


def on_charge_part_refunded(event: ChargePartRefunded) -> None:
    """A part of the fee of a case went back."""
    case_id = rules.case_of_subject(event.subject)
    if case_id is not None:
        actions.charge_part_refunded(actor=system_actor("cases.payment"), case_id=case_id, amount_yen=event.amount_yen)


def on_charge_reopened(event: ChargeReopened) -> None:
    """What an official recorded as paid was a mistake; refused where the case was decided on it."""
    case_id = rules.case_of_subject(event.subject)
    if case_id is not None:
        actions.charge_reopened(actor=system_actor("cases.payment"), case_id=case_id, amount_yen=event.amount_yen)


def on_route_decided(event: RouteDecided) -> None:
    """決裁 of a proposal: the case is decided with it, or neither is."""
    actions.route_decided(
        actor=system_actor("cases.route"), subject=event.subject, route_id=event.route_id, outcome=event.outcome,
        decided_by=event.decided_by,
        decided_for=event.decided_for, content_hash=event.content_hash,
    )  # fmt: skip


def on_route_sent_back(event: RouteSentBack) -> None:
    """差戻し or 引戻し of a proposal."""
    actions.route_sent_back(
        actor=system_actor("cases.route"), subject=event.subject, route_id=event.route_id, to=event.to,
        reason=event.reason, sent_by=event.sent_by, pulled_back=event.pulled_back,
    )  # fmt: skip


def on_route_resubmitted(event: RouteResubmitted) -> None:
    """A proposal that came back is on its way again, by a press on the route's page."""
    actions.route_resubmitted(
        actor=system_actor("cases.route"), subject=event.subject, route_id=event.route_id,
        content_hash=event.content_hash,
    )  # fmt: skip


def on_file_condemned(event: FileCondemned) -> None:
    """Malware was found in a file that was taken in while the scanner was away: its case says so."""
    actions.file_condemned(actor=system_actor("cases.files"), file_id=event.file_id, brought_by=event.created_by)


def on_residents_left(event: ResidentsLeft) -> None:
    """Move-out or death in the register: the official of a running case is told, and what the person gave ends."""
    register = system_actor("cases.register")
    for one in event.people:
        why = left_words(one.state)
        accounts.end_representations_of(actor=register, addressee_no=one.addressee_no, reason=why)
    left = [(one.addressee_no, one.state) for one in event.people]
    actions.person_left(actor=register, departures=left)


def on_guest_handed_over(event: GuestHandedOver) -> None:
    """Who had applied without a login has one now."""
    actions.take_over(actor=system_actor("cases.guest"), guest_id=event.guest_id, account_id=event.account_id)
