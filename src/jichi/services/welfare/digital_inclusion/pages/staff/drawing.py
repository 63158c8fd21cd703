"""The draw of a class, on the page that draws have in common."""

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
    if found.offering_id is None or found.plan.mode != "lottery":
        raise NotFound
    around = {
        "title": f"{found.title['ja']}の抽選", "tabs": tabs(found, "draw", request), "breadcrumb": crumbs(found),
        "word": "教室",
    }  # fmt: skip
    return respond(
        request,
        DrawPage(
            offering_id=found.offering_id, name=code, draw_at=found.plan.draw_at,
            text_source=found.plan.text_source, here=reverse("welfare_digital_inclusion_staff:draw", args=[code]),
            template="eng_programmes/draw.html", around=around, facts=draw_facts,
        ),
    )  # fmt: skip
