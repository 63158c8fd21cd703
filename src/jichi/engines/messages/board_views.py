"""通知の配信と再送: what became of messages, by channel and state; sending again with a reason."""

from __future__ import annotations

from typing import Final
from uuid import UUID

from django.http import Http404, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse

from jichi.design import catalogue
from jichi.design.fields import FormField, errors_for, filter_choice
from jichi.design.pages import listing_response
from jichi.design.parts import Column, Listing, Row
from jichi.design.render_parts import tag
from jichi.engines.accounts.access import SignedInRequest, access
from jichi.kernel.calendar import format_datetime
from jichi.kernel.errors import Invalid
from jichi.kernel.receipt_number import format_number

from . import queries
from .actions import retry_delivery
from .catalogue import templates
from .errors import error_code
from .queries import DeliveryState

STATES: Final = {
    "failed": ("届けられない", "error"), "uncertain": ("届いたか不明", "todo"), "pending": ("送信待ち", "info"),
    "sending": ("送信中", "info"), "sent": ("送信済", "done"), "suppressed": ("希望により送らない", "neutral"),
}  # fmt: skip
CHANNEL_NAMES: Final = {"mail": "メール", "sms": "SMS", "line": "LINE"}
RECEIPTS: Final = {
    "delivered": "電話に届いた", "undelivered": "電話に届かなかった", "expired": "期限内に届かなかった",
    "rejected": "電話会社が断った", "none": "到着の知らせがない",
}  # fmt: skip
PAGE: Final = 20


def _why(error: str) -> str:
    """The trouble in words, with the gateway's number."""
    if not error:
        return ""
    code, number = error_code(error)
    words = catalogue.message(code, "ja") if code in catalogue.codes() else code
    return f"{words} ({number})" if number else words


def _what(key: str) -> str:
    """A message as officials call it: its first sentence, without our name and what is filled in."""
    found = templates().get(key)
    if found is None:
        return key
    text = found.body["ja"].removeprefix("{ward}です。").removeprefix("{ward}:")
    return text.splitlines()[0].partition("。")[0].format_map(_Blank())


def _is_code(key: str) -> bool:
    """A code is never sent again: who needs one asks for a new one."""
    found = templates().get(key)
    return found is not None and found.secret


class _Blank(dict[str, str]):
    def __missing__(self, _key: str) -> str:
        return "…"


def _row(delivery: DeliveryState, *, may_retry: bool) -> Row:
    words, tone = STATES[delivery.state]
    number = format_number(delivery.about) if delivery.about else "(番号なし)"
    address = reverse("eng_messages_staff:delivery", args=[delivery.message_id])
    return Row(
        url=address if may_retry else "",
        cells=(
            number, _what(delivery.template), CHANNEL_NAMES[delivery.channel], tag(words, tone=tone),
            _why(delivery.error) or RECEIPTS.get(delivery.receipt, ""), delivery.attempts,
            format_datetime(delivery.changed_at, "ja", "staff"),
            format_datetime(delivery.next_attempt_at, "ja", "staff") if delivery.next_attempt_at else "",
        ),
    )  # fmt: skip


def _filters(state: str, channel: str) -> tuple[FormField, ...]:
    return (
        filter_choice("state", "状態", state, [(k, v[0]) for k, v in STATES.items()], every="届けられない・不明"),
        filter_choice("channel", "方法", channel, CHANNEL_NAMES.items()),
    )  # fmt: skip


@access(audience="staff")
def board(request: SignedInRequest) -> HttpResponse:
    """A6: messages of the division that did not arrive, or nobody knows; with the permission, all of them."""
    given = {name: request.GET.get(name, "") for name in ("state", "channel", "after")}
    state = given["state"] if given["state"] in STATES else ""
    channel = given["channel"] if given["channel"] in CHANNEL_NAMES else ""
    after = int(given["after"]) if given["after"].isdecimal() and len(given["after"]) < 19 else None
    found = queries.board(
        request.actor, states=(state,) if state else ("failed", "uncertain"), channel=channel, after=after,
        limit=PAGE + 1,
    )  # fmt: skip
    may_retry = request.actor.may("messages.board")
    listing = Listing(
        caption="通知の配信", url=request.path, params={"state": state, "channel": channel},
        rows=[_row(delivery, may_retry=may_retry) for delivery in found[:PAGE]],
        columns=(
            Column(key="number", title="受付番号", head=True), Column(key="what", title="通知"),
            Column(key="channel", title="方法"), Column(key="state", title="状態"),
            Column(key="why", title="理由・電話会社の知らせ"),
            Column(key="tries", title="試した回数", number=True),
            Column(key="at", title="最後の動き"), Column(key="next", title="次に送る時刻"),
        ),
        filters=_filters(state, channel), after=str(found[PAGE - 1].id) if len(found) > PAGE else "",
        empty="届けられなかった通知も、届いたか分からない通知もありません。",
    )  # fmt: skip
    context = {"title": "通知の配信と再送", "uses_htmx": True, "again": "again" in request.GET}
    return listing_response(request, "eng_messages/board.html", context, listing)


@access(audience="staff", permission="messages.board", methods=("GET", "POST"))
def delivery(request: SignedInRequest, message_id: UUID) -> HttpResponse:
    """A7: one message on all its channels; what failed or is uncertain is sent again with a reason."""
    tried = queries.deliveries_of(message_id)
    if not tried:
        raise Http404
    last = next((d for d in reversed(tried) if not d.passed_on), tried[-1])
    reason, error = request.POST.get("reason", ""), None
    if request.method == "POST":
        try:
            retry_delivery(actor=request.actor, delivery_id=last.id, reason=reason)
        except Invalid as refused:
            error = refused.fields["reason"]
        else:
            response = redirect("eng_messages_staff:board")
            response["Location"] += "?again=1"
            return response
    field = FormField(
        name="reason", label="もう一度送る理由", kind="textarea", value=reason, error=error, rows=3,
        hint="監査記録に残ります。例 メールアドレスが直った、送信先の障害が終わった",
    )  # fmt: skip
    errors = errors_for([field])
    context = {
        "title": "通知の配信", "number": format_number(last.about) if last.about else "", "what": _what(last.template),
        "rows": [_shown(d) for d in tried], "fields": [field], "errors": errors,
        "may_again": last.state in ("failed", "uncertain") and not _is_code(last.template),
        "uncertain": last.state == "uncertain",
    }  # fmt: skip
    return render(request, "eng_messages/delivery.html", context, status=422 if errors else 200)


def _shown(d: DeliveryState) -> tuple[str, ...]:
    """Method, state, reason, report, tries, last change: a row of the table of one message."""
    state = "次の方法へ" if d.passed_on else STATES[d.state][0]
    return (
        CHANNEL_NAMES[d.channel], state, _why(d.error), RECEIPTS.get(d.receipt, ""), str(d.attempts),
        format_datetime(d.changed_at, "ja", "staff"),
    )  # fmt: skip
