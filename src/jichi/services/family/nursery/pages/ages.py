"""The least ages at entry (受入れの月齢) for officials: the rules there are, and a new one from a day on."""

from __future__ import annotations

from datetime import date
from typing import Final

from django.http import HttpResponse
from django.shortcuts import redirect

from jichi.design.fields import FormField, Option, errors_for
from jichi.design.pages import listing_response
from jichi.design.parts import Column, Listing, Row
from jichi.engines.accounts.access import SignedInRequest, access
from jichi.kernel.calendar import format_date, parse_date
from jichi.kernel.errors import FieldError, Invalid
from jichi.kernel.numbers import InputError, parse_int

from .. import actions, queries
from ..permissions import EDIT, VIEW
from ..rules.least_age import MOST_DAYS, LeastAge
from .words import UNPROCESSABLE, class_name, tabs

COUNTS: Final = {"after": "生まれた日の翌日を1日目", "birth": "生まれた日を1日目"}


@access(audience="staff", permission=VIEW, methods=("GET", "POST"))
def ages(request: SignedInRequest) -> HttpResponse:
    """A6, A2: from which day of life each facility takes children, and the form for a new rule."""
    wrong: dict[str, FieldError] = {}
    if request.method == "POST":
        try:
            _keep(request)
            return redirect("family_nursery:ages")
        except Invalid as error:
            wrong = dict(error.fields)
    rows = [
        Row(
            cells=(
                one.name, class_name(one.class_id), format_date(one.valid_from), words_of(one.rule),
                COUNTS["birth" if one.rule.birth_counts else "after"] if one.rule.days else "",
            )
        )
        for one in queries.ages()
    ]  # fmt: skip
    columns = (
        Column(key="name", title="園", head=True, name=True), Column(key="class", title="クラス"),
        Column(key="from", title="入園日がこの日から"), Column(key="days", title="受入れ"),
        Column(key="counts", title="数え方"),
    )  # fmt: skip
    table = Listing(
        caption="受入れの月齢", columns=columns, rows=rows, url=request.path, total=len(rows), html_id="ages",
        empty="受入れの月齢は、まだ登録していません。どの園も、生まれた日から受け入れます。",
    )  # fmt: skip
    fields = [field.with_error(wrong[field.name]) if field.name in wrong else field for field in _fields(request)]
    context = {
        "title": "受入れの月齢", "tabs": tabs(request, "ages"), "fields": fields, "errors": errors_for(fields),
        "may": request.actor.may(EDIT),
    }  # fmt: skip
    return listing_response(
        request, "family_nursery/ages.html", context, table, status=UNPROCESSABLE if wrong else 200
    )  # fmt: skip


def words_of(rule: LeastAge) -> str:
    """ "生後57日から"."""
    return f"生後{rule.days}日から" if rule.days else "制限なし"


def _fields(request: SignedInRequest) -> list[FormField]:
    post, names = request.POST, queries.facility_names()
    return [
        FormField(
            name="code", label="園", kind="select", value=post.get("code", actions.EVERY),
            options=(
                Option(actions.EVERY, "今あるすべての園"),
                *(Option(code, name, noruby=True) for code, name in names.items()),
            ),
        ),
        FormField(
            name="class_id", label="クラス", kind="select", value=post.get("class_id", "0"),
            options=tuple(Option(str(group), class_name(group)) for group in range(6)),
        ),
        FormField(
            name="days", label="生後の日数", kind="number", value=post.get("days", ""), size=4, unit="日",
            hint="例: 57。0にすると、その日から制限がなくなります。",
        ),
        FormField(
            name="counts", label="数え方", kind="radio", value=post.get("counts", "after"),
            options=tuple(Option(key, words) for key, words in COUNTS.items()),
            hint="4月1日から「生後57日」なら、翌日から数えると2月3日まで、生まれた日から数えると2月4日までに"
            "生まれた児童です(うるう年でないとき)。",
        ),
        FormField(
            name="valid_from", label="入園日がこの日から", value=post.get("valid_from", ""), size=12,
            hint="例: 2027-04-01。前の日までの入園には、前の決まりが残ります。",
        ),
    ]  # fmt: skip


def _keep(request: SignedInRequest) -> None:
    post, wrong = request.POST, dict[str, FieldError]()
    days, since, group = 0, date.min, post.get("class_id", "")
    try:
        days = parse_int(post.get("days", ""), minimum=0, maximum=MOST_DAYS)
    except InputError:
        wrong["days"] = FieldError("nursery.age_days", {"max": MOST_DAYS})
    try:
        since = parse_date(post.get("valid_from", ""))
    except ValueError:
        wrong["valid_from"] = FieldError("field.unreadable_date")
    if post.get("counts") not in COUNTS:
        wrong["counts"] = FieldError("field.choose_one")
    if wrong:
        raise Invalid(fields=wrong)
    actions.set_least_age(
        actor=request.actor, code=post.get("code", ""), days=days, birth_counts=post.get("counts") == "birth",
        class_id=int(group) if group in set("012345") else -1, valid_from=since,
    )  # fmt: skip
