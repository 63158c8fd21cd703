"""代理: giving, accepting, registering and ending the right to act for somebody else.

Offered by `actions`. Codes that are wrong, used up, over or not for this person are all answered alike, and giving
a mandate asks nothing about the representative: neither side learns whether somebody has a login here.
"""

from __future__ import annotations

import hashlib
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from typing import Final
from uuid import UUID, uuid4

from django.db import IntegrityError, transaction
from django.db.backends.postgresql.psycopg_any import DateRange
from django.db.models import Q
from django.utils.crypto import salted_hmac

from jichi.engines.audit.announce import announce
from jichi.engines.audit.context import Actor, system_actor, unit
from jichi.kernel import clock
from jichi.kernel.errors import Conflict, FieldError, Forbidden, Invalid, NotFound

from . import rules
from .events import RepresentationBegan, RepresentationEnded, RepresentationsSeen
from .limits import limit
from .models import PersonLink, Representation

REGISTER: Final = "eng_accounts.representation.register"
CODE_DAYS: Final = 14
"""Days within which a mandate that was given waits to be accepted."""
LONGEST_YEARS: Final = 3
LONGEST_NAME: Final = 100
LONGEST_REASON: Final = 500
OPEN_AT_ONCE: Final = 20
TRIES_AN_HOUR: Final = 20


@dataclass(frozen=True, slots=True, kw_only=True)
class Granted:
    """A representation as it was made. `code` is what the representative enters; "" when it is active at once."""

    id: UUID
    code: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Offer:
    """What a representative sees before accepting: whose mandate, for what, for how long. No address, no contact."""

    id: UUID
    kind: str
    principal_name: str
    agent_name: str
    procedures: tuple[str, ...]
    valid_from: date
    valid_until: date | None


def code_of(representation_id: UUID) -> str:
    """The code of a mandate that waits: made from its id and the site's secret key, so that it is stored nowhere."""
    digest = salted_hmac("jichi representation", str(representation_id), algorithm="sha256").digest()
    number, letters = int.from_bytes(digest, "big"), rules.RECOVERY_ALPHABET
    spelt = "".join(letters[number // len(letters) ** place % len(letters)] for place in range(12))
    return f"{spelt[:4]}-{spelt[4:8]}-{spelt[8:]}"


def _hash(code: str) -> str:
    return hashlib.sha256(f"representation {rules.normal_code(code)}".encode()).hexdigest()


def _resident(actor: Actor) -> UUID:
    if actor.kind != "resident" or actor.account_id is None:
        raise Forbidden
    return actor.account_id


def _checked(names: dict[str, str], valid_from: date | None, valid_until: date | None, *, must_end: bool) -> None:
    """Raises Invalid with an error for each name or day that can't be."""
    errors: dict[str, FieldError] = {}
    for key, name in names.items():
        if not name:
            errors[key] = FieldError("field.required")
        elif len(name) > LONGEST_NAME:
            errors[key] = FieldError("field.too_long", {"limit": LONGEST_NAME, "length": len(name)})
    if valid_from is None:
        errors["valid_from"] = FieldError("field.date_required")
    if valid_until is None:
        if must_end:
            errors["valid_until"] = FieldError("field.date_required")
    elif valid_from is not None:
        last = valid_from.replace(year=valid_from.year + LONGEST_YEARS, day=min(valid_from.day, 28))
        if valid_until < max(valid_from, clock.today()):
            errors["valid_until"] = FieldError("field.date_too_early", {"first": max(valid_from, clock.today())})
        elif must_end and valid_until > last:
            errors["valid_until"] = FieldError("field.date_too_late", {"last": last})
    if errors:
        raise Invalid(fields=errors)


def _insert(
    actor: Actor, request_key: UUID, procedures: Sequence[str], valid_from: date, valid_until: date | None,
    values: dict[str, object],
) -> Representation:  # fmt: skip
    """The row, or the one an earlier press of the same button made.

    Raises:
        Conflict: "representation.exists" when the same is active already.
    """
    named = sorted(set(procedures))
    made = Representation(
        id=uuid4(), procedures=named, scope=",".join(named), request_key=request_key, asked_at=clock.now(),
        during=DateRange(valid_from, valid_until, "[]" if valid_until else "[)"), **values,
    )  # fmt: skip
    if made.agent_account_id:
        made.state, made.began_at = "active", made.asked_at
    else:
        made.state, made.code_hash = "asked", _hash(code_of(made.pk))
        made.code_until = made.asked_at + timedelta(days=CODE_DAYS)
    try:
        with transaction.atomic():
            made.save(force_insert=True)
    except IntegrityError as error:
        before = Representation.objects.filter(request_key=request_key).first()
        if before is None:
            raise Conflict("representation.exists") from error
        return before
    if made.state == "active":
        _began(made)
    return made


def _granted(row: Representation) -> Granted:
    return Granted(id=row.pk, code=code_of(row.pk) if row.state == "asked" else "")


def _began(row: Representation) -> None:
    if row.agent_account_id is None:
        raise Conflict
    announce(
        RepresentationBegan(
            representation_id=row.pk, kind=row.kind, principal_no=row.principal_no,
            principal_account_id=row.principal_account_id, agent_account_id=row.agent_account_id,
        )
    )  # fmt: skip


def grant_mandate(
    *,
    actor: Actor,
    principal_name: str,
    agent_name: str,
    procedures: Sequence[str],
    valid_from: date | None,
    valid_until: date | None,
    request_key: UUID,
) -> Granted:
    """委任: a resident lets somebody act for them; it begins when that person accepts with the code.

    Args:
        principal_name: the principal's name as the representative shall read it.
        agent_name: whom it is for, in the principal's words; not looked up anywhere.
        procedures: ids of procedures; none means all.
        request_key: of the form, so that pressing twice gives one mandate.

    Raises:
        Forbidden: not a resident. Conflict: "representation.not_linked", "representation.too_many".
        Invalid: with an error for each field that is missing or can't be.
    """
    account_id = _resident(actor)
    principal, representative = principal_name.strip(), agent_name.strip()
    _checked({"principal_name": principal, "agent_name": representative}, valid_from, valid_until, must_end=True)
    if valid_from is None:  # `_checked` refused it; this tells the type checker
        raise Invalid
    with unit(actor):
        number = (
            PersonLink.objects.filter(account_id=account_id, state="active")
            .values_list("addressee_no", flat=True)
            .first()
        )
        if number is None:
            raise Conflict("representation.not_linked")
        waiting = Representation.objects.filter(principal_account_id=account_id, state__in=("asked", "active"))
        if waiting.exclude(request_key=request_key).count() >= OPEN_AT_ONCE:
            raise Conflict("representation.too_many")
        values: dict[str, object] = {
            "kind": "agent", "principal_no": number, "principal_name": principal, "principal_account_id": account_id,
            "agent_name": representative,
        }  # fmt: skip
        return _granted(_insert(actor, request_key, procedures, valid_from, valid_until, values))


def register_representation(
    *,
    actor: Actor,
    kind: str,
    principal_no: str,
    principal_name: str,
    agent_name: str,
    procedures: Sequence[str],
    valid_from: date | None,
    valid_until: date | None,
    basis: str,
    request_key: UUID,
    agent_no: str = "",
    agent_account_id: UUID | None = None,
    document_id: UUID | None = None,
) -> Granted:
    """An official registers a guardian (法定代理人・後見), a representative (委任状) or an officer of an organisation.

    Args:
        principal_no: 宛名番号, or 団体番号 for "officer".
        agent_no: 宛名番号 of the representative: active at once when a login stands for it. Otherwise the
            answer holds a code to hand over, with which the representative accepts.
        agent_account_id: the representative's login where the caller knows it (officers of the register).
        basis: what was seen. document_id: the stored paper.

    Raises:
        Forbidden: without "eng_accounts.representation.register". Invalid. Conflict: "representation.exists",
        "representation.same" when both sides are one person.
    """
    if actor.kind != "system" and not actor.may(REGISTER):
        raise Forbidden("forbidden", permission=REGISTER)
    words = {"principal_no": principal_no.strip(), "principal_name": principal_name.strip()}
    words |= {"agent_name": agent_name.strip(), "basis": basis.strip()}
    if kind not in {"guardian", "agent", "officer"}:
        raise Invalid(fields={"kind": FieldError("field.required")})
    _checked(words, valid_from, valid_until, must_end=False)
    if valid_from is None:  # `_checked` refused it; this tells the type checker
        raise Invalid
    if agent_no and kind != "officer" and agent_no == words["principal_no"]:
        raise Conflict("representation.same")
    with unit(actor):
        if agent_no and agent_account_id is None:
            agent_account_id = (
                PersonLink.objects.filter(addressee_no=agent_no, state="active")
                .values_list("account_id", flat=True)
                .first()
            )
        values: dict[str, object] = {
            "kind": kind, **words, "agent_account_id": agent_account_id, "document_id": document_id,
        }  # fmt: skip
        return _granted(_insert(actor, request_key, procedures, valid_from, valid_until, values))


def _count_try(actor: Actor) -> None:
    """Before the unit, so that a refusal does not take the count back."""
    limit(f"representation:{_resident(actor)}", tries=TRIES_AN_HOUR, seconds=3600)


def _asked(actor: Actor, code: str) -> Representation:
    """The mandate this code opens, locked; Invalid "representation.code" for whatever it does not open."""
    account_id = _resident(actor)
    row = (
        Representation.objects.select_for_update(of=("self",))
        .filter(code_hash=_hash(code), state="asked", code_until__gt=clock.now())
        .exclude(principal_account_id=account_id)
        .first()
    )
    own = PersonLink.objects.filter(account_id=account_id, state="active").values_list("addressee_no", flat=True)
    is_own = row is not None and row.kind != "officer" and row.principal_no in set(own)
    if row is None or is_own or (last_day(row.during) or clock.today()) < clock.today():
        raise Invalid(fields={"code": FieldError("representation.code")})
    return row


def offered_mandate(*, actor: Actor, code: str) -> Offer:
    """What the code is about, before the representative decides. Raises Invalid "representation.code", TooManyTries."""
    _count_try(actor)
    with unit(system_actor("representation", purpose="representation")):
        row = _asked(actor, code)
        return Offer(
            id=row.pk, kind=row.kind, principal_name=row.principal_name, agent_name=row.agent_name,
            procedures=tuple(row.procedures), valid_from=row.during.lower, valid_until=last_day(row.during),
        )  # fmt: skip


def accept_mandate(*, actor: Actor, code: str) -> UUID:
    """The representative accepts: from now on (or from the first day agreed) they may act.

    Raises:
        Forbidden: not a resident. Invalid: "representation.code". TooManyTries.
        Conflict: "representation.exists" when the representative has the same mandate already.
    """
    _count_try(actor)
    with unit(system_actor("representation", purpose="representation")):
        row = _asked(actor, code)
        row.agent_account_id, row.state, row.began_at = actor.account_id, "active", clock.now()
        row.code_hash = ""
        try:
            with transaction.atomic():
                row.save(update_fields=["agent_account", "state", "began_at", "code_hash"])
        except IntegrityError as error:
            raise Conflict("representation.exists") from error
        _began(row)
        return row.pk


def refuse_mandate(*, actor: Actor, code: str) -> None:
    """The representative declines; the principal sees it. Raises as `accept_mandate`."""
    _count_try(actor)
    with unit(system_actor("representation", purpose="representation")):
        _end(_asked(actor, code), "refused", "")


def end_mandate(*, actor: Actor, representation_id: UUID, reason: str = "") -> None:
    """Either side, or an official who says why, ends it; twice is once.

    Raises:
        NotFound: none, or none of this person's. Invalid: an official gave no reason, or too long a one.
    """
    words = reason.strip()
    if len(words) > LONGEST_REASON:
        raise Invalid(fields={"reason": FieldError("field.too_long", {"limit": LONGEST_REASON, "length": len(words)})})
    if actor.kind == "staff" and not actor.may(REGISTER):
        raise NotFound
    if actor.kind == "staff" and not words:
        raise Invalid(fields={"reason": FieldError("field.required")})
    with unit(actor):  # row security shows a person only what is theirs
        row = Representation.objects.select_for_update(of=("self",)).filter(pk=representation_id).first()
        if row is None:
            raise NotFound
        if row.state in {"asked", "active"}:
            _end(row, "ended", words)


def end_representations_of(*, actor: Actor, addressee_no: str, reason: str) -> int:
    """A person died, moved away or lost capacity: what they gave and what they were given ends. How many ended.

    Raises:
        Forbidden: neither the system nor an official who registers representation.
    """
    if actor.kind != "system" and not actor.may(REGISTER):
        raise Forbidden("forbidden", permission=REGISTER)
    with unit(actor):
        representatives = PersonLink.objects.filter(addressee_no=addressee_no, state="active").values("account_id")
        rows = (
            Representation.objects.select_for_update(of=("self",))
            .filter(state__in=("asked", "active"))
            .filter(Q(principal_no=addressee_no) & ~Q(kind="officer") | Q(agent_account__in=representatives))
            .order_by("pk")
        )
        return sum(1 for row in rows if _end(row, "ended", reason))


def end_lapsed() -> None:
    """Every night: what was agreed until yesterday, or was never accepted, is over."""
    with unit(system_actor("representation.lapse", purpose="representation")):
        late = Q(state="active", during__fully_lt=DateRange(clock.today(), None))
        for row in Representation.objects.select_for_update(of=("self",)).filter(
            late | Q(state="asked", code_until__lt=clock.now())
        ):
            _end(row, "ended", "date")


def note_seen(*, actor: Actor) -> None:
    """The page that says who acts for whom was opened: what was told about it counts as read.

    Raises:
        Forbidden: not a resident.
    """
    account_id = _resident(actor)
    with unit(actor):
        announce(RepresentationsSeen(account_id=account_id))


def last_day(during: DateRange) -> date | None:
    """The last day of a range as the database keeps it, which names the day after; None: open."""
    return during.upper - timedelta(days=1) if during.upper else None


def _end(row: Representation, state: str, reason: str) -> bool:
    row.state, row.ended_at, row.end_reason, row.code_hash = state, clock.now(), reason, ""
    row.save(update_fields=["state", "ended_at", "end_reason", "code_hash"])
    announce(
        RepresentationEnded(
            representation_id=row.pk, kind=row.kind, principal_no=row.principal_no, state=state, reason=reason,
            principal_account_id=row.principal_account_id, agent_account_id=row.agent_account_id,
        )
    )  # fmt: skip
    return True
