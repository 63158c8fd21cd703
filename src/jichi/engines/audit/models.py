"""The audit trail. Written by triggers and by `audit_*` functions only; nobody updates or deletes it."""

from __future__ import annotations

from django.db import models


class AuditEvent(models.Model):
    """One act or look (操作記録). `subject` is the 宛名番号 or account concerned, where there is one."""

    id = models.BigAutoField(primary_key=True)
    at = models.DateTimeField()
    actor_kind = models.TextField()
    actor_id = models.UUIDField(null=True)
    purpose = models.TextField()
    request_id = models.TextField()
    action = models.TextField()
    table = models.TextField(db_column="table_name")
    object_id = models.TextField()
    subject = models.TextField()
    detail = models.JSONField(null=True)

    class Meta:
        indexes = (
            models.Index(fields=("table", "object_id", "id"), name="audit_by_object"),
            models.Index(fields=("subject", "id"), name="audit_by_subject", condition=~models.Q(subject="")),
            models.Index(fields=("actor_id", "id"), name="audit_by_actor", condition=models.Q(actor_id__isnull=False)),
        )
