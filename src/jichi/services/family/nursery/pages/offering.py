"""Seats from facilities: the facility's own page behind its link, and the officials' page of who has answered."""

from __future__ import annotations

import unicodedata
from collections.abc import Mapping, Sequence
from datetime import datetime, time
from typing import Final
from uuid import UUID

from django.conf import settings
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _

from jichi.design import catalogue
from jichi.design.fields import FormField, errors_for
from jichi.design.pages import listing_response
from jichi.design.parts import Column, Listing, Row
from jichi.design.render_parts import tag
from jichi.engines.accounts import queries as accounts
from jichi.engines.accounts.access import SignedInRequest, access
from jichi.engines.audit import actions as audit
from jichi.kernel import clock
from jichi.kernel.calendar import format_datetime, parse_date
from jichi.kernel.errors import Conflict, FieldError, Invalid
from jichi.kernel.tables import write_table

from .. import actions, queries
from ..permissions import EDIT, VIEW
from ..queries import AskView
from .plain import class_word
from .words import CONFLICT, UNPROCESSABLE, crumbs_of, file_response, refusal, round_or_404

GONE: Final = 410


@access(audience="public", methods=("GET", "POST"))
def offer(request: SignedInRequest, token: str) -> HttpResponse:
    """A2: a facility enters the seats of its classes for a round; again until the moment is over."""
    try:
        asked = queries.asked_facility(token)
    except Conflict as error:
        words = catalogue.message(error.code, request.LANGUAGE_CODE)
        over = {"title": _("このリンクは使えません"), "words": words}
        return render(request, "resident_nursery/over.html", over, status=GONE)
    wrong: dict[str, FieldError] = {}
    problem, post = "", request.POST if request.method == "POST" else None
    if post is not None:
        try:
            actions.answer_facility(
                actor=request.actor, token=token, seats={group: post.get(f"seats_{group}", "") for group in range(6)},
                texts={name: post.get(name, "") for name in ("hours", "about", "by")}, expected=post.get("mark"),
            )  # fmt: skip
            return redirect(f"{request.path}?kept=1")
        except Invalid as error:
            wrong = dict(error.fields)
        except Conflict as error:
            problem, post = catalogue.message(error.code, request.LANGUAGE_CODE), None
    fields = offer_fields(asked, post)
    fields = [field.with_error(wrong[field.name]) if field.name in wrong else field for field in fields]
    context: dict[str, object] = {
        "title": _("空き枠の入力"), "name": asked.name, "round_name": asked.round_name, "fields": fields,
        "until": format_datetime(asked.until, request.LANGUAGE_CODE, "long"), "errors": errors_for(fields),
        "kept": kept_classes(asked) if "kept" in request.GET and request.method == "GET" else None,
        "problem": problem, "mark": asked.mark,
    }  # fmt: skip
    status = CONFLICT if problem else UNPROCESSABLE if wrong else 200
    response = render(request, "resident_nursery/offer.html", context, status=status)
    response["Cache-Control"] = "private, no-store"
    return response


def kept_classes(asked: AskView) -> list[tuple[str, str]]:
    """(class, what stands for it now) of all classes, in words: what an empty field came to is said too."""
    given = {group: number for (code, group), number in queries.seats(asked.round_id).items() if code == asked.code}

    def words(number: int | None) -> str:
        if number is None:
            return _("クラスなし(枠を載せません)")
        return _("%(count)s人") % {"count": number} if number else _("0人(空きなし)")

    return [(class_word(group), words(given.get(group))) for group in range(6)]


def offer_fields(asked: AskView, post: Mapping[str, str] | None) -> list[FormField]:
    """Seats by class, hours, words about itself, and last who entered it."""
    given = {group: number for (code, group), number in queries.seats(asked.round_id).items() if code == asked.code}
    now: Mapping[str, str] = post if post is not None else {
        **{f"seats_{group}": str(number) for group, number in given.items()},
        "hours": asked.hours, "about": asked.about, "by": asked.answered_by,
    }  # fmt: skip
    return [
        *(
            FormField(
                name=f"seats_{group}", label=class_word(group), kind="number", unit=_("人"), required=False,
                value=now.get(f"seats_{group}", ""),
            )
            for group in range(6)
        ),
        FormField(name="hours", label=_("開園時間"), value=now.get("hours", ""), required=False, hint="7:15～18:15"),
        FormField(
            name="about", label=_("園の紹介"), kind="textarea", rows=4, required=False, value=now.get("about", ""),
            hint=_("保護者が園を選ぶ画面に出ます。300文字まで。"),
        ),
        FormField(name="by", label=_("入力した人の氏名"), value=now.get("by", ""), autocomplete="off"),
    ]  # fmt: skip


@access(audience="staff", permission=VIEW, methods=("GET", "POST"))
def asks(request: SignedInRequest, id: UUID) -> HttpResponse:
    """A6: which facilities have entered their seats; those who have not come first."""
    round_ = round_or_404(request, id)
    problem, wrong = "", dict[str, FieldError]()
    if request.method == "POST":
        try:
            actions.ask_facilities(actor=request.actor, round_id=id, until=_moment(request.POST.get("until", "")))
            return redirect("family_nursery:asks", id=id)
        except Invalid as error:
            wrong = dict(error.fields)
        except Conflict as error:
            problem = refusal(error.code)
    found = queries.facility_asks(id)
    table = _asks_table(request.path, found)
    field = FormField(
        name="until", label="入力の締切", size=18, value=request.POST.get("until", ""), error=wrong.get("until"),
        hint="例: 2026-11-30 17:00。依頼した園のリンクは変わりません。",
    )  # fmt: skip
    context = {
        "title": f"{round_.name}の園の入力", "breadcrumb": crumbs_of(round_), "round": round_, "fields": [field],
        "errors": errors_for([field]), "problem": problem, "asked": bool(found),
        "waiting": sum(1 for one in found if one.answered_at is None), "total": len(found),
        "may": request.actor.may(EDIT) and round_.published_run is None,
    }  # fmt: skip
    status = CONFLICT if problem else UNPROCESSABLE if wrong else 200
    return listing_response(request, "family_nursery/asks.html", context, table, status=status)


def _asks_table(url: str, found: Sequence[AskView]) -> Listing:
    ids = {one.desk_id for one in found if one.desk_id}
    desks = {one.id: one.names["ja"] for one in accounts.divisions(sorted(ids))} if ids else {}
    rows = [
        Row(
            url=one.link,
            cells=(
                one.code, one.name, tag("入力済み", tone="done") if one.answered_at else tag("まだ", tone="todo"),
                format_datetime(one.answered_at, "ja", "staff") if one.answered_at else "", one.answered_by,
                format_datetime(one.until, "ja", "staff"), desks.get(one.desk_id or 0, "リンクだけ"),
            )
        )
        for one in found
    ]  # fmt: skip
    columns = (
        Column(key="code", title="園番号", head=True, name=True), Column(key="name", title="園", name=True),
        Column(key="state", title="空き枠"), Column(key="at", title="入力した日時"),
        Column(key="by", title="入力した人", name=True), Column(key="until", title="締切"),
        Column(key="desk", title="ログインする組織", name=True),
    )  # fmt: skip
    return Listing(
        caption="園の入力", columns=columns, rows=rows, url=url, total=len(rows), html_id="asks",
        empty="園にはまだ依頼していません。",
    )  # fmt: skip


def _moment(text: str) -> datetime:
    day, _, minute = unicodedata.normalize("NFKC", text).strip().partition(" ")
    try:
        return datetime.combine(parse_date(day), time.fromisoformat(minute.strip() or "23:59"), clock.TOKYO)
    except ValueError:
        raise Invalid(fields={"until": FieldError("nursery.until")}) from None


@access(audience="staff", permission=EDIT)
def asks_export(request: SignedInRequest, id: UUID) -> HttpResponse:
    """The links of a round's facilities as CSV, to be mailed; taking them is recorded."""
    round_or_404(request, id)
    audit.record(actor=request.actor, action="export", table="family_nursery_facilityask", object_id=str(id))
    rows = [
        (one.code, one.name, settings.JICHI_ORIGIN + one.link, "済" if one.answered_at else "")
        for one in queries.facility_asks(id)
    ]
    return file_response(write_table(("園番号", "園名", "リンク", "入力"), rows), "facility-links.csv")
