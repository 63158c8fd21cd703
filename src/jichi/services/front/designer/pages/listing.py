"""The list of procedures with their designs; beginning a design; a procedure that runs, and stopping it."""

from __future__ import annotations

from typing import Any, Final
from uuid import UUID

from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse

from jichi.design.fields import FormField, Option, errors_for, with_values
from jichi.design.pages import listing_response
from jichi.design.parts import Column, Fact, Listing, Row
from jichi.engines.accounts import queries as accounts
from jichi.engines.accounts.access import SignedInRequest, access
from jichi.engines.forms import queries as forms
from jichi.kernel.calendar import format_datetime
from jichi.kernel.errors import Conflict, FieldError, Forbidden, Invalid, NotFound

from .. import actions, queries
from ..errors import BadFile
from ..permissions import ALL, EDIT, may_edit, may_publish
from ..queries import DesignView
from .frame import CONFLICT, UNPROCESSABLE, sentence_of, state_tag

PER_PAGE: Final = 20
MOST_BYTES: Final = 512 * 1024
MOST_FORM_BYTES: Final = 10 << 20
_COLUMNS: Final = (
    Column(key="title", title="手続", head=True), Column(key="division", title="課"),
    Column(key="state", title="状態"), Column(key="version", title="公開している版", number=True),
    Column(key="month", title="今月の申請", number=True), Column(key="dropped", title="離脱(28日)", number=True),
    Column(key="saved", title="設計の最後の保存"),
)  # fmt: skip


@access(audience="staff", permission=EDIT)
def listing(request: SignedInRequest) -> HttpResponse:
    """A6: procedures of one's divisions (the DX office: of all), those being designed first."""
    words = request.GET.get("q", "")[:100]
    found = [one for one in _procedures(request) if words.lower() in f"{one[1]} {one[0]}".lower()]
    first = _number(request.GET.get("after", ""))
    names = {one.id: one.names["ja"] for one in accounts.divisions()}
    dropped = queries.drop_off()
    rows = [_row(*one, names, dropped) for one in found[first : first + PER_PAGE]]
    table = Listing(
        caption="手続", columns=_COLUMNS, rows=rows, url=request.path, total=len(found), first=first + 1,
        after=str(first + PER_PAGE) if first + PER_PAGE < len(found) else "", params={"q": words} if words else {},
        before=str(max(first - PER_PAGE, 0)) if first else "", html_id="designs",
        search=FormField(name="q", label="手続の名前", required=False, show_mark=False, value=words),
        empty="まだ手続がありません。ほかの課の手続をコピーして始められます。",
    )  # fmt: skip
    return listing_response(request, "front_designer/list.html", {"title": "手続の設計", "uses_htmx": True}, table)


def _number(text: str) -> int:
    return int(text) if text.isdecimal() and len(text) < 6 else 0


def _procedures(request: SignedInRequest) -> list[tuple[str, str, int, DesignView | None, forms.ProcedureInfo | None]]:
    """(slug, title, division, design, running version), designs first, then by title."""
    designs = queries.open_designs()
    known = {
        one.slug: one for one in (*forms.procedures(), *forms.closed_procedures())
        if request.actor.may(ALL) or one.division_id in request.actor.divisions
    }  # fmt: skip
    found = []
    for slug in {*designs, *known}:
        design, info = designs.get(slug), known.get(slug)
        title = design.title if design else known[slug].definition.title["ja"]
        division = design.division_id if design else known[slug].division_id
        found.append((slug, title, division, design, info if info and info.published else None))
    return sorted(found, key=lambda one: (one[3] is None, one[1]))


def _row(
    slug: str, title: str, division: int, design: DesignView | None, info: forms.ProcedureInfo | None,
    names: dict[int, str], dropped: dict[str, int],
) -> Row:  # fmt: skip
    url = reverse("front_designer:edit", args=[design.id]) if design else reverse("front_designer:running", args=[slug])
    saved = f"{format_datetime(design.updated_at, 'ja', 'staff')} {design.updated_by}" if design else ""
    return Row(
        url=url,
        cells=(
            title, names.get(division, ""), state_tag(design.state if design else "running" if info else "stopped"),
            f"第{info.definition.version}版" if info else "なし",
            f"{queries.applications_this_month(slug):,}" if info else "0",
            f"{dropped[slug]}%" if slug in dropped else "―", saved,
        ),
    )  # fmt: skip


@access(audience="staff", permission=EDIT, methods=("GET", "POST"))
def new(request: SignedInRequest) -> HttpResponse:
    """A2: begin a design: empty, as a copy, or from a file."""
    found: dict[str, Any] = {"problem": "", "problems": (), "wrong": {}}
    if request.method == "POST":
        try:
            if request.POST.get("act") == "form":
                return _drafted(request)
            return redirect("front_designer:edit", id=_begun(request))
        except BadFile as error:
            found |= {"problem": sentence_of(error), "problems": error.problems}
        except Invalid as error:
            found["wrong"] = dict(error.fields)
        except Conflict as error:
            found["problem"] = sentence_of(error)
        except Forbidden:
            found["problem"] = "自分の課の手続だけを設計できます。担当課を確かめてください。"
    status = UNPROCESSABLE if found["wrong"] or found["problem"] else 200
    fields, file_fields = _new_fields(request, found["wrong"])
    return render(request, "front_designer/new.html", {
        "title": "新しい手続の設計", "breadcrumb": [("手続の設計", reverse("front_designer:list"))], "narrow": True,
        "fields": fields, "file_fields": file_fields, "errors": errors_for([*fields, *file_fields]), **found,
    }, status=status)  # fmt: skip


def _drafted(request: SignedInRequest) -> HttpResponse:
    """A design from an Excel or PDF form, and what must be looked at in it."""
    upload = request.FILES.get("form")
    if upload is None or upload.size is None or upload.size > MOST_FORM_BYTES:
        raise Invalid(fields={"form": FieldError("field.required" if upload is None else "designer.too_large")})
    names = {key: request.POST.get(key, "").strip() for key in ("slug", "title", "division")}
    id, found = actions.begin_from_form(actor=request.actor, content=upload.read(), **names)
    return render(request, "front_designer/drafted.html", {
        "title": f"{names['title']}の下書き", "breadcrumb": [("手続の設計", reverse("front_designer:list"))],
        "found": found, "url": reverse("front_designer:edit", args=[id]),
    })  # fmt: skip


def _begun(request: SignedInRequest) -> UUID:
    post = request.POST
    if post.get("act") == "file":
        upload = request.FILES.get("file")
        if upload is None or upload.size is None or upload.size > MOST_BYTES:
            code = "field.required" if upload is None else "designer.too_large"
            raise Invalid(fields={"file": FieldError(code)})
        try:
            text = upload.read().decode("utf-8-sig")
        except UnicodeDecodeError as error:
            raise Invalid(fields={"file": FieldError("field.not_text")}) from error
        return actions.begin_from_file(actor=request.actor, text=text)
    names = {key: post.get(key, "").strip() for key in ("slug", "title", "division")}
    if post.get("copy"):
        return actions.begin_copy(actor=request.actor, of=post["copy"], **names)
    return actions.begin_empty(actor=request.actor, **names)


def _new_fields(request: SignedInRequest, wrong: dict[str, FieldError]) -> tuple[list[FormField], list[FormField]]:
    divisions = [one for one in accounts.divisions() if may_edit(request.actor, one.id)]
    fields = [
        FormField(
            name="copy", label="もとにする手続", kind="select", required=False,
            options=(
                Option("", "何もないところから始める"),
                *(Option(one.slug, one.definition.title["ja"], noruby=True) for one in forms.procedures()),
            ),
            hint="ほかの課の手続も選べます。",
        ),
        FormField(name="title", label="手続の名前"),
        FormField(name="slug", label="識別名", hint="住所(URL)に出ます。英小文字・数字・-だけ。例: bench-repair"),
        FormField(
            name="division", label="担当課", kind="select", value=divisions[0].code if len(divisions) == 1 else "",
            options=tuple(Option(one.code, one.names["ja"], noruby=True) for one in divisions),
        ),
    ]  # fmt: skip
    fields.append(FormField(
        name="form", label="様式のファイル(Excel か PDF)", kind="file", required=False, accept=".xlsx,.pdf",
        hint="様式から質問を作るときに選びます。読み取れなかったところは、あとで示します。",
    ))  # fmt: skip
    if request.method == "POST" and request.POST.get("act") != "file":
        given = {one.name: request.POST.get(one.name, "") for one in fields}
        fields = with_values(fields, given, wrong)
    file_field = FormField(
        name="file", label="手続の定義ファイル(YAML)", kind="file", accept=".yaml,.yml", error=wrong.get("file"),
        hint="誤りが1つでもあれば、何も取り込みません。",
    )  # fmt: skip
    return fields, [file_field]


@access(audience="staff", permission=EDIT, methods=("GET", "POST"))
def running(request: SignedInRequest, slug: str) -> HttpResponse:
    """A7: a procedure that takes applications, or did: its next version, or its end."""
    info = queries.known(slug)
    if info is None:
        raise NotFound
    may_stop, problem, wrong = info.published and may_publish(request.actor, info.division_id), "", {}
    if request.method == "POST":
        try:
            if request.POST.get("act") == "new_version":
                return redirect("front_designer:edit", id=actions.begin_new_version(actor=request.actor, slug=slug))
            if request.POST.get("act") == "stop" and may_stop:
                if request.POST.get("sure"):
                    actions.stop_procedure(actor=request.actor, slug=slug)
                    return redirect("front_designer:list")
                wrong = {"sure": FieldError("field.consent")}
        except Conflict as error:
            problem = sentence_of(error)
    names = {one.id: one.names["ja"] for one in accounts.divisions()}
    sure = FormField(name="sure", label="受付を止めることを確かめました", kind="consent", error=wrong.get("sure"))
    facts = [
        Fact(label="担当課", value=names.get(info.division_id, "")), Fact(label="識別名", value=slug),
        Fact(label="公開した日時", value=format_datetime(info.published_at, "ja", "staff")),
        Fact(label="今月の申請", value=f"{queries.applications_this_month(slug):,}件"),
    ]  # fmt: skip
    return render(request, "front_designer/running.html", {
        "title": info.definition.title["ja"], "breadcrumb": [("手続の設計", reverse("front_designer:list"))],
        "state": state_tag("running" if info.published else "stopped"),
        "version": info.definition.version, "facts": facts, "problem": problem,
        "may_edit": may_edit(request.actor, info.division_id), "may_stop": may_stop, "stop_fields": [sure],
        "errors": errors_for([sure]), "drafts": queries.drafts_of(slug) if may_stop else 0,
        "open_cases": queries.running_cases(slug) if may_stop else 0,
    }, status=UNPROCESSABLE if wrong else CONFLICT if problem else 200)  # fmt: skip
