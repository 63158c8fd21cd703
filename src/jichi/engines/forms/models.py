"""Tables of procedures, drafts and submissions. Private to this room.

Residents see their own drafts and submissions, officials the submissions of their divisions and no
draft: row security in `sql/security.sql` keeps it. Published versions and submissions are never
changed: triggers in `sql/functions.sql` keep that.
"""

from __future__ import annotations

import uuid

from django.contrib.postgres.fields import ArrayField
from django.db import models
from django.db.models import F, Q

from jichi.kernel.localized import LANGUAGES


class Procedure(models.Model):
    """手続: what stays the same over all versions of its form."""

    id = models.BigAutoField(primary_key=True)
    slug = models.TextField(unique=True)
    division = models.ForeignKey("eng_accounts.Division", on_delete=models.PROTECT, related_name="+")
    created_at = models.DateTimeField()


class FormVersion(models.Model):
    """One published version of a procedure's definition; its text never changes again."""

    id = models.BigAutoField(primary_key=True)
    procedure = models.ForeignKey(Procedure, on_delete=models.PROTECT, related_name="versions")
    version = models.IntegerField()
    source = models.TextField()
    """The definition file as it was published."""
    sha256 = models.TextField()
    """Hash of what the definition says."""
    state = models.TextField(default="published")
    published_at = models.DateTimeField()
    closed_at = models.DateTimeField(null=True)

    class Meta:
        constraints = (
            models.UniqueConstraint(fields=("procedure", "version"), name="form_version_once"),
            models.UniqueConstraint(
                fields=("procedure",), condition=Q(state="published"), name="form_version_one_published"
            ),
            models.CheckConstraint(condition=Q(version__gte=1), name="form_version_number"),
            models.CheckConstraint(
                condition=Q(state="published", closed_at=None) | Q(state="closed", closed_at__isnull=False),
                name="form_version_state",
            ),
            models.CheckConstraint(condition=Q(sha256__regex=r"^[0-9a-f]{64}$"), name="form_version_sha256"),
        )


class Draft(models.Model):
    """下書き: answers on their way, at most one open for an account, procedure and subject.

    A draft that `corrects` a submission holds that submission's answers; only the fields in
    `editable` may change.
    """

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    account = models.ForeignKey("eng_accounts.Account", on_delete=models.PROTECT, related_name="+")
    procedure = models.ForeignKey(Procedure, on_delete=models.PROTECT, related_name="+")
    version = models.ForeignKey(FormVersion, on_delete=models.PROTECT, related_name="+")
    subject_no = models.TextField(default="")
    """宛名番号 (団体番号) of who the application is about; "" where none is needed."""
    applies_as = models.TextField(default="self")
    """As what the applicant acts: a value of `rules.terms.ApplicantKind`."""
    representation = models.UUIDField(null=True)
    """The mandate or guardianship under which it is done."""
    principal_name = models.TextField(default="")
    """Name of who is represented, where the applicant may not see their record."""
    follows = models.TextField(default="")
    """受付番号 of the earlier application that this one follows."""
    origin = models.TextField(default="")
    """Who began it, where it went over from somebody without a login: such a draft may stand beside one's own."""
    answers = models.JSONField(default=dict)
    revision = models.IntegerField(default=1)
    page = models.TextField(default="")
    """Page the person was last on."""
    language = models.TextField(default="ja")
    corrects = models.ForeignKey("Submission", null=True, on_delete=models.PROTECT, related_name="+")
    editable = ArrayField(models.TextField(), default=list)
    created_at = models.DateTimeField()
    updated_at = models.DateTimeField()
    expires_at = models.DateTimeField()
    reminded_days = models.IntegerField(default=0)
    """Days before its end at which the last reminder went out; 0 for none yet."""
    submitted_at = models.DateTimeField(null=True)

    class Meta:
        constraints = (
            models.UniqueConstraint(
                fields=("account", "procedure", "subject_no", "follows", "origin"),
                condition=Q(submitted_at=None, corrects=None),
                name="draft_one_open",
            ),
            models.UniqueConstraint(
                fields=("corrects",),
                condition=Q(submitted_at=None, corrects__isnull=False),
                name="draft_one_correction",
            ),
            models.CheckConstraint(condition=Q(revision__gte=1), name="draft_revision"),
            models.CheckConstraint(condition=Q(expires_at__gt=F("created_at")), name="draft_expires_later"),
            models.CheckConstraint(condition=Q(language__in=LANGUAGES), name="draft_language"),
            models.CheckConstraint(
                condition=~Q(applies_as__in=("guardian", "agent")) | Q(representation__isnull=False),
                name="draft_representation",
            ),
        )
        indexes = (models.Index(fields=("expires_at",), condition=Q(submitted_at=None), name="draft_by_expiry"),)


class DraftFile(models.Model):
    """A stored file that answers a `file` field of a draft."""

    id = models.BigAutoField(primary_key=True)
    draft = models.ForeignKey(Draft, on_delete=models.CASCADE, related_name="files")
    field = models.TextField()
    file = models.ForeignKey("eng_files.StoredFile", on_delete=models.PROTECT, related_name="+")
    position = models.IntegerField()
    added_at = models.DateTimeField()

    class Meta:
        constraints = (models.UniqueConstraint(fields=("draft", "field", "file"), name="draft_file_once"),)


class Submission(models.Model):
    """申請内容: what was sent, word for word, with the form it was sent on. Never changed."""

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    draft = models.OneToOneField(Draft, on_delete=models.PROTECT, related_name="submission")
    version = models.ForeignKey(FormVersion, on_delete=models.PROTECT, related_name="+")
    account = models.ForeignKey("eng_accounts.Account", on_delete=models.PROTECT, related_name="+")
    division = models.ForeignKey("eng_accounts.Division", on_delete=models.PROTECT, related_name="+")
    subject_no = models.TextField(default="")
    applies_as = models.TextField(default="self")
    """As what the applicant acts: a value of `rules.terms.ApplicantKind`."""
    representation = models.UUIDField(null=True)
    """The mandate or guardianship under which it is done."""
    principal_name = models.TextField(default="")
    """Name of who is represented, where the applicant may not see their record."""
    follows = models.TextField(default="")
    """受付番号 of the earlier application that this one follows."""
    corrects = models.ForeignKey("self", null=True, on_delete=models.PROTECT, related_name="+")
    answers = models.JSONField()
    content_hash = models.TextField()
    language = models.TextField()
    submitted_at = models.DateTimeField()

    class Meta:
        constraints = (
            models.CheckConstraint(condition=Q(content_hash__regex=r"^[0-9a-f]{64}$"), name="submission_sha256"),
            models.CheckConstraint(condition=Q(language__in=LANGUAGES), name="submission_language"),
        )
        indexes = (
            models.Index(fields=("account", "submitted_at"), name="submission_by_account"),
            models.Index(fields=("version", "submitted_at"), name="submission_by_version"),
        )


class Confirmation(models.Model):
    """A second person was asked to confirm what a draft says: by a link, with the code the applicant tells them."""

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    draft = models.ForeignKey(Draft, on_delete=models.CASCADE, related_name="confirmations")
    content_hash = models.TextField()
    name = models.TextField()
    email = models.TextField()
    token_hash = models.TextField(unique=True)
    code = models.TextField()
    """Six digits that the applicant tells the second person; worth nothing without the link."""
    tries = models.IntegerField(default=0)
    state = models.TextField(default="asked")
    asked_at = models.DateTimeField()
    expires_at = models.DateTimeField()
    answered_at = models.DateTimeField(null=True)

    class Meta:
        constraints = (
            models.CheckConstraint(
                condition=Q(state__in=("asked", "replaced"), answered_at=None)
                | Q(state__in=("confirmed", "refused"), answered_at__isnull=False),
                name="confirmation_state",
            ),
            models.UniqueConstraint(fields=("draft",), condition=Q(state="asked"), name="confirmation_one_asked"),
            models.CheckConstraint(condition=Q(content_hash__regex=r"^[0-9a-f]{64}$"), name="confirmation_sha256"),
            models.CheckConstraint(condition=Q(expires_at__gt=F("asked_at")), name="confirmation_expires_later"),
        )
