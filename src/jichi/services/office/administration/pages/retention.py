"""Pages of retention: rules and what goes next month, holds, certificates and their PDF."""

from __future__ import annotations

from importlib.resources import files
from pathlib import Path
from typing import Final
from uuid import UUID

from django.conf import settings
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse

from jichi.design.fields import FormField, Option, errors_for, filter_choice
from jichi.design.pages import listing_response
from jichi.design.parts import Column, Fact, Listing, Row
from jichi.engines.accounts.access import SignedInRequest, access
from jichi.engines.files.documents import render_pdf
from jichi.kernel import clock
from jichi.kernel.calendar import format_date, format_datetime
from jichi.kernel.errors import FieldError, Invalid, NotFound

from .. import actions, queries, rules
from ..permissions import RETENTION
from ..queries import Certificate
from .parts import UNPROCESSABLE, Table, asked

SHOWN_HASHES: Final = 200


def _coming() -> Table:
    """The rules, and what each will delete by the end of next month."""
    _, last = rules.next_month(clock.today())
    coming = [
        (
            one.rule.title["ja"], f"{one.rule.starts}から{one.rule.period}", one.rule.basis, one.rule.deletes,
            one.rule.stays, f"{one.count:,}{'件以上' if one.count == queries.MOST else '件'}", f"{one.held:,}件",
        )
        for one in queries.upcoming(last)
    ]  # fmt: skip
    return Table(
        title=f"{format_date(last)}までに消去するもの", html_id="coming", rows=coming,
        heads=("何を", "保存期間", "根拠", "消すもの", "残すもの", "来月末までに", "保全中"),
        intro="毎日2時50分に、保存期間を過ぎたものを消去し、消去証明を残します。止めるには保全を設定します。",
    )  # fmt: skip


@access(audience="staff", permission=RETENTION)
def retention(request: SignedInRequest) -> HttpResponse:
    """A6: certificates; the rules, and what they will delete by the end of next month."""
    given = asked(request, "rule")
    names = {one.key: one.title["ja"] for one in queries.retention_rules()}
    rows, after = queries.certificates(rule=given["rule"], after=request.GET.get("after", ""))
    columns = (
        Column(key="number", title="証明", head=True), Column(key="at", title="消去した日時"),
        Column(key="rule", title="何を"),
        Column(key="items", title="件数", number=True), Column(key="days", title="終わった日"),
    )  # fmt: skip
    listing = Listing(
        caption="消去証明", columns=columns, url=request.path, params=given, after=after, html_id="certificates",
        rows=[
            Row(
                url=reverse("office_administration:certificate", args=[one.id]),
                cells=(
                    f"第{one.number}号", format_datetime(one.erased_at, "ja", "staff"), one.told["title"],
                    f"{one.items:,}", f"{format_date(one.ended_from)}から{format_date(one.ended_to)}",
                ),
            )
            for one in rows
        ],
        filters=(
            filter_choice("rule", "規則", given["rule"], names.items()),
        ),
        empty="消去したものはまだありません。",
    )  # fmt: skip
    links = [(reverse("office_administration:holds"), "保全")]
    context = {"title": "保存年限と消去", "tables": [_coming()], "links": links, "uses_htmx": True}
    return listing_response(request, "office_administration/retention.html", context, listing)


def _hold_fields(request: SignedInRequest, wrong: dict[str, FieldError], names: dict[str, str]) -> list[FormField]:
    post = request.POST
    return [
        FormField(
            name="rule", label="止める規則", kind="select", required=False, value=post.get("rule", ""),
            error=wrong.get("rule"),
            options=(Option("", "すべての規則"), *(Option(key, name) for key, name in names.items())),
        ),
        FormField(
            name="subject", label="対象", required=False, value=post.get("subject", ""),
            hint="受付番号、手続の識別名、宛名番号など。空にすると規則の全部を止めます。",
        ),
        FormField(
            name="reason", label="理由", kind="textarea", rows=3, value=post.get("reason", ""),
            error=wrong.get("reason"), hint="例: 審査請求(令和8年第3号)のため",
        ),
    ]  # fmt: skip


def _held(request: SignedInRequest, names: dict[str, str]) -> Listing:
    columns = (
        Column(key="subject", title="対象", head=True, name=True), Column(key="rule", title="規則"),
        Column(key="reason", title="理由"), Column(key="by", title="設定", name=True),
        Column(key="state", title="状態"),
    )  # fmt: skip
    return Listing(
        caption="保全", columns=columns, url=request.path, html_id="holds", empty="保全は設定されていません。",
        rows=[
            Row(
                key=str(one.id),
                cells=(
                    one.subject or "全部", names.get(one.rule, "すべての規則"), one.reason,
                    f"{one.set_by} {format_datetime(one.set_at, 'ja', 'staff')}",
                    "解除済" if one.lifted_at else "保全中",
                ),
            )
            for one in queries.holds()
        ],
        bulk=(("act", "lift", "保全を解除する"),), bulk_url=request.path,
    )  # fmt: skip


@access(audience="staff", permission=RETENTION, methods=("GET", "POST"))
def holds(request: SignedInRequest) -> HttpResponse:
    """A6, A2: what is held and why, and the form for another hold."""
    wrong: dict[str, FieldError] = {}
    post = request.POST
    if request.method == "POST":
        try:
            if post.get("act") == "lift":
                for key in post.getlist("row"):
                    actions.lift_hold(actor=request.actor, id=UUID(key))
            else:
                actions.set_hold(
                    actor=request.actor, rule=post.get("rule", ""), subject=post.get("subject", ""),
                    reason=post.get("reason", ""),
                )  # fmt: skip
            return redirect("office_administration:holds")
        except ValueError:
            raise NotFound from None
        except Invalid as error:
            wrong = dict(error.fields)
    names = {one.key: one.title["ja"] for one in queries.retention_rules()}
    fields, listing = _hold_fields(request, wrong, names), _held(request, names)
    context = {
        "title": "保全", "fields": fields, "errors": errors_for(fields), "button_text": "保全を設定する",
        "breadcrumb": [("保存年限と消去", reverse("office_administration:retention"))],
    }  # fmt: skip
    status = UNPROCESSABLE if wrong else 200
    return listing_response(request, "office_administration/retention.html", context, listing, status=status)


def _found(id: UUID) -> Certificate:
    found = queries.certificate(id)
    if found is None:
        raise NotFound
    return found


def _told(one: Certificate) -> list[tuple[str, str]]:
    return [
        ("証明の番号", f"{one.number}"), ("規則", one.told["title"]),
        ("保存期間", f"{one.told['starts']}から{one.told['period']}"), ("根拠", one.told["basis"]),
        ("消したもの", one.told["deletes"]), ("残したもの", one.told["stays"]),
        ("件数", f"{one.items:,}件"),
        ("終わった日", f"{format_date(one.ended_from)}から{format_date(one.ended_to)}"),
        ("消去した日時", format_datetime(one.erased_at, "ja", "staff")), ("ハッシュ値の一覧のSHA-256", one.digest),
    ]  # fmt: skip


@access(audience="staff", permission=RETENTION)
def certificate(request: SignedInRequest, id: UUID) -> HttpResponse:
    """A7: one certificate of erasure."""
    one = _found(id)
    counts = [(table, f"{rows:,}行") for table, rows in sorted(one.counts.items())]
    hashes = [(f"{place}", value) for place, value in enumerate(one.hashes[:SHOWN_HASHES], start=1)]
    more = f"はじめの{SHOWN_HASHES}行を示します。全部はPDFにあります。" if len(one.hashes) > SHOWN_HASHES else ""
    context = {
        "title": f"消去証明 {one.number}", "facts": [Fact(label=label, value=value) for label, value in _told(one)],
        "breadcrumb": [("保存年限と消去", reverse("office_administration:retention"))],
        "tables": [
            Table(title="表ごとの行数", heads=("表", "消した行"), rows=counts, html_id="counts"),
            Table(title="消した行のSHA-256", heads=("順", "ハッシュ値"), rows=hashes, html_id="hashes", intro=more),
        ],
        "links": [("PDFで書き出す", reverse("office_administration:certificate_pdf", args=[id]))],
    }  # fmt: skip
    return render(request, "office_administration/record.html", context)


@access(audience="staff", permission=RETENTION)
def certificate_pdf(request: SignedInRequest, id: UUID) -> HttpResponse:
    """The certificate as PDF: the same bytes whenever it is asked for."""
    one = _found(id)
    template = Path(str(files("jichi.services.office.administration"))) / "templates/office_administration/pdf"
    title = f"消去証明 {one.number}"
    content = render_pdf(
        template=template / "certificate.typ", title=title, language="ja", author=settings.JICHI_WARD,
        made_at=one.erased_at,
        data={
            "ward": settings.JICHI_WARD, "title": title, "rows": [list(pair) for pair in _told(one)],
            "sentence": "保存期間を過ぎた次のものを、復元できないように消去したことを証明します。",
            "counts_label": "表ごとの行数", "hashes_label": "消した行のSHA-256",
            "counts": [[table, f"{rows:,}行"] for table, rows in sorted(one.counts.items())],
            "hashes_note": f"{len(one.hashes):,}行。消去の順。", "hashes": list(one.hashes),
        },
    )  # fmt: skip
    response = HttpResponse(content, content_type="application/pdf")
    response["Content-Disposition"] = f'attachment; filename="erasure_{one.number}.pdf"'
    response["Cache-Control"] = "private, no-store"
    return response
