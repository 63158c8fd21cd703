"""Pages of clients and keys for administrators: who may call us, with which key, and what was called."""

from __future__ import annotations

from datetime import date, timedelta
from typing import Any, Final, cast
from uuid import UUID

from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse

from jichi.design.catalogue import message
from jichi.design.dates import parts_from, parts_of, read_date
from jichi.design.fields import FormField, Option, errors_for, filter_choice
from jichi.design.pages import listing_response
from jichi.design.parts import Column, Fact, Listing, Row
from jichi.design.render_parts import tag
from jichi.engines.accounts import queries as accounts
from jichi.engines.accounts.access import SignedInRequest, access
from jichi.kernel import clock
from jichi.kernel.errors import Conflict, FieldError, Invalid

from . import actions, queries, rules, scopes, webhook_queries, webhook_views
from .permissions import MANAGE
from .queries import ClientView

_STATES: Final = {"active": ("利用中", "done"), "over": ("期間終了", "neutral"), "stopped": ("停止", "neutral")}
_CLIENTS: Final = (
    Column(key="title", title="名前", head=True), Column(key="division", title="課"),
    Column(key="keys", title="有効なキー"),
    Column(key="ends", title="最後の日"), Column(key="state", title="状態"),
)  # fmt: skip
_CALLS: Final = (
    Column(key="at", title="日時", head=True), Column(key="what", title="操作"), Column(key="status", title="答え"),
    Column(key="code", title="理由"), Column(key="ms", title="ミリ秒", number=True), Column(key="key", title="キー"),
)  # fmt: skip


def _when(at: Any) -> str:
    return at.astimezone(clock.TOKYO).strftime("%Y-%m-%d %H:%M:%S") if at else "まだありません"


def _crumbs(client: ClientView | None = None) -> list[tuple[str, str]]:
    found = [("APIの利用者", reverse("eng_api_admin:clients"))]
    if client is not None:
        found.append((client.title, reverse("eng_api_admin:client", args=[client.id])))
    return found


@access(audience="staff", permission=MANAGE)
def clients(request: SignedInRequest) -> HttpResponse:
    """A6: programs that may call us."""
    rows = [
        Row(
            url=reverse("eng_api_admin:client", args=[one.id]),
            cells=(
                one.title, one.division, "、".join(key.prefix for key in one.valid_keys) or "なし",
                one.ends_on.isoformat(), tag(_STATES[one.state][0], tone=_STATES[one.state][1]),
            ),
        )
        for one in queries.clients(actor=request.actor)
    ]  # fmt: skip
    listing = Listing(
        caption="APIの利用者", url=request.path, columns=_CLIENTS, rows=rows, html_id="clients",
        empty="APIを使うプログラムは、まだ登録されていません。",
    )  # fmt: skip
    return listing_response(request, "eng_api/admin_clients.html", {"title": "APIの利用者", "uses_htmx": True}, listing)


@access(audience="staff", permission=MANAGE, methods=("GET", "POST"))
def new(request: SignedInRequest) -> HttpResponse:
    """A2: let a program in."""
    wrong: dict[str, FieldError] = {}
    if request.method == "POST":
        try:
            client_id = actions.create_client(
                actor=request.actor, title=request.POST.get("title", ""), contact=request.POST.get("contact", ""),
                division_code=request.POST.get("division", ""), permissions=request.POST.getlist("permissions"),
                ends_on=_day(request),
            )  # fmt: skip
            return redirect("eng_api_admin:client", client_id=client_id)
        except Invalid as error:
            wrong = dict(error.fields)
    fields = [one.with_error(wrong[one.name]) if one.name in wrong else one for one in _fields(request)]
    context = {
        "title": "APIの利用者を登録する", "fields": fields, "errors": errors_for(fields), "narrow": True,
        "breadcrumb": _crumbs(),
    }  # fmt: skip
    return render(request, "eng_api/admin_new.html", context, status=422 if wrong else 200)


def _day(request: SignedInRequest) -> date:
    """The day that was entered. Raises Invalid under "ends_on"."""
    try:
        found = read_date(parts_from(cast("dict[str, str]", request.POST), "ends_on"))
    except Invalid as error:
        raise Invalid(fields={"ends_on": error.fields["date"]}) from error
    if found is None:
        raise Invalid(fields={"ends_on": FieldError("field.date_required")})
    return found


def _fields(request: SignedInRequest) -> list[FormField]:
    posted = request.POST
    options = tuple(
        Option(key, f"{group.title}: {words}", noruby=True) for group in scopes.groups() for key, words in group.scopes
    )
    divisions = tuple(Option(one.code, one.names["ja"]) for one in accounts.divisions())
    day = parts_from(cast("dict[str, str]", posted), "ends_on")
    return [
        FormField(name="title", label="名前", value=posted.get("title", ""), hint="例: 住民記録システム連携"),
        FormField(
            name="contact", label="連絡先", value=posted.get("contact", ""),
            hint="止めるときに連絡する事業者か係と、電話番号かメールアドレス",
        ),
        FormField(
            name="division", label="課", kind="select", value=posted.get("division", ""),
            options=(Option("", "選んでください"), *divisions), hint="この課の案件だけに届きます。",
        ),
        FormField(
            name="permissions", label="できること", kind="checkboxes", value=posted.getlist("permissions"),
            options=options, hint="要るものだけを選んでください。",
        ),
        FormField(
            name="ends_on", label="使い終わる日", kind="date", noun="使い終わる日",
            hint="1年以内。延ばすときは、登録し直します。",
            value=day if request.method == "POST" else parts_of(clock.today() + timedelta(days=rules.LONGEST_DAYS - 1)),
        ),
    ]  # fmt: skip


@access(audience="staff", permission=MANAGE)
def client(request: SignedInRequest, client_id: UUID) -> HttpResponse:
    """A7: one client: what it may do, its keys."""
    found = queries.client(actor=request.actor, client_id=client_id)
    words = {key: f"{group.title}: {text}" for group in scopes.groups() for key, text in group.scopes}
    keys = [
        (
            key.prefix,
            _when(key.created_at),
            _when(key.last_used_at),
            _when(key.revoked_at) if key.revoked_at else "",
            key,
        )
        for key in found.keys
    ]
    context = {
        "title": found.title, "client": found, "keys": keys, "breadcrumb": _crumbs(),
        "facts": [
            Fact(label="状態", value=_STATES[found.state][0]), Fact(label="課", value=found.division),
            Fact(label="連絡先", value=found.contact), Fact(label="最後の日", value=found.ends_on.isoformat()),
            Fact(label="1分あたりの上限", value=f"{found.per_minute}回"),
        ],
        "rights": [words.get(key, key) for key in found.permissions],
        "subscriptions": [
            (one, webhook_views.STATES[one.state])
            for one in webhook_queries.subscriptions(actor=request.actor, client_id=client_id)
        ],
        "may_make": found.state == "active" and len(found.valid_keys) < 2,
    }  # fmt: skip
    return render(request, "eng_api/admin_client.html", context)


@access(audience="staff", permission=MANAGE)
def calls(request: SignedInRequest, client_id: UUID) -> HttpResponse:
    """A6: what a client called, newest first."""
    found = queries.client(actor=request.actor, client_id=client_id)
    only = request.GET.get("only", "")
    page = queries.calls(
        actor=request.actor, client_id=client_id, after=request.GET.get("after", ""), failed=only == "failed"
    )
    rows = [
        Row(cells=(_when(one.at), f"{one.method} {one.path}", str(one.status), one.code, str(one.milliseconds),
                   one.key_prefix))
        for one in page.rows
    ]  # fmt: skip
    chosen = filter_choice("only", "答え", only, [("failed", "断った・失敗した")])
    listing = Listing(
        caption="呼び出しの記録", url=request.path, params={"only": only}, columns=_CALLS, rows=rows, filters=(chosen,),
        after=page.next_after, empty="呼び出しはまだありません。", html_id="calls",
    )  # fmt: skip
    context = {"title": "呼び出しの記録", "breadcrumb": _crumbs(found), "uses_htmx": True}
    return listing_response(request, "eng_api/admin_calls.html", context, listing)


@access(audience="staff", permission=MANAGE, fresh=True, methods=("GET", "POST"))
def make_key(request: SignedInRequest, client_id: UUID) -> HttpResponse:
    """A3: make a key; then A4: the key, shown once."""
    found = queries.client(actor=request.actor, client_id=client_id)
    context: dict[str, Any] = {"title": "キーを作る", "client": found, "breadcrumb": _crumbs(found), "narrow": True}
    if request.method == "POST":
        try:
            made = actions.make_key(actor=request.actor, client_id=client_id)
        except Conflict as error:
            context["problem"] = message(error.code, "ja")
            return render(request, "eng_api/admin_key.html", context, status=409)
        context |= {"title": "キーを手渡してください", "written": made.written}
    response = render(request, "eng_api/admin_key.html", context)
    response["Cache-Control"] = "no-store"
    return response


@access(audience="staff", permission=MANAGE, methods=("GET", "POST"))
def revoke(request: SignedInRequest, key_id: UUID) -> HttpResponse:
    """A3: a second look before a key stops to count."""
    key = queries.key(actor=request.actor, key_id=key_id)
    found = queries.client(actor=request.actor, client_id=key.client_id)
    if request.method == "POST":
        actions.revoke_key(actor=request.actor, key_id=key_id)
        return redirect("eng_api_admin:client", client_id=key.client_id)
    context = {
        "title": "キーを取り消す", "client": found, "key": key, "last_used": _when(key.last_used_at),
        "breadcrumb": _crumbs(found), "narrow": True, "others": len(found.valid_keys) - 1,
    }  # fmt: skip
    return render(request, "eng_api/admin_revoke.html", context)


@access(audience="staff", permission=MANAGE, methods=("GET", "POST"))
def stop(request: SignedInRequest, client_id: UUID) -> HttpResponse:
    """A3: a second look before a client is stopped."""
    found = queries.client(actor=request.actor, client_id=client_id)
    if request.method == "POST":
        actions.stop_client(actor=request.actor, client_id=client_id)
        return redirect("eng_api_admin:client", client_id=client_id)
    context = {"title": "利用を止める", "client": found, "breadcrumb": _crumbs(found), "narrow": True}
    return render(request, "eng_api/admin_stop.html", context)
