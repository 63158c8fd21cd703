"""Pages of figures for officials, the same as files and pictures; and what residents may know of the counting."""

from __future__ import annotations

from collections.abc import Callable
from typing import Final

from django.http import HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.utils.translation import gettext as _

from jichi.design.chart_picture import chart_picture
from jichi.design.parts import Link
from jichi.engines.accounts.access import SignedInRequest, access
from jichi.engines.files.documents import svg_to_png
from jichi.kernel import clock
from jichi.kernel.errors import NotFound

from .pages import corrections, deciding, indicators, overview, pages, ways
from .permissions import VIEW
from .scope import Scope, filter_fields, scope_of
from .sheets import Sheet

SHEETS: Final[dict[str, tuple[str, Callable[[Scope], Sheet]]]] = {
    "overview": ("概要", overview.sheet),
    "pages": ("離脱", pages.sheet),
    "deciding": ("処理の時間", deciding.sheet),
    "corrections": ("補正", corrections.sheet),
    "ways": ("利用の方法", ways.sheet),
    "indicators": ("指標", indicators.sheet),
}
"""Name of the page → (its tab, how it is made)."""
TYPES: Final = {"svg": "image/svg+xml", "png": "image/png"}


@access(audience="staff", permission=VIEW)
def show(request: SignedInRequest, sheet: str = "overview") -> HttpResponse:
    """A10: a page of figures."""
    scope = scope_of(request.actor, request.GET)
    found = _found(sheet, scope)
    charts = [
        (chart, [(kind, _address("picture", scope, sheet, name, kind)) for kind in TYPES])
        for name, chart in found.charts.items()
    ]
    context = {
        "title": found.title, "sheet": found, "tabs": _tabs(scope, sheet), "told": scope.told, "charts": charts,
        "filters": filter_fields(scope, dates_only=sheet == "indicators"), "page_url": request.path,
        "grids": [(grid, _address("export", scope, sheet, grid.name)) for grid in found.grids],
    }  # fmt: skip
    return render(request, "front_statistics/sheet.html", context)


def _found(sheet: str, scope: Scope) -> Sheet:
    if sheet not in SHEETS:
        raise NotFound
    return SHEETS[sheet][1](scope)


def _address(name: str, scope: Scope, *arguments: str) -> str:
    return f"{reverse(f'front_statistics:{name}', args=arguments)}?{scope.query}"


def _page(name: str) -> str:
    if name == "overview":
        return reverse("front_statistics:overview")
    return reverse("front_statistics:sheet", args=[name])


def _tabs(scope: Scope, here: str) -> list[Link]:
    return [
        Link(title, f"{_page(name)}?{scope.query}", current=name == here) for name, (title, _make) in SHEETS.items()
    ]


def _file(content: bytes, media_type: str, name: str) -> HttpResponse:
    response = HttpResponse(content, content_type=media_type)
    response["Content-Disposition"] = f'attachment; filename="{name}"'
    response["Cache-Control"] = "private, no-store"
    return response


@access(audience="staff", permission=VIEW)
def export(request: SignedInRequest, sheet: str, grid: str) -> HttpResponse:
    """A table as CSV (UTF-8 with BOM)."""
    found = _found(sheet, scope_of(request.actor, request.GET))
    one = next((one for one in found.grids if one.name == grid), None)
    if one is None:
        raise NotFound
    return _file(one.csv(), "text/csv; charset=utf-8", f"{sheet}_{grid}_{clock.today():%Y%m%d}.csv")


@access(audience="staff", permission=VIEW)
def picture(request: SignedInRequest, sheet: str, chart: str, kind: str) -> HttpResponse:
    """A chart as SVG or PNG."""
    scope = scope_of(request.actor, request.GET)
    found = _found(sheet, scope).charts.get(chart)
    if found is None or kind not in TYPES:
        raise NotFound
    drawing = chart_picture(found, as_of=scope.told)
    content = drawing if kind == "svg" else svg_to_png(drawing)
    return _file(content, TYPES[kind], f"{sheet}_{chart}_{clock.today():%Y%m%d}.{kind}")


@access(audience="public")
def privacy(request: SignedInRequest) -> HttpResponse:
    """A1: what is counted, and what is not."""
    return render(request, "front_statistics/privacy.html", {"title": _("このサイトで数えていること")})
