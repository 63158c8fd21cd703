"""Divisions and posts: lists with search, a page of each division, people as a file, invitations."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Final
from uuid import UUID

from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse

from jichi.design.fields import FormField, errors_for, filter_field
from jichi.design.pages import listing_response
from jichi.design.parts import Column, Fact, Listing, Row
from jichi.design.render_parts import tag
from jichi.design.uploads import sent_table
from jichi.engines.accounts.access import SignedInRequest, access
from jichi.engines.accounts.rules import ROLES, Holding, Organisation
from jichi.engines.audit import actions as audit
from jichi.kernel import clock
from jichi.kernel.calendar import format_date, format_datetime
from jichi.kernel.errors import Conflict, FieldError, Invalid, NotFound
from jichi.kernel.text import fold_for_search

from .. import actions, queries, rules
from ..permissions import ORGANISE
from ..queries import LoadView
from ..rules import Change
from .parts import CONFLICT, UNPROCESSABLE, Table, asked, csv_response, tabs, told, told_field

STATES: Final = {
    "refused": ("取り込まなかった", "error"), "ready": ("確認待ち", "todo"), "applied": ("取り込んだ", "done"),
    "dropped": ("取りやめた", "neutral"),
}  # fmt: skip
KINDS: Final = {"new": "新しい職員", "person": "氏名など", "post": "新しい職", "days": "職の期間"}
SHOWN: Final = 300
"""So many changes are shown one by one; the file is taken over whole."""


def role_words(roles: Sequence[str]) -> str:
    """Roles in Japanese, in one line."""
    return "、".join(ROLES.get(role, role) for role in roles) or "なし"


def period(held: Holding) -> str:
    """From when to when, for a cell."""
    return f"{format_date(held.since)}から" + (f"{format_date(held.until)}まで" if held.until else "")


def _search(value: str, label: str) -> FormField:
    return filter_field("q", label, value)


@access(audience="staff", permission=ORGANISE)
def divisions(request: SignedInRequest) -> HttpResponse:
    """A6: divisions, with who serves them today."""
    q, today, found = asked(request, "q")["q"], clock.today(), queries.organisation()
    words = fold_for_search(q)
    serving: dict[str, set[str]] = {}
    for held in found.holdings:
        if held.holds_on(today):
            serving.setdefault(held.division, set()).add(held.login)
    rows = [
        Row(
            url=reverse("office_administration:division", args=[one.code]),
            cells=(
                one.name, one.code, one.document_prefix, one.phone, f"{len(serving.get(one.code, ())):,}",
                tag("使用中", tone="done") if one.is_active else tag("廃止", tone="neutral"),
            ),
        )
        for one in found.divisions.values() if words in fold_for_search(f"{one.name} {one.code}")
    ]  # fmt: skip
    columns = (
        Column(key="name", title="課", head=True), Column(key="code", title="記号"),
        Column(key="prefix", title="文書記号"), Column(key="phone", title="電話"),
        Column(key="people", title="職員", number=True), Column(key="state", title="状態"),
    )  # fmt: skip
    listing = Listing(
        caption="課", columns=columns, rows=rows, url=request.path, params={"q": q}, total=len(rows),
        search=_search(q, "課の名前・記号"), empty="課はまだありません。", html_id="divisions",
    )  # fmt: skip
    context = {"title": "課の一覧", "tabs": tabs("divisions"), "uses_htmx": True}
    return listing_response(request, "office_administration/list.html", context, listing)


@access(audience="staff", permission=ORGANISE)
def division(request: SignedInRequest, code: str) -> HttpResponse:
    """A7: one division: its posts, who holds and held them."""
    found = queries.whole_organisation()
    one = found.divisions.get(code)
    if one is None:
        raise NotFound
    today = clock.today()
    held = [held for held in found.holdings if held.division == code]
    now = [one for one in held if one.holds_on(today)]
    coming = [one for one in held if one.since > today]
    over = [one for one in held if one.until is not None and one.until < today]
    heads = ("氏名", "職", "役割", "期間")
    context = {
        "title": one.name, "breadcrumb": [("課の一覧", reverse("office_administration:divisions"))],
        "facts": [
            Fact(label="記号", value=one.code), Fact(label="文書記号", value=one.document_prefix or "なし"),
            Fact(label="電話", value=one.phone or "なし"),
            Fact(label="状態", value="使用中" if one.is_active else "廃止"),
        ],
        "tables": [
            Table(title="今の職員", heads=heads, rows=_held(found, now), html_id="now", empty="今は誰もいません。"),
            Table(title="これから", heads=heads, rows=_held(found, coming), html_id="coming"),
            Table(title="これまで", heads=heads, rows=_held(found, over[-SHOWN:]), html_id="over"),
        ],
    }  # fmt: skip
    return render(request, "office_administration/record.html", context)


def _held(found: Organisation, held: Sequence[Holding]) -> list[tuple[str, str, str, str]]:
    return [(found.people[one.login].name, one.title, role_words(one.roles), period(one)) for one in held]


@access(audience="staff", permission=ORGANISE)
def posts(request: SignedInRequest) -> HttpResponse:
    """A6: posts with their roles and who holds them today; vacant ones are those nobody holds any more."""
    q, today, found = asked(request, "q")["q"], clock.today(), queries.whole_organisation()
    words = fold_for_search(q)
    holders: dict[tuple[str, str, tuple[str, ...]], list[str]] = {}
    for held in found.holdings:
        names = holders.setdefault((held.division, held.title, held.roles), [])
        if held.holds_on(today):
            names.append(found.people[held.login].name)
    rows = []
    for (code, title, roles), names in holders.items():
        name = found.divisions[code].name
        if words and words not in fold_for_search(f"{name} {title} {role_words(roles)} {' '.join(names)}"):
            continue
        vacant = tag("空席", tone="todo")
        cells = (f"{name} {title}", role_words(roles), "、".join(names) if names else vacant, f"{len(names):,}")
        rows.append(Row(url=reverse("office_administration:division", args=[code]), cells=cells))
    columns = (
        Column(key="name", title="課・職", head=True), Column(key="roles", title="役割"),
        Column(key="holders", title="今の職員", name=True), Column(key="count", title="人数", number=True),
    )  # fmt: skip
    listing = Listing(
        caption="職", columns=columns, rows=rows, url=request.path, params={"q": q}, total=len(rows),
        search=_search(q, "課・職・役割・氏名"), empty="職はまだありません。", html_id="posts",
    )  # fmt: skip
    context = {"title": "職の一覧", "tabs": tabs("posts"), "uses_htmx": True}
    return listing_response(request, "office_administration/list.html", context, listing)


@access(audience="staff", permission=ORGANISE, methods=("GET", "POST"))
def people_loads(request: SignedInRequest) -> HttpResponse:
    """A6, A2: files of people read so far, and the form for another."""
    wrong: dict[str, FieldError] = {}
    if request.method == "POST":
        try:
            filename, data = sent_table(request)
            key = actions.read_people_load(actor=request.actor, filename=filename, data=data)
            return redirect("office_administration:people_load", id=key)
        except Invalid as error:
            wrong = dict(error.fields)
    field = FormField(
        name="file", label="職員のファイル(CSVかLDIF)", kind="file", accept=".csv,.tsv,.txt,.ldif",
        error=wrong.get("file"),
        hint="「職員ID」「氏名」の列が要ります。読んだあと、変わるところを確かめてから取り込みます。パスワードは書きません。",
    )  # fmt: skip
    columns = (
        Column(key="number", title="取込", head=True), Column(key="at", title="読んだ日時"),
        Column(key="file", title="ファイル", name=True),
        Column(key="state", title="状態"), Column(key="rows", title="行", number=True),
        Column(key="changes", title="変わるところ", number=True), Column(key="by", title="読んだ人", name=True),
    )  # fmt: skip
    listing = Listing(
        caption="読んだファイル", columns=columns, rows=[_load_row(one) for one in queries.people_loads()],
        url=request.path, empty="ファイルはまだ読んでいません。", html_id="loads",
    )  # fmt: skip
    context = {
        "title": "職員の取込", "tabs": tabs("people_loads"), "fields": [field], "errors": errors_for([field]),
        "multipart": True, "button_text": "読んで確かめる",
        "links": [
            (reverse("office_administration:invitations"), "パスワードのない職員を招待する"),
            (reverse("office_administration:people_export"), "今の職員をCSVで書き出す"),
        ],
        "tables": [_columns()],
    }  # fmt: skip
    status = UNPROCESSABLE if wrong else 200
    return listing_response(request, "office_administration/list.html", context, listing, status=status)


def _columns() -> Table:
    """What the columns of a file are called."""
    meant = [(words[0], "、".join(words[1:])) for words in queries.own_mapping().columns.values()]
    return Table(
        title="列の名前", heads=("列", "この名前でも読みます"), rows=meant, html_id="columns",
        intro="ない列は変えません。職は終了日を書くと終わり、ファイルにない人や職は変わりません。",
    )  # fmt: skip


def _load_row(one: LoadView) -> Row:
    words, tone = STATES[one.state]
    return Row(
        url=reverse("office_administration:people_load", args=[one.id]),
        cells=(
            f"第{one.number}回", format_datetime(one.started_at, "ja", "staff"), one.filename,
            tag(words, tone=tone), f"{one.rows:,}", f"{one.changes:,}", one.started_by,
        ),
    )  # fmt: skip


@access(audience="staff", permission=ORGANISE, methods=("GET", "POST"))
def people_load(request: SignedInRequest, id: UUID) -> HttpResponse:
    """A7: one file: what it would change, or what is wrong with it line by line."""
    problem = ""
    if request.method == "POST":
        try:
            if request.POST.get("act") == "drop":
                actions.drop_people_load(actor=request.actor, id=id)
                return redirect("office_administration:people_loads")
            actions.apply_people_load(actor=request.actor, id=id, expected=request.POST.get("fingerprint", ""))
            return redirect("office_administration:people_load", id=id)
        except Conflict as error:
            problem = told(error)
    found = queries.people_load(id)
    if found is None:
        raise NotFound
    words, tone = STATES[found.state]
    facts = [
        Fact(label="読んだ日時", value=format_datetime(found.started_at, "ja", "staff")),
        Fact(label="読んだ人", value=found.started_by or "コマンド"), Fact(label="行", value=f"{found.rows:,}行"),
    ]  # fmt: skip
    context: dict[str, object] = {
        "title": found.filename, "breadcrumb": [("職員の取込", reverse("office_administration:people_loads"))],
        "state": tag(words, tone=tone), "facts": facts, "problem": problem, "tables": [],
    }  # fmt: skip
    if found.state == "refused":
        rows = [(f"{line}行目" if line else "ファイル", column, told_field(column, code, dict(params)))
                for line, column, code, params in found.errors]  # fmt: skip
        context["tables"] = [
            Table(
                title=f"誤り({found.error_count}か所)",
                heads=("行", "列", "誤りと直し方"),
                rows=rows,
                html_id="wrong",
                intro="1件も取り込んでいません。ファイルを直して、もう一度読んでください。",
            )
        ]
        context["buttons"] = [("取りやめる", "drop", "secondary")]
    if found.state == "ready":
        _ready(request, found, context)
    return render(request, "office_administration/record.html", context, status=CONFLICT if problem else 200)


def _ready(request: SignedInRequest, found: LoadView, context: dict[str, object]) -> None:
    seen = queries.compared(found.content, actor=request.actor)
    names = {code: one.name for code, one in queries.organisation().divisions.items()}
    rows = [_change(one, names) for one in seen.changes[:SHOWN]]
    more = f"はじめの{SHOWN}件を示します。取り込むと全部が変わります。" if len(seen.changes) > SHOWN else ""
    context["tables"] = [
        Table(
            title=f"変わるところ({len(seen.changes):,}件)",
            heads=("行", "職員", "何が", "今", "取込後"),
            rows=rows,
            html_id="changes",
            intro=more,
            empty="変わるところはありません。組織は、このファイルのとおりです。",
        )
    ]
    context["hidden"] = [("fingerprint", seen.fingerprint)]
    drop = ("取りやめる", "drop", "secondary")
    context["buttons"] = [("取り込む", "apply", "primary"), drop] if seen.changes else [drop]


def _change(one: Change, names: dict[str, str]) -> tuple[str, str, str, str, str]:
    what = KINDS[one.kind]
    if one.kind in {"post", "days"}:
        row = one.row
        what = f"{what}: {names.get(row.division, row.division)} {row.title}({role_words(row.roles)})"
    return f"{one.line}行目", f"{one.row.name}({one.row.login})", what, one.before or "なし", one.after


@access(audience="staff", permission=ORGANISE)
def people_export(request: SignedInRequest) -> HttpResponse:
    """Everybody with their posts, as the CSV that the import takes; kept in the trail."""
    audit.record(actor=request.actor, action="export", table="eng_accounts_account", object_id="people")
    return csv_response(rules.write_people(queries.organisation()), f"people_{clock.today():%Y%m%d}.csv")


@access(audience="staff", permission=ORGANISE, fresh=True, methods=("GET", "POST"))
def invitations(request: SignedInRequest) -> HttpResponse:
    """A6: who has no password yet; then A4: links and codes to hand over, shown once."""
    waiting = [one for one in queries.organisation().people.values() if one.is_active and not one.may_sign_in]
    if request.method == "POST":
        made = actions.invite_people(actor=request.actor, logins=request.POST.getlist("row"))
        rows = [(one.name, one.login, request.build_absolute_uri(one.url_path), one.code) for one in made]
        table = Table(
            title="招待", heads=("氏名", "職員ID", "パスワードを決める画面", "認証アプリの登録コード"), rows=rows,
            html_id="made", empty="選ばれた職員はいません。",
        )  # fmt: skip
        response = render(
            request, "office_administration/invitations.html", {"title": "招待を手渡してください", "table": table}
        )
        response["Cache-Control"] = "no-store"
        return response
    columns = (
        Column(key="name", title="氏名", head=True, name=True), Column(key="login", title="職員ID"),
        Column(key="email", title="メール"),
    )  # fmt: skip
    listing = Listing(
        caption="パスワードのない職員", columns=columns, url=request.path, html_id="waiting",
        rows=[Row(key=one.login, cells=(one.name, one.login, one.email)) for one in waiting],
        empty="パスワードのない職員はいません。", bulk=(("act", "invite", "招待を作る"),), bulk_url=request.path,
    )  # fmt: skip
    context = {"title": "パスワードのない職員", "tabs": tabs("people_loads")}
    return listing_response(request, "office_administration/list.html", context, listing)
