"""One route: the line, what the reader may do, history and its chain; and the address all its forms post to."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any, Final, cast
from uuid import UUID

from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse

from jichi.design.catalogue import message
from jichi.design.fields import FormField, Option, errors_for
from jichi.design.parts import Fact
from jichi.design.render_parts import moment_text
from jichi.engines.accounts import queries as accounts
from jichi.engines.accounts.access import SignedInRequest, access
from jichi.engines.audit.context import Actor
from jichi.engines.inbox import actions as inbox
from jichi.kernel.errors import Conflict, FieldError, Forbidden, Invalid
from jichi.kernel.localized import pick

from .. import actions, permissions, queries
from .. import presentation as words
from ..actions import turning
from ..queries import RouteView
from ..rules import Rank, Seat

CONFLICT: Final = 409
UNPROCESSABLE: Final = 422
_REASON_OF: Final[Mapping[str, str]] = {
    "send_back": "route_back_reason", "refuse": "route_refuse_reason", "pull_up": "route_up_reason",
    "insert": "route_extra_reason", "ask": "route_question",
}  # fmt: skip
DONE: Final[Mapping[str, str]] = {
    "approve": "承認しました。", "decide": "決裁しました。", "refuse": "否決しました。",
    "agree": "同意しました。", "agree_comment": "意見を付けて同意しました。", "disagree": "同意しないと回答しました。",
    "send_back": "差し戻しました。これまでの承認は無効になります。", "submit": "もう一度回議に出しました。",
    "pull_back": "まだ誰も処理していないので、引き戻しました。", "insert": "合議を追加しました。",
    "pull_up": "引き上げました。飛ばした人に知らせました。", "read": "供覧を読んだことを記録しました。",
    "read_afterwards": "後閲を記録しました。", "ask": "照会しました。回答が届くと知らせます。",
    "answer": "回答しました。照会した人に知らせました。",
}  # fmt: skip
MAX_TYPED: Final = 4000


@access(audience="staff", permission=permissions.TAKE_PART)
def show(request: SignedInRequest, route_id: UUID) -> HttpResponse:
    """A7: the route as it stands; what people were told of it counts as read now."""
    found = queries.route(route_id)
    inbox.close_items(
        actor=request.actor, subject_key=turning.notice_key(route_id), account_id=request.actor.account_id
    )
    done = DONE.get(request.GET.get("done", ""), "")
    return page(request, found, done=done)


def page(
    request: SignedInRequest,
    route: RouteView,
    *,
    done: str = "",
    trouble: str = "",
    kept: str = "",
    errors: Mapping[str, FieldError] | None = None,
    status: int = 200,
) -> HttpResponse:
    """The page of a route, after nothing, after an act, or after one that was not done."""
    actor, wrong = request.actor, errors or {}
    values = {name: value[:MAX_TYPED] for name, value in request.POST.items() if isinstance(value, str)}
    panel = queries.panel(actor=actor, route=route, values=values, errors=wrong)
    extra = _extra_fields(actor, route, request, wrong)
    check = queries.verify_chain(route.id)
    fields = [f for form in panel.forms for f in form.fields] + extra
    context: dict[str, Any] = {
        "title": route.title["ja"], "panel": panel, "about": _about(route), "trouble": trouble, "kept": kept,
        "done": done, "history": words.history(route.acts, route.state, route.office),
        "chain": _chain_words(check), "extra": extra,
        "extra_open": any(name.startswith("route_extra") for name in wrong), "errors": errors_for(fields),
        "matter_url": route.url_path if route.division_id in actor.divisions else "",
        "breadcrumb": [("決裁待ち", reverse("eng_routes:waiting"))],
    }  # fmt: skip
    return render(request, "eng_routes/route.html", context, status=status)


def _about(route: RouteView) -> list[Fact]:
    divisions = accounts.divisions([route.division_id])
    state = route.state
    return [
        Fact(label="課", value=pick(divisions[0].names, "ja").text if divisions else ""),
        *(Fact(label=label, value=value) for label, value in words.fact_words(state.facts)),
        Fact(label="経路", value=state.spec.title),
        Fact(label="決裁する職", value=words.seat_word(state.decider, state, route.office)),
        Fact(label="根拠", value=state.spec.basis(state.facts) or "なし"),
    ]


def _chain_words(check: queries.ChainCheck) -> str:
    if check.is_whole:
        return f"記録のつながりを確かめました。{check.acts}件すべて、書かれたときのままです。"
    return f"記録のつながりが{check.broken_at}件目で切れています。すぐに管理者に連絡してください。"


def _extra_fields(
    actor: Actor, route: RouteView, request: SignedInRequest, wrong: Mapping[str, FieldError]
) -> list[FormField]:
    able = any(p.kind == "insert" and p.why_not is None for p in queries.possible_acts(actor, route))
    if not able:
        return []
    options = tuple(
        Option(f"{post.rank}:{post.serves_code}", f"{post.serves} {words.rank_word(post.rank)}")
        for post in queries.consent_posts(route.state.division)
    )
    if not options:
        return []
    return [
        FormField(
            name="route_extra_seats", label="合議する職", kind="checkboxes", options=options,
            value=request.POST.getlist("route_extra_seats"), error=wrong.get("route_extra_seats"),
        ),
        FormField(
            name="route_extra_reason", label="追加する理由", kind="textarea", rows=3,
            value=request.POST.get("route_extra_reason", "")[:MAX_TYPED], error=wrong.get("route_extra_reason"),
        ),
    ]  # fmt: skip


@access(audience="staff", permission=permissions.TAKE_PART, methods=("POST",))
def act(request: SignedInRequest, route_id: UUID) -> HttpResponse:
    """One act of the person who presses; back to the route, or to the matter where its page showed the form."""
    kind = request.POST.get("kind", "")
    found = queries.route(route_id)
    step = STEPS.get(kind)
    if step is None:
        return page(request, found, trouble="操作を選んでください。", status=UNPROCESSABLE)
    try:
        step(request, route_id)
    except Invalid as error:
        name = _reason_field(request, kind)
        wrong = {name if key == "reason" else key: value for key, value in error.fields.items()}
        return page(request, queries.route(route_id), errors=wrong, status=UNPROCESSABLE)
    except (Conflict, Forbidden) as error:
        fresh = queries.route(route_id)
        typed = request.POST.get(_reason_field(request, kind), "")[:MAX_TYPED]
        return page(request, fresh, trouble=_trouble(request.actor, fresh, error), kept=typed, status=CONFLICT)
    if request.POST.get("back") == "matter" and found.division_id in request.actor.divisions:
        return redirect(found.url_path)
    return redirect(f"{reverse('eng_routes:route', args=[route_id])}?done={kind}")


def _reason_field(request: SignedInRequest, kind: str) -> str:
    return f"route_reply_{_question(request)}" if kind == "answer" else _REASON_OF.get(kind, queries.COMMENT)


def _question(request: SignedInRequest) -> int:
    number = request.POST.get("question", "")
    return int(number) if number.isdecimal() and len(number) < 10 else 0


def _trouble(actor: Actor, route: RouteView, error: Conflict | Forbidden) -> str:
    """J9: 「○○さんが10時12分に承認しました。あなたの操作は行われていません。最新の内容を表示します。」"""
    last = route.state.last
    if error.code == "route.changed" and last is not None:
        who = "あなた" if last.by == actor.account_id else f"{last.by_name or 'システム'}さん"
        did = words.did(last, route.state, route.office)
        return f"{who}が{moment_text(last.at)}に{did}。あなたの操作は行われていません。最新の内容を表示します。"
    return message(error.code, "ja", **error.params)


def _given(request: SignedInRequest) -> dict[str, Any]:
    version = request.POST.get("version", "")
    return {"expected_version": int(version) if version.isdecimal() and len(version) < 10 else 0}


def _placed(request: SignedInRequest) -> dict[str, Any]:
    return {**_given(request), "as_deputy": request.POST.get("as_deputy") == "1"}


def _text(request: SignedInRequest, name: str) -> str:
    return request.POST.get(name, "").replace("\r\n", "\n").strip()


def _answer(answer: Any) -> Callable[[SignedInRequest, UUID], object]:
    def step(request: SignedInRequest, route_id: UUID) -> object:
        comment = _text(request, queries.COMMENT)
        return actions.agree_step(
            actor=request.actor, route_id=route_id, answer=answer, comment=comment, **_placed(request)
        )

    return step


def _approve(request: SignedInRequest, route_id: UUID) -> object:
    comment = _text(request, queries.COMMENT)
    return actions.approve_step(actor=request.actor, route_id=route_id, comment=comment, **_placed(request))


def _decide(request: SignedInRequest, route_id: UUID) -> object:
    comment = _text(request, queries.COMMENT)
    return actions.decide_route(actor=request.actor, route_id=route_id, comment=comment, **_placed(request))


def _refuse(request: SignedInRequest, route_id: UUID) -> object:
    reason = _text(request, "route_refuse_reason")
    return actions.refuse_route(actor=request.actor, route_id=route_id, reason=reason, **_placed(request))


def _send_back(request: SignedInRequest, route_id: UUID) -> object:
    reason, to = _text(request, "route_back_reason"), request.POST.get("route_to", "")
    return actions.send_back(actor=request.actor, route_id=route_id, to=to, reason=reason, **_placed(request))


def _pull_up(request: SignedInRequest, route_id: UUID) -> object:
    reason = _text(request, "route_up_reason")
    return actions.pull_up(actor=request.actor, route_id=route_id, reason=reason, **_given(request))


def _insert(request: SignedInRequest, route_id: UUID) -> object:
    chosen = {f"{p.rank}:{p.serves_code}": p for p in queries.consent_posts("")}
    named = [chosen[value] for value in request.POST.getlist("route_extra_seats") if value in chosen]
    if not named:
        raise Invalid(fields={"route_extra_seats": FieldError("field.choose")})
    seats = [Seat(cast("Rank", p.rank), p.serves_code) for p in named]
    reason = _text(request, "route_extra_reason")
    return actions.insert_consent(actor=request.actor, route_id=route_id, seats=seats, reason=reason, **_given(request))


def _ask(request: SignedInRequest, route_id: UUID) -> object:
    try:
        asked = UUID(request.POST.get("route_asked", ""))
    except ValueError:
        raise Invalid(fields={"route_asked": FieldError("field.choose_one")}) from None
    try:
        return actions.ask_about(
            actor=request.actor, route_id=route_id, asked=asked, text=_text(request, "route_question"),
            **_placed(request),
        )  # fmt: skip
    except Invalid as error:
        named = {"asked": "route_asked"}
        raise Invalid(fields={named.get(key, key): value for key, value in error.fields.items()}) from None


def _reply(request: SignedInRequest, route_id: UUID) -> object:
    number = _question(request)
    text = _text(request, f"route_reply_{number}")
    return actions.answer_question(actor=request.actor, route_id=route_id, question=number, text=text)


STEPS: Final[Mapping[str, Callable[[SignedInRequest, UUID], object]]] = {
    "approve": _approve, "decide": _decide, "refuse": _refuse, "send_back": _send_back, "pull_up": _pull_up,
    "insert": _insert, "ask": _ask, "answer": _reply,
    "agree": _answer("agree"), "agree_comment": _answer("agree_comment"),
    "disagree": _answer("disagree"),
    "submit": lambda r, i: actions.resubmit_route(actor=r.actor, route_id=i, **_given(r)),
    "pull_back": lambda r, i: actions.pull_back(actor=r.actor, route_id=i, **_given(r)),
    "read": lambda r, i: actions.mark_copy_read(actor=r.actor, route_id=i),
    "read_afterwards": lambda r, i: actions.read_afterwards(actor=r.actor, route_id=i),
}  # fmt: skip
