"""Tables of files from banks and agents. Private to this room."""

from __future__ import annotations

import uuid

from django.db import models
from django.db.models import Q
from django.db.models.functions import Length
from django.db.models.lookups import Exact

from .rules import ENTRIES, KIND_WORDS, STATES

FILE_STATES = ("refused", "ready", "applied", "dropped")
PURPOSES = ("receipts", "remittance", "results", "settlement", "credits")


class Partner(models.Model):
    """取引先: a bank or a collecting agent, with what is agreed with it."""

    code = models.SlugField(unique=True, max_length=40)
    kind = models.TextField()
    title = models.TextField()
    terms = models.JSONField(default=dict)
    """As `rules.StoreTerms` or `rules.BankTerms`."""
    changed_at = models.DateTimeField()

    class Meta:
        constraints = (
            models.CheckConstraint(condition=Q(kind__in=tuple(KIND_WORDS)), name="bankfiles_partner_kind"),
            models.CheckConstraint(condition=~Q(title=""), name="bankfiles_partner_title"),
        )


class TakenFile(models.Model):
    """受け入れたファイル: one file as it came, what was read in it, and what became of it."""

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    number = models.BigIntegerField(unique=True)
    partner = models.ForeignKey(Partner, on_delete=models.PROTECT, related_name="+")
    purpose = models.TextField()
    filename = models.TextField()
    sha256 = models.TextField()
    stored = models.ForeignKey("eng_files.StoredFile", on_delete=models.PROTECT, related_name="+")
    state = models.TextField()
    rows = models.IntegerField(default=0)
    amount_yen = models.BigIntegerField(default=0)
    error_count = models.IntegerField(default=0)
    problems = models.JSONField(default=list)
    """The first errors and notes: [level, line, place, code, params]."""
    outcome = models.JSONField(default=dict)
    """Counts by what it would do, or did."""
    taken_by = models.ForeignKey("eng_accounts.Account", null=True, on_delete=models.PROTECT, related_name="+")
    taken_at = models.DateTimeField()
    ended_at = models.DateTimeField(null=True)

    class Meta:
        constraints = (
            models.CheckConstraint(condition=Q(state__in=FILE_STATES), name="bankfiles_file_state"),
            models.CheckConstraint(condition=Q(purpose__in=PURPOSES), name="bankfiles_file_purpose"),
            models.CheckConstraint(
                condition=Q(state="refused", error_count__gt=0) | (~Q(state="refused") & Q(error_count=0)),
                name="bankfiles_file_errors",
            ),
            models.UniqueConstraint(
                fields=("partner", "purpose", "sha256"), condition=Q(state__in=("ready", "applied")),
                name="bankfiles_file_once",
            ),
        )  # fmt: skip


class StoreReceipt(models.Model):
    """店舗・アプリの収納: one receipt, whatever was reported of it so far."""

    id = models.BigAutoField(primary_key=True)
    partner = models.ForeignKey(
        Partner, on_delete=models.PROTECT, related_name="+", db_index=False, db_constraint=False
    )
    """Kept once a statement, as `last_file` (sql/once.sql)."""
    barcode = models.TextField()
    paid_on = models.DateField()
    paid_at = models.TextField()
    shop = models.TextField()
    seen = models.SmallIntegerField()
    """Bits of what was reported: 1 advance notice, 2 final report, 4 cancellation."""
    state = models.TextField()
    amount_yen = models.IntegerField()
    chain = models.TextField()
    remit_on = models.DateField(null=True)
    data_on = models.DateField()
    is_ours = models.BooleanField()
    last_file = models.ForeignKey(
        TakenFile, on_delete=models.PROTECT, related_name="+", db_index=False, db_constraint=False
    )
    """The file that brought it into its present state."""

    class Meta:
        constraints = (
            models.UniqueConstraint(
                fields=("barcode", "paid_on", "paid_at", "shop", "partner"), name="bankfiles_receipt_once"
            ),
            models.CheckConstraint(
                condition=Q(barcode__regex=r"^91[0-9]*$") & Q(Exact(Length("barcode"), 44)),
                name="bankfiles_receipt_barcode",
            ),
            models.CheckConstraint(condition=Q(amount_yen__gt=0), name="bankfiles_receipt_amount"),
            models.CheckConstraint(
                condition=models.Q(
                    *(Q(seen=seen, state=state) for seen, (state, _) in STATES.items()), _connector=Q.OR
                ),
                name="bankfiles_receipt_state",
            ),
        )
        indexes = (
            models.Index(fields=("last_file",), name="bankfiles_receipt_file"),
            models.Index(fields=("data_on",), condition=Q(state="provisional"), name="bankfiles_receipt_waiting"),
            models.Index(fields=("remit_on",), condition=Q(state="final"), name="bankfiles_receipt_remit"),
        )


class Remittance(models.Model):
    """送金の通知: what an agent says it sends for a chain on a day."""

    partner = models.ForeignKey(Partner, on_delete=models.PROTECT, related_name="+", db_index=False)
    file = models.ForeignKey(TakenFile, on_delete=models.PROTECT, related_name="+")
    remit_on = models.DateField()
    chain = models.TextField()
    amount_yen = models.BigIntegerField()

    class Meta:
        constraints = (models.UniqueConstraint(fields=("partner", "remit_on", "chain"), name="bankfiles_remit_once"),)


class Difference(models.Model):
    """差異: something that a person has to look at."""

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    kind = models.TextField()
    subject = models.TextField()
    """What it is about, so that the same thing stands here once."""
    partner = models.ForeignKey(Partner, null=True, on_delete=models.PROTECT, related_name="+", db_index=False)
    """None where a firm concerns another room alone; `detail` names it then."""
    receipt = models.ForeignKey(StoreReceipt, null=True, on_delete=models.PROTECT, related_name="+")
    file = models.ForeignKey(TakenFile, null=True, on_delete=models.PROTECT, related_name="+", db_index=False)
    detail = models.JSONField(default=dict)
    opened_at = models.DateTimeField()
    closed_at = models.DateTimeField(null=True)
    closed_by = models.ForeignKey(
        "eng_accounts.Account", null=True, on_delete=models.PROTECT, related_name="+", db_index=False
    )
    note = models.TextField(default="", db_default="", blank=True)

    class Meta:
        constraints = (
            models.UniqueConstraint(fields=("kind", "subject"), name="bankfiles_difference_once"),
            models.CheckConstraint(condition=Q(kind__in=tuple(ENTRIES)), name="bankfiles_difference_kind"),
            models.CheckConstraint(
                condition=Q(closed_at__isnull=False) | Q(closed_by__isnull=True, note=""),
                name="bankfiles_difference_closed",
            ),
        )
        indexes = (
            models.Index(
                fields=("opened_at", "id"), condition=Q(closed_at__isnull=True), name="bankfiles_difference_open"
            ),
        )


class TransferRequest(models.Model):
    """口座振替の依頼: one file to a bank, and whether its result has come."""

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    number = models.BigIntegerField(unique=True)
    run = models.TextField(unique=True)
    """The caller's name for it: the same again is the same request."""
    partner = models.ForeignKey(Partner, on_delete=models.PROTECT, related_name="+", db_index=False)
    day = models.DateField()
    count = models.IntegerField()
    amount_yen = models.BigIntegerField()
    cuts = models.JSONField(default=list)
    """Names that were cut: [customer number, kept, cut off]."""
    stored = models.ForeignKey("eng_files.StoredFile", on_delete=models.PROTECT, related_name="+")
    made_by = models.ForeignKey("eng_accounts.Account", null=True, on_delete=models.PROTECT, related_name="+")
    made_at = models.DateTimeField()
    answer = models.ForeignKey(TakenFile, null=True, on_delete=models.PROTECT, related_name="+")

    class Meta:
        constraints = (
            models.CheckConstraint(condition=Q(count__gt=0, amount_yen__gt=0), name="bankfiles_request_sums"),
            models.CheckConstraint(condition=~Q(run=""), name="bankfiles_request_run"),
            models.UniqueConstraint(
                fields=("partner", "day"), condition=Q(answer__isnull=True), name="bankfiles_request_open_once"
            ),
        )


class TransferLine(models.Model):
    """One account that is debited. `id` is drawn from the same numbers as receipts': both are booked by it."""

    id = models.BigIntegerField(primary_key=True)
    request = models.ForeignKey(TransferRequest, on_delete=models.PROTECT, related_name="+", db_index=False)
    customer_no = models.TextField()
    bank = models.TextField()
    branch = models.TextField()
    type = models.TextField()
    account = models.TextField()
    holder = models.TextField()
    amount_yen = models.BigIntegerField()
    new_code = models.TextField()
    result = models.TextField(default="", db_default="", blank=True)

    class Meta:
        constraints = (
            models.UniqueConstraint(fields=("request", "customer_no"), name="bankfiles_line_once"),
            models.CheckConstraint(condition=Q(customer_no__regex=r"^[0-9]{20}$"), name="bankfiles_line_customer"),
            models.CheckConstraint(condition=Q(amount_yen__gt=0), name="bankfiles_line_amount"),
        )


class Sender(models.Model):
    """送金元: a firm that sends money to our account, and how the bank's list names it."""

    code = models.TextField(primary_key=True)
    title = models.TextField()
    payers = models.JSONField(default=list)
    wait_days = models.SmallIntegerField(default=5)

    class Meta:
        constraints = (
            models.CheckConstraint(condition=~Q(code="") & ~Q(title=""), name="bankfiles_sender_named"),
            models.CheckConstraint(condition=Q(wait_days__gte=0, wait_days__lte=60), name="bankfiles_sender_wait"),
        )


class CreditMatch(models.Model):
    """結び付け: promises and credits that belong together. `off_yen`: promised less what came, said by a person why."""

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    sender = models.ForeignKey(Sender, on_delete=models.PROTECT, related_name="+", db_index=False)
    booked_on = models.DateField()
    off_yen = models.BigIntegerField(default=0, db_default=0)
    reason = models.TextField(default="", db_default="")
    made_at = models.DateTimeField()
    made_by = models.ForeignKey(
        "eng_accounts.Account", null=True, on_delete=models.PROTECT, related_name="+", db_index=False
    )

    class Meta:
        constraints = (models.CheckConstraint(condition=Q(off_yen=0) | ~Q(reason=""), name="bankfiles_match_reason"),)


class Promise(models.Model):
    """入金の予定: what a firm says it sends on a day. `parts`: [division's id, fiscal year, yen], together the yen."""

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    sender = models.ForeignKey(Sender, on_delete=models.PROTECT, related_name="+", db_index=False)
    key = models.TextField(unique=True)
    day = models.DateField()
    yen = models.BigIntegerField()
    parts = models.JSONField()
    made_at = models.DateTimeField()
    match = models.ForeignKey(CreditMatch, null=True, on_delete=models.PROTECT, related_name="promises")

    class Meta:
        constraints = (models.CheckConstraint(condition=~Q(yen=0), name="bankfiles_promise_yen"),)
        indexes = (
            models.Index(fields=("sender", "day"), name="bankfiles_promise_open", condition=Q(match=None)),
            models.Index(fields=("day",), name="bankfiles_promise_day"),
        )


class Credit(models.Model):
    """入金: one credit of a bank's list that comes from a firm we know. Others are not kept."""

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    bank = models.ForeignKey(Partner, on_delete=models.PROTECT, related_name="+", db_index=False)
    file = models.ForeignKey(TakenFile, on_delete=models.PROTECT, related_name="+", db_index=False)
    sender = models.ForeignKey(Sender, on_delete=models.PROTECT, related_name="+", db_index=False)
    booked_on = models.DateField()
    yen = models.BigIntegerField()
    payer = models.TextField()
    number = models.TextField(default="", db_default="")
    nth = models.SmallIntegerField(default=0, db_default=0)
    match = models.ForeignKey(CreditMatch, null=True, on_delete=models.PROTECT, related_name="credits")

    class Meta:
        constraints = (
            models.CheckConstraint(condition=Q(yen__gt=0), name="bankfiles_credit_yen"),
            models.UniqueConstraint(
                fields=("bank", "booked_on", "yen", "payer", "number", "nth"), name="bankfiles_credit_once"
            ),
        )
        indexes = (models.Index(fields=("sender", "booked_on"), name="bankfiles_credit_open", condition=Q(match=None)),)
