"""電話の受付 of an event: what is asked on the telephone, on the page that programmes have in common."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from django.http import HttpResponse, QueryDict
from django.urls import reverse

from jichi.design.fields import FormField, Option
from jichi.engines.accounts.access import SignedInRequest, access
from jichi.engines.booking import queries as booking
from jichi.engines.booking.actions import Entered
from jichi.engines.booking.queries import OfferingView
from jichi.engines.programmes.telephone import Call, person_field, respond
from jichi.kernel import clock
from jichi.kernel.calendar import format_datetime
from jichi.kernel.errors import FieldError, NotFound

from ... import actions
from ...actions import Application
from ...permissions import EDIT
from ...queries import EventView
from ..classes import class_fields, counts_of
from .arranging import crumbs, owned, tabs

AT_THE_DESK = "料金は、当日までに窓口で受け取り、納付の一覧に記録してください。"


@access(audience="staff", permission=EDIT, methods=("GET", "POST"))
def telephone(request: SignedInRequest, code: str) -> HttpResponse:
    """A2: fields in speaking order; the answer with the number to read aloud."""
    found = owned(request, code)
    if found.offering_id is None:
        raise NotFound
    offered = booking.offerings([found.offering_id])[found.offering_id]

    def fields(post: QueryDict, people: Sequence[Option], wrong: Mapping[str, FieldError]) -> list[FormField]:
        return _fields(found, offered, post, people, wrong)

    def enter(addressee_no: str, dedupe_key: str) -> Entered:
        return actions.enter_event(
            actor=request.actor, code=code, application=_application(request.POST, found), addressee_no=addressee_no,
            channel="telephone", dedupe_key=dedupe_key,
            works_here=True if request.POST.get("works_here") == "1" else None,
        )  # fmt: skip

    around = {
        "title": f"{found.title['ja']}の電話の受付", "tabs": tabs(found, "telephone", request),
        "breadcrumb": crumbs(found), "word": "催し",
    }  # fmt: skip
    call = Call(
        offering_id=found.offering_id, fields=fields, enter=enter, around=around,
        entries_url=reverse("front_events_staff:entries", args=[code]),
        after={"taken": AT_THE_DESK} if found.content.pay_first else {},
    )  # fmt: skip
    return respond(request, call)


def _application(post: QueryDict, found: EventView) -> Application:
    lines = [line.strip() for line in post.get("companions", "")[:2000].splitlines() if line.strip()]
    return Application(
        choices=[one for one in post.getlist("choice") if one], name=post.get("name", "").strip(),
        kana=post.get("kana", "").strip(), phone=post.get("phone", "").strip(), companions=lines,
        answers={one.key: post.get(one.key, "").strip() for one in found.content.questions},
        counts=counts_of(post, found.content),
    )  # fmt: skip


def _fields(
    found: EventView, offered: OfferingView, post: QueryDict, people: Sequence[Option], wrong: Mapping[str, FieldError]
) -> list[FormField]:
    slots = dict(reversed(found.slots))
    dates = tuple(
        Option(item.code, format_datetime(slots[item.code].starts_at, "ja", "staff"), hint=f"残り{item.left}人")
        for item in offered.items
        if item.code in slots and slots[item.code].starts_at > clock.now()
    )
    chosen = post.get("choice", "") or (dates[0].value if len(dates) == 1 else "")
    fields = [
        FormField(name="choice", label="日時", kind="radio", options=dates, value=chosen, error=wrong.get("choices")),
        FormField(name="kana", label="フリガナ", kind="kana", required=False, value=post.get("kana", "")),
        FormField(name="name", label="氏名", value=post.get("name", ""), error=wrong.get("name")),
        FormField(name="phone", label="電話番号", kind="phone", value=post.get("phone", ""), error=wrong.get("phone")),
    ]  # fmt: skip
    fields += person_field(people)
    if found.content.works_here_too:
        fields.append(
            FormField(
                name="works_here", label="区で働く・学ぶことの証明を見た", kind="consent", required=False,
                value=post.get("works_here", ""),
            )
        )  # fmt: skip
    if offered.most_people > 1:
        fields.append(
            FormField(
                name="companions", label="同伴者の氏名", kind="textarea", rows=3, required=False,
                hint=f"1行に1人。本人を入れて{offered.most_people}人まで。", value=post.get("companions", ""),
                error=wrong.get("companions"),
            )
        )  # fmt: skip
    if found.content.pay_first and found.content.prices:
        fields += class_fields(found.content, counts_of(post, found.content), wrong.get("classes"), "ja")
    fields += [
        FormField(
            name=one.key, label=one.label, required=one.required, value=post.get(one.key, ""), error=wrong.get(one.key)
        )
        for one in found.content.questions
    ]
    return fields
