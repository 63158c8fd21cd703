"""What a resident can pay by transfer, at which banks, and how their registrations stand."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, datetime
from uuid import UUID

from jichi.engines.collection import queries as collection
from jichi.engines.mandates import queries as mandates
from jichi.engines.mandates.queries import MandateView
from jichi.kernel import clock
from jichi.kernel.localized import pick

from ..models import Bank, Offer, Registration
from ..rules.registering import Hours


@dataclass(frozen=True, slots=True, kw_only=True)
class OwnOffer:
    """Dues of the payer that can be paid by transfer, and the mandate that lives."""

    kind: str
    names: Mapping[str, str]
    division_id: int
    mandate: MandateView | None

    def title(self, language: str) -> str:
        """Its name for residents."""
        return pick(self.names, language).text


@dataclass(frozen=True, slots=True, kw_only=True)
class BankView:
    """A bank that takes part. `hours` "": day and night."""

    code: str
    title: str
    hours: str
    is_open: bool


@dataclass(frozen=True, slots=True, kw_only=True)
class RegistrationView:
    """One registration as its page shows it."""

    id: UUID
    number: str
    kinds: tuple[str, ...]
    names: tuple[Mapping[str, str], ...]
    bank: str
    state: str
    reason: str
    since: date | None
    url: str
    opened_at: datetime
    nonce: str
    provider_ref: str
    payer_no: str
    division_id: int


def own_offers(*, payer_no: str) -> list[OwnOffer]:
    """費目 that the payer has dues of and that can be paid by transfer. Eleven statements; as the platform."""
    owed = {bill.kind for bill in collection.bills_of_payer(payer_no=payer_no, today=clock.today())}
    living = {one.kind: one for one in mandates.of_payer(payer_no) if one.state != "ended"}
    rows = Offer.objects.select_related("kind").filter(kind_id__in=owed | set(living)).order_by("kind__title")
    return [
        OwnOffer(kind=row.kind_id, names=row.names, division_id=row.kind.division_id, mandate=living.get(row.kind_id))
        for row in rows
    ]


def banks() -> tuple[BankView, ...]:
    """Banks that take part, by code. One statement."""
    now = clock.now().astimezone(clock.TOKYO)
    return tuple(
        BankView(
            code=row.code, title=row.title,
            hours="" if row.opens == row.closes else f"{row.opens:%H:%M}–{row.closes:%H:%M}",
            is_open=Hours(row.opens, row.closes, row.closed_weekdays).is_open(now),
        )
        for row in Bank.objects.filter(is_offered=True).order_by("code")
    )  # fmt: skip


def _views(rows: list[Registration]) -> list[RegistrationView]:
    names = dict(Offer.objects.filter(kind_id__in={k for row in rows for k in row.kinds}).values_list("kind", "names"))
    return [
        RegistrationView(
            id=row.pk, number=row.number, kinds=tuple(row.kinds),
            names=tuple(names[k] for k in row.kinds if k in names),
            bank=row.bank.title, state=row.state, reason=row.reason, since=row.since, url=row.url,
            opened_at=row.opened_at, nonce=row.nonce, provider_ref=row.provider_ref, payer_no=row.payer_no,
            division_id=row.divisions[0],
        )
        for row in rows
    ]  # fmt: skip


def registration(id: UUID, *, account_id: UUID) -> RegistrationView | None:
    """The account's own registration. Two statements."""
    row = Registration.objects.select_related("bank").filter(pk=id, account_id=account_id).first()
    return _views([row])[0] if row else None


def own_registrations(*, account_id: UUID) -> list[RegistrationView]:
    """The account's registrations of the last while, newest first. Two statements."""
    rows = Registration.objects.select_related("bank").filter(account_id=account_id).order_by("-opened_at")[:20]
    return _views(list(rows))
