"""Deciding several cases with one call, at once and one by one: what a program does that holds no post.

The run in the background (`bulk`) acts in the name of an official's posts; here who calls decides themselves.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Final, Literal
from uuid import UUID

from django.db import IntegrityError

from jichi.engines.audit.context import Actor, unit
from jichi.kernel.errors import Conflict, Forbidden, JichiError, NotFound

from .. import permissions
from ..models import Case
from ..rules import Draft
from .bulk import decide_with_others, verdicts
from .changing import locked_case
from .deciding import tell_decision

AT_ONCE: Final = 50
"""Cases in one call: each may make a document, and all are answered together."""


@dataclass(frozen=True, slots=True, kw_only=True)
class OneResult:
    """What became of one case. `state`: "decided"; "possible" (of a preview); "left" with the code of the reason."""

    number: str
    state: Literal["decided", "possible", "left"]
    code: str = ""
    params: Mapping[str, object] | None = None
    status: str = ""
    version: int | None = None


def decide_several(
    *, actor: Actor, cases: Sequence[tuple[str, int]], draft: Draft, preview: bool
) -> tuple[OneResult, ...]:
    """Decide these cases alike, each in a unit of its own: one that is refused keeps no other from its decision.

    Args:
        cases: (受付番号 without its hyphen, version that was read), in the order in which they are decided.
        preview: say what would be left out and why; nothing changes.

    Raises:
        Forbidden: without the right to decide, and to decide many at once. Conflict: "bulk.too_many".
        NotFound: none of them is there, or all are another division's.
        Invalid: as `decide_case`, of any definition concerned.
    """
    for permission in (permissions.BULK, permissions.DECIDE):
        if not actor.may(permission):
            raise Forbidden("forbidden", permission=permission)
    if len(cases) > AT_ONCE:
        raise Conflict("bulk.too_many", limit=AT_ONCE)
    with unit(actor):
        rows = Case.objects.filter(number__in=[number for number, _version in cases], division_id__in=actor.divisions)
        found = {case.number: case for case in rows}
        if not found:
            raise NotFound
        codes = verdicts(actor=actor, cases=list(found.values()), draft=draft)
        return tuple(_one(actor, found.get(number), number, version, codes, draft, preview=preview)
                     for number, version in cases)  # fmt: skip


def _one(
    actor: Actor, case: Case | None, number: str, version: int, codes: Mapping[UUID, str], draft: Draft, *,
    preview: bool,
) -> OneResult:  # fmt: skip
    if case is None:
        return OneResult(number=number, state="left", code="api.not_found")
    now = OneResult(number=number, state="left", status=case.status, version=case.version)
    if codes[case.pk]:
        return replace(now, code=codes[case.pk])
    if case.version != version:
        return replace(now, code="case.changed")
    if preview:
        return replace(now, state="possible")
    try:
        with unit(actor):
            locked = locked_case(case.pk)
            decision = decide_with_others(actor, locked, draft, version)
            tell_decision(actor, locked, decision)
    except JichiError as error:
        return replace(now, code=error.code, params=error.params)
    except IntegrityError:
        return replace(now, code="bulk.state")
    after = Case.objects.values_list("status", "version").get(pk=case.pk)
    return replace(now, state="decided", status=after[0], version=after[1])
