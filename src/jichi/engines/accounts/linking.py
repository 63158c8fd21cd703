"""本人との結び付け: a resident's request to be linked with the register, and what becomes of it.

A door of this room. Nothing here tells the resident whether such a person exists: requests of both kinds
answer alike, and a wrong code counts for both.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime, timedelta
from typing import Final, Literal, TypeAlias
from uuid import UUID

from django.db import IntegrityError, transaction
from django.utils.crypto import constant_time_compare, salted_hmac

from jichi.engines.audit import actions as audit
from jichi.engines.audit.context import Actor, unit
from jichi.kernel import clock
from jichi.kernel.errors import Conflict, FieldError, Forbidden, Invalid, NotFound

from . import rules
from .actions import link_person
from .models import LinkRequest, PersonLink, PostHolding
from .queries import all_permissions

DECIDE: Final = "eng_accounts.link.decide"
CODE_TRIES: Final = 5
CODE_DAYS: Final = 60
"""Days from the request during which the code of the letter works."""
MAX_REASON: Final = 500
OPEN: Final = ("letter", "review")

CodeAnswer: TypeAlias = Literal["linked", "wrong", "used_up"]


@dataclass(frozen=True, slots=True, kw_only=True)
class LinkRequestInfo:
    """A request as pages need it. `addressee_no` is "" unless exactly one person matched, or one was linked."""

    id: UUID
    account_id: UUID
    email: str
    state: str
    kana: str
    birth_date: date
    postcode: str
    addressee_no: str
    reason: str
    printed: bool
    attempts: int
    created_at: datetime
    decided_at: datetime | None

    @property
    def is_open(self) -> bool:
        """Does it still wait for a code or an official?"""
        return self.state in OPEN

    @property
    def tries_left(self) -> int:
        """How often a code may still be entered."""
        return max(0, CODE_TRIES - self.attempts)


_COLUMNS: Final = (
    "pk", "account_id", "account__email", "state", "kana", "birth_date", "postcode", "addressee_no", "reason",
    "code_hash", "attempts", "created_at", "decided_at",
)  # fmt: skip


def _infos(**where: object) -> list[LinkRequestInfo]:
    rows = LinkRequest.objects.filter(**where).order_by("created_at").values_list(*_COLUMNS)
    return [
        LinkRequestInfo(
            id=r[0], account_id=r[1], email=r[2], state=r[3], kana=r[4], birth_date=r[5], postcode=r[6],
            addressee_no=r[7], reason=r[8], printed=bool(r[9]), attempts=r[10], created_at=r[11], decided_at=r[12],
        )
        for r in rows
    ]  # fmt: skip


def own_request(account_id: UUID) -> LinkRequestInfo | None:
    """The account's open request, or else its last one. One statement."""
    found = _infos(account_id=account_id)
    return next((one for one in found if one.is_open), found[-1] if found else None)


def open_requests() -> list[LinkRequestInfo]:
    """All that wait, oldest first. One statement; the caller's page asks for the permission."""
    return _infos(state__in=OPEN)


def link_request(*, actor: Actor, request_id: UUID) -> LinkRequestInfo:
    """One request for an official.

    Raises:
        Forbidden: without "eng_accounts.link.decide". NotFound: none.
    """
    require_decider(actor)
    found = _infos(pk=request_id)
    if not found:
        raise NotFound("link.unknown")
    return found[0]


def deciding_division() -> int | None:
    """The division whose officials decide about links today: the first where somebody holds the right to."""
    roles = all_permissions()[DECIDE].roles
    return (
        PostHolding.objects.filter(
            during__contains=clock.today(), post__roles__overlap=sorted(roles), post__division__is_active=True
        )
        .order_by("post__division__code")
        .values_list("post__division_id", flat=True)
        .first()
    )


def require_decider(actor: Actor) -> None:
    """Raises Forbidden without "eng_accounts.link.decide"."""
    if actor.kind != "system" and not actor.may(DECIDE):
        raise Forbidden("forbidden", permission=DECIDE)


def _own(actor: Actor) -> UUID:
    if actor.kind != "resident" or actor.account_id is None:
        raise Forbidden
    return actor.account_id


def _locked(request_id: UUID) -> LinkRequest:
    found = LinkRequest.objects.select_for_update().filter(pk=request_id).first()
    if found is None:
        raise NotFound("link.unknown")
    return found


def _locked_open(actor: Actor) -> LinkRequest:
    found = LinkRequest.objects.select_for_update().filter(account_id=_own(actor), state__in=OPEN).first()
    if found is None:
        raise Conflict("link.closed")
    return found


def open_link_request(
    *, actor: Actor, kana: str, birth_date: date, postcode: str, addressee_no: str = ""
) -> tuple[LinkRequestInfo, bool]:
    """Ask to be linked; the request that is already open is answered again. Second value: it is new.

    Args:
        kana, birth_date, postcode: as claimed, in normal form.
        addressee_no: the one person who matches ("letter"); "" sends it to an official ("review").

    Raises:
        Forbidden: not a resident. Conflict: "link.exists" when this login is linked already.
    """
    account_id = _own(actor)
    with unit(actor):
        if PersonLink.objects.filter(account_id=account_id, state="active").exists():
            raise Conflict("link.exists")
        try:
            with transaction.atomic():
                made = LinkRequest.objects.create(
                    account_id=account_id, state="letter" if addressee_no else "review", kana=kana,
                    birth_date=birth_date, postcode=postcode, addressee_no=addressee_no, created_at=clock.now(),
                )  # fmt: skip
        except IntegrityError:  # pressed twice
            return _infos(account_id=account_id, state__in=OPEN)[0], False
        return _infos(pk=made.pk)[0], True


def check_letter_code(*, actor: Actor, code: str) -> CodeAnswer:
    """The code from the letter: right, wrong, or wrong for the last time (then an official decides).

    Raises:
        Conflict: "link.closed" without an open request.
    """
    with unit(actor):
        row = _locked_open(actor)
        if row.attempts >= CODE_TRIES:
            return "used_up"
        row.attempts += 1
        typed = salted_hmac(f"jichi.link.{row.pk}", rules.normal_code(code), algorithm="sha256").hexdigest()
        in_time = clock.now() - row.created_at <= timedelta(days=CODE_DAYS)
        # Compared whatever the state is, so that neither the answer nor its time tells them apart.
        same = constant_time_compare(row.code_hash or "-", typed)
        if same and in_time and row.state == "letter":
            try:
                link_person(actor=actor, account_id=row.account_id, addressee_no=row.addressee_no, how="letter")
            except Conflict:  # another login has the person by now: only an official can tell whose it is
                row.attempts = CODE_TRIES
            else:
                _end(row, "linked", "attempts")
                return "linked"
        if row.attempts >= CODE_TRIES:
            row.state = "review"
        row.save(update_fields=["attempts", "state"])
        return "used_up" if row.attempts >= CODE_TRIES else "wrong"


def give_up_letter(*, actor: Actor) -> LinkRequestInfo:
    """The letter did not come: an official decides. Twice is once."""
    with unit(actor):
        row = _locked_open(actor)
        row.state = "review"
        row.save(update_fields=["state"])
        return _infos(pk=row.pk)[0]


def withdraw_link_request(*, actor: Actor) -> UUID | None:
    """Take the open request back; None when there is none any more."""
    with unit(actor):
        row = LinkRequest.objects.select_for_update().filter(account_id=_own(actor), state__in=OPEN).first()
        if row is None:
            return None
        _end(row, "withdrawn")
        return row.pk


def _end(row: LinkRequest, state: str, *also: str) -> None:
    row.state, row.decided_at, row.code_hash = state, clock.now(), ""
    row.save(update_fields=["state", "decided_at", "code_hash", *also])


def print_letter(*, actor: Actor, request_id: UUID) -> str:
    """A new code for the letter, told this once; the code of an earlier letter ends. The printing is logged.

    Raises:
        Forbidden. NotFound. Conflict: "link.closed" when it no longer waits for a letter.
    """
    require_decider(actor)
    with unit(actor):
        row = _locked(request_id)
        if row.state != "letter":
            raise Conflict("link.closed")
        code = rules.new_paper_code(groups=2)
        hashed = salted_hmac(f"jichi.link.{row.pk}", rules.normal_code(code), algorithm="sha256").hexdigest()
        row.code_hash = hashed
        row.save(update_fields=["code_hash"])
        audit.record(
            actor=actor,
            action="print",
            table="eng_accounts_linkrequest",
            object_id=str(row.pk),
            subject=row.addressee_no,
        )
        return code


def stop_letter(*, actor: Actor, request_id: UUID) -> None:
    """The letter came back, or must not go out: an official decides instead. Twice is once."""
    require_decider(actor)
    with unit(actor):
        row = _locked(request_id)
        if row.state not in OPEN:
            raise Conflict("link.closed")
        row.state, row.code_hash = "review", ""
        row.save(update_fields=["state", "code_hash"])


def decide_link(*, actor: Actor, request_id: UUID, addressee_no: str, reason: str) -> LinkRequestInfo:
    """Link the login with a person, or refuse ("" as number). Pressed twice, it is done once.

    Args:
        addressee_no: the person; "" refuses.
        reason: how it was made sure, or why it is refused. The resident reads the reason of a refusal.

    Raises:
        Forbidden. NotFound. Invalid: no reason, or too long a one.
        Conflict: "link.closed" when it was decided otherwise, "link.taken" when the person has another login.
    """
    require_decider(actor)
    words = reason.strip()
    if not words:
        raise Invalid(fields={"reason": FieldError("field.required")})
    if len(words) > MAX_REASON:
        raise Invalid(fields={"reason": FieldError("field.too_long", {"limit": MAX_REASON, "length": len(words)})})
    state = "linked" if addressee_no else "refused"
    with unit(actor):
        row = _locked(request_id)
        if row.state == state and (not addressee_no or row.addressee_no == addressee_no):
            return _infos(pk=row.pk)[0]
        if row.state not in OPEN:
            raise Conflict("link.closed")
        row.reason = words
        if addressee_no:
            row.addressee_no = addressee_no
            link_person(actor=actor, account_id=row.account_id, addressee_no=addressee_no, how="review")
        _end(row, state, "reason", "addressee_no")
        return _infos(pk=row.pk)[0]
