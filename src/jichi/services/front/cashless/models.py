"""Tables of the counters; numbers, guards and row security are in `sql/`. Money is whole yen, prices with tax."""

from __future__ import annotations

import uuid

from django.contrib.postgres.fields import ArrayField
from django.db import models
from django.db.models import F, Q

from .rules import KINDS, METHODS, MOST_YEN, OUTCOMES, TAXES

DAY_STATES = ("open", "waiting", "closed")
SETTLEMENT_STATES = ("refused", "ready", "applied", "dropped")


class Desk(models.Model):
    """窓口: a counter of a division. `clerks`: accounts that may sell there; none named, all of the division may."""

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    code = models.TextField(unique=True)
    name = models.TextField()
    division = models.ForeignKey("eng_accounts.Division", on_delete=models.PROTECT, related_name="+")
    registration_no = models.TextField(default="", db_default="")
    """適格請求書発行事業者の登録番号 of the account (会計) that the counter collects for; "" where it has none."""
    confirm_over_yen = models.IntegerField(default=1000, db_default=1000)
    """A difference at the close beyond this is confirmed by a second person."""
    clerks = ArrayField(models.UUIDField(), default=list, db_default=[])

    class Meta:
        constraints = (
            models.CheckConstraint(condition=Q(code__regex=r"^[A-Z0-9-]{1,12}$"), name="cashless_desk_code"),
            models.CheckConstraint(
                condition=Q(registration_no="") | Q(registration_no__regex=r"^T[0-9]{13}$"),
                name="cashless_registration",
            ),
            models.CheckConstraint(condition=Q(confirm_over_yen__gte=0), name="cashless_confirm_over"),
        )


class FeeList(models.Model):
    """料金表: what a counter charges from a day on, written once; a later list takes its place."""

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    desk = models.ForeignKey(Desk, on_delete=models.PROTECT, related_name="fee_lists")
    valid_from = models.DateField()
    made_at = models.DateTimeField()
    made_by = models.UUIDField(null=True)

    class Meta:
        constraints = (models.UniqueConstraint(fields=("desk", "valid_from"), name="cashless_list_once"),)


class Fee(models.Model):
    """One item of a list."""

    id = models.BigAutoField(primary_key=True)
    fee_list = models.ForeignKey(FeeList, on_delete=models.PROTECT, related_name="fees", db_index=False)
    position = models.SmallIntegerField()
    code = models.TextField()
    title = models.TextField()
    unit_yen = models.IntegerField()
    tax = models.TextField(default="none")
    names = models.JSONField(default=dict, db_default={})
    """Language → what it is called on a receipt beside the Japanese."""

    class Meta:
        constraints = (
            models.UniqueConstraint(fields=("fee_list", "position"), name="cashless_fee_place"),
            models.UniqueConstraint(fields=("fee_list", "code"), name="cashless_fee_once"),
            models.CheckConstraint(condition=Q(unit_yen__gt=0) & ~Q(title=""), name="cashless_fee_price"),
            models.CheckConstraint(condition=Q(tax__in=tuple(TAXES)), name="cashless_fee_tax"),
        )


class Handover(models.Model):
    """引継ぎ: the cash of one or several closed days of a counter, brought to the treasurer with one slip."""

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    number = models.IntegerField(unique=True)
    desk = models.ForeignKey(Desk, on_delete=models.PROTECT, related_name="handovers")
    yen = models.IntegerField()
    """What was counted, and what its days come to: counted less float."""
    received_at = models.DateTimeField()
    received_by = models.UUIDField(null=True)

    class Meta:
        constraints = (models.CheckConstraint(condition=Q(number__gte=1), name="cashless_handover_number"),)


class DeskDay(models.Model):
    """窓口の1日: float, sales, count, close. One that is not closed for a counter, one for each date."""

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    desk = models.ForeignKey(Desk, on_delete=models.PROTECT, related_name="days", db_index=False)
    on = models.DateField()
    state = models.TextField(default="open")
    last_serial = models.IntegerField(default=0, db_default=0)
    opened_at = models.DateTimeField()
    opened_by = models.UUIDField(null=True)
    float_yen = models.IntegerField()
    float_pieces = models.JSONField()
    expected_yen = models.IntegerField(null=True)
    counted_yen = models.IntegerField(null=True)
    counted_pieces = models.JSONField(null=True)
    counted_at = models.DateTimeField(null=True)
    counted_by = models.UUIDField(null=True)
    reason = models.TextField(default="", db_default="")
    """Why the drawer holds something else than was booked."""
    confirmed_at = models.DateTimeField(null=True)
    confirmed_by = models.UUIDField(null=True)
    closed_at = models.DateTimeField(null=True)
    handed_at = models.DateTimeField(null=True)
    """When the treasurer had the cash."""
    handed_by = models.UUIDField(null=True)
    handover = models.ForeignKey(Handover, null=True, on_delete=models.PROTECT, related_name="days")
    """The slip with which it came: once."""

    class Meta:
        constraints = (
            models.CheckConstraint(condition=Q(state__in=DAY_STATES), name="cashless_day_state"),
            models.UniqueConstraint(fields=("desk",), condition=~Q(state="closed"), name="cashless_one_open_day"),
            models.UniqueConstraint(fields=("desk", "on"), name="cashless_day_once"),
            models.CheckConstraint(condition=Q(float_yen__gte=0), name="cashless_float"),
            models.CheckConstraint(
                condition=Q(state="open") | Q(counted_yen__isnull=False, expected_yen__isnull=False),
                name="cashless_counted",
            ),
            models.CheckConstraint(
                condition=Q(state="open") | Q(counted_yen=F("expected_yen")) | ~Q(reason=""),
                name="cashless_difference_explained",
            ),
            models.CheckConstraint(
                condition=Q(state="closed", closed_at__isnull=False) | (~Q(state="closed") & Q(closed_at__isnull=True)),
                name="cashless_closed_at",
            ),
            models.CheckConstraint(
                condition=Q(confirmed_by__isnull=True) | ~Q(confirmed_by=F("counted_by")), name="cashless_second_person"
            ),
            models.CheckConstraint(condition=Q(handed_at__isnull=True) | Q(state="closed"), name="cashless_handed"),
        )
        indexes = (models.Index(fields=("-on",), name="cashless_days"),)


class Tablet(models.Model):
    """端末: a tablet that may send sales of a counter. It proves itself by a key that only its browser keeps.

    `code_hash` of the number that a chief reads out once; `key_hash` of the key it was given for that number.
    """

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    desk = models.ForeignKey(Desk, on_delete=models.PROTECT, related_name="tablets")
    name = models.TextField()
    code_hash = models.TextField(default="", db_default="")
    code_until = models.DateTimeField()
    key_hash = models.TextField(default="", db_default="")
    registered_at = models.DateTimeField()
    registered_by = models.UUIDField(null=True)
    paired_at = models.DateTimeField(null=True)
    revoked_at = models.DateTimeField(null=True)
    revoked_by = models.UUIDField(null=True)

    class Meta:
        constraints = (
            models.CheckConstraint(condition=~Q(name=""), name="cashless_tablet_name"),
            models.CheckConstraint(
                condition=Q(paired_at__isnull=True, key_hash="")
                | Q(paired_at__isnull=False, code_hash="") & ~Q(key_hash=""),
                name="cashless_tablet_paired",
            ),
        )


class Sale(models.Model):
    """売上 or 返金: booked once. Its id comes with the order, so that the same order is never booked twice."""

    id = models.UUIDField(primary_key=True)
    day = models.ForeignKey(DeskDay, on_delete=models.PROTECT, related_name="sales", db_index=False)
    of = models.ForeignKey("self", null=True, on_delete=models.PROTECT, related_name="backs")
    """The sale of which something goes back; None for a sale."""
    serial = models.IntegerField(default=0)
    """Number of the receipt within the day, from 1 without gaps; given by the database."""
    number = models.TextField(default="")
    method = models.TextField()
    brand = models.TextField(default="", db_default="")
    slip_no = models.TextField(default="", db_default="")
    """Number on the terminal's paper."""
    total_yen = models.IntegerField()
    tendered_yen = models.IntegerField(null=True)
    fee_list = models.ForeignKey(FeeList, on_delete=models.PROTECT, related_name="+", db_index=False)
    sold_at = models.DateTimeField()
    belongs_on = models.DateField()
    """The day it happened; another one than its day's where it came after that was closed."""
    device_at = models.DateTimeField(null=True)
    """What the tablet's clock said, of a sale made while the line was away."""
    clerk_id = models.UUIDField(null=True)
    tablet = models.ForeignKey(Tablet, null=True, on_delete=models.PROTECT, related_name="+", db_index=False)
    """Which tablet sent it; None for the ordinary page."""
    reason = models.TextField(default="", db_default="")
    prints = models.IntegerField(default=0, db_default=0)

    class Meta:
        constraints = (
            models.UniqueConstraint(fields=("day", "serial"), name="cashless_serial"),
            models.CheckConstraint(condition=Q(serial__gte=1), name="cashless_serial_from_one"),
            models.CheckConstraint(condition=Q(method__in=tuple(METHODS)), name="cashless_method"),
            models.CheckConstraint(condition=Q(total_yen__gt=0, total_yen__lte=MOST_YEN), name="cashless_total"),
            models.CheckConstraint(
                condition=Q(method="cash", of__isnull=True, tendered_yen__gte=F("total_yen"))
                | (~Q(method="cash") | Q(of__isnull=False)) & Q(tendered_yen__isnull=True),
                name="cashless_tendered",
            ),
            models.CheckConstraint(condition=Q(method="cash", brand="") | ~Q(method="cash") & ~Q(brand=""),
                                   name="cashless_brand"),
            models.CheckConstraint(condition=Q(of__isnull=True) | ~Q(reason=""), name="cashless_back_reason"),
        )  # fmt: skip
        indexes = (models.Index(fields=("belongs_on", "method"), name="cashless_sales_by_day"),)


class SaleLine(models.Model):
    """One item of a sale, or of what goes back: then `position` is the sale's."""

    id = models.BigAutoField(primary_key=True)
    sale = models.ForeignKey(Sale, on_delete=models.PROTECT, related_name="lines", db_index=False)
    position = models.SmallIntegerField()
    code = models.TextField()
    title = models.TextField()
    unit_yen = models.IntegerField()
    count = models.IntegerField()
    tax = models.TextField()
    rate = models.SmallIntegerField()

    class Meta:
        constraints = (
            models.UniqueConstraint(fields=("sale", "position"), name="cashless_line_place"),
            models.CheckConstraint(condition=Q(count__gt=0, unit_yen__gt=0), name="cashless_line_count"),
        )


class Firm(models.Model):
    """決済会社: who pays what was taken by card, e-money or code. `terms`: see `rules.FirmTerms`."""

    code = models.TextField(primary_key=True)
    title = models.TextField()
    division = models.ForeignKey("eng_accounts.Division", on_delete=models.PROTECT, related_name="+", db_index=False)
    """In whose books its payments are booked."""
    terms = models.JSONField()
    changed_at = models.DateTimeField()


class Settlement(models.Model):
    """精算の明細: a firm's file as it came, and what became of it."""

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    number = models.IntegerField(unique=True)
    firm = models.ForeignKey(Firm, on_delete=models.PROTECT, related_name="+", db_index=False)
    filename = models.TextField()
    sha256 = models.TextField()
    content = models.BinaryField()
    state = models.TextField()
    errors = models.JSONField(default=list)
    """The first of what is wrong: [line, place, code, params]."""
    taken_at = models.DateTimeField()
    taken_by = models.UUIDField(null=True)
    ended_at = models.DateTimeField(null=True)

    class Meta:
        constraints = (
            models.CheckConstraint(condition=Q(state__in=SETTLEMENT_STATES), name="cashless_settlement_state"),
            models.UniqueConstraint(
                fields=("firm", "sha256"), condition=Q(state__in=("ready", "applied")), name="cashless_settlement_once"
            ),
        )


class SettlementLine(models.Model):
    """One line that was taken in, with what was booked for it at that moment; written once."""

    id = models.BigAutoField(primary_key=True)
    settlement = models.ForeignKey(Settlement, on_delete=models.PROTECT, related_name="lines", db_index=False)
    line = models.IntegerField()
    brand = models.TextField()
    from_day = models.DateField()
    to_day = models.DateField()
    count = models.IntegerField()
    gross_yen = models.IntegerField()
    fee_yen = models.IntegerField()
    tax_yen = models.IntegerField()
    net_yen = models.IntegerField()
    remit_on = models.DateField()
    booked_count = models.IntegerField()
    booked_yen = models.IntegerField()
    outcome = models.TextField()

    class Meta:
        constraints = (
            models.UniqueConstraint(fields=("settlement", "line"), name="cashless_settlementline_place"),
            models.CheckConstraint(condition=Q(outcome__in=tuple(OUTCOMES)), name="cashless_outcome"),
            models.UniqueConstraint(
                fields=("brand", "from_day", "to_day"), condition=Q(outcome="matched"), name="cashless_period_once"
            ),
        )


class Difference(models.Model):
    """差異: what somebody has to look at; closed with words."""

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    settlement = models.ForeignKey(Settlement, on_delete=models.PROTECT, related_name="+")
    kind = models.TextField()
    brand = models.TextField()
    from_day = models.DateField()
    to_day = models.DateField()
    said_yen = models.IntegerField(null=True)
    booked_yen = models.IntegerField(null=True)
    opened_at = models.DateTimeField()
    closed_at = models.DateTimeField(null=True)
    closed_by = models.UUIDField(null=True)
    note = models.TextField(default="", db_default="")

    class Meta:
        constraints = (
            models.CheckConstraint(condition=Q(kind__in=tuple(KINDS)), name="cashless_difference_kind"),
            models.CheckConstraint(
                condition=Q(closed_at__isnull=True, note="") | Q(closed_at__isnull=False) & ~Q(note=""),
                name="cashless_difference_closed",
            ),
        )
        indexes = (models.Index(fields=("opened_at",), name="cashless_open_differences", condition=Q(closed_at=None)),)
