"""Tables of this room; guards, functions and row security are in `sql/`. Money is whole yen."""

from __future__ import annotations

import uuid

from django.db import models
from django.db.models import F, Q

from .rules import COUNTER_METHODS, MOST_YEN, SETTLED_OUTCOMES, ChargeState

CHARGE_STATES = tuple(state.value for state in ChargeState)
CHECKOUT_STATES = ("open", "paid", "failed", "cancelled", "expired")
PAYMENT_KINDS = ("settles", "late", "surplus")
OLD_ACCOUNTS = ("claims", "revenue", "cash", "firm", "owed_back")
REFUND_STATES = ("requested", "sending", "sent", "uncertain", "done", "failed")


class Charge(models.Model):
    """調定: what somebody owes for a service. `subject` names it for the room that opened it, opaque here."""

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    dedupe_key = models.TextField(unique=True)
    subject = models.TextField()
    account = models.ForeignKey(
        "eng_accounts.Account", null=True, on_delete=models.PROTECT, related_name="+", db_index=False
    )
    payer_no = models.TextField(default="", db_default="")
    """宛名番号 or 団体番号 of who owes; "" where it is not known."""
    division = models.ForeignKey("eng_accounts.Division", on_delete=models.PROTECT, related_name="+", db_index=False)
    title = models.JSONField()
    total_yen = models.IntegerField()
    paid_yen = models.IntegerField(default=0, db_default=0)
    state = models.TextField()
    due_on = models.DateField(null=True)
    about = models.TextField(default="", db_default="")
    """受付番号 without its hyphen."""
    is_carried = models.BooleanField(default=False, db_default=False)
    """The money is a room's above, in whose books it stands; here are only the try, the firm's word, the receipt."""
    opened_at = models.DateTimeField()
    paid_at = models.DateTimeField(null=True)
    cancelled_at = models.DateTimeField(null=True)
    reason = models.TextField(default="", db_default="")
    """Why it was cancelled or is given back."""

    class Meta:
        constraints = (
            models.CheckConstraint(condition=Q(state__in=CHARGE_STATES), name="charge_state"),
            models.CheckConstraint(condition=~Q(dedupe_key="") & ~Q(subject=""), name="charge_named"),
            models.CheckConstraint(condition=Q(total_yen__gte=0, total_yen__lte=MOST_YEN), name="charge_total"),
            models.CheckConstraint(condition=Q(paid_yen__gte=0, paid_yen__lte=F("total_yen")), name="charge_paid"),
            models.CheckConstraint(
                condition=Q(state__in=("paid", "refunding", "refunded"), paid_yen=F("total_yen"), total_yen__gt=0,
                            paid_at__isnull=False)
                | Q(state__in=("due", "zero", "cancelled"), paid_yen=0, paid_at__isnull=True),
                name="charge_paid_when_paid",
            ),
            models.CheckConstraint(condition=~Q(state="zero") | Q(total_yen=0), name="charge_zero"),
            models.CheckConstraint(condition=~Q(state="due") | Q(total_yen__gt=0), name="charge_due"),
            models.CheckConstraint(
                condition=~Q(state="cancelled") | Q(cancelled_at__isnull=False), name="charge_cancelled_at"
            ),
        )  # fmt: skip
        indexes = (
            models.Index(fields=("subject",), name="charge_by_subject"),
            models.Index(fields=("account", "opened_at"), name="charge_by_account"),
            models.Index(F("division"), F("opened_at").desc(), F("id").desc(), name="charge_newest"),
            models.Index(fields=("division", "state", "opened_at", "id"), name="charge_by_state"),
            models.Index(fields=("about",), name="charge_by_about", condition=~Q(about="")),
            models.Index(fields=("payer_no",), name="charge_by_payer", condition=~Q(payer_no="")),
            models.Index(fields=("opened_at",), name="charge_carried_due", condition=Q(state="due", is_carried=True)),
            models.Index(fields=("due_on",), name="charge_due_on", condition=Q(state="due", due_on__isnull=False)),
        )


class ChargeLine(models.Model):
    """調定の内訳: written with its charge, never changed."""

    id = models.BigAutoField(primary_key=True)
    charge = models.ForeignKey(Charge, on_delete=models.PROTECT, related_name="lines", db_index=False)
    position = models.SmallIntegerField()
    code = models.TextField()
    title = models.JSONField()
    unit_yen = models.IntegerField()
    count = models.IntegerField()

    class Meta:
        constraints = (
            models.UniqueConstraint(fields=("charge", "position"), name="chargeline_place"),
            models.CheckConstraint(condition=Q(count__gte=1), name="chargeline_count"),
        )


class Checkout(models.Model):
    """支払いの手続き: one try to pay on the payment firm's page. One open at a time."""

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    charge = models.ForeignKey(Charge, on_delete=models.PROTECT, related_name="checkouts", db_index=False)
    attempt = models.IntegerField()
    state = models.TextField(default="open")
    provider_ref = models.TextField(unique=True)
    """The firm's name for the session."""
    url = models.TextField()
    opened_at = models.DateTimeField()
    expires_at = models.DateTimeField()
    returned_at = models.DateTimeField(null=True)
    """When the person came back from the firm's page: until the result is known nothing more is to be paid."""
    ended_at = models.DateTimeField(null=True)
    next_look_at = models.DateTimeField(null=True)

    class Meta:
        constraints = (
            models.CheckConstraint(condition=Q(state__in=CHECKOUT_STATES), name="checkout_state"),
            models.UniqueConstraint(fields=("charge",), condition=Q(state="open"), name="checkout_one_open"),
            models.UniqueConstraint(fields=("charge", "attempt"), name="checkout_attempt"),
            models.CheckConstraint(
                condition=Q(state="open", ended_at__isnull=True) | (~Q(state="open") & Q(ended_at__isnull=False)),
                name="checkout_ended",
            ),
        )
        indexes = (
            models.Index(fields=("next_look_at",), name="checkout_due_look", condition=Q(next_look_at__isnull=False)),
        )


class PaymentEvent(models.Model):
    """収納の知らせ: every word of the payment firm as it came, and what it led to."""

    id = models.BigAutoField(primary_key=True)
    event_id = models.TextField()
    kind = models.TextField()
    charge = models.ForeignKey(Charge, null=True, on_delete=models.PROTECT, related_name="events", db_index=False)
    session_ref = models.TextField(default="", db_default="")
    amount_yen = models.IntegerField(null=True)
    raw = models.TextField()
    via = models.TextField()
    received_at = models.DateTimeField()
    outcome = models.TextField()
    is_trouble = models.BooleanField(default=False)
    handled_at = models.DateTimeField(null=True)
    handled_by = models.ForeignKey(
        "eng_accounts.Account", null=True, on_delete=models.PROTECT, related_name="+", db_index=False
    )
    handled_note = models.TextField(default="", db_default="")

    class Meta:
        constraints = (
            models.UniqueConstraint(fields=("event_id",), name="paymentevent_once"),
            models.CheckConstraint(condition=Q(via__in=("callback", "poll")), name="paymentevent_via"),
        )
        indexes = (
            models.Index(fields=("charge", "id"), name="paymentevent_by_charge"),
            models.Index(fields=("id",), name="paymentevent_open", condition=Q(is_trouble=True, handled_at=None)),
        )


class Payment(models.Model):
    """収納: money that came, once. `accepted_on` is the day it counts as paid (指定納付受託者が受け付けた日)."""

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    charge = models.ForeignKey(Charge, on_delete=models.PROTECT, related_name="payments", db_index=False)
    checkout = models.ForeignKey(Checkout, null=True, on_delete=models.PROTECT, related_name="+", db_index=False)
    kind = models.TextField()
    method = models.TextField()
    amount_yen = models.IntegerField()
    accepted_on = models.DateField()
    provider_ref = models.TextField(default="", db_default="")
    slip = models.TextField(default="", db_default="")
    """Number on the counter's paper."""
    recorded_by = models.ForeignKey(
        "eng_accounts.Account", null=True, on_delete=models.PROTECT, related_name="+", db_index=False
    )
    recorded_at = models.DateTimeField()
    voided_at = models.DateTimeField(null=True)
    """当日取消: it was recorded by mistake and counts no more; the row and its receipt's number stay."""
    voided_by = models.ForeignKey(
        "eng_accounts.Account", null=True, on_delete=models.PROTECT, related_name="+", db_index=False
    )
    void_reason = models.TextField(default="", db_default="")

    class Meta:
        constraints = (
            models.CheckConstraint(condition=Q(kind__in=PAYMENT_KINDS), name="payment_kind"),
            models.CheckConstraint(condition=Q(amount_yen__gt=0), name="payment_amount"),
            models.UniqueConstraint(
                fields=("charge",), condition=~Q(kind="surplus") & Q(voided_at=None), name="payment_settles_once"
            ),
            models.CheckConstraint(
                condition=Q(voided_at__isnull=True, voided_by__isnull=True, void_reason="")
                | Q(voided_at__isnull=False, voided_by__isnull=False, method__in=COUNTER_METHODS) & ~Q(void_reason=""),
                name="payment_voided",
            ),
            models.UniqueConstraint(
                fields=("provider_ref",), condition=~Q(provider_ref=""), name="payment_provider_once"
            ),
        )
        indexes = (models.Index(fields=("charge",), name="payment_by_charge"),)


class ReceiptSeries(models.Model):
    """領収番号の帳: the last number of a fiscal year, locked while one is taken: no gaps."""

    id = models.BigAutoField(primary_key=True)
    fiscal_year = models.IntegerField(unique=True)
    last = models.IntegerField(default=0)


class Receipt(models.Model):
    """領収証: one for each payment that settled a charge; later printings count (再発行)."""

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    payment = models.OneToOneField(Payment, on_delete=models.PROTECT, related_name="receipt")
    fiscal_year = models.IntegerField()
    serial = models.IntegerField()
    number = models.TextField(unique=True)
    issued_at = models.DateTimeField()
    prints = models.IntegerField(default=0)

    class Meta:
        constraints = (
            models.UniqueConstraint(fields=("fiscal_year", "serial"), name="receipt_serial"),
            models.CheckConstraint(condition=Q(serial__gte=1), name="receipt_from_one"),
        )


class Refund(models.Model):
    """還付: money of one payment on its way back; the outbox of the refund pump."""

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    payment = models.ForeignKey(Payment, on_delete=models.PROTECT, related_name="refunds", db_index=False)
    is_part = models.BooleanField(default=False, db_default=False)
    """Only so much goes back; the charge stays paid. Otherwise all that is left of the payment."""
    cause = models.TextField(default="", db_default="")
    """Key of what caused it, where a room above did: the same gives back once."""
    amount_yen = models.IntegerField()
    by_firm = models.BooleanField()
    """The payment firm gives it back; otherwise an official does, by hand."""
    reason = models.TextField()
    state = models.TextField(default="requested")
    requested_at = models.DateTimeField()
    requested_by = models.UUIDField(null=True)
    attempts = models.IntegerField(default=0)
    uncertain = models.IntegerField(default=0)
    """How often it may have been done without our knowing."""
    next_attempt_at = models.DateTimeField(null=True)
    lease_until = models.DateTimeField(null=True)
    claim = models.UUIDField(null=True)
    last_error = models.TextField(default="")
    provider_ref = models.TextField(default="")
    slip = models.TextField(default="")
    changed_at = models.DateTimeField()
    done_at = models.DateTimeField(null=True)

    class Meta:
        constraints = (
            models.CheckConstraint(condition=Q(state__in=REFUND_STATES), name="refund_state"),
            models.UniqueConstraint(fields=("payment",), condition=Q(is_part=False), name="refund_whole_once"),
            models.UniqueConstraint(fields=("payment", "cause"), condition=~Q(cause=""), name="refund_cause_once"),
            models.CheckConstraint(condition=Q(amount_yen__gt=0), name="refund_amount"),
            models.CheckConstraint(
                condition=Q(state="sending", lease_until__isnull=False, claim__isnull=False)
                | (~Q(state="sending") & Q(lease_until__isnull=True, claim__isnull=True)),
                name="refund_lease",
            ),
            models.CheckConstraint(
                condition=Q(state="done", done_at__isnull=False) | (~Q(state="done") & Q(done_at__isnull=True)),
                name="refund_done",
            ),
            models.CheckConstraint(
                condition=Q(by_firm=True)
                | Q(by_firm=False, state__in=("requested", "done"), next_attempt_at__isnull=True),
                name="refund_by_hand",
            ),
        )
        indexes = (
            models.Index(
                fields=("next_attempt_at",),
                name="refund_due",
                condition=Q(state__in=("requested", "sent", "uncertain")),
            ),
            models.Index(fields=("payment",), name="refund_by_payment"),
            models.Index(fields=("lease_until",), name="refund_leased", condition=Q(state="sending")),
            models.Index(fields=("changed_at",), name="refund_trouble", condition=Q(state__in=("uncertain", "failed"))),
        )


class LedgerEntry(models.Model):
    """仕訳 before the books moved onto `ledger`: kept as history, written no more."""

    id = models.BigAutoField(primary_key=True)
    posting = models.TextField()
    """What happened, once: "charge:<id>:opened", "payment:<id>", "refund:<id>:paid"."""
    charge = models.ForeignKey(Charge, on_delete=models.PROTECT, related_name="entries", db_index=False)
    account = models.TextField()
    amount_yen = models.IntegerField()
    booked_on = models.DateField()
    booked_at = models.DateTimeField()

    class Meta:
        constraints = (
            models.UniqueConstraint(fields=("posting", "account"), name="ledger_once"),
            models.CheckConstraint(condition=Q(account__in=OLD_ACCOUNTS), name="ledger_account"),
            models.CheckConstraint(condition=~Q(amount_yen=0), name="ledger_amount"),
        )
        indexes = (
            models.Index(fields=("charge", "id"), name="ledger_by_charge"),
            models.Index(fields=("account", "booked_on"), name="ledger_by_account"),
        )


class SettledLine(models.Model):
    """精算の明細: one line of the firm's settlement; written once. `gross_yen` of a refund is below 0."""

    id = models.BigAutoField(primary_key=True)
    file = models.ForeignKey("eng_bankfiles.TakenFile", on_delete=models.PROTECT, related_name="+", db_index=False)
    line = models.IntegerField()
    kind = models.TextField()
    reference = models.TextField()
    payment = models.ForeignKey(Payment, null=True, on_delete=models.PROTECT, related_name="+")
    refund = models.ForeignKey(Refund, null=True, on_delete=models.PROTECT, related_name="+", db_index=False)
    accepted_on = models.DateField()
    gross_yen = models.IntegerField()
    fee_yen = models.IntegerField()
    net_yen = models.IntegerField()
    remit_on = models.DateField()
    outcome = models.TextField()
    promise_key = models.TextField()
    """Under which the bank's credit is awaited."""

    class Meta:
        constraints = (
            models.UniqueConstraint(fields=("file", "line"), name="settledline_place"),
            models.CheckConstraint(condition=Q(kind__in=("sale", "refund")), name="settledline_kind"),
            models.CheckConstraint(condition=Q(outcome__in=SETTLED_OUTCOMES), name="settledline_outcome"),
            models.CheckConstraint(condition=Q(net_yen=F("gross_yen") - F("fee_yen")), name="settledline_net"),
            models.UniqueConstraint(
                fields=("payment",), condition=Q(kind="sale", outcome__in=("matched", "amount")),
                name="settledline_payment_once",
            ),
            models.UniqueConstraint(
                fields=("refund",), condition=Q(kind="refund", outcome__in=("matched", "amount")),
                name="settledline_refund_once",
            ),
        )  # fmt: skip
        indexes = (models.Index(fields=("accepted_on",), name="settledline_by_day"),)
