"""Pages of towns (町丁・字): the list, found by name or reading, files in and out; and the map's data for everybody."""

from __future__ import annotations

from typing import Final

from django.http import HttpRequest, HttpResponse, JsonResponse
from django.shortcuts import redirect
from django.urls import reverse

from jichi.design import catalogue
from jichi.design.fields import FormField, SummaryError, errors_for, filter_field
from jichi.design.pages import listing_response
from jichi.design.parts import Column, Listing, Row
from jichi.design.uploads import sent_table
from jichi.engines.accounts.access import SignedInRequest, access
from jichi.kernel import clock
from jichi.kernel.errors import FieldError, Invalid

from . import towns
from .permissions import CONFIRM
from .rules.towns import COLUMNS, Place, Refused, write_towns

SHOWN: Final = 20
"""So many wrong lines are told one by one."""
MAP_SECONDS: Final = 3600
_PAGE: Final = 50
_COLUMNS: Final = (
    Column(key="name", title="町名", head=True, name=True), Column(key="kana", title="フリガナ", name=True),
    Column(key="postcode", title="郵便番号"), Column(key="centre", title="中心"), Column(key="shape", title="形"),
    Column(key="key", title="町字コード"),
)  # fmt: skip


@access(audience="public")
def map_data(_request: HttpRequest) -> HttpResponse:
    """The towns as a map is drawn from them; nothing of a person."""
    response = JsonResponse(towns.town_map(), json_dumps_params={"ensure_ascii": False, "separators": (",", ":")})
    response.headers["Cache-Control"] = f"private, max-age={MAP_SECONDS}"
    return response


@access(audience="staff", permission=CONFIRM, methods=("GET", "POST"))
def town_list(request: SignedInRequest) -> HttpResponse:
    """A6, A2: the towns, and a file that brings readings, centres or shapes."""
    problems: list[str] = []
    wrong: dict[str, FieldError] = {}
    if request.method == "POST":
        try:
            name, data = sent_table(request)
            done = towns.import_towns(actor=request.actor, data=data, credit=request.POST.get("credit", ""), label=name)
            return redirect(f"{request.path}?new={done.new}&changed={done.changed}&rows={done.rows}")
        except Refused as refused:
            problems = [_told(line, column, error) for line, column, error in _lines(refused)]
        except Invalid as error:
            wrong = dict(error.fields)
    q, after = request.GET.get("q", "").strip()[:50], request.GET.get("after", "")
    start = int(after) if after.isdecimal() and len(after) < 6 else 0
    found = towns.places(q)
    listing = Listing(
        caption="町", url=request.path, params={"q": q}, columns=_COLUMNS, html_id="towns",
        rows=[_row(one) for one in found[start : start + _PAGE]],
        after=str(start + _PAGE) if len(found) > start + _PAGE else "",
        search=filter_field("q", "町名・読み・郵便番号", q), empty="当てはまる町はありません。",
    )  # fmt: skip
    fields = [
        FormField(
            name="file", label="町のファイル", kind="file", accept=".csv,.tsv,.txt,.geojson,.json",
            error=wrong.get("file"), hint="読みと中心はCSV、町の形はGeoJSON。ファイルにないものは変わりません。",
        ),
        FormField(
            name="credit", label="地図の出典", required=False, error=wrong.get("credit"), size=40,
            value=request.POST.get("credit", ""), hint="町の形を取り込むときに要ります。地図の下に出ます。",
        ),
    ]  # fmt: skip
    context = {
        "title": "町と地図", "uses_htmx": True, "fields": fields,
        "breadcrumb": [("住民情報の取込", reverse("eng_registry:loads"))],
        "errors": [*(SummaryError("f-file", text) for text in problems), *errors_for(fields)],
        "columns": [(names[0], "、".join(names[1:])) for names in COLUMNS.values()], "done": _done(request),
        "without": sum(not one.kana for one in found) if not q else 0,
    }  # fmt: skip
    status = 422 if context["errors"] else 200
    return listing_response(request, "eng_registry/towns.html", context, listing, status=status)


def _done(request: SignedInRequest) -> str:
    given = [request.GET.get(name, "") for name in ("rows", "new", "changed")]
    if not all(text.isdecimal() and len(text) < 8 for text in given):
        return ""
    rows, new, changed = given
    return f"{rows}件を読みました。新しい町 {new}件、変わった町 {changed}件。"


def _row(one: Place) -> Row:
    code = f"〒{one.postcode[:3]}-{one.postcode[3:]}" if len(one.postcode) == 7 else one.postcode
    centre = "なし" if one.latitude is None else f"{one.latitude:.5f}, {one.longitude:.5f}"
    return Row(cells=(
        one.name, one.kana or "なし", code or "なし", centre, "なし" if one.outline is None else "あり", one.town_key,
    ))  # fmt: skip


def _lines(refused: Refused) -> list[tuple[int, str, FieldError]]:
    return [(one.line, one.column, one.error) for one in refused.lines[:SHOWN]]


def _told(line: int, column: str, error: FieldError) -> str:
    place = (f"{line}行目" if line else "") + (f"の「{column}」" if column else "")
    words = catalogue.field_message(error, label=column or "ファイル", language="ja")
    return f"{place}: {words}" if place else words


@access(audience="staff", permission=CONFIRM)
def town_export(_request: SignedInRequest) -> HttpResponse:
    """The towns as the CSV that the page takes: fill in what is missing, and bring it back."""
    response = HttpResponse(write_towns(towns.places()), content_type="text/csv; charset=utf-8")
    response["Content-Disposition"] = f'attachment; filename="towns_{clock.today():%Y%m%d}.csv"'
    response["Cache-Control"] = "private, no-store"
    return response
