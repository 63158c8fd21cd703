"""起案 and 決定: what is proposed, and what was decided."""

from __future__ import annotations

import uuid

from django.db import models
from django.db.models import Q

from ..rules import DISPATCH_WAYS, SEALS
from .case import Case


class Proposal(models.Model):
    """起案: the decision as somebody proposes it, with the hash of all that would be decided."""

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    case = models.ForeignKey(Case, on_delete=models.PROTECT, related_name="proposals")
    turn = models.IntegerField()
    """1 for the first proposal of the case, and so on."""
    revision = models.IntegerField(default=1)
    outcome = models.TextField()
    reason_code = models.TextField(default="")
    reason = models.TextField(default="")
    question = models.TextField(default="")
    """伺い文: why it is proposed, for the approvers."""
    seal = models.TextField(default="omitted")
    dispatch = models.TextField(default="electronic")
    dispatch_because = models.TextField(default="", db_default="")
    """Why it goes another way than the application says."""
    granted_yen = models.BigIntegerField(null=True)
    """交付決定額, where less is to be granted than was asked for."""
    submission = models.ForeignKey("eng_forms.Submission", on_delete=models.PROTECT, related_name="+")
    content_hash = models.TextField()
    route_id = models.UUIDField(null=True)
    """The route in engine routes; null when its procedure names none."""
    state = models.TextField(default="on_route")
    drafted_by = models.ForeignKey("eng_accounts.Account", on_delete=models.PROTECT, related_name="+")
    drafted_at = models.DateTimeField()
    ended_at = models.DateTimeField(null=True)
    ended_because = models.TextField(default="")

    class Meta:
        constraints = (
            models.CheckConstraint(condition=Q(outcome__in=("approved", "refused")), name="proposal_outcome"),
            models.CheckConstraint(
                condition=Q(state__in=("on_route", "decided", "sent_back", "ended")), name="proposal_state"
            ),
            models.CheckConstraint(
                condition=Q(state="on_route", ended_at__isnull=True)
                | (~Q(state="on_route") & Q(ended_at__isnull=False)),
                name="proposal_ended",
            ),
            models.CheckConstraint(condition=Q(outcome="approved") | ~Q(reason=""), name="proposal_refusal_has_reason"),
            models.CheckConstraint(condition=Q(seal__in=SEALS, dispatch__in=DISPATCH_WAYS), name="proposal_words"),
            models.CheckConstraint(
                condition=Q(granted_yen__isnull=True) | (Q(granted_yen__gt=0, outcome="approved") & ~Q(reason="")),
                name="proposal_less_has_reason",
            ),
            models.CheckConstraint(condition=Q(content_hash__regex=r"^[0-9a-f]{64}$"), name="proposal_sha256"),
            models.UniqueConstraint(fields=("case",), condition=Q(state="on_route"), name="proposal_one_on_route"),
            models.UniqueConstraint(fields=("case", "turn"), name="proposal_once_per_turn"),
        )
        indexes = (models.Index(fields=("route_id",), condition=Q(route_id__isnull=False), name="proposal_by_route"),)


class Decision(models.Model):
    """決定: one per case, about one content of the application, by one named official."""

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    case = models.OneToOneField(Case, on_delete=models.PROTECT, related_name="decision")
    outcome = models.TextField()
    reason_code = models.TextField(default="")
    reason = models.TextField(default="")
    rule = models.TextField(default="")
    appeal = models.JSONField(default=dict)
    """教示, as shown to the person, in the languages of the definition."""
    content_hash = models.TextField()
    document_number = models.TextField(unique=True)
    seal = models.TextField(default="omitted", db_default="omitted")
    """公印 or 公印省略."""
    dispatch = models.TextField(default="electronic", db_default="electronic")
    """施行: how it reaches the person."""
    dispatch_because = models.TextField(default="", db_default="")
    granted_yen = models.BigIntegerField(null=True)
    """交付決定額: the amount that was granted, where the procedure decides about one."""
    decided_by = models.ForeignKey("eng_accounts.Account", on_delete=models.PROTECT, related_name="+")
    decided_for = models.ForeignKey("eng_accounts.Account", null=True, on_delete=models.PROTECT, related_name="+")
    """代決: for whom `decided_by` decided."""
    decided_at = models.DateTimeField()
    proposal = models.OneToOneField(Proposal, null=True, on_delete=models.PROTECT, related_name="+")

    class Meta:
        constraints = (
            models.CheckConstraint(condition=Q(outcome__in=("approved", "refused")), name="decision_outcome"),
            models.CheckConstraint(condition=Q(outcome="approved") | ~Q(reason=""), name="decision_refusal_has_reason"),
            models.CheckConstraint(condition=Q(seal__in=SEALS, dispatch__in=DISPATCH_WAYS), name="decision_words"),
        )
