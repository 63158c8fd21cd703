"""Use cases of retention: delete what is over in small steps, each with its certificate; hold what must not go."""

from __future__ import annotations

import logging
from uuid import UUID

from django.db import DatabaseError
from django.db.models import Max

from jichi.engines.audit.context import Actor, system_actor, unit
from jichi.kernel import clock
from jichi.kernel.errors import FieldError, Forbidden, Invalid, JichiError, NotFound
from jichi.kernel.manifest import Retention, resolve
from jichi.kernel.text import normalise_input

from .. import queries, rules
from ..models import Erasure, Hold
from ..permissions import RETENTION, require
from .people import one_at_a_time

log = logging.getLogger(__name__)
STEP = 100
"""So many objects in one transaction, with one certificate."""
MOST_STEPS = 500
MOST_REASON = 500


def erase_over(*, actor: Actor) -> int:
    """Delete all that is over today, rule by rule, in steps; answers how many certificates were written.

    Killed in between it goes on where it was; twice at once each object goes once. A step that fails changes nothing
    and leaves its rule for the next night; the others go on.

    Raises:
        Forbidden: not the platform.
    """
    if actor.kind != "system":
        raise Forbidden
    platform = system_actor("retention", purpose="retention")
    done = 0
    for rule in queries.retention_rules():
        stayed: set[str] = set()
        for _ in range(MOST_STEPS):
            try:
                certified = _step(platform, rule, stayed)
            except (JichiError, DatabaseError):
                log.exception("retention %s failed", rule.key)
                break
            if certified is None:
                break
            done += certified
    return done


def _step(platform: Actor, rule: Retention, stayed: set[str]) -> int | None:
    """One step: how many certificates it wrote (0: something else names all of it still); None: nothing left to try.

    Args:
        stayed: keys of earlier steps that something else still names; grows.
    """
    with unit(platform):
        one_at_a_time()
        held = queries.open_holds()
        most = STEP + len(stayed) + (queries.MOST if held else 0)
        found = resolve(rule.over)(rule.key, clock.today(), most)
        free = [one for one in rules.not_held(rule.key, found, held) if one[0] not in stayed][:STEP]
        if not free:
            return None
        counts, hashes = resolve(rule.erase)(rule.key, [key for key, _, _ in free])
        gone = counts.get(rule.table, 0)
        if gone < len(free):
            stayed.update(key for key, _, _ in free)
        if not counts:
            return 0
        days = [day for _, _, day in free]
        Erasure.objects.create(
            number=(Erasure.objects.aggregate(last=Max("number"))["last"] or 0) + 1, rule=rule.key,
            told={
                "title": rule.title["ja"], "period": rule.period, "starts": rule.starts, "basis": rule.basis,
                "deletes": rule.deletes, "stays": rule.stays,
            },
            items=gone, counts=counts, ended_from=min(days), ended_to=max(days), hashes=hashes,
            digest=rules.digest(hashes), erased_at=clock.now(),
        )  # fmt: skip
        return 1


def set_hold(*, actor: Actor, rule: str, subject: str, reason: str) -> UUID:
    """Stop the deletion of something, with the reason (訴訟など). The same again makes no second hold.

    Args:
        rule: key of a rule; "" stops all.
        subject: 受付番号, procedure, 宛名番号 or login; "" is everything of the rule.

    Raises:
        Forbidden. Invalid: no such rule, no reason or too long a one.
    """
    require(actor, RETENTION)
    wrong: dict[str, FieldError] = {}
    if rule and rule not in {one.key for one in queries.retention_rules()}:
        wrong["rule"] = FieldError("field.choose_one")
    if not reason.strip() or len(reason) > MOST_REASON:
        code = "field.too_long" if reason.strip() else "field.required"
        wrong["reason"] = FieldError(code, {"max": MOST_REASON, "now": len(reason)})
    if wrong:
        raise Invalid(fields=wrong)
    name = normalise_input(subject)[:100]
    plain = name.replace("-", "").upper()
    name = plain if len(plain) == 8 and plain.isalnum() and "-" in name else name
    with unit(actor):
        one_at_a_time()
        same = Hold.objects.filter(rule=rule, subject=name, lifted_at=None).first()
        if same is not None:
            return same.pk
        return Hold.objects.create(
            rule=rule, subject=name, reason=reason.strip(), set_by_id=actor.account_id, set_at=clock.now()
        ).pk


def lift_hold(*, actor: Actor, id: UUID) -> None:
    """End a hold; what is over goes the next night. The same again changes nothing.

    Raises:
        Forbidden; NotFound.
    """
    require(actor, RETENTION)
    with unit(actor):
        row = Hold.objects.select_for_update().filter(pk=id).first()
        if row is None:
            raise NotFound
        if row.lifted_at is None:
            row.lifted_at, row.lifted_by_id = clock.now(), actor.account_id
            row.save(update_fields=["lifted_at", "lifted_by"])
