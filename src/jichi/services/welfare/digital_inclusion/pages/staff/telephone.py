"""電話の受付 of a class, of a person or an association, on the page that programmes have in common."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from django.http import HttpResponse, QueryDict
from django.urls import reverse

from jichi.design.fields import FormField, Option
from jichi.engines.accounts.access import SignedInRequest, access
from jichi.engines.booking.actions import Entered
from jichi.engines.programmes.telephone import Call, person_field, places_left, respond
from jichi.kernel.errors import FieldError, Invalid, NotFound

from ... import actions
from ...actions import Application
from ...permissions import EDIT
from ...queries import CourseView
from .. import words
from .arranging import crumbs, owned, tabs


@access(audience="staff", permission=EDIT, methods=("GET", "POST"))
def telephone(request: SignedInRequest, code: str) -> HttpResponse:
    """A2: fields in speaking order; the answer with the number to read aloud."""
    found = owned(request, code)
    if found.offering_id is None:
        raise NotFound

    def fields(post: QueryDict, people: Sequence[Option], wrong: Mapping[str, FieldError]) -> list[FormField]:
        return _fields(found, post, people, wrong)

    def enter(addressee_no: str, dedupe_key: str) -> Entered:
        return actions.enter_course(
            actor=request.actor, code=code, application=_application(request.POST, found), addressee_no=addressee_no,
            channel="telephone", dedupe_key=dedupe_key,
        )  # fmt: skip

    around = {
        "title": f"{found.title['ja']}の電話の受付", "tabs": tabs(found, "telephone", request),
        "breadcrumb": crumbs(found), "word": "教室",
        "team_left": places_left(found.team_offering_id) if found.team_offering_id else None,
    }  # fmt: skip
    call = Call(
        offering_id=found.offering_id, fields=fields, enter=enter, around=around, one="方か団体",
        entries_url=reverse("welfare_digital_inclusion_staff:entries", args=[code]),
    )  # fmt: skip
    return respond(request, call)


def _application(post: QueryDict, found: CourseView) -> Application:
    size, team = post.get("size", "").strip(), post.get("team", "").strip()
    if team and found.team_offering_id is None:
        raise Invalid(fields={"team": FieldError("field.invalid")})
    return Application(
        name=post.get("name", "").strip(), kana=post.get("kana", "").strip(), phone=post.get("phone", "").strip(),
        age_class=post.get("age", "") or "unknown", team=team,
        size=(int(size) if size.isdecimal() and len(size) < 4 else 0) if team else 1,
    )  # fmt: skip


def _fields(
    found: CourseView, post: QueryDict, people: Sequence[Option], wrong: Mapping[str, FieldError]
) -> list[FormField]:
    def text(name: str, label: str, kind: Any = "text", **more: Any) -> FormField:
        return FormField(name=name, label=label, kind=kind, value=post.get(name, ""), error=wrong.get(name), **more)

    fields = [
        text("kana", "フリガナ", "kana", required=False),
        text("name", "氏名"),
        text("phone", "電話番号", "phone"),
    ]
    fields += person_field(people)
    ages = tuple(Option(key, str(word)) for key, word in words.AGES.items())
    fields.append(text("age", "年齢", "select", required=False, options=ages))
    if found.team_offering_id is not None:
        fields += [
            text("team", "団体の名前", required=False, hint="町会などの団体のとき。氏名と電話は代表の方です。"),
            text("size", "団体の人数", "number", required=False, size=4, hint=f"2人から{found.plan.team_most}人まで"),
        ]
    return fields
