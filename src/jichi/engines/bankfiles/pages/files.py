"""ファイルの受け入れ: send a file, see what it would do, take it in, see what it did."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, Final
from uuid import UUID

from django.conf import settings
from django.http import FileResponse, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse

from jichi.design import catalogue
from jichi.design.fields import FormField, Option, errors_for
from jichi.design.pages import listing_response
from jichi.design.parts import Column, Fact, Link, Listing, Row
from jichi.design.render_parts import tag
from jichi.engines.accounts.access import SignedInRequest, access
from jichi.engines.audit import actions as audit
from jichi.engines.files.views import download_response
from jichi.kernel.calendar import format_datetime
from jichi.kernel.errors import Conflict, FieldError, Invalid, NotFound

from .. import actions, queries
from ..permissions import TAKE, VIEW
from ..queries import FileView

UNPROCESSABLE: Final = 422
CONFLICT: Final = 409
STATES: Final = {
    "refused": ("受け入れなかった", "error"), "ready": ("確認待ち", "todo"), "applied": ("取り込んだ", "done"),
    "dropped": ("取りやめた", "neutral"),
}  # fmt: skip
PURPOSES: Final = {"receipts": "収納の結果(速報・確報・取消)", "remittance": "送金の通知", "results": "口座振替の結果",
            "settlement": "決済会社の精算の明細", "credits": "銀行の入金の一覧"}  # fmt: skip
OUTCOME: Final = (
    ("reports", "読んだ明細", "件"), ("new", "新しい収納", "件"), ("provisional", "うち速報だけのもの", "件"),
    ("final", "確報になるもの", "件"), ("final_yen", "確報の金額", "円"), ("cancelled", "取り消しになるもの", "件"),
    ("repeated", "前に届いたものの繰り返し", "件"), ("late_advance", "確報のあとに来た速報", "件"),
    ("orphan_cancel", "速報のない取消", "件"), ("conflict", "確報のある収納への取消", "件"),
    ("remittances", "送金の日と企業の組", "組"), ("result_1", "資金不足", "件"), ("result_2", "取引なし", "件"),
    ("result_3", "預金者の都合による停止", "件"), ("result_4", "依頼書なし", "件"),
    ("result_8", "委託者の都合による停止", "件"), ("result_9", "その他の振替不能", "件"),
    ("result_N", "その他の振替不能(代行会社)", "件"), ("settled", "精算された売上", "件"),
    ("settled_back", "精算された返金", "件"), ("settled_yen", "売上から返金を引いた額", "円"),
    ("fee_yen", "手数料(消費税を含む)", "円"), ("net_yen", "振り込まれる額", "円"),
    ("fee_off", "手数料が取り決めとちがう明細", "件"), ("remit_days", "振込の日", "日"),
    ("credits", "送金元からの新しい入金", "件"), ("credits_repeated", "前の一覧にもあった入金", "件"),
    ("credits_back", "銀行が取り消した入金", "件"),
    ("credits_other", "ほかの人からの入金(保存しません)", "件"), ("credits_bound", "予定と結び付いた入金", "件"),
)  # fmt: skip
"""Key of `TakenFile.outcome` → words, unit."""
_CHANGES: Final = (
    "new", "changed", "conflict", "remittances", "final", "settled", "settled_back", "credits", "credits_back",
)  # fmt: skip
_COLUMNS: Final = (
    Column(key="number", title="番号", head=True), Column(key="at", title="届いた日時"),
    Column(key="partner", title="相手方", name=True), Column(key="file", title="ファイル", name=True),
    Column(key="state", title="状態"), Column(key="rows", title="明細", number=True),
    Column(key="yen", title="金額(円)", number=True),
)  # fmt: skip


def tabs(here: str) -> list[Link]:
    """The pages of this room, as tabs."""
    pages = (("files", "ファイルの受け入れ"), ("differences", "差異の一覧"), ("requests", "口座振替の依頼"),
             ("remittances", "送金との照合"), ("credits", "入金との照合"))  # fmt: skip
    return [Link(words, reverse(f"eng_bankfiles:{name}"), current=name == here) for name, words in pages]


@access(audience="staff", permission=VIEW, methods=("GET", "POST"))
def listing(request: SignedInRequest) -> HttpResponse:
    """A6, A2: files that came, and the form for another."""
    wrong: dict[str, FieldError] = {}
    given = {name: request.POST.get(name, "") for name in ("partner", "purpose")}
    if request.method == "POST":
        upload = request.FILES.get("file")
        limit: int = settings.JICHI_UPLOAD_MAX_BYTES
        try:
            if upload is None or upload.size is None or upload.size > limit:
                code = "field.required" if upload is None else "bankfile.too_large"
                raise Invalid(fields={"file": FieldError(code, {"max": limit >> 20})})
            id, is_new = actions.read_file(
                actor=request.actor, partner=given["partner"], purpose=given["purpose"], filename=upload.name or "",
                data=upload.read(),
            )  # fmt: skip
            return redirect(f"{reverse('eng_bankfiles:file', args=[id])}{'' if is_new else '?same=1'}")
        except Invalid as error:
            wrong = dict(error.fields)
    fields = _fields(given, wrong) if request.actor.may(TAKE) else []
    rows = Listing(
        caption="届いたファイル", columns=_COLUMNS, rows=[_row(one) for one in queries.taken_files()], url=request.path,
        empty="ファイルはまだ届いていません。", html_id="files",
    )  # fmt: skip
    context = {
        "title": "収納のファイルの受け入れ", "tabs": tabs("files"), "fields": fields, "errors": errors_for(fields),
        "has_partners": bool(queries.partners()),
    }  # fmt: skip
    return listing_response(request, "eng_bankfiles/files.html", context, rows, status=UNPROCESSABLE if wrong else 200)


def _fields(given: Mapping[str, str], wrong: Mapping[str, FieldError]) -> list[FormField]:
    partners = [Option(one.code, one.title, noruby=True) for one in queries.partners()]
    purposes = [Option(key, words) for key, words in PURPOSES.items()]
    return [
        FormField(
            name="partner", label="相手方", kind="select", options=tuple(partners), error=wrong.get("partner"),
            value=given["partner"] or (partners[0].value if partners else ""),
        ),
        FormField(
            name="purpose", label="ファイルの種類", noun="種類", kind="radio", options=tuple(purposes),
            value=given["purpose"] or "receipts", error=wrong.get("purpose"),
        ),
        FormField(
            name="file", label="相手方から届いたファイル", noun="ファイル", kind="file", error=wrong.get("file"),
            accept=".txt,.dat,.csv",
            hint="届いたままのファイルを選びます。読んだあと、何が変わるかを確かめてから取り込みます。",
        ),
    ]  # fmt: skip


def _row(one: FileView) -> Row:
    words, tone = STATES[one.state]
    return Row(
        url=reverse("eng_bankfiles:file", args=[one.id]),
        cells=(
            str(one.number), format_datetime(one.taken_at, "ja", "staff"), one.partner_title, one.filename,
            tag(words, tone=tone), f"{one.rows:,}", f"{one.amount_yen:,}",
        ),
    )  # fmt: skip


@access(audience="staff", permission=VIEW, methods=("GET", "POST"))
def one(request: SignedInRequest, id: UUID) -> HttpResponse:
    """A7: one file: what is wrong with it by line, what it would do, or what it did."""
    problem = ""
    if request.method == "POST":
        try:
            if request.POST.get("act") == "drop":
                actions.drop_file(actor=request.actor, id=id)
                return redirect("eng_bankfiles:files")
            actions.apply_file(actor=request.actor, id=id)
            return redirect("eng_bankfiles:file", id=id)
        except Conflict as error:
            problem = catalogue.message(error.code, "ja")
    found = queries.taken_file(id)
    if found is None:
        raise NotFound
    words, tone = STATES[found.state]
    context = {
        "title": f"{found.number}番 {found.filename}",
        "breadcrumb": [("収納のファイルの受け入れ", reverse("eng_bankfiles:files"))], "file": found, "problem": problem,
        "state": tag(words, tone=tone), "facts": _facts(found), "outcome": _outcome(found),
        "is_same": "same" in request.GET,
        "wrong": _told(found, "error"), "notes": _told(found, "note"), "may": request.actor.may(TAKE),
        "changes": any(found.outcome.get(key, 0) for key in _CHANGES),
        "original": reverse("eng_bankfiles:original", args=[id]),
    }  # fmt: skip
    return render(request, "eng_bankfiles/file.html", context, status=CONFLICT if problem else 200)


def _facts(found: FileView) -> list[Fact]:
    rows = [
        ("相手方", found.partner_title), ("種類", PURPOSES[found.purpose]),
        ("届いた日時", format_datetime(found.taken_at, "ja", "staff")), ("受け入れた人", found.taken_by),
        ("終わった日時", format_datetime(found.ended_at, "ja", "staff") if found.ended_at else ""),
        ("明細", f"{found.rows:,}件" if found.state != "refused" else ""),
        ("ファイルの指紋(SHA-256)", found.sha256),
    ]  # fmt: skip
    return [Fact(label=label, value=value) for label, value in rows if value]


def _outcome(found: FileView) -> list[Fact]:
    counts: Mapping[str, Any] = found.outcome
    return [Fact(label=words, value=f"{counts[key]:,}{unit}") for key, words, unit in OUTCOME if counts.get(key)]


def _told(found: FileView, level: str) -> list[tuple[str, str, str]]:
    return [
        (f"{line:,}" if line else "", place, catalogue.message(code, "ja", **_shown(params)))
        for kind, line, place, code, params in found.problems
        if kind == level
    ]


def _shown(params: Mapping[str, Any]) -> dict[str, object]:
    return {name: f"{value:,}" if type(value) is int else value for name, value in params.items()}


@access(audience="staff", permission=TAKE)
def original(request: SignedInRequest, id: UUID) -> FileResponse:
    """The file as it came, byte for byte; who took it away is recorded."""
    info = queries.stored_file(id)
    if info is None:
        raise NotFound
    audit.record(actor=request.actor, action="export", table="eng_bankfiles_takenfile", object_id=str(id))
    return download_response(info, inline=False)
