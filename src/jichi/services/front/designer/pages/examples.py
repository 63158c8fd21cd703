"""例: the table of examples with what is expected and what comes out, and the page of one of them."""

from __future__ import annotations

from typing import Final
from uuid import UUID

from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse

from jichi.design.fields import FormField, Option, errors_for
from jichi.design.parts import Fact
from jichi.engines.accounts.access import SignedInRequest, access
from jichi.engines.forms.rules import FormDefinition, summary
from jichi.engines.routes import queries as routes
from jichi.kernel.calendar import format_date
from jichi.kernel.errors import Conflict, FieldError, Invalid, NotFound

from .. import actions, rules
from ..permissions import EDIT
from .frame import CONFLICT, UNPROCESSABLE, context, held, sentence_of

ANY: Final = "*"
"""Chosen where an outcome is not looked at."""
MOST_YEN: Final = 9


@access(audience="staff", permission=EDIT)
def examples(request: SignedInRequest, id: UUID) -> HttpResponse:
    """A6: each example, what should come out, what does."""
    design = held(request, id)
    ran = rules.run_examples(rules.definition_of(design.source), design.examples)
    rows = [
        (
            one.example.name, reverse("front_designer:example", args=[id, one.example.id]),
            rules.PEOPLE[one.example.who], _outcome(one.outcome) if one.outcome else [], one.wrong,
        )
        for one in ran
    ]  # fmt: skip
    return render(request, "front_designer/examples.html", {
        **context(request, design, "examples", f"{design.title}の例"), "rows": rows,
        "wrong": sum(bool(one.wrong) for one in ran),
    })  # fmt: skip


def _outcome(outcome: rules.Outcome) -> list[str]:
    stop = f"止まる: {outcome.says[outcome.stops[0]]}" if outcome.stops else "申請できる"
    return [
        stop, f"出る質問 {len(outcome.shown)}", f"手数料 {outcome.fee:,}円",
        f"決裁経路 {rules.route_words(outcome.route)}",
    ]  # fmt: skip


@access(audience="staff", permission=EDIT, methods=("GET", "POST"))
def example(request: SignedInRequest, id: UUID, example: str) -> HttpResponse:
    """A2: one example: its answers, what should come out, what does."""
    design, wrong, problem = held(request, id), {}, ""
    if request.method == "POST":
        try:
            return _acted(request, id, example)
        except Invalid as error:
            wrong, problem = dict(error.fields), "" if error.fields else sentence_of(error)
        except Conflict as error:
            problem = sentence_of(error)
        design = held(request, id)
    kept = next((one for one in design.examples if one["id"] == example), None)
    if kept is None:
        raise NotFound
    definition = rules.definition_of(design.source)
    ran = rules.run_examples(definition, [kept])[0]
    fields = _fields(request, ran, definition, wrong)
    return render(request, "front_designer/example.html", {
        **context(request, design, "examples", ran.example.name), "ran": ran, "problem": problem, "fields": fields,
        "errors": errors_for(fields), "seen": rules.digest_of(kept), "facts": _facts(ran.example),
        "answers": _answers(definition, ran.example) if definition else [], "example": example,
        "outcome": _outcome(ran.outcome) if ran.outcome else [],
    }, status=UNPROCESSABLE if wrong else CONFLICT if problem else 200)  # fmt: skip


def _acted(request: SignedInRequest, id: UUID, example: str) -> HttpResponse:
    act, here = request.POST.get("act"), redirect("front_designer:examples", id=id)
    if act == "remove":
        actions.remove_example(actor=request.actor, id=id, example=example)
        return here
    if act == "accept":
        actions.accept_outcome(actor=request.actor, id=id, example=example)
        return redirect("front_designer:example", id=id, example=example)
    expected, wrong = _expected(request)
    if wrong:
        raise Invalid(fields=wrong)
    actions.change_example(
        actor=request.actor, id=id, example=example, seen=request.POST.get("seen", ""),
        name=request.POST.get("name", ""), expected=expected,
    )  # fmt: skip
    return here


def _expected(request: SignedInRequest) -> tuple[rules.Expected, dict[str, FieldError]]:
    post = request.POST
    stop, fee, route, shown = (post.get("stop", ""), post.get("fee", "").strip(), post.get("route", ANY),
                               tuple(one[:200] for one in post.getlist("shown")))  # fmt: skip
    yen = fee.replace(",", "").replace("円", "")
    wrong = {} if not yen or (yen.isdecimal() and len(yen) <= MOST_YEN) else {"fee": FieldError("field.number")}
    return rules.Expected(
        stop=None if stop == ANY else stop[:200], shown=shown or None, fee=int(yen) if yen and not wrong else None,
        route=None if route == ANY else route[:200],
    ), wrong  # fmt: skip


def _facts(example: rules.Example) -> list[Fact]:
    return [
        Fact(label="だれとして", value=rules.PEOPLE[example.who]),
        Fact(label="今日として扱う日", value=format_date(example.day, "ja", "long")),
    ]


def _answers(definition: FormDefinition, example: rules.Example) -> list[Fact]:
    given = rules.answers_of(definition, example)
    told = summary(definition, given, rules.facts_for(example.who, example.day), example.day, "ja")
    right = [Fact(label=r.label, value=list(r.lines) or "—", name=True) for one in told for r in one.rows if r.answered]
    typed = {
        name: "、".join(filter(None, example.raw.get(name, ()))) for name in definition.fields if name not in given
    }
    left = [
        Fact(label=f"{definition.fields[name].name['ja']}(正しくない答え)", value=words, name=True)
        for name, words in typed.items() if words
    ]  # fmt: skip
    return [*right, *left]


def _fields(
    request: SignedInRequest, ran: rules.Ran, definition: FormDefinition | None, wrong: dict[str, FieldError]
) -> list[FormField]:
    kept, post = ran.example.expected, request.POST if wrong else None
    before = {
        "stop": ANY if kept.stop is None else kept.stop, "fee": "" if kept.fee is None else str(kept.fee),
        "route": ANY if kept.route is None else kept.route, "name": ran.example.name,
    }  # fmt: skip
    asked = [one for one in definition.fields.values() if one.is_question] if definition else []
    stops = rules.possible_stops(definition) if definition else ()
    known = [Option(key, f"止まる: {words}", noruby=True) for key, words in stops]

    now = {name: post.get(name, "") for name in before} if post else before
    return [
        FormField(name="name", label="例の名前", value=now["name"], error=wrong.get("name")),
        FormField(
            name="stop", label="申請できるか", kind="select", value=now["stop"],
            options=(Option("", "申請できる"), Option(ANY, "見ない"), *known),
        ),
        FormField(
            name="fee", label="手数料", unit="円", required=False, size=9, value=now["fee"], error=wrong.get("fee"),
            hint="空なら、見ません。",
        ),
        FormField(
            name="route", label="決裁経路", kind="select", value=now["route"],
            options=(
                Option(ANY, "見ない"), Option(rules.NO_ROUTE, "担当者だけで決める"),
                *(Option(one.id, one.title, noruby=True) for one in routes.specs().values()),
            ),
        ),
        FormField(
            name="shown", label="出る質問", kind="checkboxes", required=False, hint="1つも選ばなければ、見ません。",
            value=post.getlist("shown") if post else list(kept.shown or ()),
            options=tuple(Option(one.id, one.name["ja"], noruby=True) for one in asked),
        ),
    ]  # fmt: skip
