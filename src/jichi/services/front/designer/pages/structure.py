"""Adding, moving and removing pages, questions and other members; another kind for a question. Each is one press."""

from __future__ import annotations

from uuid import UUID

from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.utils.http import url_has_allowed_host_and_scheme

from jichi.engines.accounts.access import SignedInRequest, access
from jichi.kernel.errors import Conflict, Invalid

from .. import actions, rules
from ..permissions import EDIT
from ..queries import DesignView
from ..rules import Place
from .frame import CONFLICT, UNPROCESSABLE, context, held, item_url, part_url, posted_revision, sentence_of


@access(audience="staff", permission=EDIT, methods=("POST",))
def change(request: SignedInRequest, id: UUID) -> HttpResponse:
    """One change of the structure, and back to where it shows."""
    design = held(request, id)
    place, act = rules.place_of(request.POST.get("at", "")[:600]), request.POST.get("act", "")
    if not place:
        return redirect("front_designer:edit", id=id)
    if act == "remove" and not request.POST.get("sure"):
        used = _uses(design, place)
        if used:
            return render(request, "front_designer/remove.html", {
                **context(request, design, "edit", f"{rules.words_of(design.source, place)}を消す"), "used": used,
                "at": rules.written(place), "back_url": _back(request, design, place),
            })  # fmt: skip
    try:
        return redirect(_done(request, design, place, act))
    except (Conflict, Invalid) as error:
        fields = getattr(error, "fields", {})
        status = UNPROCESSABLE if fields else CONFLICT
        return render(request, "front_designer/refused.html", {
            **context(request, held(request, id), "edit", "変えていません"), "why": sentence_of(error),
            "back_url": _back(request, design, place),
        }, status=status)  # fmt: skip


def _done(request: SignedInRequest, design: DesignView, place: Place, act: str) -> str:
    """Do it; the address to show afterwards."""
    actor, revision, post = request.actor, posted_revision(request), request.POST
    if act == "add":
        _revision, new = actions.add_part(
            actor=actor, id=design.id, place=place, kind=post.get("kind", ""), label=post.get("label", ""),
            expected_revision=revision,
        )  # fmt: skip
        return part_url(design.id, new)
    if act in {"up", "down"}:
        actions.move_part(
            actor=actor, id=design.id, place=place, by=-1 if act == "up" else 1, expected_revision=revision
        )
        return _back(request, design, place)
    if act == "to_page":
        new = actions.move_part(
            actor=actor, id=design.id, place=place, page=post.get("page", ""), expected_revision=revision
        )
        return part_url(design.id, new)
    if act == "remove":
        actions.remove_part(actor=actor, id=design.id, place=place, expected_revision=revision)
        return _back(request, design, place)
    if act in {"kind", "fill"}:
        return _put(request, design, place, act)
    return part_url(design.id, ())


def _put(request: SignedInRequest, design: DesignView, place: Place, act: str) -> str:
    """Another kind for a question, or an item that is filled with a new part."""
    shape, part = rules.shape_at(design.source, place), rules.part_at(design.source, place)
    kind = request.POST.get("kind", "")
    if act == "kind" and part is not None and shape is not None and shape.of == "Field" and kind in rules.kinds():
        value = rules.of_kind(part, kind)
    elif act == "fill" and part is None and shape is not None and shape.kind in {"part", "either"}:
        value = rules.blank(shape.of)
    else:
        return part_url(design.id, ())
    actions.put_part(
        actor=request.actor, id=design.id, place=place, value=value, expected_revision=posted_revision(request)
    )
    return part_url(design.id, place)


def _uses(design: DesignView, place: Place) -> list[tuple[str, str]]:
    """(words, address) of everything that names a question that would go."""
    gone = []
    if place[0] == "pages" and len(place) == 4:
        gone = [place[3]]
    elif place[0] == "pages" and len(place) == 2:
        gone = [str(field.get("id")) for page, field in rules.questions(design.source) if page == place[1]]
    found = []
    for field in gone:
        for use in rules.uses(design.source, field):
            if use[: len(place)] != place:
                part, item = rules.nearest_part(use, design.source)
                found.append((rules.words_of(design.source, use[:-1]), item_url(design.id, part, item)))
    return sorted(set(found))


def _back(request: SignedInRequest, design: DesignView, place: Place) -> str:
    """The page that was asked from, as far as it is ours; otherwise the part around."""
    wanted = request.POST.get("back", "")
    if wanted.startswith("/") and url_has_allowed_host_and_scheme(wanted, allowed_hosts=None):
        return wanted
    if place[0] == "pages" and len(place) > 2:
        return part_url(design.id, place[:2])
    return part_url(design.id, ()) if place[0] != "pages" else f"/staff/designer/{design.id}/"
