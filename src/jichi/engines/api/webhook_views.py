"""Pages of webhooks for administrators: where events go, what was answered, sending again."""

from __future__ import annotations

from datetime import datetime, timedelta
from typing import Any, Final
from uuid import UUID

from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse

from jichi.design.catalogue import message
from jichi.design.fields import FormField, Option, errors_for, filter_choice
from jichi.design.pages import listing_response
from jichi.design.parts import Column, Fact, Listing, Row
from jichi.design.render_parts import tag
from jichi.engines.accounts.access import SignedInRequest, access
from jichi.kernel import clock
from jichi.kernel.errors import Conflict, FieldError, Invalid, NotFound

from . import queries, webhook_queries, webhooks
from .permissions import MANAGE
from .webhook_queries import DeliveryView, SubscriptionView

STATES: Final = {"active": "通知中", "failed": "返事がないため停止", "off": "やめた"}
_DELIVERY: Final = {"pending": ("これから", "todo"), "done": ("届いた", "done"), "failed": ("あきらめた", "danger")}
_COLUMNS: Final = (
    Column(key="at", title="出来事の日時", head=True), Column(key="kind", title="種類"),
    Column(key="about", title="対象"), Column(key="state", title="状態"), Column(key="tries", title="最後の答え"),
    Column(key="id", title="Webhook-Id"),
)  # fmt: skip


def when(at: datetime | None) -> str:
    """A moment as the lists show it."""
    return at.astimezone(clock.TOKYO).strftime("%Y-%m-%d %H:%M:%S") if at else "なし"


def _crumbs(request: SignedInRequest, client_id: UUID) -> list[tuple[str, str]]:
    client = queries.client(actor=request.actor, client_id=client_id)
    return [
        ("APIの利用者", reverse("eng_api_admin:clients")),
        (client.title, reverse("eng_api_admin:client", args=[client_id])),
    ]


def _secret_page(request: SignedInRequest, found: SubscriptionView, written: str) -> HttpResponse:
    context = {
        "title": "署名の秘密を手渡してください", "subscription": found, "written": written, "narrow": True,
        "breadcrumb": _crumbs(request, found.client_id),
    }  # fmt: skip
    response = render(request, "eng_api/webhook_secret.html", context)
    response["Cache-Control"] = "no-store"
    return response


@access(audience="staff", permission=MANAGE, fresh=True, methods=("GET", "POST"))
def new(request: SignedInRequest, client_id: UUID) -> HttpResponse:
    """A2: where events go; then A4: the secret, shown once."""
    client = queries.client(actor=request.actor, client_id=client_id)
    wrong: dict[str, FieldError] = {}
    said = ""
    if request.method == "POST":
        try:
            made = webhooks.subscribe(
                actor=request.actor, client_id=client_id, url=request.POST.get("url", ""),
                wanted=request.POST.getlist("kinds"),
            )  # fmt: skip
            found = webhook_queries.subscription(actor=request.actor, subscription_id=made.id)
            return _secret_page(request, found, made.written)
        except Invalid as error:
            wrong = dict(error.fields)
        except Conflict as error:
            said = message(error.code, "ja")
    options = tuple(
        Option(kind, one.title["ja"], hint=kind)
        for kind, one in sorted(webhooks.kinds().items())
        if one.permission in client.permissions
    )
    fields = [
        FormField(
            name="url", label="送り先", value=request.POST.get("url", ""), hint="例: https:// で始まる受け口の住所"
        ),
        FormField(
            name="kinds",
            label="知らせる出来事",
            kind="checkboxes",
            value=request.POST.getlist("kinds"),
            options=options,
        ),
    ]
    fields = [one.with_error(wrong[one.name]) if one.name in wrong else one for one in fields]
    context = {
        "title": "通知先を登録する", "fields": fields, "errors": errors_for(fields, others=[said] if said else []),
        "narrow": True, "breadcrumb": _crumbs(request, client_id), "has_kinds": bool(options),
    }  # fmt: skip
    return render(request, "eng_api/webhook_new.html", context, status=422 if wrong or said else 200)


@access(audience="staff", permission=MANAGE, methods=("GET", "POST"))
def log(request: SignedInRequest, subscription_id: UUID) -> HttpResponse:
    """A6: what was told and answered; sending again."""
    found = webhook_queries.subscription(actor=request.actor, subscription_id=subscription_id)
    said = ""
    if request.method == "POST":
        try:
            return _acted(request, found)
        except (Conflict, Invalid) as error:
            said = message(error.code, "ja")
        except NotFound:
            said = "その番号の通知はないか、まだ送っている途中です。"
    state = request.GET.get("state", "")
    page = webhook_queries.deliveries(
        actor=request.actor, subscription_id=subscription_id, after=request.GET.get("after", ""),
        state=state if state in _DELIVERY else "",
    )  # fmt: skip
    chosen = filter_choice("state", "状態", state, [(key, words) for key, (words, _) in _DELIVERY.items()])
    listing = Listing(
        caption="通知の記録", url=request.path, params={"state": state}, columns=_COLUMNS,
        rows=[_row(one) for one in page.rows], filters=(chosen,), after=page.next_after,
        empty="通知はまだありません。", html_id="deliveries",
    )  # fmt: skip
    context = {
        "title": "通知先の記録", "subscription": found, "said": said, "uses_htmx": True,
        "breadcrumb": _crumbs(request, found.client_id), "facts": _facts(found),
        "again": [
            FormField(name="key", label="Webhook-Id", required=False, show_mark=False,
                      hint="1つだけ送り直すとき。空のときは、この24時間のすべてを送り直します。"),
        ],
    }  # fmt: skip
    return listing_response(request, "eng_api/webhook_log.html", context, listing)


def _facts(found: SubscriptionView) -> list[Fact]:
    kinds = webhooks.kinds()
    return [
        Fact(label="送り先", value=found.url), Fact(label="状態", value=STATES[found.state]),
        Fact(label="知らせる出来事", value="、".join(kinds[k].title["ja"] if k in kinds else k for k in found.kinds)),
        Fact(label="登録した日時", value=when(found.created_at)),
        Fact(label="返事がない期間の始まり", value=when(found.failing_since)),
    ]  # fmt: skip


def _row(one: DeliveryView) -> Row:
    words, tone = _DELIVERY[one.state]
    last = one.tries[-1] if one.tries else None
    answer = (
        f"{last['status'] or '返事なし'} {last['text']} ({last['ms']}ミリ秒、{len(one.tries)}回目)" if last else "まだ"
    )
    return Row(cells=(when(one.created_at), one.kind, one.subject, tag(words, tone=tone), answer, str(one.key)))


def _acted(request: SignedInRequest, found: SubscriptionView) -> HttpResponse:
    """One press on the page."""
    act, actor = request.POST.get("act", ""), request.actor
    if act == "resume":
        webhooks.resume(actor=actor, subscription_id=found.id)
    elif act == "again":
        written = request.POST.get("key", "").strip()
        try:
            key = UUID(written) if written else None
        except ValueError as error:
            raise NotFound from error
        since = None if key else clock.now() - timedelta(days=1)
        webhooks.replay(actor=actor, subscription_id=found.id, key=key, since=since)
    return redirect("eng_api_admin:webhook", subscription_id=found.id)


@access(audience="staff", permission=MANAGE, fresh=True, methods=("GET", "POST"))
def rotate(request: SignedInRequest, subscription_id: UUID) -> HttpResponse:
    """A3: a second look before the secret changes; then A4: the new one, shown once."""
    found = webhook_queries.subscription(actor=request.actor, subscription_id=subscription_id)
    if request.method == "POST" and request.POST.get("act") == "rotate":
        try:
            made = webhooks.rotate_secret(actor=request.actor, subscription_id=subscription_id)
            return _secret_page(request, found, made.written)
        except Conflict:
            return redirect("eng_api_admin:webhook", subscription_id=subscription_id)
    return _confirm(request, found, "署名の秘密を変える", "rotate")


@access(audience="staff", permission=MANAGE, methods=("GET", "POST"))
def end(request: SignedInRequest, subscription_id: UUID) -> HttpResponse:
    """A3: a second look before nothing is told any more."""
    found = webhook_queries.subscription(actor=request.actor, subscription_id=subscription_id)
    if request.method == "POST":
        webhooks.unsubscribe(actor=request.actor, subscription_id=subscription_id)
        return redirect("eng_api_admin:client", client_id=found.client_id)
    return _confirm(request, found, "通知をやめる", "end")


def _confirm(request: SignedInRequest, found: SubscriptionView, title: str, what: str) -> HttpResponse:
    context: dict[str, Any] = {
        "title": title, "subscription": found, "what": what, "narrow": True,
        "breadcrumb": [
            *_crumbs(request, found.client_id), ("通知先の記録", reverse("eng_api_admin:webhook", args=[found.id])),
        ],
    }  # fmt: skip
    return render(request, "eng_api/webhook_confirm.html", context)
