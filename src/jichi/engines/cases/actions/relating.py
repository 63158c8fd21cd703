"""関連する案件: an official says that two cases belong together. Only of cases they see."""

from __future__ import annotations

from uuid import UUID

from django.db.models import Q

from jichi.engines.audit.context import Actor, unit
from jichi.kernel import clock
from jichi.kernel.errors import FieldError, Invalid
from jichi.kernel.receipt_number import parse_number

from .. import permissions
from ..models import Case, CaseLink
from ..rules import LINK_KINDS
from .changing import add_event, locked_case


def link_cases(*, actor: Actor, case_id: UUID, other_number: str, kind: str) -> UUID:
    """Keep that the case belongs to another one: related, duplicate of it, or follow-up of it. Once per pair.

    Raises:
        Invalid: "link.no_case" (none with this number that the official sees: another division's looks like none),
            "link.itself", an unknown kind.
        NotFound, Forbidden: as for every step.
    """
    if kind not in LINK_KINDS:
        raise Invalid(fields={"kind": FieldError("field.choose_one")})
    with unit(actor):
        case = locked_case(case_id)
        permissions.require_staff(actor, case, permissions.HANDLE)
        number = parse_number(other_number)
        other = Case.objects.filter(number=number).first() if number else None
        if other is None or (actor.kind == "staff" and other.division_id not in actor.divisions):
            raise Invalid(fields={"number": FieldError("link.no_case")})
        if other.pk == case.pk:
            raise Invalid(fields={"number": FieldError("link.itself")})
        there = CaseLink.objects.filter(Q(case=case, other=other) | Q(case=other, other=case)).first()
        if there is not None:
            return UUID(str(there.pk))
        made = CaseLink.objects.create(case=case, other=other, kind=kind, by_id=actor.account_id, at=clock.now())
        for one, two in ((case, other), (other, case)):
            add_event(actor, one, "linked", public=False, detail={"number": two.number, "kind": kind})
        return UUID(str(made.pk))


def unlink_cases(*, actor: Actor, case_id: UUID, link_id: UUID) -> None:
    """Take a link off; one that is gone already is no error.

    Raises:
        NotFound, Forbidden: as for every step.
    """
    with unit(actor):
        case = locked_case(case_id)
        permissions.require_staff(actor, case, permissions.HANDLE)
        link = CaseLink.objects.filter(Q(case=case) | Q(other=case), pk=link_id).first()
        if link is None:
            return
        for one in Case.objects.filter(pk__in=(link.case_id, link.other_id)):
            add_event(actor, one, "unlinked", public=False)
        link.delete()
