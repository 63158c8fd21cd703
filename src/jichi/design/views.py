"""The gallery at /design/: every component in all its states, in every layout."""

from __future__ import annotations

from typing import Final

from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import render
from django.urls import reverse

from . import gallery
from .fields import errors_for
from .pages import listing_response

LAYOUTS: Final = ("resident", "staff", "partner", "public")
_PUBLIC: Final = {"audience": "public"}


def index(request: HttpRequest) -> HttpResponse:
    """What there is."""
    pages = [(key, title, reverse("design:page", args=["resident", key])) for key, title in gallery.PAGES.items()]
    others = [
        (layout, title, reverse("design:page", args=[layout, key]))
        for layout in LAYOUTS[1:]
        for key, title in gallery.PAGES.items()
    ]
    return render(request, "design/gallery/index.html", {"title": "画面部品の見本", "pages": pages, "others": others})


def page(request: HttpRequest, layout: str, name: str) -> HttpResponse:
    """One page of the gallery in one layout; 404 for others."""
    if layout not in LAYOUTS or name not in gallery.PAGES:
        raise Http404
    context = gallery.context_for(name, layout=layout, url=request.path)
    context["base"] = f"design/layouts/{layout}.html"
    template = f"design/gallery/{name.split('-', maxsplit=1)[0]}.html"
    if "listing" in context:
        return listing_response(request, template, context, context.pop("listing"))
    if context.get("fields") and name.endswith("-errors"):
        context["errors"] = errors_for(context["fields"])
        return render(request, template, context, status=422)
    return render(request, template, context)


index.jichi_access = _PUBLIC  # type: ignore[attr-defined] # read by the access middleware above this floor
page.jichi_access = _PUBLIC  # type: ignore[attr-defined] # read by the access middleware above this floor
