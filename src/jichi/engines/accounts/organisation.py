"""The whole organisation as data: divisions, officials, who holds which post from when to when."""

from __future__ import annotations

from datetime import date, timedelta

from django.db.models import Q

from .models import Account, Division, PostHolding
from .rules import DivisionRow, Holding, Organisation, Person


def organisation(*, since: date | None = None) -> Organisation:
    """The organisation with every holding that is not over on `since` (None: with all there ever were).

    Three statements, whatever the size.
    """
    divisions = {
        row.code: DivisionRow(
            id=row.pk, code=row.code, name=row.names.get("ja", row.code), phone=row.phone, email=row.email,
            document_prefix=row.document_prefix, is_active=row.is_active,
        )
        for row in Division.objects.order_by("code")
    }  # fmt: skip
    columns = ("pk", "login", "name", "kana", "email", "is_active", "password")
    people = {
        row[1]: Person(
            id=row[0], login=row[1], name=row[2], kana=row[3], email=row[4], is_active=row[5],
            may_sign_in=not row[6].startswith("!"),
        )
        for row in Account.objects.filter(kind="staff").order_by("login").values_list(*columns)
    }  # fmt: skip
    return Organisation(divisions, people, _holdings(since))


def _holdings(since: date | None) -> tuple[Holding, ...]:
    held = PostHolding.objects.filter(account__kind="staff")
    if since is not None:
        held = held.filter(Q(during__endswith__isnull=True) | Q(during__endswith__gt=since))
    rows = held.order_by("post__division__code", "post__title", "during", "pk").values_list(
        "pk", "post_id", "account__login", "post__division__code", "post__title", "post__roles", "during"
    )
    return tuple(
        Holding(
            id=r[0], post_id=r[1], login=r[2] or "", division=r[3], title=r[4], roles=tuple(r[5]),
            since=r[6].lower or date.min, until=r[6].upper - timedelta(days=1) if r[6].upper else None,
        )
        for r in rows
    )  # fmt: skip
