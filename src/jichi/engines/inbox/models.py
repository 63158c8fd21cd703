"""Tables of this room; row security is in `sql/security.sql`, writing functions in `sql/functions.sql`.

Not under the row audit: rows here mirror acts that the rooms themselves record.
"""

from __future__ import annotations

from datetime import date

from django.db import models
from django.db.models import Case, F, Q, Value, When
from django.db.models.functions import Coalesce, Left

RESIDENT_KINDS = ("todo", "notice", "document")
STAFF_KINDS = ("decide", "check", "correction_arrived", "deadline", "read")
NO_DUE = date(9999, 12, 31)


class WorkItem(models.Model):
    """仕事: one thing that waits for an account or a division. Closed when its cause is done."""

    id = models.BigAutoField(primary_key=True)
    account = models.ForeignKey(
        "eng_accounts.Account", null=True, on_delete=models.PROTECT, related_name="+", db_index=False
    )
    division = models.ForeignKey(
        "eng_accounts.Division", null=True, on_delete=models.PROTECT, related_name="+", db_index=False
    )
    assignee = models.ForeignKey(
        "eng_accounts.Account", null=True, on_delete=models.PROTECT, related_name="+", db_index=False
    )
    kind = models.TextField()
    title = models.JSONField()
    url_path = models.TextField()
    subject_key = models.TextField()
    about = models.TextField(default="", db_default="")
    """受付番号 without its hyphen; "" where there is none."""
    permission = models.TextField(default="", db_default="")
    due_on = models.DateField(null=True)
    state = models.TextField(default="open", db_default="open")
    dedupe_key = models.TextField()
    created_at = models.DateTimeField()
    closed_at = models.DateTimeField(null=True)
    read_at = models.DateTimeField(null=True)
    due_sort = models.GeneratedField(
        expression=Coalesce("due_on", Value(NO_DUE)), output_field=models.DateField(), db_persist=True
    )
    """Due date with "none" last, so that a page can go on after it."""
    waits_for = models.GeneratedField(
        expression=Coalesce("assignee", "account"), output_field=models.UUIDField(null=True), db_persist=True
    )
    """The one person it waits for: who took it, else whose it is."""
    lane = models.GeneratedField(
        expression=Case(
            When(kind="deadline", then=Value("waiting")),
            When(kind="read", then=Value("reading")),
            default=Value("work"),
        ),
        output_field=models.TextField(),
        db_persist=True,
    )
    """work: act now; waiting (待ち): somebody else's date; reading (供覧)."""

    class Meta:
        constraints = (
            models.CheckConstraint(
                condition=Q(account__isnull=False, division__isnull=True)
                | Q(account__isnull=True, division__isnull=False),
                name="work_item_one_owner",
            ),
            models.CheckConstraint(condition=Q(kind__in=RESIDENT_KINDS + STAFF_KINDS), name="work_item_kind"),
            models.CheckConstraint(
                condition=Q(division__isnull=True) | Q(kind__in=STAFF_KINDS), name="work_item_division_kind"
            ),
            models.CheckConstraint(condition=Q(title__has_key="ja"), name="work_item_title"),
            models.CheckConstraint(
                condition=Q(url_path__startswith="/") & ~Q(url_path__startswith="//"), name="work_item_url_path"
            ),
            models.CheckConstraint(
                condition=Q(state="open", closed_at__isnull=True) | Q(state="done", closed_at__isnull=False),
                name="work_item_state",
            ),
            models.CheckConstraint(condition=~Q(subject_key="") & ~Q(dedupe_key=""), name="work_item_keys"),
            models.UniqueConstraint(
                fields=("account", "dedupe_key"), condition=Q(account__isnull=False), name="work_item_once_account"
            ),
            models.UniqueConstraint(
                fields=("division", "dedupe_key"), condition=Q(division__isnull=False), name="work_item_once_division"
            ),
        )
        indexes = (
            models.Index(fields=("account", "-id"), name="work_item_of_account", condition=Q(account__isnull=False)),
            models.Index(
                fields=("waits_for", "lane", "due_sort", "id"), name="work_item_of_person", condition=Q(state="open")
            ),
            models.Index(
                fields=("division", "lane", "due_sort", "id"), name="work_item_of_division", condition=Q(state="open")
            ),
            models.Index(fields=("subject_key",), name="work_item_of_subject"),
        )


class SearchEntry(models.Model):
    """検索: one findable thing. Owner account: only that person; owner division: its officials; none: all who may."""

    KINDS = ("item", "procedure", "faq", "bookable", "facility", "page", "case", "person", "document")

    id = models.BigAutoField(primary_key=True)
    key = models.TextField(unique=True)
    kind = models.TextField()
    audience = models.TextField()
    account = models.ForeignKey(
        "eng_accounts.Account", null=True, on_delete=models.CASCADE, related_name="+", db_index=False
    )
    division = models.ForeignKey(
        "eng_accounts.Division", null=True, on_delete=models.PROTECT, related_name="+", db_index=False
    )
    permission = models.TextField(default="", db_default="")
    title = models.JSONField()
    summary = models.JSONField(default=dict)
    url_path = models.TextField()
    about = models.TextField(default="", db_default="")
    folded = models.TextField()
    """Title, words and numbers, folded for search (width, case, kana, old kanji)."""
    updated_at = models.DateTimeField()

    class Meta:
        constraints = (
            models.CheckConstraint(
                condition=Q(
                    kind__in=("item", "procedure", "faq", "bookable", "facility", "page", "case", "person", "document")
                ),
                name="search_entry_kind",
            ),
            models.CheckConstraint(condition=Q(audience__in=("resident", "staff")), name="search_entry_audience"),
            models.CheckConstraint(
                condition=Q(account__isnull=True) | Q(division__isnull=True), name="search_entry_one_owner"
            ),
            models.CheckConstraint(
                condition=Q(audience="staff") | Q(division__isnull=True, permission=""), name="search_entry_resident"
            ),
            models.CheckConstraint(condition=Q(title__has_key="ja"), name="search_entry_title"),
        )
        indexes = (
            models.Index(fields=("about",), name="search_entry_about", condition=~Q(about="")),
            models.Index(F("audience"), Left("folded", 32), name="search_entry_start"),
            models.Index(fields=("account",), name="search_entry_account", condition=Q(account__isnull=False)),
        )


class SearchMiss(models.Model):
    """検索されて見つからなかった言葉: counted so that the owner division can add the words people use."""

    id = models.BigAutoField(primary_key=True)
    audience = models.TextField()
    language = models.TextField()
    query = models.TextField()
    typed = models.TextField()
    count = models.BigIntegerField()
    last_at = models.DateTimeField()

    class Meta:
        constraints = (
            models.UniqueConstraint(fields=("audience", "language", "query"), name="search_miss_once"),
            models.CheckConstraint(condition=Q(count__gte=1), name="search_miss_count"),
        )
