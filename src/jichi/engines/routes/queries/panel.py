"""The route as a part of any official's page: the line, who is next, and forms for what the reader may do.

Another room puts `panel_of(...)` into its context and includes "eng_routes/_panel.html" with it.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Final, TypedDict

from jichi.design.fields import FormField, Option
from jichi.design.parts import Difference, Fact
from jichi.design.render_parts import moment_text
from jichi.engines.audit.context import Actor
from jichi.kernel.calendar import format_date
from jichi.kernel.errors import FieldError

from .. import presentation as words
from ..rules import Possible, RouteState, Seat, StepState, changed_for
from .records import RouteView, possible_acts, route_of


@dataclass(frozen=True, slots=True, kw_only=True)
class PanelForm:
    """One form of the panel. `summary`: "" shows it at once, else it opens under these words.

    `buttons`: value of `kind`, text, look. `intro`: a sentence before the fields.
    """

    buttons: tuple[tuple[str, str, str], ...]
    fields: tuple[FormField, ...] = ()
    summary: str = ""
    intro: str = ""
    as_deputy: bool = False
    open: bool = False
    question: int = 0


@dataclass(frozen=True, slots=True, kw_only=True)
class RoutePanel:
    """What the panel shows. `notes`: what keeps the route, or the reader, from going on."""

    route: RouteView
    status_key: str
    status_text: str
    lines: tuple[Fact, ...]
    next_text: str
    notes: tuple[str, ...]
    forms: tuple[PanelForm, ...]
    marks: tuple[str, ...] = ()
    """What the drafter judged the matter to be (重要・異例・疑義), and what follows."""
    changes: tuple[Difference, ...] = ()
    """What is different from what the reader approved or sent back last."""
    changed: str = ""
    """Only which parts are different, for readers of other divisions."""
    questions: tuple[Fact, ...] = ()
    back: str = ""
    """"matter" where the acts lead back to the page of the matter itself."""


COMMENT: Final = "route_comment"
_ANSWERS: Final[Mapping[str, tuple[str, str]]] = {
    "approve": ("承認する", "primary"), "decide": ("決裁する", "primary"), "agree": ("同意する", "primary"),
    "agree_comment": ("意見を付けて同意する", "secondary"), "disagree": ("同意しない", "secondary"),
}  # fmt: skip
_SAID: Final = frozenset(
    {"route.own", "route.holder_present", "route.deputy_excluded", "route.acted_already", "route.once"}
)


def panel_of(
    *,
    actor: Actor,
    subject: str,
    values: Mapping[str, str] | None = None,
    errors: Mapping[str, FieldError] | None = None,
) -> RoutePanel | None:
    """The panel of a subject's newest route for a page of the matter; None without a route. Four statements."""
    found = route_of(subject)
    return None if found is None else panel(actor=actor, route=found, values=values, errors=errors, back="matter")


def panel(
    *,
    actor: Actor,
    route: RouteView,
    values: Mapping[str, str] | None = None,
    errors: Mapping[str, FieldError] | None = None,
    back: str = "",
) -> RoutePanel:
    """The panel of a route as this actor sees it; no statement.

    Args:
        values, errors: what was typed into its fields before a refusal, and what was wrong with it.
    """
    state, office = route.state, route.office
    near = possible_acts(actor, route)
    key, text = words.STATUS[route.status]
    said = [p.why_not for p in near if p.why_not is not None and p.why_not.code in _SAID]
    notes = (
        *words.vacancy_words(state, office),
        *dict.fromkeys(words.refusal_words(why) for why in said),
    )
    typed = _Typed(values or {}, errors or {})
    return RoutePanel(
        route=route, status_key=key, status_text=text, lines=tuple(_lines(route)),
        next_text=words.next_words(state, office), notes=notes,
        forms=tuple(_forms(route, [p for p in near if p.why_not is None], typed)), back=back,
        questions=tuple(_questions(state)), marks=words.mark_notes(state, office), **_changes(actor, route),
    )  # fmt: skip


class _Changes(TypedDict, total=False):
    changes: tuple[Difference, ...]
    changed: str


def _changes(actor: Actor, route: RouteView) -> _Changes:
    """What changed, while somebody has still to look at it; with its words for the division's own officials."""
    found = changed_for(route.acts, actor.account_id) if route.state.is_open else ()
    if not found:
        return {}
    if route.division_id not in actor.divisions:
        return {"changed": "、".join(one.label for one in found)}
    return {
        "changes": tuple(
            Difference(
                label=one.label, before=one.before, after=one.after, name=True,
                change="added" if not one.before else "removed" if not one.after else "changed",
            )
            for one in found
        )
    }  # fmt: skip


def _questions(state: RouteState) -> Iterator[Fact]:
    for one in state.questions:
        if one.answered_at is not None:
            answer = f"回答({moment_text(one.answered_at)}): {one.answer}"
        else:
            answer = "回答を待っています。" if state.is_open else "回答はありませんでした。"
        asked = f"{one.by_name}から{one.asked_name}へ {moment_text(one.at)}"
        yield Fact(label="照会", value=[asked, *one.text.split("\n"), answer], name=True)


@dataclass(frozen=True, slots=True)
class _Typed:
    values: Mapping[str, str]
    errors: Mapping[str, FieldError]

    def field(self, name: str, label: str, *, required: bool, hint: str = "") -> FormField:
        return FormField(
            name=name, label=label, kind="textarea", rows=3, required=required, hint=hint,
            value=self.values.get(name, ""), error=self.errors.get(name),
        )  # fmt: skip


def _lines(route: RouteView) -> Iterator[Fact]:
    yield Fact(label="起案", value=f"{route.drafter_name} {moment_text(route.opened_at)}", name=True)
    for step in route.state.steps:
        if not step.left_out:
            for seat in step.step.seats:
                label = f"{step.step.word} {words.seat_word(seat, route.state, route.office)}"
                yield Fact(label=label, value=list(_seat_lines(route, step, seat)), name=True)


def _seat_lines(route: RouteView, step: StepState, seat: Seat) -> Iterator[str]:
    mark = step.marks.get(seat)
    if mark is not None:
        yield words.mark_word(mark)
        if mark.reason and mark.kind in words.RESULT and mark.kind not in ("skipped", "passed"):
            yield f"意見: {mark.reason}"
        return
    if step.step.kind == "reading":
        done = (step.step.id, seat) in route.state.read
        yield "読みました" if done else words.people_of(seat, route.office)
        return
    waits = route.state.current is step and seat in step.waiting
    yield f"{'待っています: ' if waits else ''}{words.people_of(seat, route.office)}"


def _forms(route: RouteView, able: Sequence[Possible], typed: _Typed) -> Iterator[PanelForm]:
    by_kind: dict[str, Possible] = {p.kind: p for p in reversed(able)}
    answers = [p for p in able if p.kind in _ANSWERS]
    if answers:
        yield _answer_form(route, answers, typed)
    if "read_afterwards" in by_kind:
        intro = "あなたの不在中に代決されました。内容を読んでから押してください。"
        yield PanelForm(buttons=(("read_afterwards", "読みました(後閲)", "primary"),), intro=intro)
    if "read" in by_kind:
        yield PanelForm(buttons=(("read", "読みました(供覧)", "primary"),))
    if "submit" in by_kind:
        yield PanelForm(buttons=(("submit", "もう一度回議に出す", "primary"),))
    if "pull_back" in by_kind:
        intro = "まだ誰も処理していないので、引き戻せます。"
        yield PanelForm(buttons=(("pull_back", "引き戻す", "secondary"),), intro=intro)
    for one in able:
        if one.kind == "answer":
            yield _reply_form(route, one.question, typed)
    yield from _further(route, by_kind, typed)
    if "ask" in by_kind:
        yield _question_form(route, by_kind["ask"], typed)


def _reply_form(route: RouteView, number: int, typed: _Typed) -> PanelForm:
    question = next(q for q in route.state.questions if q.number == number)
    field = typed.field(f"route_reply_{number}", f"{question.by_name}からの照会への回答", required=True)
    return PanelForm(
        buttons=(("answer", "回答する", "primary"),), fields=(field,), intro=f"照会: {question.text}", question=number
    )


def _question_form(route: RouteView, one: Possible, typed: _Typed) -> PanelForm:
    state, office = route.state, route.office
    names = {state.drafter: f"{route.drafter_name}(起案者)"}
    names |= {person: office.names[person] for person in sorted(office.people, key=str) if person not in names}
    me = one.by
    options = tuple(Option(str(person), name) for person, name in names.items() if person != me)
    whom = FormField(
        name="route_asked", label="照会する相手", kind="radio", options=options, error=typed.errors.get("route_asked"),
        value=typed.values.get("route_asked", str(state.drafter)),
    )  # fmt: skip
    text = typed.field(
        "route_question",
        "聞きたいこと",
        required=True,
        hint="回答を待たずに決裁もできます。照会と回答は記録に残ります。",
    )
    wrong = {"route_question", "route_asked"} & set(typed.errors)
    return PanelForm(
        buttons=(("ask", "照会する", "primary"),), fields=(whom, text), summary="照会する", open=bool(wrong),
        as_deputy=one.how == "deputy",
    )  # fmt: skip


def _answer_form(route: RouteView, answers: Sequence[Possible], typed: _Typed) -> PanelForm:
    first = answers[0]
    deputy = first.how == "deputy"
    buttons = tuple(
        (p.kind, "代決する" if deputy and len(answers) == 1 else _ANSWERS[p.kind][0], _ANSWERS[p.kind][1])
        for p in answers
    )
    needs = any(p.needs_reason for p in answers)
    label = "意見(「同意する」のほかは必要)" if needs else "意見"
    return PanelForm(
        buttons=buttons, fields=(typed.field(COMMENT, label, required=False),), intro=_why_you(route, first),
        as_deputy=deputy,
    )  # fmt: skip


def _why_you(route: RouteView, one: Possible) -> str:
    """J9: 「○○部長の不在(4月20日(月)～24日(金))のため、△△課長が代決します。後閲が必要です。」"""
    seat = words.seat_word(one.seat, route.state, route.office) if one.seat else ""
    if one.how == "deputy" and one.on_behalf_of is not None:
        name = route.office.names.get(one.on_behalf_of, "")
        until = route.office.away.get(one.on_behalf_of)
        days = f"({format_date(until.until)}まで)" if until else ""
        return f"{name}{seat}の不在{days}のため、あなたが代決します。後閲が必要です。"
    if one.how == "deputy":
        return f"{seat}が空席のため、あなたが代決します。"
    return f"{seat}が空席か、起案者本人のため、上の職のあなたが処理します。" if one.how == "above" else ""


def _further(route: RouteView, by_kind: Mapping[str, Possible], typed: _Typed) -> Iterator[PanelForm]:
    back = by_kind.get("send_back")
    if back is not None:
        to = FormField(
            name="route_to", label="差戻し先", kind="radio", value=typed.values.get("route_to", "drafter"),
            options=tuple(Option(t, words.target_word(t, route.state, route.office)) for t in back.targets),
        )  # fmt: skip
        reason = typed.field(
            "route_back_reason", "差し戻す理由", required=True, hint="差戻し先から後の承認は無効になります。"
        )
        yield PanelForm(
            buttons=(("send_back", "差し戻す", "primary"),), fields=(to, reason), summary="差し戻す",
            as_deputy=back.how == "deputy", open="route_back_reason" in typed.errors,
        )  # fmt: skip
    refuse = by_kind.get("refuse")
    if refuse is not None:
        yield PanelForm(
            buttons=(("refuse", "否決する", "danger"),), summary="否決する", as_deputy=refuse.how == "deputy",
            fields=(typed.field("route_refuse_reason", "否決する理由", required=True),),
            open="route_refuse_reason" in typed.errors,
        )  # fmt: skip
    up = by_kind.get("pull_up")
    if up is not None:
        skipped = "、".join(words.seat_word(seat, route.state, route.office) for seat in up.skips)
        yield PanelForm(
            buttons=(("pull_up", "引き上げる", "primary"),), summary="引き上げる(先に処理する)",
            intro=f"{skipped}を待たずに、あなたの番にします。{skipped}に知らせます。",
            fields=(typed.field("route_up_reason", "引き上げる理由", required=True),),
            open="route_up_reason" in typed.errors,
        )  # fmt: skip
