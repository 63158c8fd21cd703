"""Tables of retreats. Private to this room; whether a room is free is the booking engine's to say."""

from __future__ import annotations

import uuid

from django.db import models
from django.db.models import F, Q

from .rules import HOLDING, KINDS, PLANS, STATES, STAY_STATES


class House(models.Model):
    """施設: an own house or a partner inn. Officials of `desk` confirm and receive guests; `division` runs it."""

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    code = models.TextField(unique=True)
    """Stands in addresses."""
    division = models.ForeignKey("eng_accounts.Division", on_delete=models.PROTECT, related_name="+")
    desk = models.ForeignKey("eng_accounts.Division", null=True, on_delete=models.PROTECT, related_name="+")
    kind = models.TextField(default="own")
    state = models.TextField(default="draft")
    title = models.JSONField(default=dict)
    content = models.JSONField(default=dict)
    revision = models.IntegerField(default=1)
    updated_at = models.DateTimeField()

    class Meta:
        constraints = (
            models.CheckConstraint(condition=Q(kind__in=list(KINDS)), name="house_kind"),
            models.CheckConstraint(condition=Q(state__in=list(STATES)), name="house_state"),
            models.CheckConstraint(condition=Q(code__regex=r"^[a-z0-9][a-z0-9-]{0,39}$"), name="house_code"),
        )


class RoomType(models.Model):
    """部屋の種類: rooms alike, for so many persons."""

    id = models.BigAutoField(primary_key=True)
    house = models.ForeignKey(House, on_delete=models.PROTECT, related_name="room_types")
    code = models.TextField()
    title = models.JSONField(default=dict)
    least = models.SmallIntegerField(default=1)
    most = models.SmallIntegerField()

    class Meta:
        constraints = (
            models.UniqueConstraint(fields=("house", "code"), name="roomtype_code"),
            models.CheckConstraint(condition=Q(least__gte=1, most__gte=F("least")), name="roomtype_persons"),
        )


class HouseRoom(models.Model):
    """部屋: one room of the booking engine, as a room of a type; nights are counted while it is `in_use`."""

    room = models.OneToOneField("eng_booking.Room", primary_key=True, on_delete=models.PROTECT, related_name="+")
    room_type = models.ForeignKey(RoomType, on_delete=models.PROTECT, related_name="rooms")
    name = models.TextField()
    in_use = models.BooleanField(default=True)


class HouseTariff(models.Model):
    """料金表 of a house from a day on; a published one is never changed."""

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    house = models.ForeignKey(House, on_delete=models.PROTECT, related_name="tariffs")
    valid_from = models.DateField()
    content = models.JSONField(default=dict)
    state = models.TextField(default="draft")
    updated_at = models.DateTimeField()

    class Meta:
        constraints = (
            models.UniqueConstraint(fields=("house", "valid_from"), name="housetariff_day"),
            models.CheckConstraint(condition=Q(state__in=("draft", "published")), name="housetariff_state"),
        )


class Closure(models.Model):
    """休館・部屋止め: rooms that nobody can book from `first` to `last`, held by bookings of their own."""

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    house = models.ForeignKey(House, on_delete=models.PROTECT, related_name="closures")
    first = models.DateField()
    last = models.DateField()
    reason = models.TextField()
    bookings = models.JSONField(default=list)
    """Ids of the engine's bookings."""
    rooms = models.SmallIntegerField()
    ended_at = models.DateTimeField(null=True)

    class Meta:
        constraints = (
            models.CheckConstraint(condition=Q(last__gte=F("first")), name="closure_days"),
            models.CheckConstraint(condition=~Q(reason=""), name="closure_reason"),
        )


class Member(models.Model):
    """利用者登録: who may book. Made with the first booking, or taken over from the former register."""

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    division = models.ForeignKey("eng_accounts.Division", on_delete=models.PROTECT, related_name="+")
    account = models.OneToOneField("eng_accounts.Account", null=True, on_delete=models.PROTECT, related_name="+")
    number = models.TextField(default="", blank=True)
    """利用者番号 of the former register."""
    kind = models.TextField()
    name = models.TextField()
    kana = models.TextField(default="", blank=True)
    phone = models.TextField(default="", blank=True)
    email = models.TextField(default="", blank=True)
    workplace = models.TextField(default="", blank=True)
    proved_until = models.DateField(null=True)
    """在勤・在学 was shown, and counts until this day."""
    registered_on = models.DateField()

    class Meta:
        constraints = (
            models.CheckConstraint(condition=Q(kind__in=("resident", "works")), name="member_kind"),
            models.CheckConstraint(condition=~Q(name=""), name="member_named"),
            models.UniqueConstraint(fields=("number",), condition=~Q(number=""), name="member_number"),
        )
        indexes = (models.Index(fields=("email",), name="member_by_email", condition=~Q(email="")),)


class Lottery(models.Model):
    """月の抽選: one house's nights of a month, drawn by the booking engine before they go to who comes first."""

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    house = models.ForeignKey(House, on_delete=models.PROTECT, related_name="lotteries")
    month = models.DateField()
    offering = models.OneToOneField("eng_booking.Offering", on_delete=models.PROTECT, related_name="+")
    draw_at = models.DateTimeField()
    confirm_until = models.DateTimeField()
    first_come_on = models.DateField()
    nights = models.SmallIntegerField(default=1, db_default=1)
    """Nights that are won together: the month is cut into so many from its first day, the rest is shorter."""

    class Meta:
        constraints = (
            models.UniqueConstraint(fields=("house", "month"), name="lottery_month"),
            models.CheckConstraint(condition=Q(nights__gte=1) & Q(nights__lte=7), name="lottery_nights"),
            models.CheckConstraint(condition=Q(confirm_until__gt=F("draw_at")), name="lottery_times"),
        )


class Stay(models.Model):
    """宿泊: from the wish to the departure. Who has a room has the engine's booking of it (`sql/guards.sql`)."""

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    number = models.TextField(unique=True)
    house = models.ForeignKey(House, on_delete=models.PROTECT, related_name="stays", db_index=False)
    room_type = models.ForeignKey(RoomType, on_delete=models.PROTECT, related_name="+", db_index=False)
    member = models.ForeignKey(Member, on_delete=models.PROTECT, related_name="stays")
    account = models.ForeignKey("eng_accounts.Account", null=True, on_delete=models.PROTECT, related_name="+")
    state = models.TextField()
    check_in = models.DateField()
    nights = models.SmallIntegerField()
    party = models.JSONField()
    meals = models.TextField(default="none")
    tariff = models.ForeignKey(HouseTariff, on_delete=models.PROTECT, related_name="+", db_index=False)
    lines = models.JSONField(default=list)
    total_yen = models.IntegerField()
    before_tax_yen = models.IntegerField()
    booking = models.OneToOneField("eng_booking.RoomBooking", null=True, on_delete=models.PROTECT, related_name="+")
    entry = models.OneToOneField("eng_booking.Entry", null=True, on_delete=models.PROTECT, related_name="+")
    wishes = models.JSONField(default=list)
    name = models.TextField()
    kana = models.TextField(default="", blank=True)
    phone = models.TextField()
    channel = models.TextField(default="web")
    language = models.TextField(default="ja")
    dedupe_key = models.TextField(unique=True)
    entered_at = models.DateTimeField()
    line = models.BigIntegerField()
    """Place in the waiting line: smaller comes first."""
    answer_until = models.DateTimeField(null=True)
    prove_until = models.DateField(null=True)
    """A booking for now (仮予約) until 在勤・在学 was shown."""
    owes_yen = models.IntegerField(default=0, db_default=0)
    """What was asked for when it was booked; 0: it is paid for at the house."""
    pay_until = models.DateTimeField(null=True)
    """Until when its room is held for paying."""
    paid_at = models.DateTimeField(null=True)
    money_done_at = models.DateTimeField(null=True)
    """Since then nothing is owed any more: called off, or on its way back."""
    arrived_at = models.DateTimeField(null=True)
    ended_at = models.DateTimeField(null=True)
    charge_yen = models.IntegerField(default=0)
    reason = models.TextField(default="", blank=True)

    class Meta:
        constraints = (
            models.CheckConstraint(condition=Q(state__in=STAY_STATES), name="stay_state"),
            models.CheckConstraint(condition=Q(meals__in=list(PLANS)), name="stay_meals"),
            models.CheckConstraint(condition=Q(nights__gte=1) & Q(nights__lte=31), name="stay_nights"),
            models.CheckConstraint(
                condition=Q(total_yen__gte=F("before_tax_yen"), before_tax_yen__gte=0, charge_yen__gte=0)
                & Q(charge_yen__lte=F("before_tax_yen")),
                name="stay_yen",
            ),
            models.CheckConstraint(
                condition=Q(state__in=HOLDING, booking__isnull=False) | ~Q(state__in=HOLDING) & Q(booking__isnull=True),
                name="stay_has_its_room",
            ),
            models.CheckConstraint(condition=~Q(state="offered") | Q(answer_until__isnull=False), name="stay_answer"),
            models.CheckConstraint(condition=~Q(name="") & ~Q(phone=""), name="stay_named"),
            models.CheckConstraint(condition=~Q(state="held") | Q(pay_until__isnull=False), name="stay_held_until"),
            models.CheckConstraint(
                condition=~Q(state="booked", channel="web") | Q(owes_yen=0) | Q(paid_at__isnull=False),
                name="stay_paid_first",
            ),
        )
        indexes = (
            models.Index(fields=("house", "check_in", "state"), name="stay_by_day"),
            models.Index(fields=("account", "check_in"), name="stay_by_account"),
            models.Index(fields=("room_type", "line"), name="stay_waiting", condition=Q(state="waiting")),
            models.Index(fields=("pay_until",), name="stay_unpaid", condition=Q(paid_at=None, money_done_at=None) &
                         Q(pay_until__isnull=False)),
        )  # fmt: skip
