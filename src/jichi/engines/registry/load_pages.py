"""Pages of loads (住民情報の取込) for officials: the list, choosing a file, what it would change, confirming it."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import replace
from datetime import date
from typing import Any, Final
from uuid import UUID

from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse

from jichi.design import catalogue
from jichi.design.fields import FormField, Option, errors_for
from jichi.design.pages import listing_response
from jichi.design.parts import Column, Fact, Listing, Row
from jichi.design.render_parts import tag
from jichi.engines.accounts import queries as accounts
from jichi.engines.accounts.access import SignedInRequest, access
from jichi.kernel.calendar import format_date, format_datetime, parse_date
from jichi.kernel.errors import Conflict, FieldError, Invalid, NotFound

from . import actions, queries, uploads
from .mappings import folder, mappings
from .permissions import CONFIRM, IMPORT
from .queries import LoadView
from .rules.importing import ENCODINGS, MappingError

KINDS: Final = {"file": "住民", "sample": "見本", "organisations": "団体", "protections": "支援措置"}
STATES: Final = {
    "checking": ("作業中", "info"), "refused": ("取り込まなかった", "error"), "ready": ("確認済み", "todo"),
    "waiting": ("別の職員の確認待ち", "todo"), "applied": ("取り込んだ", "done"), "unchanged": ("前と同じ", "neutral"),
    "dropped": ("取りやめた", "neutral"), "failed": ("途中で止まった", "error"),
}  # fmt: skip
_COLUMNS: Final = (
    Column(key="at", title="始めた日時", head=True), Column(key="kind", title="種類"),
    Column(key="file", title="ファイル", name=True), Column(key="as_of", title="いつ現在"),
    Column(key="state", title="状態"), Column(key="rows", title="行", number=True),
)  # fmt: skip
_FIGURES: Final = (
    ("rows", "ファイルの行"), ("persons", "人または支援措置"), ("new", "新しい行"), ("changed", "変わった行"),
    ("same", "同じ行"), ("removed", "なくなる行"), ("dropped", "住民でなくなる人"),
    ("provisional", "仮登録(ほかの課には見せません)"),
    ("outside", "住登外の人"), ("unknown_births", "生年月日が不詳の住民・元住民"), ("odd_births", "暦にない生年月日"),
    ("odd_numbers", "検査数字が決まりと違う番号"),
)  # fmt: skip
NOT_ANSWERED: Final = (
    "今日の異動。写しは、取り込んだファイルの日の状態です。",
    "住民票コード、個人番号、在留カード番号。写しには列がありません。",
    "仮登録の内容(戸籍住民課だけが見られます)。",
    "戸籍、附票、税、印鑑登録。別の台帳で確かめてください。",
    "生年月日が不詳の人の年齢。年齢不詳として扱います。",
)
"""What the mirror can't say; the page and docs/register-import.md tell it."""


@access(audience="staff", permission=CONFIRM)
def loads(request: SignedInRequest) -> HttpResponse:
    """A6: loads, newest first."""
    after = request.GET.get("after", "")
    page = queries.loads(actor=request.actor, after=int(after) if after.isdecimal() and len(after) < 19 else None)
    listing = Listing(
        caption="取込の記録", url=request.path, columns=_COLUMNS, rows=[_row(load) for load in page.rows],
        after=str(page.next_after or ""), empty="取込の記録はまだありません。", html_id="loads",
    )  # fmt: skip
    state = queries.register_state()
    context = {
        "title": "住民情報の取込", "uses_htmx": True, "may_start": request.actor.may(IMPORT), "state": state,
        "as_of": format_date(state.as_of) if state.as_of else "", "residents": f"{state.residents:,}人",
        "not_answered": NOT_ANSWERED,
    }  # fmt: skip
    return listing_response(request, "eng_registry/loads.html", context, listing)


def _row(load: LoadView) -> Row:
    words, tone = STATES[load.state]
    return Row(
        url=reverse("eng_registry:load", args=[load.key]),
        cells=(
            format_datetime(load.started_at, "ja", "staff"), KINDS[load.kind], load.label, format_date(load.as_of),
            tag(words, tone=tone), f"{load.rows:,}",
        ),
    )  # fmt: skip


@access(audience="staff", permission=IMPORT, methods=("GET", "POST"))
def start(request: SignedInRequest) -> HttpResponse:
    """A2: which file, by which mapping, of which day."""
    if request.method != "POST":
        return _start_page(request, {"name": request.GET.get("name", "")})
    given = {key: request.POST.get(key, "") for key in ("name", "mapping", "as_of")}
    problem, place = _queue(request, given)
    if problem is None:
        return redirect("eng_registry:load", key=place)
    return _start_page(request, given, {place: problem})


@access(audience="staff", permission=IMPORT, methods=("POST",))
def upload(request: SignedInRequest) -> HttpResponse:
    """Files from the browser: kept under their names, then looked at."""
    names: list[str] = []
    try:
        for file in request.FILES.getlist("file"):
            names.append(actions.keep_upload(actor=request.actor, file=file))
        if not names:
            raise Invalid("registry.not_a_file")
    except Invalid as error:
        return _start_page(request, {}, {"file": catalogue.message(error.code, "ja", **error.params)})
    given = {"name": names[-1], "mapping": request.POST.get("by", "standard")}
    problem, place = _queue(request, given, uploaded=True)
    if problem is None:
        return redirect("eng_registry:load", key=place)
    return _start_page(request, given, {place: problem}, arrived=names)


def _start_page(
    request: SignedInRequest, given: Mapping[str, str], wrong: Mapping[str, FieldError | str] | None = None,
    *, arrived: Sequence[str] = (),
) -> HttpResponse:  # fmt: skip
    files, wrong = queries.files_waiting(), wrong or {}
    by = FormField(
        name="by", label="対応表", kind="select", value=given.get("mapping", "standard"),
        options=tuple(Option(key, f"{title}({key})") for key, title in mappings()),
    )  # fmt: skip
    megabytes = uploads.largest() // uploads.MEGABYTE
    sending = [
        FormField(
            name="file", label="送るファイル", kind="file", multiple=True, accept=".csv,.txt", error=wrong.get("file"),
            hint=f"CSVファイル。一度に{megabytes}MBまで。分割したファイルは、まとめて選べます。",
        ),
        by,
    ]  # fmt: skip
    fields = [
        FormField(
            name="name", label="ファイル", kind="radio", value=given.get("name", ""), error=wrong.get("name"),
            options=tuple(Option(file, file, noruby=True) for file in files),
        ),
        replace(by, name="mapping", error=wrong.get("mapping")),
        FormField(
            name="as_of", label="いつ現在のファイルですか", required=False, size=12, value=given.get("as_of", ""),
            hint="例: 2026-04-01。ファイルの名前に日付があれば、書かなくてかまいません。", error=wrong.get("as_of"),
        ),
    ]  # fmt: skip
    context = {
        "title": "取り込むファイルを選ぶ", "fields": fields, "sending": sending, "arrived": arrived, "files": files,
        "errors": errors_for([*sending, *fields]), "folder": folder(), "narrow": True,
        "breadcrumb": [("住民情報の取込", reverse("eng_registry:loads"))],
    }  # fmt: skip
    return render(request, "eng_registry/start_load.html", context, status=422 if context["errors"] else 200)


def _queue(
    request: SignedInRequest, given: Mapping[str, str], *, uploaded: bool = False
) -> tuple[FieldError | str | None, Any]:
    """Queue the look: (None, key), or what is wrong and with which field."""
    as_of: date | None = None
    if text := given.get("as_of", "").strip():
        try:
            as_of = parse_date(text)
        except ValueError:
            return FieldError("field.unreadable_date"), "as_of"
    try:
        return None, actions.queue_check(
            actor=request.actor, name=given["name"], mapping=given["mapping"], as_of=as_of, uploaded=uploaded
        )
    except NotFound:
        return FieldError("field.choose_one"), "mapping"
    except MappingError as error:
        return str(error), "mapping"
    except Invalid as error:
        if error.code == "registry.no_file_date":
            return catalogue.message(error.code, "ja", **error.params), "as_of"
        if error.code == "registry.parts_missing":
            return catalogue.message(error.code, "ja", **error.params), "name"
        return FieldError("field.choose_one"), "name"


@access(audience="staff", permission=CONFIRM, methods=("GET", "POST"))
def load(request: SignedInRequest, key: UUID) -> HttpResponse:
    """A7: one load: figures, columns, errors; and the decision, where it waits for one."""
    actor = request.actor
    found = queries.load_of(actor=actor, key=key)
    if found is None:
        raise NotFound("registry.unknown_load")
    problem = ""
    if request.method == "POST":
        act = actions.drop_load if request.POST.get("act") == "drop" else actions.confirm_load
        try:
            act(actor=actor, key=key)
            return redirect("eng_registry:load", key=key)
        except Conflict as error:
            problem = catalogue.message(error.code, "ja", **error.params)
    context = _context(found, problem, is_own=actor.account_id is not None and actor.account_id == found.started_by)
    return render(request, "eng_registry/load.html", context, status=409 if problem else 200)


def _context(found: LoadView, problem: str, *, is_own: bool) -> dict[str, Any]:
    report = found.report
    names = accounts.account_names([who for who in (found.started_by, found.decided_by) if who])
    words, tone = STATES[found.state]
    facts = [
        Fact(label="状態", value=tag(words, tone=tone)), Fact(label="種類", value=KINDS[found.kind]),
        Fact(label="いつ現在", value=format_date(found.as_of)), Fact(label="対応表", value=found.mapping or "なし"),
        Fact(label="文字コード", value=_written(found)),
        Fact(label="チェックサム", value=found.source_checksum[:16] or "なし"),
        Fact(label="始めた職員", value=names[found.started_by] if found.started_by else "コマンド", name=True),
        Fact(label="確認した職員", value=names[found.decided_by] if found.decided_by else "なし", name=True),
    ]  # fmt: skip
    return {
        "title": found.label, "load": found, "facts": facts, "problem": problem, "is_own": is_own,
        "figures": [(title, f"{report[name]:,}") for name, title in _FIGURES if name in report],
        "residents": tuple(f"{report[key]:,}人" for key in ("residents_before", "residents_after") if key in report)
        if "residents_after" in report else (),
        "reasons": report.get("reasons", ()),
        "unknown": report.get("unknown", ()), "missing": report.get("missing", ()),
        "errors_found": report.get("errors", ()), "error_count": report.get("error_count", 0),
        "waits": found.state in ("waiting", "ready"), "needs_other": found.state == "waiting" and is_own,
        "not_answered": NOT_ANSWERED, "breadcrumb": [("住民情報の取込", reverse("eng_registry:loads"))],
    }  # fmt: skip


def _written(found: LoadView) -> str:
    if not found.encoding:
        return "なし"
    quoted = "引用符あり" if found.report.get("quoted") else "引用符なし"
    return f"{ENCODINGS[found.encoding]}、改行{found.report.get('newline', '')}、{quoted}"
