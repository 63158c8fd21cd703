"""The form of the certificate (就労証明の様式) for officials: its items and cells, and another one from a day on."""

from __future__ import annotations

from django.http import HttpResponse
from django.shortcuts import redirect

from jichi.design.fields import FormField, Option, errors_for
from jichi.design.pages import listing_response
from jichi.design.parts import Column, Listing, Row
from jichi.design.uploads import sent_table
from jichi.engines.accounts import queries as accounts
from jichi.engines.accounts.access import SignedInRequest, access
from jichi.kernel import clock
from jichi.kernel.calendar import format_date, parse_date
from jichi.kernel.errors import FieldError, Invalid

from .. import actions, queries
from ..permissions import EDIT, VIEW
from ..rules.certificate_form import KINDS
from .words import UNPROCESSABLE, file_response, tabs, told_errors

KIND_WORDS = {kind: word for word, kind in KINDS.items()}


def _division(request: SignedInRequest) -> int:
    """The division whose form is shown: the one asked for, or the first of the official's."""
    own, asked = sorted(request.actor.divisions), request.POST.get("division", request.GET.get("division", ""))
    return next((one for one in own if str(one) == asked), own[0] if own else 0)


@access(audience="staff", permission=VIEW, methods=("GET", "POST"))
def form(request: SignedInRequest) -> HttpResponse:
    """A6, A8: the items in force today with what they feed and their cells; a file brings others."""
    wrong: dict[str, FieldError] = {}
    told: list[tuple[object, str, str]] = []
    division = _division(request)
    if request.method == "POST":
        try:
            day = parse_date(request.POST.get("valid_from", ""))
            data = sent_table(request)[1]
            told = told_errors(
                actions.set_certificate_form(actor=request.actor, division_id=division, valid_from=day, data=data)
            )
            if not told:
                return redirect("family_nursery:certificate_form")
        except Invalid as error:
            wrong = dict(error.fields)
        except ValueError:
            wrong["valid_from"] = FieldError("field.unreadable_date")
    since, _ = queries.form_content(division, clock.today())
    fields = [field.with_error(wrong[field.name]) if field.name in wrong else field for field in _fields(request)]
    context = {
        "title": "就労証明の様式", "tabs": tabs(request, "certificate_form"), "fields": fields, "told": told,
        "errors": errors_for(fields), "may": request.actor.may(EDIT), "wide": True,
        "since": format_date(since) if since else "", "division": division,
        "coming": [
            (format_date(one.valid_from), one.changed_by)
            for one in queries.forms(frozenset({division})) if one.valid_from > clock.today()
        ],
    }  # fmt: skip
    status = UNPROCESSABLE if wrong or told else 200
    return listing_response(request, "family_nursery/certificate_form.html", context, _items(request), status=status)


def _items(request: SignedInRequest) -> Listing:
    items = queries.form_on(_division(request), clock.today()).items
    rows = [
        Row(
            cells=(
                one.heading, one.section, KIND_WORDS[one.kind], one.feeds,
                f"{one.label_at} {one.label}".strip(), "、".join(one.value_at.split()),
            )
        )
        for one in items
    ]  # fmt: skip
    columns = (
        Column(key="heading", title="項目", head=True, name=True), Column(key="section", title="区分", name=True),
        Column(key="kind", title="種類"), Column(key="feeds", title="指数の項目"),
        Column(key="label", title="様式の見出し", name=True), Column(key="value", title="答えのセル", name=True),
    )  # fmt: skip
    return Listing(caption="今日の項目", columns=columns, rows=rows, url=request.path, total=len(rows), html_id="items")


def _fields(request: SignedInRequest) -> list[FormField]:
    own = accounts.divisions(sorted(request.actor.divisions))
    return [
        FormField(
            name="division", label="担当課", kind="select", value=str(_division(request)),
            options=tuple(Option(str(one.id), one.names["ja"]) for one in own),
        ),
        FormField(
            name="valid_from", label="この日に届く証明から使う", value=request.POST.get("valid_from", ""), size=12,
            hint="例: 2027-04-01",
        ),
        FormField(
            name="file", label="様式のCSVファイル", kind="file", accept=".csv,.tsv,.txt",
            hint="「今の様式をCSVで保存する」で保存したファイルを直します。答えと、答えのセルは、空白で区切ります。"
            "年、月、日が別のセルなら「C5 E5 G5」、印を付ける欄なら「月=C8 火=D8」のように書きます。",
        ),
    ]  # fmt: skip


@access(audience="staff", permission=VIEW)
def form_export(request: SignedInRequest) -> HttpResponse:
    """The form in force today as the CSV that is taken back."""
    return file_response(queries.form_content(_division(request), clock.today())[1], "certificate-form.csv")
