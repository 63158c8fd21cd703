"""Tables of this room. What must never be (one place too many, a changed list) is refused in `sql/guards.sql`."""

from __future__ import annotations

import uuid

from django.contrib.postgres.functions import RandomUUID
from django.db import models
from django.db.models import F, Q

from .rules.booking import ENTRY_STATES, MODES, PLACE_STATES


class Offering(models.Model):
    """催し・枠のまとまり: something people enter for, with the rules by which places are given."""

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    code = models.TextField(unique=True)
    title = models.JSONField()
    division = models.ForeignKey("eng_accounts.Division", on_delete=models.PROTECT, related_name="+", db_index=False)
    mode = models.TextField()
    state = models.TextField(default="open")
    opens_at = models.DateTimeField()
    closes_at = models.DateTimeField()
    most_people = models.SmallIntegerField(default=1)
    """Persons in one entry, companions included."""
    waiting_list = models.BooleanField(default=False)
    strict = models.BooleanField(default=False)
    """A smaller group does not overtake a larger one that waits."""
    hold_minutes = models.SmallIntegerField(default=0)
    """How long a place is held for paying; 0: it is taken at once."""
    answer_hours = models.SmallIntegerField(default=0)
    """How long who is promoted from the waiting list has to answer; 0: they have the place at once."""
    conditions = models.JSONField(default=list)
    tiers = models.JSONField(default=list, db_default=[])
    """Who is drawn first: lists of conditions, the best first (`rules.booking.tier_of`)."""
    weights = models.JSONField(default=list, db_default=[])
    """Who has more slips in the drum (`rules.booking.weight_of`)."""
    series = models.TextField(default="", db_default="")
    """Offerings that belong together: who had a place in one is no first-timer in the others."""
    season = models.TextField(default="", db_default="")
    """Offerings of which a person enters one only, where a condition says so."""
    link = models.TextField(default="", db_default="")
    """Linked offerings: a person has a place in one of them; who takes it leaves the waiting lists of the others."""
    withdraw_until = models.DateTimeField(null=True)
    """Until then people give their place back themselves; None: always."""
    cancel_fees = models.JSONField(default=list, db_default=[])
    """取消料: what is kept of money paid, by days before (`rules.paying.steps_of`)."""

    class Meta:
        constraints = (
            models.CheckConstraint(condition=Q(mode__in=MODES), name="offering_mode"),
            models.CheckConstraint(condition=Q(state__in=("open", "closed", "cancelled")), name="offering_state"),
            models.CheckConstraint(condition=Q(closes_at__gt=F("opens_at")), name="offering_times"),
            models.CheckConstraint(
                condition=Q(most_people__gte=1, hold_minutes__gte=0, answer_hours__gte=0), name="offering_counts"
            ),
        )
        indexes = (
            models.Index(fields=("series",), name="offering_series", condition=~Q(series="")),
            models.Index(fields=("season",), name="offering_season", condition=~Q(season="")),
            models.Index(fields=("link",), name="offering_link", condition=~Q(link="")),
        )


class Item(models.Model):
    """枠: places of one class on one occasion. `taken` follows the places given, by trigger alone."""

    id = models.BigAutoField(primary_key=True)
    offering = models.ForeignKey(Offering, on_delete=models.PROTECT, related_name="items", db_index=False)
    code = models.TextField()
    title = models.JSONField()
    place_class = models.TextField(default="", db_default="")
    starts_at = models.DateTimeField(null=True)
    ends_at = models.DateTimeField(null=True)
    capacity = models.IntegerField()
    taken = models.IntegerField(default=0, db_default=0)
    seated = models.BooleanField(default=False)
    """Each place is a row of its own: numbered seats, or more than about a thousand places."""

    class Meta:
        constraints = (
            models.UniqueConstraint(fields=("offering", "code"), name="item_code"),
            models.CheckConstraint(condition=Q(capacity__gte=0), name="item_capacity"),
            models.CheckConstraint(condition=Q(taken__gte=0, taken__lte=F("capacity")), name="item_not_oversold"),
        )


class Entry(models.Model):
    """申込み: one person or group that wants places."""

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    offering = models.ForeignKey(Offering, on_delete=models.PROTECT, related_name="entries", db_index=False)
    number = models.TextField()
    """Random receipt number: in published lists it stands for the person."""
    account = models.ForeignKey(
        "eng_accounts.Account", null=True, on_delete=models.PROTECT, related_name="+", db_index=False
    )
    dedupe_key = models.TextField()
    size = models.SmallIntegerField()
    tier = models.SmallIntegerField(default=0, db_default=0)
    weight = models.SmallIntegerField(default=1, db_default=1)
    want = models.SmallIntegerField(default=1, db_default=1)
    choices = models.JSONField()
    """Codes of items, best first."""
    channel = models.TextField(default="web", db_default="web")
    state = models.TextField()
    entered_at = models.DateTimeField()
    sequence = models.BigIntegerField()
    """Order of arrival: of a waiting list without a draw, and after it by the draw's order."""
    token = models.UUIDField(default=uuid.uuid4, db_default=RandomUUID(), unique=True, editable=False)
    """What the QR code of the ticket holds: it can't be guessed from the number."""
    arrived_at = models.DateTimeField(null=True)
    no_show = models.BooleanField(default=False, db_default=False)
    lines = models.JSONField(default=list, db_default=[])
    """What it costs, as `payments.rules.ChargeLine`; empty: nothing is asked here."""
    owes_yen = models.IntegerField(default=0, db_default=0)
    pay_until = models.DateTimeField(null=True)
    """Until when its place was held for paying."""
    paid_at = models.DateTimeField(null=True)
    money_done_at = models.DateTimeField(null=True)
    """Since then nothing is owed any more: called off, or on its way back."""

    class Meta:
        constraints = (
            models.CheckConstraint(condition=Q(state__in=ENTRY_STATES), name="entry_state"),
            models.CheckConstraint(condition=Q(owes_yen__gte=0), name="entry_owes"),
            models.CheckConstraint(condition=Q(channel__in=("web", "telephone", "counter")), name="entry_channel"),
            models.CheckConstraint(
                condition=Q(size__gte=1, tier__gte=0, weight__gte=1, want__gte=1), name="entry_counts"
            ),
            # Not `unique=True`: each would have a second index, for patterns that nobody asks for.
            models.UniqueConstraint(fields=("number",), name="eng_booking_entry_number_key"),
            models.UniqueConstraint(fields=("dedupe_key",), name="eng_booking_entry_dedupe_key_key"),
            models.UniqueConstraint(fields=("id", "offering"), name="entry_of_offering"),
        )
        indexes = (
            models.Index(fields=("offering", "state", "sequence"), name="entry_in_order"),
            models.Index(fields=("account",), name="entry_by_account"),
            models.Index(
                fields=("state", "pay_until"),
                name="entry_money",
                condition=Q(owes_yen__gt=0, money_done_at__isnull=True),
            ),
        )


class EntryPerson(models.Model):
    """申込みの中の人: an opaque key of each person; nobody stands in two living entries of one offering."""

    id = models.BigAutoField(primary_key=True)
    entry = models.ForeignKey(Entry, on_delete=models.CASCADE, related_name="people", db_constraint=False)
    offering = models.ForeignKey(
        Offering, on_delete=models.PROTECT, related_name="+", db_index=False, db_constraint=False
    )
    """The entry's own: one foreign key of both columns together, `person_of_entry`, keeps it (migration 0011)."""
    person = models.TextField()
    living = models.BooleanField(default=True, db_default=True)

    class Meta:
        constraints = (
            models.UniqueConstraint(fields=("offering", "person"), condition=Q(living=True), name="person_once"),
        )


class LinkedPerson(models.Model):
    """つながる枠の中の人: a key of each person that is the same in all linked offerings. `placed`: by trigger."""

    id = models.BigAutoField(primary_key=True)
    entry = models.ForeignKey(Entry, on_delete=models.CASCADE, related_name="linked")
    link = models.TextField()
    person = models.TextField()
    placed = models.BooleanField(default=False, db_default=False)

    class Meta:
        constraints = (
            models.UniqueConstraint(fields=("link", "person"), condition=Q(placed=True), name="linked_place_once"),
        )
        indexes = (models.Index(fields=("link", "person"), name="linked_person"),)


class Place(models.Model):
    """割り当てた席: `size` places of an item that an entry holds or has. Inserting one is what counts."""

    id = models.BigAutoField(primary_key=True)
    entry = models.ForeignKey(Entry, on_delete=models.PROTECT, related_name="places", db_index=False)
    item = models.ForeignKey(Item, on_delete=models.PROTECT, related_name="places")
    size = models.SmallIntegerField()
    state = models.TextField()
    held_until = models.DateTimeField(null=True)
    given_at = models.DateTimeField()

    class Meta:
        constraints = (
            models.CheckConstraint(condition=Q(state__in=PLACE_STATES), name="place_state"),
            models.CheckConstraint(condition=Q(size__gte=1), name="place_size"),
            models.CheckConstraint(condition=~Q(state="held") | Q(held_until__isnull=False), name="place_held_until"),
            models.UniqueConstraint(fields=("entry", "item"), condition=~Q(state="released"), name="place_once"),
        )
        indexes = (models.Index(fields=("held_until",), name="place_held", condition=Q(state="held")),)


class TicketRead(models.Model):
    """受付の記録: one ticket read by one device at the door, perhaps while the line was away; written once."""

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    """The device's own key: sent again it is the same."""
    entry = models.ForeignKey(Entry, on_delete=models.CASCADE, related_name="reads")
    device = models.TextField()
    """A random name that a browser gave itself."""
    arrived_at = models.DateTimeField()
    """By the device's clock, never after it came in here."""
    received_at = models.DateTimeField()
    outcome = models.TextField()

    class Meta:
        constraints = (
            models.CheckConstraint(condition=Q(outcome__in=("arrived", "already", "no_place")), name="arrival_outcome"),
            models.CheckConstraint(condition=Q(received_at__gte=F("arrived_at")), name="arrival_times"),
        )


class Seat(models.Model):
    """番号のある席: one row a place; who has it."""

    id = models.BigAutoField(primary_key=True)
    item = models.ForeignKey(Item, on_delete=models.PROTECT, related_name="seats", db_index=False)
    number = models.IntegerField()
    place = models.ForeignKey(Place, null=True, on_delete=models.PROTECT, related_name="seats")

    class Meta:
        constraints = (models.UniqueConstraint(fields=("item", "number"), name="seat_number"),)
        # `number + 0`: beside `seat_number` the planner could not tell which of the two has fewer rows to pass.
        indexes = (models.Index(F("item"), F("number") + 0, name="seat_free", condition=Q(place__isnull=True)),)


class Room(models.Model):
    """部屋: what is booked for a time, one booking at a time."""

    id = models.BigAutoField(primary_key=True)
    code = models.TextField(unique=True)
    title = models.JSONField()
    division = models.ForeignKey("eng_accounts.Division", on_delete=models.PROTECT, related_name="+", db_index=False)


class RoomBooking(models.Model):
    """部屋の予約: two that overlap are refused by an exclusion constraint (`sql/guards.sql`)."""

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    room = models.ForeignKey(Room, on_delete=models.PROTECT, related_name="bookings", db_index=False)
    account = models.ForeignKey("eng_accounts.Account", null=True, on_delete=models.PROTECT, related_name="+")
    starts_at = models.DateTimeField()
    ends_at = models.DateTimeField()
    state = models.TextField(default="taken")
    dedupe_key = models.TextField(unique=True)

    class Meta:
        constraints = (
            models.CheckConstraint(condition=Q(ends_at__gt=F("starts_at")), name="roombooking_times"),
            models.CheckConstraint(condition=Q(state__in=("taken", "released")), name="roombooking_state"),
        )


class Draw(models.Model):
    """抽選: rules and list as they were frozen, then what came of them. One that counts for each offering."""

    id = models.BigAutoField(primary_key=True)
    offering = models.ForeignKey(Offering, on_delete=models.PROTECT, related_name="draws", db_index=False)
    draw_id = models.TextField(unique=True)
    state = models.TextField(default="frozen")
    params = models.TextField()
    params_sha256 = models.TextField()
    entries = models.TextField()
    entries_sha256 = models.TextField()
    entries_count = models.IntegerField()
    rejections = models.JSONField(default=dict)
    commitment = models.TextField(default="", db_default="")
    frozen_at = models.DateTimeField()
    randomness_due_at = models.DateTimeField()
    drawn_at = models.DateTimeField(null=True)
    record = models.TextField(default="", db_default="")
    record_sha256 = models.TextField(default="", db_default="")
    previous_sha256 = models.TextField(default="", db_default="")
    changes = models.JSONField(default=list)
    """Links of `rules.draw.changes`, only ever added to; `record` stays as it was drawn."""
    supersedes = models.OneToOneField("self", null=True, on_delete=models.PROTECT, related_name="+")
    reason = models.TextField(default="", db_default="")
    """Published: why this draw takes the place of another one."""
    void_reason = models.TextField(default="", db_default="")

    class Meta:
        constraints = (
            models.CheckConstraint(condition=Q(state__in=("frozen", "drawn", "void")), name="draw_state"),
            models.UniqueConstraint(fields=("offering",), condition=~Q(state="void"), name="draw_counts_once"),
            models.UniqueConstraint(
                fields=("previous_sha256",), condition=Q(drawn_at__isnull=False), name="draw_chain_has_no_fork"
            ),
            models.CheckConstraint(
                condition=Q(drawn_at__isnull=True, record="", record_sha256="")
                | Q(drawn_at__gte=F("randomness_due_at")) & ~Q(record="") & ~Q(record_sha256=""),
                name="draw_after_randomness",
            ),
            models.CheckConstraint(condition=~Q(state="drawn") | Q(drawn_at__isnull=False), name="draw_drawn_at"),
            models.CheckConstraint(condition=~Q(state="void") | ~Q(void_reason=""), name="draw_void_reason"),
            models.CheckConstraint(condition=Q(supersedes__isnull=True) | ~Q(reason=""), name="draw_reason"),
        )
