"""Tables of collection. Facts only, each written once; how an instalment stands is derived from them. Whole yen."""

# long: the tables of collection are read together; each is a few lines

from __future__ import annotations

import uuid

from django.contrib.postgres.functions import RandomUUID
from django.db import models
from django.db.models import F, Q

from .rules.facts import CHANGES, NATURES, PURSES, RELIEFS
from .rules.limitation import KINDS
from .rules.refunds import REASONS


class LevyKind(models.Model):
    """費目: what a division levies, and by which of the rules it collects."""

    code = models.TextField(primary_key=True)
    title = models.TextField()
    division = models.ForeignKey("eng_accounts.Division", on_delete=models.PROTECT, related_name="+", db_index=False)
    nature = models.TextField()
    is_charged_late = models.BooleanField(default=True)
    """Does 延滞金 accrue?"""
    rounding = models.TextField(default="merge")
    revenue_account = models.TextField(default="revenue")
    takes_unknown = models.BooleanField(default=False, db_default=False)
    """Its division gets money whose instalment nobody knows."""
    titles = models.JSONField(default=dict, db_default={})
    """The title in the languages of residents; `title` where one is missing."""
    household_pays = models.BooleanField(default=False, db_default=False)
    """May others of the payer's household see and pay it online?"""

    class Meta:
        constraints = (
            models.CheckConstraint(condition=Q(nature__in=NATURES), name="collection_kind_nature"),
            models.CheckConstraint(condition=Q(rounding__in=("merge", "split", "exact")), name="collection_kind_cut"),
            models.UniqueConstraint(
                fields=("takes_unknown",), condition=Q(takes_unknown=True), name="collection_one_takes_unknown"
            ),
        )


class Assessment(models.Model):
    """調定: so much is owed, by division, kind, year and term, by a person or a household."""

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, db_default=RandomUUID(), editable=False)
    dedupe_key = models.TextField()
    kind = models.ForeignKey(LevyKind, on_delete=models.PROTECT, related_name="+", db_index=False)
    division = models.ForeignKey("eng_accounts.Division", on_delete=models.PROTECT, related_name="+", db_index=False)
    levy_year = models.SmallIntegerField()
    """賦課年度"""
    fiscal_year = models.SmallIntegerField()
    """会計年度 whose revenue it is."""
    term = models.TextField(default="", db_default="")
    """期 or month: "1", "2026-06"."""
    payer_no = models.TextField(default="", db_default="")
    """宛名番号 or 団体番号 of who owes."""
    household_no = models.TextField(default="", db_default="")
    subject = models.TextField(default="", db_default="")
    """What it is about, opaque here."""
    total_yen = models.BigIntegerField()
    assessed_on = models.DateField()
    decision_ref = models.TextField()
    """起案・決裁の番号"""
    opened_at = models.DateTimeField()

    class Meta:
        constraints = (
            models.UniqueConstraint(fields=("dedupe_key",), name="eng_collection_assessment_dedupe_key_key"),
            models.CheckConstraint(condition=~Q(dedupe_key=""), name="collection_assessment_named"),
            models.CheckConstraint(condition=Q(total_yen__gte=0), name="collection_assessment_total"),
        )
        indexes = (
            models.Index(fields=("payer_no",), name="collection_by_payer", condition=~Q(payer_no="")),
            models.Index(fields=("division", "levy_year", "kind"), name="collection_by_levy"),
            models.Index(fields=("subject",), name="collection_by_subject", condition=~Q(subject="")),
        )


class AssessmentLine(models.Model):
    """調定の内訳"""

    id = models.BigAutoField(primary_key=True)
    assessment = models.ForeignKey(Assessment, on_delete=models.PROTECT, related_name="lines", db_index=False)
    position = models.SmallIntegerField()
    code = models.TextField()
    title = models.TextField()
    amount_yen = models.BigIntegerField()

    class Meta:
        constraints = (models.UniqueConstraint(fields=("assessment", "position"), name="collection_line_place"),)


class Instalment(models.Model):
    """期別: a part with a day to pay by and the number by which money finds it."""

    id = models.BigAutoField(primary_key=True)
    assessment = models.ForeignKey(Assessment, on_delete=models.PROTECT, related_name="instalments", db_index=False)
    number = models.SmallIntegerField()
    key = models.TextField()
    """納付番号"""
    due_on = models.DateField()
    amount_yen = models.BigIntegerField()
    """As assessed; changes are added."""
    division_id = models.BigIntegerField()
    kind_code = models.TextField()
    fiscal_year = models.SmallIntegerField()

    class Meta:
        constraints = (
            models.UniqueConstraint(fields=("key",), name="eng_collection_instalment_key_key"),
            models.UniqueConstraint(fields=("assessment", "number"), name="collection_instalment_place"),
            models.CheckConstraint(condition=Q(amount_yen__gt=0), name="collection_instalment_amount"),
        )
        indexes = (models.Index(fields=("due_on",), name="collection_by_due"),)


class Change(models.Model):
    """増減・減免・取消し・不納欠損 of an instalment, or 延滞金の減免: a decision with its reason."""

    id = models.BigAutoField(primary_key=True)
    dedupe_key = models.TextField(unique=True)
    instalment = models.ForeignKey(Instalment, on_delete=models.PROTECT, related_name="changes", db_index=False)
    kind = models.TextField()
    amount_yen = models.BigIntegerField()
    """Negative: less is owed."""
    reason = models.TextField()
    decision_ref = models.TextField()
    decided_on = models.DateField()
    recorded_at = models.DateTimeField()

    class Meta:
        constraints = (
            models.CheckConstraint(condition=Q(kind__in=CHANGES), name="collection_change_kind"),
            models.CheckConstraint(condition=~Q(reason="") & ~Q(decision_ref=""), name="collection_change_grounds"),
            models.CheckConstraint(
                condition=Q(kind="increased", amount_yen__gt=0) | ~Q(kind="increased") & Q(amount_yen__lt=0),
                name="collection_change_sign",
            ),
        )
        indexes = (models.Index(fields=("instalment",), name="collection_change_of"),)


class Relief(models.Model):
    """延滞金の免除期間: deferral, suspension of execution, disaster."""

    id = models.BigAutoField(primary_key=True)
    instalment = models.ForeignKey(Instalment, on_delete=models.PROTECT, related_name="reliefs", db_index=False)
    kind = models.TextField()
    first_day = models.DateField()
    last_day = models.DateField()
    reason = models.TextField()
    decision_ref = models.TextField()
    recorded_at = models.DateTimeField()

    class Meta:
        constraints = (
            models.CheckConstraint(condition=Q(kind__in=RELIEFS), name="collection_relief_kind"),
            models.CheckConstraint(condition=Q(first_day__lte=F("last_day")), name="collection_relief_days"),
            models.CheckConstraint(condition=~Q(reason="") & ~Q(decision_ref=""), name="collection_relief_grounds"),
            models.UniqueConstraint(
                fields=("instalment", "kind", "first_day", "last_day"), name="collection_relief_once"
            ),
        )


class LimitationEvent(models.Model):
    """時効に関わる事実 of an instalment. What lasts gets its last day once, when it ends."""

    id = models.BigAutoField(primary_key=True)
    instalment = models.ForeignKey(Instalment, on_delete=models.PROTECT, related_name="events", db_index=False)
    kind = models.TextField()
    on_day = models.DateField()
    until_day = models.DateField(null=True)
    reference = models.TextField()
    recorded_at = models.DateTimeField()

    class Meta:
        constraints = (
            models.CheckConstraint(condition=Q(kind__in=KINDS), name="collection_event_kind"),
            models.UniqueConstraint(fields=("instalment", "kind", "on_day"), name="collection_event_once"),
        )


class Receipt(models.Model):
    """収納: money that came; or money of another receipt put here (`source`, 充当)."""

    id = models.BigAutoField(primary_key=True)
    dedupe_key = models.TextField()
    channel = models.TextField()
    purse = models.TextField()
    """Where it lies: with us, with the agent who took it, or in the receipt it was taken from."""
    key = models.TextField(default="", db_default="")
    """納付番号 as the channel gave it."""
    instalment = models.ForeignKey(
        Instalment, null=True, on_delete=models.PROTECT, related_name="receipts", db_index=False, db_constraint=False
    )
    """Kept once a statement, as the keys of allocations (sql/guards.sql)."""
    source = models.ForeignKey(
        "self", null=True, on_delete=models.PROTECT, related_name="put", db_index=False, db_constraint=False
    )
    division_id = models.BigIntegerField()
    fiscal_year = models.SmallIntegerField()
    paid_on = models.DateField()
    amount_yen = models.BigIntegerField()
    decision_ref = models.TextField(default="", db_default="")
    recorded_at = models.DateTimeField()

    class Meta:
        constraints = (
            models.UniqueConstraint(fields=("dedupe_key",), name="eng_collection_receipt_dedupe_key_key"),
            models.CheckConstraint(condition=Q(amount_yen__gt=0), name="collection_receipt_amount"),
            models.CheckConstraint(condition=Q(purse__in=PURSES), name="collection_receipt_purse"),
            models.CheckConstraint(
                condition=Q(source__isnull=True) & ~Q(purse="source")
                | Q(source__isnull=False, purse="source", instalment__isnull=False) & ~Q(decision_ref=""),
                name="collection_receipt_source",
            ),
        )
        indexes = (
            models.Index(fields=("instalment",), name="collection_receipt_of"),
            models.Index(fields=("source",), name="collection_receipt_from", condition=Q(source__isnull=False)),
        )


class Reversal(models.Model):
    """収納の取消し: it was recorded by mistake; the receipt stays."""

    receipt = models.OneToOneField(Receipt, primary_key=True, on_delete=models.PROTECT, related_name="reversal")
    reason = models.TextField()
    decision_ref = models.TextField()
    recorded_at = models.DateTimeField()

    class Meta:
        constraints = (
            models.CheckConstraint(condition=~Q(reason="") & ~Q(decision_ref=""), name="collection_reversal_grounds"),
        )


class Allocation(models.Model):
    """消込み: so much of a receipt counts for the tax and for the charge for lateness. Corrections are new rows."""

    id = models.BigAutoField(primary_key=True)
    instalment = models.ForeignKey(
        Instalment, on_delete=models.PROTECT, related_name="allocations", db_index=False, db_constraint=False
    )
    receipt = models.ForeignKey(
        Receipt, on_delete=models.PROTECT, related_name="allocations", db_index=False, db_constraint=False
    )
    step = models.IntegerField()
    principal_yen = models.BigIntegerField()
    late_yen = models.BigIntegerField()
    recorded_at = models.DateTimeField()

    class Meta:
        constraints = (
            models.UniqueConstraint(fields=("instalment", "receipt", "step"), name="collection_allocation_step"),
            models.CheckConstraint(condition=~Q(principal_yen=0, late_yen=0), name="collection_allocation_some"),
        )
        indexes = (models.Index(fields=("receipt",), name="collection_allocation_from"),)


class Accrual(models.Model):
    """延滞金の確定: fixed when the tax itself is paid; corrections are new rows."""

    id = models.BigAutoField(primary_key=True)
    instalment = models.ForeignKey(Instalment, on_delete=models.PROTECT, related_name="accruals", db_index=False)
    step = models.IntegerField()
    amount_yen = models.BigIntegerField()
    recorded_at = models.DateTimeField()

    class Meta:
        constraints = (
            models.UniqueConstraint(fields=("instalment", "step"), name="collection_accrual_step"),
            models.CheckConstraint(condition=~Q(amount_yen=0), name="collection_accrual_some"),
        )


class Refund(models.Model):
    """還付の決定: so much of a receipt goes back, with interest (還付加算金)."""

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    dedupe_key = models.TextField(unique=True)
    receipt = models.ForeignKey(Receipt, on_delete=models.PROTECT, related_name="refunds", db_index=False)
    reason = models.TextField()
    amount_yen = models.BigIntegerField()
    interest_yen = models.BigIntegerField()
    interest_from = models.DateField()
    decided_on = models.DateField()
    decision_ref = models.TextField()
    recorded_at = models.DateTimeField()

    class Meta:
        constraints = (
            models.CheckConstraint(condition=Q(amount_yen__gt=0, interest_yen__gte=0), name="collection_refund_amount"),
            models.CheckConstraint(condition=Q(reason__in=REASONS), name="collection_refund_reason"),
            models.CheckConstraint(condition=~Q(decision_ref=""), name="collection_refund_grounds"),
        )
        indexes = (models.Index(fields=("receipt",), name="collection_refund_of"),)


class RefundPaid(models.Model):
    """還付の支払い: the money has gone."""

    refund = models.OneToOneField(Refund, primary_key=True, on_delete=models.PROTECT, related_name="paid")
    paid_on = models.DateField()
    slip = models.TextField(default="", db_default="")
    recorded_at = models.DateTimeField()


class Announced(models.Model):
    """速報 of a store or an app, and its 取消し: says that money will come; books nothing."""

    id = models.BigAutoField(primary_key=True)
    source = models.TextField()
    """The channel's name of the receipt."""
    kind = models.TextField()
    instalment = models.ForeignKey(Instalment, null=True, on_delete=models.PROTECT, related_name="+", db_index=False)
    paid_on = models.DateField()
    amount_yen = models.BigIntegerField()
    recorded_at = models.DateTimeField()

    class Meta:
        constraints = (
            models.UniqueConstraint(fields=("source", "kind"), name="collection_announced_once"),
            models.CheckConstraint(
                condition=Q(kind__in=("provisional", "cancelled")), name="collection_announced_kind"
            ),
        )
        indexes = (models.Index(fields=("instalment",), name="collection_announced_of"),)


class OnlinePayment(models.Model):
    """オンラインでの支払い: bills that a person chose to pay together, carried by one charge of `payments`."""

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    charge = models.OneToOneField("eng_payments.Charge", on_delete=models.PROTECT, related_name="+")
    payer_no = models.TextField()
    """宛名番号 of who pays, which with a household need not be who owes."""
    opened_at = models.DateTimeField()
    state = models.TextField(default="open")

    class Meta:
        constraints = (
            models.CheckConstraint(condition=Q(state__in=("open", "paid", "ended")), name="collection_online_state"),
        )


class OnlinePart(models.Model):
    """One bill of it, with what was owed when it was chosen. While it is open no second one is begun for the bill."""

    id = models.BigAutoField(primary_key=True)
    payment = models.ForeignKey(OnlinePayment, on_delete=models.PROTECT, related_name="parts", db_index=False)
    instalment = models.ForeignKey(Instalment, on_delete=models.PROTECT, related_name="+", db_index=False)
    amount_yen = models.BigIntegerField()
    is_open = models.BooleanField(default=True)

    class Meta:
        constraints = (
            models.UniqueConstraint(fields=("payment", "instalment"), name="collection_online_part"),
            models.UniqueConstraint(
                fields=("instalment",), condition=Q(is_open=True), name="collection_online_one_open"
            ),
            models.CheckConstraint(condition=Q(amount_yen__gt=0), name="collection_online_amount"),
        )


class Remitted(models.Model):
    """送金の予定: what a file of an agent added to what it has to send for a day, by division and fiscal year."""

    id = models.BigAutoField(primary_key=True)
    sender = models.TextField()
    file_id = models.UUIDField()
    """The file of engine bankfiles."""
    remit_on = models.DateField()
    division = models.ForeignKey("eng_accounts.Division", on_delete=models.PROTECT, related_name="+", db_index=False)
    fiscal_year = models.IntegerField()
    count = models.IntegerField()
    gross_yen = models.BigIntegerField()
    fee_yen = models.BigIntegerField()

    class Meta:
        constraints = (
            models.UniqueConstraint(
                fields=("sender", "remit_on", "file_id", "division", "fiscal_year"), name="collection_remitted_once"
            ),
        )


class RefundAccount(models.Model):
    """還付先の口座: where a refund is paid to; changed until it is in a transfer, and after that came back."""

    refund = models.OneToOneField(Refund, primary_key=True, on_delete=models.PROTECT, related_name="account")
    bank = models.TextField()
    branch = models.TextField()
    type = models.TextField()
    account = models.TextField()
    holder = models.TextField()
    recorded_at = models.DateTimeField()


class Payout(models.Model):
    """総合振込 of refunds: a file for a bank, and when its result was recorded."""

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    number = models.IntegerField(unique=True)
    division_id = models.BigIntegerField()
    partner = models.TextField()
    day = models.DateField()
    cuts = models.JSONField(default=list)
    file = models.ForeignKey("eng_files.StoredFile", on_delete=models.PROTECT, related_name="+")
    made_at = models.DateTimeField()
    settled_at = models.DateTimeField(null=True)


class PayoutLine(models.Model):
    """A refund in a transfer: to which account, and whether it was paid or came back (組戻し, 口座相違)."""

    id = models.BigAutoField(primary_key=True)
    payout = models.ForeignKey(Payout, on_delete=models.PROTECT, related_name="lines", db_index=False)
    refund = models.ForeignKey(Refund, on_delete=models.PROTECT, related_name="+", db_index=False)
    customer_no = models.TextField(unique=True)
    words = models.TextField()
    amount_yen = models.BigIntegerField()
    result = models.TextField(default="")

    class Meta:
        constraints = (
            models.CheckConstraint(condition=Q(result__in=("", "paid", "returned")), name="collection_payout_result"),
            models.UniqueConstraint(fields=("payout", "refund"), name="collection_payout_line"),
            models.UniqueConstraint(
                fields=("refund",), condition=~Q(result="returned"), name="collection_payout_refund_once"
            ),
        )
