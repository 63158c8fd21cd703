"""What accounts forget when its time is over, each rule with the day from which it counts. Deleting is certified above.

The manifest says the rules in words; `over` and `erase` are what it names.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import date, datetime, time, timedelta
from typing import Any, Final, TypeAlias

from django.db import IntegrityError, connection, models, transaction
from django.db.models import ProtectedError

from jichi.kernel.clock import TOKYO
from jichi.kernel.erasing import row_hash

from .models import (
    Account,
    GuestLink,
    Identity,
    Invitation,
    LinkRequest,
    Representation,
    Session,
    SignatureEvidence,
    SignInCode,
    SigningRequest,
)

Over: TypeAlias = list[tuple[str, str, date]]
Erased: TypeAlias = tuple[dict[str, int], list[str]]


@dataclass(frozen=True, slots=True)
class Kept:
    """Rows of a model are over so many days after the day in a column; `label` is what a hold may name."""

    model: type[models.Model]
    since: str
    days: int
    label: str = ""
    where: dict[str, Any] = field(default_factory=dict)


KEPT: Final[dict[str, Kept]] = {
    "accounts.sign_in_codes": Kept(SignInCode, "expires_at", 1),
    "accounts.sessions": Kept(Session, "expire_date", 1),
    "accounts.guests": Kept(Account, "created_at", 0, where={"kind": "guest", "is_active": False}),
    "accounts.guest_links": Kept(GuestLink, "expires_at", 30),
    "accounts.invitations": Kept(Invitation, "expires_at", 30, "account_id"),
    "accounts.link_requests": Kept(LinkRequest, "decided_at", 366, "account_id"),
    "accounts.representation": Kept(Representation, "ended_at", 5 * 366, "principal_no"),
    "accounts.identities": Kept(Identity, "ended_at", 5 * 366, "account_id"),
    "accounts.signatures": Kept(SignatureEvidence, "operator_at", 10 * 366, "account_id"),
    "accounts.signing_requests": Kept(SigningRequest, "created_at", 10 * 366, "account_id", {"evidence": None}),
}
"""The database refuses representation and signatures any sooner, whoever asks."""
LOGINS: Final = "accounts.logins"
LOGIN_DAYS: Final = 3 * 366


def over(key: str, day: date, limit: int) -> Over:
    """What is over at the end of a day, oldest first: (key, what a hold may name, day it ended). One statement.

    Of sign-ins in the trail one entry stands for all of a day.
    """
    if key == LOGINS:
        return _logins_over(day, limit)
    kept = KEPT[key]
    before = datetime.combine(day - timedelta(days=kept.days), time.max, TOKYO)
    rows = kept.model._default_manager.filter(**kept.where, **{f"{kept.since}__lt": before}).order_by(kept.since)
    columns = ("pk", kept.label or "pk", kept.since)
    return [(str(pk), str(label), at.astimezone(TOKYO).date()) for pk, label, at in rows.values_list(*columns)[:limit]]


def erase(key: str, keys: Sequence[str]) -> Erased:
    """Delete; what something else still names stays. Inside a unit of the platform for the purpose "retention"."""
    if key == LOGINS:
        return _erase_logins(keys)
    model = KEPT[key].model
    table, hashes = model._meta.db_table, []
    for row in model._default_manager.filter(pk__in=keys):
        told = row_hash(row)
        try:
            with transaction.atomic():
                row.delete()
        except (ProtectedError, IntegrityError):
            continue
        hashes.append(told)
    return ({table: len(hashes)} if hashes else {}), hashes


def _logins_over(day: date, limit: int) -> Over:
    before = datetime.combine(day - timedelta(days=LOGIN_DAYS), time.max, TOKYO)
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT DISTINCT (at AT TIME ZONE 'Asia/Tokyo')::date FROM eng_audit_auditevent WHERE at < %s "
            "AND action IN ('sign_in', 'sign_in_failed', 'second_factor_failed') ORDER BY 1 LIMIT %s",
            (before, limit),
        )
        return [(found.isoformat(), found.isoformat(), found) for (found,) in cursor.fetchall()]


def _erase_logins(keys: Sequence[str]) -> Erased:
    end = datetime.combine(max(date.fromisoformat(key) for key in keys) + timedelta(days=1), time.min, TOKYO)
    with connection.cursor() as cursor:
        cursor.execute("SELECT audit_erase_sign_ins(%s, %s)", (end, 5000))
        hashes: list[str] = list(cursor.fetchone()[0])
    return ({"eng_audit_auditevent": len(hashes)} if hashes else {}), hashes
