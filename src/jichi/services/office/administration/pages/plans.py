"""Pages of 人事異動: plans, and one plan with what it does to whom, what would have nobody, and who confirmed it."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date
from typing import Any, Final
from uuid import UUID

from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse

from jichi.design.fields import FormField, Option, errors_for
from jichi.design.pages import listing_response
from jichi.design.parts import Column, Fact, Listing, Row
from jichi.design.render_parts import tag
from jichi.design.uploads import sent_table
from jichi.engines.accounts import queries as accounts
from jichi.engines.accounts.access import SignedInRequest, access
from jichi.engines.accounts.rules import DivisionRow
from jichi.kernel import clock
from jichi.kernel.calendar import format_date, format_datetime, parse_date
from jichi.kernel.errors import Conflict, FieldError, Invalid, NotFound
from jichi.kernel.tables import LineError, write_table

from .. import actions, queries, rules
from ..permissions import ORGANISE
from ..queries import PlanView, Preview
from ..rules import Effect, Move
from .organisation import role_words
from .parts import CONFLICT, UNPROCESSABLE, Table, csv_response, tabs, told, told_field

STATES: Final = {
    "draft": ("作成中", "todo"), "confirmed": ("確認済・実施待ち", "info"), "done": ("実施済", "done"),
    "cancelled": ("取りやめた", "neutral"),
}  # fmt: skip
_WORDS: Final = {kind: words for words, kind in rules.PLAN_KINDS.items()}


def _fields(request: SignedInRequest, wrong: dict[str, FieldError], found: PlanView | None = None) -> list[FormField]:
    title = request.POST.get("title", found.title if found else "")
    day = request.POST.get("day", found.day.isoformat() if found else "")
    return [
        FormField(name="title", label="計画の名前", value=title, error=wrong.get("title"), hint="例: 4月1日付け"),
        FormField(
            name="day", label="実施日", size=12, value=day, error=wrong.get("day"),
            hint="例: 2027-04-01。0時に実施します。",
        ),
        FormField(
            name="file", label="異動のファイル(CSV)", kind="file", accept=".csv,.tsv,.txt", error=wrong.get("file"),
            hint=f"列は「{'」「'.join(names[0] for names in rules.PLAN_COLUMNS.values())}」。"
            f"区分は{'・'.join(rules.PLAN_KINDS)}。",
        ),
    ]  # fmt: skip


def _day(text: str) -> date:
    try:
        return parse_date(text)
    except ValueError as error:
        code = "field.unreadable_date" if text.strip() else "field.required"
        raise Invalid(fields={"day": FieldError(code)}) from error


def _sent(request: SignedInRequest) -> tuple[str, date, tuple[Move, ...], tuple[LineError, ...]]:
    """What the form sent: title, day, moves, errors of the file."""
    _, data = sent_table(request)
    words = rules.words_of(queries.organisation(), queries.known_roles())
    moves, errors = rules.read_moves(data, words)
    return request.POST.get("title", ""), _day(request.POST.get("day", "")), moves, errors


def wrong_table(errors: Sequence[LineError]) -> Table:
    """Errors by line."""
    rows = [
        (f"{one.line}行目" if one.line else "計画", one.column,
         told_field(one.column, one.error.code, dict(one.error.params)))
        for one in errors
    ]  # fmt: skip
    return Table(title=f"誤り({len(errors)}か所)", heads=("行", "列", "誤りと直し方"), rows=rows, html_id="wrong")


@access(audience="staff", permission=ORGANISE, methods=("GET", "POST"))
def plans(request: SignedInRequest) -> HttpResponse:
    """A6, A2: plans, and the form for a new one."""
    wrong: dict[str, FieldError] = {}
    tables: list[Table] = []
    if request.method == "POST":
        try:
            title, day, moves, errors = _sent(request)
            if not errors:
                key = actions.save_plan(actor=request.actor, title=title, day=day, moves=moves)
                return redirect("office_administration:plan", id=key)
            tables = [wrong_table(errors)]
        except Invalid as error:
            wrong = dict(error.fields)
    columns = (
        Column(key="title", title="計画", head=True, name=True), Column(key="day", title="実施日"),
        Column(key="state", title="状態"), Column(key="moves", title="件数", number=True),
        Column(key="by", title="書いた人", name=True), Column(key="second", title="確認した人", name=True),
    )  # fmt: skip
    rows = [
        Row(
            url=reverse("office_administration:plan", args=[one.id]),
            cells=(
                f"{one.number} {one.title}", format_date(one.day), tag(STATES[one.state][0], tone=STATES[one.state][1]),
                f"{len(one.moves):,}", one.written_by, one.confirmed_by,
            ),
        )
        for one in queries.plans()
    ]  # fmt: skip
    listing = Listing(
        caption="計画", columns=columns, rows=rows, url=request.path, empty="計画はまだありません。", html_id="plans"
    )
    fields = _fields(request, wrong)
    context = {
        "title": "人事異動の計画", "tabs": tabs("plans"), "fields": fields, "errors": errors_for(fields),
        "multipart": True, "button_text": "読んで影響を見る", "tables": tables,
        "intro": "書いて影響を見たあと、2人目の管理者が確認すると、実施日の0時に実施します。"
        "実施までは取りやめられます。",
    }  # fmt: skip
    status = UNPROCESSABLE if wrong or tables else 200
    return listing_response(request, "office_administration/list.html", context, listing, status=status)


def _act(request: SignedInRequest, id: UUID) -> None:
    act, post = request.POST.get("act", ""), request.POST
    revision = post.get("revision", "0")
    expected = int(revision) if revision.isdecimal() and len(revision) < 9 else 0
    if act == "confirm":
        actions.confirm_plan(actor=request.actor, id=id, expected=post.get("fingerprint", ""))
    elif act == "cancel":
        actions.cancel_plan(actor=request.actor, id=id)
    elif act == "answer":
        answers = {key.removeprefix("answer-"): post.get(key, "") for key in post if key.startswith("answer-")}
        actions.answer_orphans(actor=request.actor, id=id, answers=answers, expected_revision=expected)


@access(audience="staff", permission=ORGANISE, methods=("GET", "POST"))
def plan(request: SignedInRequest, id: UUID) -> HttpResponse:
    """A7: one plan: what it moves, what each person loses and gains, what would have nobody."""
    problem = ""
    if request.method == "POST":
        try:
            _act(request, id)
            return redirect("office_administration:plan", id=id)
        except Conflict as error:
            problem = told(error)
    found = queries.plan(id)
    if found is None:
        raise NotFound
    words, tone = STATES[found.state]
    context: dict[str, Any] = {
        "title": found.title, "breadcrumb": [("人事異動の計画", reverse("office_administration:plans"))],
        "problem": problem, "state": tag(words, tone=tone), "facts": _facts(found), "warnings": [], "tables": [],
        "buttons": [], "hidden": [],
    }  # fmt: skip
    divisions = queries.organisation().divisions
    if found.problem:
        context["warnings"].append(f"前回の実施は失敗し、何も変えていません: {told(Conflict(found.problem))}")
    if found.state in {"draft", "confirmed"}:
        _preview(request, found, context)
    if found.state == "done":
        context["tables"].append(_result(found))
    context["tables"].append(_moves(found, divisions))
    context["links"] = [("計画をCSVで書き出す", reverse("office_administration:plan_export", args=[id]))]
    return render(request, "office_administration/record.html", context, status=CONFLICT if problem else 200)


def _facts(found: PlanView) -> list[Fact]:
    facts = [
        Fact(label="実施日", value=f"{format_date(found.day)} 0時"),
        Fact(label="書いた人", value=found.written_by or "コマンド", name=True),
        Fact(label="書いた日時", value=format_datetime(found.written_at, "ja", "staff")),
    ]  # fmt: skip
    if found.confirmed_at:
        facts.append(Fact(label="確認した人", value=found.confirmed_by, name=True))
    if found.ended_at:
        facts.append(Fact(label="終わった日時", value=format_datetime(found.ended_at, "ja", "staff")))
    return facts


def _preview(request: SignedInRequest, found: PlanView, context: dict[str, Any]) -> None:
    seen = queries.preview(found.moves, found.day)
    if seen.errors:
        context["tables"].append(wrong_table(seen.errors))
    context["tables"] += [_effects(seen), _orphans(seen, found)]
    open_ones = seen.open_orphans(found.answers)
    cancel = ("計画を取りやめる", "cancel", "secondary")
    context["buttons"] = [cancel]
    if found.state != "draft":
        return
    context["hidden"] = [("revision", str(found.revision)), ("fingerprint", seen.fingerprint(found))]
    if seen.orphans:
        context["form_title"] = "引き継ぎを決める"
        context["fields"] = [_question(one, found) for one in seen.orphans]
        context["buttons"] = [("引き継ぎを保存する", "answer", "primary"), cancel]
    if open_ones or seen.errors:
        context["warnings"].append(f"引き継ぐ人が決まっていないものが{len(open_ones)}件あります。決めるまで確認できません。"
                                   if open_ones else "誤りを直した新しい計画を作ってください。")  # fmt: skip
    elif request.actor.account_id == found.written_by_id:
        context["warnings"].append("あなたが書いた計画です。ほかの管理者が、この画面で確認します。")
    else:
        context["buttons"].insert(-1, ("この計画を確認する", "confirm", "primary"))


def _question(one: rules.Orphan, found: PlanView) -> FormField:
    return FormField(
        name=f"answer-{one.key}", label=f"{one.about}({one.count}件)", kind="select", noun="引き継ぎ",
        value=found.answers.get(one.key, one.proposed), required=True,
        options=(Option("", "選んでください"), *(Option(value, words, noruby=True) for value, words in one.choices)),
        hint="" if one.choices else "引き継げる人がいません。計画に、この課の担当になる人の着任を加えてください。",
    )  # fmt: skip


def _effects(seen: Preview) -> Table:
    known = accounts.all_permissions()
    divisions = {**seen.before.divisions, **seen.then.divisions}
    rows = [
        (f"{one.name}({one.login})", _posts(one.lost, divisions), _posts(one.gained, divisions), _rights(one, known))
        for one in seen.effects
    ]
    heads = ("職員", "離れる職", "就く職", "権限の変化")
    return Table(title=f"変わる職員({len(rows)}人)", heads=heads, rows=rows, html_id="effects")


def _posts(posts: Sequence[tuple[str, str]], divisions: dict[str, DivisionRow]) -> str:
    return "、".join(f"{divisions[code].name} {title}" for code, title in posts) or "なし"


def _rights(one: Effect, known: Any) -> str:
    parts = ["ログインできなくなる"] if one.login_ends else []
    parts += [f"できなくなる: {known[key].title['ja']}" for key in one.may_no_longer]
    parts += [f"できるようになる: {known[key].title['ja']}" for key in one.may_now]
    return "、".join(parts) or "種類は同じ"


def _orphans(seen: Preview, found: PlanView) -> Table:
    rows = []
    for one in seen.orphans:
        chosen = dict(one.choices).get(found.answers.get(one.key, ""), "")
        proposed = dict(one.choices).get(one.proposed, "なし")
        rows.append((one.about, f"{one.count:,}件", chosen or f"決めていません(案: {proposed})"))
    return Table(
        title=f"引き継ぎが要るもの({len(rows)}件)", heads=("何が", "件数", "引き継ぎ"), rows=rows, html_id="orphans",
        empty="担当のいなくなるものはありません。",
    )  # fmt: skip


def _moves(found: PlanView, divisions: Any) -> Table:
    rows = [
        (
            _WORDS[one.kind], one.login, divisions[one.division].name if one.division in divisions else one.division,
            one.title or one.name, role_words(one.roles) if one.roles else "",
        )
        for one in found.moves
    ]  # fmt: skip
    return Table(
        title=f"異動({len(rows)}件)", heads=("区分", "職員ID", "課", "職・課の名前", "役割"), rows=rows, html_id="moves"
    )


def _result(found: PlanView) -> Table:
    handed = found.result.get("handed", ())
    rows = [(one["about"], one["to"] or "課の未担当", f"{one['moved']}件", f"{one['left']}件") for one in handed]
    return Table(
        title="実施の結果", heads=("何が", "引き継いだ人", "移した", "残った"), rows=rows, html_id="result",
        intro=f"{found.result.get('people', 0)}人の職が変わりました。" + "、".join(found.result.get("notes", ())),
        empty="引き継ぐものはありませんでした。",
    )  # fmt: skip


@access(audience="staff", permission=ORGANISE)
def plan_export(request: SignedInRequest, id: UUID) -> HttpResponse:
    """The plan as the CSV that the form takes."""
    found = queries.plan(id)
    if found is None:
        raise NotFound
    rows = [
        (_WORDS[one.kind], one.login, one.division, one.title, role_words(one.roles) if one.roles else "", one.name)
        for one in found.moves
    ]
    content = write_table([names[0] for names in rules.PLAN_COLUMNS.values()], rows)
    return csv_response(content, f"plan_{found.number}_{clock.today():%Y%m%d}.csv")
