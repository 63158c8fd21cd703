"""The draw of an event, on the page that draws have in common."""

from __future__ import annotations

from django.http import HttpResponse
from django.urls import reverse

from jichi.engines.accounts.access import SignedInRequest, access
from jichi.engines.programmes.drawing import DrawPage, draw_facts, respond
from jichi.kernel.errors import NotFound

from ...permissions import EDIT
from .arranging import crumbs, owned, tabs


@access(audience="staff", permission=EDIT, methods=("GET", "POST"))
def draw(request: SignedInRequest, code: str) -> HttpResponse:
    """A5: one step after the other; each is there only when it may be taken."""
    found = owned(request, code)
    if found.offering_id is None or not found.content.is_lottery:
        raise NotFound
    around = {
        "title": f"{found.title['ja']}の抽選", "tabs": tabs(found, "draw", request), "breadcrumb": crumbs(found),
        "word": "催し",
    }  # fmt: skip
    return respond(
        request,
        DrawPage(
            offering_id=found.offering_id, name=code, draw_at=found.content.draw_at,
            text_source=found.content.text_source, here=reverse("front_events_staff:draw", args=[code]),
            template="eng_programmes/draw.html", around=around, facts=draw_facts,
        ),
    )  # fmt: skip
