"""What goes between the office and people about a case: messages, papers, posted documents, related cases, dues."""

from __future__ import annotations

import uuid

from django.db import models
from django.db.models import F, Q

from ..rules import LINK_KINDS, POST_WAYS
from .case import Case, IssuedDocument


class CaseMessage(models.Model):
    """One message between applicant and office. Written once; only that it was read is added."""

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    case = models.ForeignKey(Case, on_delete=models.PROTECT, related_name="messages")
    side = models.TextField()
    """Who wrote it: "resident" or "staff"."""
    author = models.ForeignKey("eng_accounts.Account", on_delete=models.PROTECT, related_name="+")
    text = models.TextField()
    language = models.TextField(default="ja")
    """Of the page it was written on."""
    at = models.DateTimeField()
    read_at = models.DateTimeField(null=True)
    """When the other side opened it."""
    dedupe_key = models.TextField(unique=True)
    """The same page pressed twice writes one message."""

    class Meta:
        constraints = (
            models.CheckConstraint(condition=Q(side__in=("resident", "staff")), name="case_message_side"),
            models.CheckConstraint(condition=~Q(text=""), name="case_message_text"),
        )
        indexes = (
            models.Index(fields=("case", "at"), name="case_message_by_case"),
            models.Index(fields=("case", "side"), condition=Q(read_at=None), name="case_message_unread"),
        )


class CaseFile(models.Model):
    """A file that hangs at a case apart from the application: a scanned paper, or an attachment of a message."""

    id = models.BigAutoField(primary_key=True)
    case = models.ForeignKey(Case, on_delete=models.PROTECT, related_name="+")
    message = models.ForeignKey(CaseMessage, null=True, on_delete=models.PROTECT, related_name="files")
    file = models.OneToOneField("eng_files.StoredFile", on_delete=models.PROTECT, related_name="+")
    added_at = models.DateTimeField()
    added_by = models.ForeignKey("eng_accounts.Account", on_delete=models.PROTECT, related_name="+")

    class Meta:
        indexes = (models.Index(fields=("case", "added_at"), name="case_file_by_case"),)


class CaseLink(models.Model):
    """関連: an official says that two cases belong together. Seen by those who see both."""

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    case = models.ForeignKey(Case, on_delete=models.PROTECT, related_name="+")
    other = models.ForeignKey(Case, on_delete=models.PROTECT, related_name="+")
    kind = models.TextField()
    """related; duplicate (`case` repeats `other`); follow_up (`case` follows `other`)."""
    by = models.ForeignKey("eng_accounts.Account", null=True, on_delete=models.PROTECT, related_name="+")
    at = models.DateTimeField()

    class Meta:
        constraints = (
            models.UniqueConstraint(fields=("case", "other"), name="case_link_once"),
            models.CheckConstraint(condition=Q(kind__in=LINK_KINDS), name="case_link_kind"),
            models.CheckConstraint(condition=~Q(case=F("other")), name="case_link_two"),
        )
        indexes = (models.Index(fields=("other",), name="case_link_other"),)


class Dispatch(models.Model):
    """発送: a paper left the house. Where it went stands in the register, not here."""

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    case = models.ForeignKey(Case, on_delete=models.PROTECT, related_name="dispatches")
    document = models.ForeignKey(IssuedDocument, null=True, on_delete=models.PROTECT, related_name="+")
    way = models.TextField()
    tracking_number = models.TextField(default="")
    because = models.TextField(default="", db_default="")
    """Why it left another way than the decision says."""
    sent_on = models.DateField()
    by = models.ForeignKey("eng_accounts.Account", on_delete=models.PROTECT, related_name="+")
    at = models.DateTimeField()
    returned_on = models.DateField(null=True)
    returned_because = models.TextField(default="")
    dedupe_key = models.TextField(unique=True)

    class Meta:
        constraints = (
            models.CheckConstraint(condition=Q(way__in=POST_WAYS), name="dispatch_way"),
            models.CheckConstraint(
                condition=Q(returned_on__isnull=True, returned_because="")
                | (Q(returned_on__gte=F("sent_on")) & ~Q(returned_because="")),
                name="dispatch_returned",
            ),
        )
        indexes = (models.Index(fields=("case", "at"), name="dispatch_by_case"),)


class FollowUp(models.Model):
    """後の手続: what is due after a case was granted (実績報告など), as its definition said then."""

    id = models.BigAutoField(primary_key=True)
    case = models.ForeignKey(Case, on_delete=models.PROTECT, related_name="follow_ups")
    key = models.TextField()
    """Its id in the definition."""
    procedure = models.TextField()
    title = models.JSONField()
    text = models.JSONField(null=True)
    due_on = models.DateField()
    told_at = models.DateTimeField(null=True)
    """When the division was told that it is overdue."""

    class Meta:
        constraints = (models.UniqueConstraint(fields=("case", "key"), name="follow_up_once"),)
        indexes = (models.Index(fields=("due_on",), condition=Q(told_at=None), name="follow_up_untold"),)
