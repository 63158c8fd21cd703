"""My absences and whom I name as deputy (不在と代決者); ranks of posts for administrators (職位)."""

from __future__ import annotations

import contextlib
from datetime import date
from typing import Final
from uuid import UUID

from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.html import format_html
from django.utils.safestring import SafeString

from jichi.design import catalogue, dates
from jichi.design.fields import FormField, Option, errors_for
from jichi.design.pages import listing_response
from jichi.design.parts import Column, Fact, Listing, Row
from jichi.engines.accounts import queries as accounts
from jichi.engines.accounts.access import SignedInRequest, access
from jichi.kernel.calendar import format_date
from jichi.kernel.errors import Conflict, FieldError, Invalid, NotFound
from jichi.kernel.localized import pick

from .. import actions, permissions, queries
from .. import presentation as words
from ..rules import RANKS
from .lists import format_about

UNPROCESSABLE: Final = 422
CONFLICT: Final = 409
WHOLE_HOUSE: Final = "*"
_COLUMNS: Final = (
    Column(key="rank", title="職位", head=True), Column(key="serves", title="回ってくる課"),
    Column(key="post", title="職"), Column(key="holders", title="今その職にある人", name=True),
)  # fmt: skip


@access(audience="staff", permission=permissions.TAKE_PART, methods=("GET", "POST"))
def mine(request: SignedInRequest) -> HttpResponse:
    """A2: what I have told, and the form for telling another absence."""
    errors: dict[str, FieldError] = {}
    if request.method == "POST":
        days, errors = _days(request)
        deputy, reason = request.POST.get("deputy", ""), request.POST.get("reason", "")
        known = {str(key): key for key, _, _ in queries.colleagues(request.actor)}
        if deputy and deputy not in known:
            errors["deputy"] = FieldError("field.unknown_choice")
        if not errors:
            try:
                actions.declare_absence(
                    actor=request.actor, starts_on=days["starts_on"], ends_on=days["ends_on"],
                    deputy_id=known.get(deputy), reason=reason,
                )  # fmt: skip
                return redirect("eng_routes:absence")
            except Invalid as error:
                errors = dict(error.fields)
            except Conflict as error:
                errors = {"starts_on": FieldError(error.code)}
    return _page(request, errors)


def _days(request: SignedInRequest) -> tuple[dict[str, date], dict[str, FieldError]]:
    found: dict[str, date] = {}
    errors: dict[str, FieldError] = {}
    for name in ("starts_on", "ends_on"):
        try:
            day = dates.read_date(dates.parts_from(request.POST.dict(), name))
        except Invalid as error:
            errors[name] = error.fields["date"]
            continue
        if day is None:
            errors[name] = FieldError("field.date_required")
        else:
            found[name] = day
    return found, errors


def _page(request: SignedInRequest, errors: dict[str, FieldError]) -> HttpResponse:
    fields = _fields(request, errors)
    absences = [
        {
            "id": a.id, "starts_on": a.starts_on, "ends_on": a.ends_on, "deputy_name": a.deputy_name,
            "reason": a.reason, "label": f"({format_date(a.starts_on)}から)",
        }
        for a in queries.absences_of(request.signed_in.account_id)
    ]  # fmt: skip
    context = {"title": "不在と代決者", "fields": fields, "errors": errors_for(fields), "absences": absences}
    return render(request, "eng_routes/absence.html", context, status=UNPROCESSABLE if errors else 200)


def _fields(request: SignedInRequest, errors: dict[str, FieldError]) -> list[FormField]:
    data = request.POST.dict()
    options = [Option("", "決めない(規程の順)")]
    options += [Option(str(k), f"{rank} {name}", noruby=True) for k, name, rank in queries.colleagues(request.actor)]
    days = [
        FormField(
            name=name, label=label, kind="date", value=dates.parts_from(data, name), eras=False, error=errors.get(name)
        )
        for name, label in (("starts_on", "不在の始めの日"), ("ends_on", "不在の終わりの日"))
    ]
    return [
        *days,
        FormField(
            name="deputy", label="代決者", kind="select", required=False, options=tuple(options),
            value=data.get("deputy", ""), error=errors.get("deputy"),
            hint="決裁の規程で代決できる職の人だけが、実際に代決できます。",
        ),
        FormField(
            name="reason", label="理由", required=False, value=data.get("reason", "")[:400], error=errors.get("reason"),
            hint="例: 出張、夏季休暇",
        ),
    ]  # fmt: skip


@access(audience="staff", permission=permissions.TAKE_PART, methods=("POST",))
def cancel(request: SignedInRequest, absence_id: UUID) -> HttpResponse:
    """One is back. What is not one's own is not there; the page says what is."""
    with contextlib.suppress(NotFound):
        actions.cancel_absence(actor=request.actor, absence_id=absence_id)
    return redirect("eng_routes:absence")


@access(audience="staff", permission=permissions.MANAGE, methods=("GET", "POST"))
def posts(request: SignedInRequest) -> HttpResponse:
    """A6: which post has which rank for which division, and the form for one more."""
    errors: dict[str, FieldError] = {}
    if request.method == "POST":
        known = {str(post.id): post.id for post in queries.posts()}
        post, rank, serves = (request.POST.get(name, "") for name in ("post", "rank", "serves"))
        if post not in known:
            errors["post"] = FieldError("field.choose_one")
        if rank not in RANKS:
            errors["rank"] = FieldError("field.choose_one")
        if serves != WHOLE_HOUSE and accounts.division(serves) is None:
            errors["serves"] = FieldError("field.choose_one")
        if not errors:
            actions.rank_post(
                actor=request.actor, post_id=known[post], rank=rank,
                division_code=None if serves == WHOLE_HOUSE else serves,
            )  # fmt: skip
            return redirect("eng_routes:posts")
    rows = [
        Row(
            url=reverse("eng_routes:end_post", args=[p.key]),
            cells=(
                _told_apart(p), p.serves or "区役所全体", f"{p.division} {p.title}",
                "、".join(p.holders) or "空席",
            )
        )
        for p in queries.ranked_posts()
    ]  # fmt: skip
    fields = _post_fields(request, errors)
    listing = Listing(
        caption="職位の一覧", columns=_COLUMNS, rows=rows, url=reverse("eng_routes:posts"),
        empty="職位はまだ決められていません。", html_id="posts",
    )  # fmt: skip
    context = {"title": "職位", "fields": fields, "errors": errors_for(fields)}
    return listing_response(request, "eng_routes/posts.html", context, listing, status=UNPROCESSABLE if errors else 200)


def _told_apart(post: queries.RankedPost) -> SafeString:
    """Many posts have one rank: read out, the links say which they lead to."""
    more = f"{post.serves or '区役所全体'}、{post.division} {post.title}"
    return format_html('{}<span class="sr">({})</span>', words.rank_word(post.rank), more)


@access(audience="staff", permission=permissions.MANAGE, methods=("GET", "POST"))
def end_post(request: SignedInRequest, post_key: str) -> HttpResponse:
    """A3: what hangs on a post's rank, and taking it off."""
    post = next((one for one in queries.ranked_posts() if one.key == post_key), None)
    if post is None:
        if request.method == "POST":
            return redirect("eng_routes:posts")
        raise NotFound
    problem = ""
    if request.method == "POST":
        try:
            actions.end_post(actor=request.actor, route_post_id=post.id)
            return redirect("eng_routes:posts")
        except Conflict as error:
            problem = catalogue.message(error.code, "ja", **error.params)
    try:
        hanging = actions.what_hangs_on(actor=request.actor, route_post_id=post.id)
    except Conflict as error:
        hanging, problem = None, catalogue.message(error.code, "ja", **error.params)
    facts = [
        Fact(label="職位", value=words.rank_word(post.rank)),
        Fact(label="回ってくる課", value=post.serves or "区役所全体"),
        Fact(label="職", value=f"{post.division} {post.title}"),
        Fact(label="今その職にある人", value="、".join(post.holders) or "空席", name=True),
    ]  # fmt: skip
    return render(request, "eng_routes/end_post.html", {
        "title": "職位をなくす", "breadcrumb": [("職位", reverse("eng_routes:posts"))], "facts": facts,
        "hanging": hanging, "problem": problem, "post_name": f"{post.division} {post.title}",
        "moving": [
            (one.title["ja"], format_about(one.about), "、".join(one.before), "、".join(one.after))
            for one in (hanging.moving if hanging else ())
        ],
    }, status=CONFLICT if problem and request.method == "POST" else 200)  # fmt: skip


def _post_fields(request: SignedInRequest, errors: dict[str, FieldError]) -> list[FormField]:
    divisions = [Option(d.code, pick(d.names, "ja").text) for d in accounts.divisions()]
    choices = {
        "post": ("職", [Option(str(p.id), f"{p.division} {p.title}") for p in queries.posts()]),
        "rank": ("職位", [Option(key, word) for key, word in RANKS.items()]),
        "serves": ("回ってくる課", [Option(WHOLE_HOUSE, "区役所全体"), *divisions]),
    }
    return [
        FormField(
            name=name, label=label, kind="select", options=(Option("", "選んでください"), *options),
            value=request.POST.get(name, ""), error=errors.get(name),
        )
        for name, (label, options) in choices.items()
    ]  # fmt: skip
