"""The tables of a round as they are now: what a run freezes, and what later runs are compared with."""

from __future__ import annotations

from typing import Any
from uuid import UUID

from ..models import Child, Pin, RoundSecret, Vacancy
from ..rules.assembling import Candidate, Conditions, input_tables


def inputs_of(round_id: UUID) -> dict[str, bytes] | None:
    """The input files of a round; None where no child is confirmed. Four statements.

    A family takes part when all its children are confirmed by two, no paper is missing and it has not withdrawn.
    """
    secret = RoundSecret.objects.filter(round_id=round_id).first()
    children = _taking_part(round_id)
    if secret is None or not children:
        return None
    seats = {
        (code, group): number
        for code, group, number in Vacancy.objects.filter(round_id=round_id).values_list(
            "facility__code", "class_id", "seats"
        )
    }
    pins = dict(Pin.objects.filter(child__application__round_id=round_id).values_list("child__pk", "facility"))
    families = {
        one.application.code: Conditions(one.application.condition, one.application.solo, one.application.split)
        for one in children
    }
    return input_tables(
        salt=bytes(secret.salt), seats=seats, children=[_candidate(one) for one in children], families=families,
        pins={one.key: pins[one.pk] for one in children if one.pk in pins},
    )  # fmt: skip


def _taking_part(round_id: UUID) -> list[Child]:
    children = list(
        Child.objects.filter(
            application__round_id=round_id, application__withdrawn_at__isnull=True, application__missing=[]
        )
        .select_related("application").order_by("application__code", "seq")
    )  # fmt: skip
    waiting = {one.application_id for one in children if one.second_by_id is None}
    return [one for one in children if one.application_id not in waiting]


def _candidate(child: Child) -> Candidate:
    score: dict[str, Any] = child.score or {}
    return Candidate(
        code=child.key, family=child.application.code, seq=child.seq, class_id=child.class_id,
        index=score["base"] + score["adjust"], keys=tuple(score["keys"]), current=child.current,
        wishes=tuple(child.wishes), bonus_at=child.application.sibling_at, bonus=score["place"],
    )  # fmt: skip
