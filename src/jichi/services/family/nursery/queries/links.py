"""Links that are a right by themselves (就労証明、園の入力): signed for one purpose; what they open ends on a day."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any, Final, Literal, TypeAlias
from uuid import UUID

from django.core import signing

from jichi.engines.audit.context import system_actor, unit
from jichi.kernel import clock
from jichi.kernel.errors import Conflict, NotFound

from ..models import Certificate, FacilityAsk

Purpose: TypeAlias = Literal["certificate", "facility"]
_SALT: Final = "family_nursery."


def link_token(purpose: Purpose, id: UUID) -> str:
    """What stands in the link: the row's name, signed with the site's key for this purpose alone."""
    return signing.Signer(salt=_SALT + purpose, sep="~").sign(id.hex)


def linked_id(purpose: Purpose, token: str) -> UUID | None:
    """The row that a link names; None where it was made by nobody here, or for another purpose."""
    try:
        return UUID(signing.Signer(salt=_SALT + purpose, sep="~").unsign(token))
    except (signing.BadSignature, ValueError):
        return None


@dataclass(frozen=True, slots=True, kw_only=True)
class CertificateView:
    """An employer's certificate: asked, or as it came."""

    id: UUID
    place: int
    is_open: bool
    expires_at: datetime
    arrived_at: datetime | None
    content: Mapping[str, Any]
    sha256: str
    file_id: UUID | None
    link: str
    """The path of the employer's page; "" where it can't be used."""


def _view(row: Certificate) -> CertificateView:
    is_open = row.state == "asked" and row.expires_at > clock.now()
    return CertificateView(
        id=row.pk, place=row.place, is_open=is_open, expires_at=row.expires_at, arrived_at=row.arrived_at,
        content=row.content, sha256=row.sha256, file_id=row.file_id,
        link=f"/nursery/certificate/{link_token('certificate', row.pk)}/" if is_open else "",
    )  # fmt: skip


def certificates(entry_id: UUID) -> tuple[CertificateView, ...]:
    """The certificates of an online application, oldest first, those replaced left out. One statement."""
    found = Certificate.objects.filter(entry_id=entry_id).exclude(state="replaced").order_by("asked_at")
    return tuple(_view(row) for row in found)


def certificate(id: UUID) -> CertificateView | None:
    """One certificate, if the actor may see it. One statement."""
    row = Certificate.objects.filter(pk=id).first()
    return _view(row) if row else None


def open_certificate(token: str) -> Certificate:
    """The question behind an employer's link, locked until the unit ends; for the platform alone.

    Raises:
        NotFound: a forged link. Conflict: "nursery.certificate_over": answered, replaced, expired, no longer needed.
    """
    found = linked_id("certificate", token)
    rows = Certificate.objects.select_for_update(of=("self",)).select_related("entry__round")
    row = rows.filter(pk=found).first() if found else None
    if row is None:
        raise NotFound
    over = row.state != "asked" or row.expires_at <= clock.now()
    if over or row.entry.state == "withdrawn" or row.entry.round.published_run_id:
        raise Conflict("nursery.certificate_over")
    return row


def certificate_asked(token: str) -> str:
    """Whom an open question is about, for the employer's page: the guardian's name as the parent wrote it.

    Raises:
        as `open_certificate`.
    """
    with unit(system_actor("nursery.certificate", purpose="nursery")):
        row = open_certificate(token)
        return str(row.entry.content["guardians"][row.place - 1].get("name", ""))


def certificate_division(token: str) -> int:
    """The division that an open question comes from.

    Raises:
        as `open_certificate`.
    """
    with unit(system_actor("nursery.certificate", purpose="nursery")):
        return open_certificate(token).entry.round.division_id


@dataclass(frozen=True, slots=True, kw_only=True)
class AskView:
    """What a facility is asked, and whether it has answered."""

    id: UUID
    round_id: UUID
    round_name: str
    code: str
    name: str
    hours: str
    about: str
    until: datetime
    answered_at: datetime | None
    answered_by: str
    link: str
    desk_id: int | None = None
    """The organisation whose people sign in for it; None where it has a link alone."""

    @property
    def is_open(self) -> bool:
        """May it still be entered?"""
        return self.until > clock.now()

    @property
    def mark(self) -> str:
        """Which answer this is: goes with the form, so that nobody writes over an answer they have not seen."""
        return mark_of(self.answered_at)


def mark_of(answered_at: datetime | None) -> str:
    """The mark of an answer; "" where there is none."""
    return answered_at.isoformat() if answered_at else ""


def _ask(row: FacilityAsk) -> AskView:
    return AskView(
        id=row.pk, round_id=row.round_id, round_name=row.round.name, code=row.facility.code, name=row.facility.name,
        hours=row.facility.hours, about=row.facility.about, until=row.until, answered_at=row.answered_at,
        answered_by=row.answered_by, link=f"/nursery/offer/{link_token('facility', row.pk)}/",
        desk_id=row.facility.desk_id,
    )  # fmt: skip


def facility_asks(round_id: UUID) -> tuple[AskView, ...]:
    """The facilities asked in a round, those without an answer first. One statement."""
    rows = FacilityAsk.objects.filter(round_id=round_id).select_related("round", "facility").order_by("facility__code")
    return tuple(sorted((_ask(row) for row in rows), key=lambda one: one.answered_at is not None))


def asked_facility(token: str) -> AskView:
    """The question behind a facility's link.

    Raises:
        NotFound: a forged link. Conflict: "nursery.offer_over": the moment is over, or the result is published.
    """
    found = linked_id("facility", token)
    with unit(system_actor("nursery.offer", purpose="nursery")):
        rows = FacilityAsk.objects.select_related("round", "facility")
        row = rows.filter(pk=found).first() if found else None
        if row is None:
            raise NotFound
        if row.until <= clock.now() or row.round.published_run_id:
            raise Conflict("nursery.offer_over")
        return _ask(row)


def own_asks(divisions: frozenset[int]) -> tuple[AskView, ...]:
    """What the facilities of these organisations were asked, the latest first. One statement."""
    rows = FacilityAsk.objects.filter(facility__desk_id__in=divisions).select_related("round", "facility")
    return tuple(_ask(row) for row in rows.order_by("-until", "facility__code")[:100])


def own_ask(id: UUID, divisions: frozenset[int]) -> AskView:
    """What one facility was asked, for its own people. One statement.

    Raises:
        NotFound: another facility's. Conflict: "nursery.offer_over": the moment is over, or the result is published.
    """
    rows = FacilityAsk.objects.filter(facility__desk_id__in=divisions).select_related("round", "facility")
    row = rows.filter(pk=id).first()
    if row is None:
        raise NotFound
    if row.until <= clock.now() or row.round.published_run_id:
        raise Conflict("nursery.offer_over")
    return _ask(row)
