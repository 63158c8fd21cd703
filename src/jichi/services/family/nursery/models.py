"""Tables of nursery admission. Private to this room."""

from __future__ import annotations

import uuid

from django.contrib.postgres.fields import ArrayField
from django.db import models
from django.db.models import F, Q

from .rules.intake import CONDITIONS, SOLO, SPLIT

CLASSES = tuple(range(6))
RUN_STATES = ("queued", "running", "done", "refused", "failed", "stopped")
OPEN_STATES = ("queued", "running")
TABLE_STATES = ("draft", "proposed", "approved")
ENTRY_STATES = ("draft", "sent", "returned", "accepted", "withdrawn")
STATUSES = ("ADMITTED", "TRANSFERRED", "STAYED", "WAITING")


class Facility(models.Model):
    """保育施設: where children can be placed. Public."""

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    code = models.TextField(unique=True)
    name = models.TextField()
    address = models.TextField(default="", blank=True)
    hours = models.TextField(default="", blank=True)
    """Opening hours as the facility writes them: "7:15～18:15"."""
    about = models.TextField(default="", blank=True)
    """What the facility says of itself."""
    latitude = models.FloatField(null=True, blank=True)
    longitude = models.FloatField(null=True, blank=True)
    desk = models.ForeignKey("eng_accounts.Division", null=True, on_delete=models.PROTECT, related_name="+")
    """The organisation whose people sign in to enter this facility's seats; without one it has links alone."""

    class Meta:
        constraints = (
            models.CheckConstraint(condition=~Q(code="") & ~Q(name=""), name="nursery_facility_named"),
            models.CheckConstraint(
                condition=Q(latitude__isnull=True, longitude__isnull=True)
                | Q(latitude__gte=20, latitude__lte=46, longitude__gte=122, longitude__lte=154),
                name="nursery_facility_place",
            ),
        )


class ScoreTable(models.Model):
    """指数表: rules of points for entries between two days; in force once a second official has approved it."""

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    division = models.ForeignKey("eng_accounts.Division", on_delete=models.PROTECT, related_name="+")
    name = models.TextField()
    valid_from = models.DateField()
    valid_until = models.DateField()
    content = models.BinaryField()
    """The CSV, as `rules.score_tables` writes it."""
    cases = models.BinaryField(default=b"")
    """What it is tested with before it takes effect, as `rules.table_cases` writes it."""
    state = models.TextField(default="draft")
    is_example = models.BooleanField(default=False)
    revision = models.IntegerField(default=1)
    changed_at = models.DateTimeField()
    proposed_by = models.ForeignKey("eng_accounts.Account", null=True, on_delete=models.PROTECT, related_name="+")
    approved_by = models.ForeignKey("eng_accounts.Account", null=True, on_delete=models.PROTECT, related_name="+")
    approved_at = models.DateTimeField(null=True)

    class Meta:
        constraints = (
            models.CheckConstraint(condition=Q(state__in=TABLE_STATES), name="nursery_table_state"),
            models.CheckConstraint(condition=Q(valid_from__lte=F("valid_until")), name="nursery_table_days"),
            models.CheckConstraint(
                condition=~Q(state="approved") | Q(approved_by__isnull=False, approved_at__isnull=False),
                name="nursery_table_approved",
            ),
            models.CheckConstraint(
                condition=Q(approved_by__isnull=True) | ~Q(approved_by=F("proposed_by")), name="nursery_table_two"
            ),
        )


class RemedyText(models.Model):
    """教示: the wording under notices published from a day on. Public."""

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    division = models.ForeignKey("eng_accounts.Division", on_delete=models.PROTECT, related_name="+")
    valid_from = models.DateField()
    text = models.TextField()
    appeal_months = models.IntegerField()
    suit_months = models.IntegerField()
    changed_by = models.ForeignKey("eng_accounts.Account", null=True, on_delete=models.PROTECT, related_name="+")
    changed_at = models.DateTimeField()

    class Meta:
        constraints = (
            models.UniqueConstraint(fields=("division", "valid_from"), name="nursery_remedies_once"),
            models.CheckConstraint(
                condition=~Q(text="") & Q(appeal_months__gte=1, suit_months__gte=1), name="nursery_remedies_whole"
            ),
        )


class Round(models.Model):
    """入園選考の回: entry on one day, with its closing and result days. Public but for its salt."""

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    division = models.ForeignKey("eng_accounts.Division", on_delete=models.PROTECT, related_name="+")
    name = models.TextField()
    entry_on = models.DateField()
    wishes_until = models.DateField()
    result_on = models.DateField()
    policy = models.TextField(default="stable")
    public_from = models.IntegerField(default=2)
    """Cut-offs are public where at least so many were admitted (少数の秘匿)."""
    opens_at = models.DateTimeField(null=True)
    closes_at = models.DateTimeField(null=True)
    """Families apply online from the one moment until just before the other; both empty: not online."""
    follows = models.ForeignKey("self", null=True, on_delete=models.PROTECT, related_name="+")
    """The round whose waiting families were carried over into this one."""
    published_run = models.ForeignKey("Run", null=True, on_delete=models.PROTECT, related_name="+")
    opened_at = models.DateTimeField()

    class Meta:
        constraints = (
            models.CheckConstraint(
                condition=Q(wishes_until__lte=F("result_on"), result_on__lte=F("entry_on")), name="nursery_round_days"
            ),
            models.CheckConstraint(condition=Q(policy__in=("stable", "most-seated")), name="nursery_round_policy"),
            models.CheckConstraint(condition=Q(public_from__gte=1), name="nursery_round_public"),
            models.CheckConstraint(
                condition=Q(opens_at__isnull=True, closes_at__isnull=True) | Q(opens_at__lt=F("closes_at")),
                name="nursery_round_open",
            ),
            models.UniqueConstraint(fields=("division", "name"), name="nursery_round_once"),
        )


class RoundSecret(models.Model):
    """The salt behind pseudonyms, draw numbers and leaves of a round. For the division and the platform alone."""

    round = models.OneToOneField(Round, primary_key=True, on_delete=models.PROTECT, related_name="secret")
    salt = models.BinaryField()


class Vacancy(models.Model):
    """空き枠: seats of one class at a facility in a round. Public."""

    id = models.BigAutoField(primary_key=True)
    round = models.ForeignKey(Round, on_delete=models.PROTECT, related_name="vacancies")
    facility = models.ForeignKey(Facility, on_delete=models.PROTECT, related_name="+")
    class_id = models.IntegerField()
    seats = models.IntegerField()

    class Meta:
        constraints = (
            models.UniqueConstraint(fields=("round", "facility", "class_id"), name="nursery_vacancy_once"),
            models.CheckConstraint(condition=Q(class_id__in=CLASSES), name="nursery_vacancy_class"),
            models.CheckConstraint(condition=Q(seats__gte=0, seats__lte=500), name="nursery_vacancy_seats"),
        )


class Application(models.Model):
    """申込み: one family in a round, with what scores are counted from."""

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    round = models.ForeignKey(Round, on_delete=models.PROTECT, related_name="applications")
    code = models.TextField()
    account = models.ForeignKey("eng_accounts.Account", null=True, on_delete=models.PROTECT, related_name="+")
    addressee_no = models.TextField(default="", blank=True)
    guardian_name = models.TextField()
    condition = models.TextField()
    solo = models.TextField()
    split = models.TextField(default="", blank=True)
    sibling_at = models.TextField(default="", blank=True)
    missing = ArrayField(models.TextField(), default=list, db_default=[])
    guardians = models.JSONField(default=list)
    answers = models.JSONField(default=dict)
    origins = models.JSONField(default=dict)
    """{"1": {title: [certificate, item]}}: answers of a guardian that were taken from a certificate."""
    revision = models.IntegerField(default=1)
    changed_at = models.DateTimeField()
    withdrawn_at = models.DateTimeField(null=True)

    class Meta:
        constraints = (
            models.UniqueConstraint(fields=("round", "code"), name="nursery_application_once"),
            models.CheckConstraint(condition=Q(condition__in=tuple(CONDITIONS)), name="nursery_application_condition"),
            models.CheckConstraint(condition=Q(solo__in=tuple(SOLO)), name="nursery_application_solo"),
            models.CheckConstraint(condition=Q(split__in=tuple(SPLIT)), name="nursery_application_split"),
        )
        indexes = (models.Index(fields=("account",), name="nursery_application_account"),)


class Entry(models.Model):
    """オンラインの申込み: what a family writes (`content`), what it sent last (`sent`), and what became of it.

    One for a login in a round, under one receipt number. Accepted, it is an application; sent again, it waits again.
    """

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    round = models.ForeignKey(Round, on_delete=models.PROTECT, related_name="entries")
    account = models.ForeignKey("eng_accounts.Account", on_delete=models.PROTECT, related_name="+")
    addressee_no = models.TextField(default="", blank=True)
    number = models.TextField(default="", blank=True)
    """受付番号, from the first sending on; also the code of the application."""
    state = models.TextField(default="draft")
    content = models.JSONField(default=dict)
    sent = models.JSONField(null=True)
    sent_at = models.DateTimeField(null=True)
    accepted = models.JSONField(null=True)
    """What was sent when an official took it over last."""
    remark = models.TextField(default="", blank=True)
    """What the office asked to be put right."""
    application = models.OneToOneField(Application, null=True, on_delete=models.PROTECT, related_name="entry")
    changed_at = models.DateTimeField()

    class Meta:
        constraints = (
            models.UniqueConstraint(fields=("round", "account"), name="nursery_entry_once"),
            models.UniqueConstraint(fields=("number",), condition=~Q(number=""), name="nursery_entry_number"),
            models.CheckConstraint(condition=Q(state__in=ENTRY_STATES), name="nursery_entry_state"),
            models.CheckConstraint(
                condition=Q(state="draft") | Q(sent__isnull=False, sent_at__isnull=False) & ~Q(number=""),
                name="nursery_entry_sent",
            ),
            models.CheckConstraint(
                condition=~Q(state="accepted") | Q(application__isnull=False), name="nursery_entry_accepted"
            ),
        )


class Certificate(models.Model):
    """就労証明: what an employer is asked to certify of guardian 1 or 2, and what came."""

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    entry = models.ForeignKey(Entry, on_delete=models.CASCADE, related_name="certificates")
    place = models.IntegerField()
    state = models.TextField(default="asked")
    asked_at = models.DateTimeField()
    expires_at = models.DateTimeField()
    content = models.JSONField(default=dict)
    file = models.ForeignKey("eng_files.StoredFile", null=True, on_delete=models.PROTECT, related_name="+")
    sha256 = models.TextField(default="", blank=True)
    """Of what came, file included: the certificate stays as it arrived."""
    arrived_at = models.DateTimeField(null=True)

    class Meta:
        constraints = (
            models.CheckConstraint(condition=Q(place__in=(1, 2)), name="nursery_certificate_place"),
            models.CheckConstraint(
                condition=Q(state__in=("asked", "arrived", "replaced")), name="nursery_certificate_state"
            ),
            models.CheckConstraint(
                condition=~Q(state="arrived") | Q(arrived_at__isnull=False) & ~Q(sha256=""),
                name="nursery_certificate_arrived",
            ),
            models.UniqueConstraint(
                fields=("entry", "place"), condition=Q(state="asked"), name="nursery_certificate_one_asked"
            ),
        )


class FacilityAsk(models.Model):
    """園への依頼: a facility is asked for its seats in a round until a moment; its link is the right."""

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    round = models.ForeignKey(Round, on_delete=models.PROTECT, related_name="asks")
    facility = models.ForeignKey(Facility, on_delete=models.PROTECT, related_name="+")
    until = models.DateTimeField()
    answered_at = models.DateTimeField(null=True)
    answered_by = models.TextField(default="", blank=True)

    class Meta:
        constraints = (models.UniqueConstraint(fields=("round", "facility"), name="nursery_ask_once"),)


class Child(models.Model):
    """申込児童: class, wishes, and its score as two officials have confirmed it."""

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    application = models.ForeignKey(Application, on_delete=models.PROTECT, related_name="children")
    code = models.TextField()
    seq = models.IntegerField()
    name = models.TextField()
    kana = models.TextField(default="", blank=True)
    birth = models.DateField()
    unborn = models.BooleanField(default=False)
    """出生前の申込み: `birth` is the day it is expected, until the family tells the real one."""
    class_id = models.IntegerField()
    current = models.TextField(default="", blank=True)
    wishes = ArrayField(models.TextField(), default=list, db_default=[])
    answers = models.JSONField(default=dict)
    score = models.JSONField(null=True)
    score_sha256 = models.TextField(default="", blank=True)
    first_by = models.ForeignKey("eng_accounts.Account", null=True, on_delete=models.PROTECT, related_name="+")
    second_by = models.ForeignKey("eng_accounts.Account", null=True, on_delete=models.PROTECT, related_name="+")
    confirmed_at = models.DateTimeField(null=True)

    class Meta:
        constraints = (
            models.UniqueConstraint(fields=("application", "code"), name="nursery_child_once"),
            models.UniqueConstraint(
                fields=("application", "seq"), name="nursery_child_seq", deferrable=models.Deferrable.DEFERRED
            ),
            models.CheckConstraint(condition=Q(class_id__in=CLASSES), name="nursery_child_class"),
            models.CheckConstraint(
                condition=Q(second_by__isnull=True) | (Q(first_by__isnull=False) & ~Q(second_by=F("first_by"))),
                name="nursery_child_two",
            ),
            models.CheckConstraint(
                condition=Q(second_by__isnull=True) | Q(score__isnull=False, confirmed_at__isnull=False),
                name="nursery_child_scored",
            ),
        )

    @property
    def key(self) -> str:
        """The child's name inside its round, from which its pseudonym comes; asks for the application."""
        return f"{self.application.code}/{self.code}"


class Pin(models.Model):
    """固定: a child that an official places by hand, or keeps without a seat ("")."""

    child = models.OneToOneField(Child, primary_key=True, on_delete=models.CASCADE, related_name="pin")
    facility = models.TextField(default="", blank=True)
    reason = models.TextField()
    set_by = models.ForeignKey("eng_accounts.Account", null=True, on_delete=models.PROTECT, related_name="+")

    class Meta:
        constraints = (models.CheckConstraint(condition=~Q(reason=""), name="nursery_pin_reason"),)


class Run(models.Model):
    """選考の計算: frozen tables, and what came of them. Approved by two, one of a round is published."""

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    round = models.ForeignKey(Round, on_delete=models.PROTECT, related_name="runs")
    number = models.IntegerField()
    state = models.TextField(default="queued")
    phase = models.TextField(default="", blank=True)
    count = models.BigIntegerField(default=0)
    inputs = models.BinaryField()
    inputs_sha256 = models.TextField()
    children = models.IntegerField()
    outputs = models.BinaryField(null=True)
    verdict = models.TextField(default="", blank=True)
    figures = models.JSONField(default=dict)
    problems = models.JSONField(default=list)
    started_by = models.ForeignKey("eng_accounts.Account", null=True, on_delete=models.PROTECT, related_name="+")
    started_at = models.DateTimeField()
    ended_at = models.DateTimeField(null=True)
    first_by = models.ForeignKey("eng_accounts.Account", null=True, on_delete=models.PROTECT, related_name="+")
    second_by = models.ForeignKey("eng_accounts.Account", null=True, on_delete=models.PROTECT, related_name="+")
    approved_at = models.DateTimeField(null=True)
    root = models.TextField(default="", blank=True)
    published_at = models.DateTimeField(null=True)

    class Meta:
        constraints = (
            models.UniqueConstraint(fields=("round", "number"), name="nursery_run_number"),
            models.UniqueConstraint(
                fields=("round",), condition=Q(state__in=OPEN_STATES), name="nursery_run_one_at_a_time"
            ),
            models.CheckConstraint(condition=Q(state__in=RUN_STATES), name="nursery_run_state"),
            models.CheckConstraint(
                condition=Q(second_by__isnull=True) | (Q(first_by__isnull=False) & ~Q(second_by=F("first_by"))),
                name="nursery_run_two",
            ),
            models.CheckConstraint(
                condition=Q(published_at__isnull=True) | Q(second_by__isnull=False, state="done"),
                name="nursery_run_published",
            ),
        )


class Outcome(models.Model):
    """結果: what a run gives one child, with the reason for each wish."""

    id = models.BigAutoField(primary_key=True)
    run = models.ForeignKey(Run, on_delete=models.PROTECT, related_name="outcomes")
    child = models.ForeignKey(Child, on_delete=models.PROTECT, related_name="+")
    facility = models.TextField(default="", blank=True)
    status = models.TextField()
    option_rank = models.IntegerField(null=True)
    reasons = models.JSONField(default=list)
    """[{rank, facility, code, position, applicants, cutoff, own, sibling}] by wish."""
    leaf = models.JSONField(default=dict)
    """{text, path}: what the family checks against the published root."""

    class Meta:
        constraints = (
            models.UniqueConstraint(fields=("run", "child"), name="nursery_outcome_once"),
            models.CheckConstraint(condition=Q(status__in=STATUSES), name="nursery_outcome_status"),
        )
