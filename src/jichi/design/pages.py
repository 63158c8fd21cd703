"""Responses that pages share: a list that answers htmx with its results only."""

from __future__ import annotations

from typing import Any

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils.cache import patch_vary_headers

from .parts import Listing
from .render_lists import render_results


def listing_response(
    request: HttpRequest, template: str, context: dict[str, Any], listing: Listing, *, status: int = 200
) -> HttpResponse:
    """The page with the list (context `listing`), or only its results when htmx asks for them."""
    if request.headers.get("HX-Target") == f"{listing.html_id}-results":
        response = HttpResponse(render_results(listing), status=status)
    else:
        response = render(request, template, {**context, "listing": listing}, status=status)
    patch_vary_headers(response, ["HX-Target"])
    return response
