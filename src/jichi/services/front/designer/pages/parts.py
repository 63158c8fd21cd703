"""設計: the pages list, the page as residents see it, and the properties of what is chosen; settings pages."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any, Final
from uuid import UUID

from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse

from jichi.design.fields import FormField, Option, errors_for
from jichi.engines.accounts import queries as accounts
from jichi.engines.accounts.access import SignedInRequest, access
from jichi.kernel.errors import Conflict, FieldError, Invalid, NotFound

from .. import actions, queries, rules
from ..errors import Stale
from ..permissions import EDIT
from ..queries import DesignView
from ..rules import MISSING, Place, Plain, Shape
from .fields import APART, form_fields
from .frame import (
    CONFLICT,
    UNPROCESSABLE,
    all_groups,
    context,
    held,
    item_url,
    page_name,
    part_url,
    posted_revision,
    sentence_of,
)

OUTSIDE: Final = frozenset({"kind"})
"""Of questions: changed by a form of its own."""
NOT_IN_COLUMNS: Final = frozenset({"show_if", "prefill", "autocomplete"})


@dataclass(frozen=True, slots=True, kw_only=True)
class Form:
    """What the form of one part asks for."""

    place: Place
    name: str
    part: dict[str, Plain]
    shapes: dict[str, Shape]
    items: tuple[str, ...]


@access(audience="staff", permission=EDIT)
def edit(request: SignedInRequest, id: UUID) -> HttpResponse:
    """The first page of the design."""
    design = held(request, id)
    pages = rules.list_at(design.source, ("pages",))
    if not pages:
        return redirect("front_designer:settings", id=id)
    return redirect(part_url(id, ("pages", rules.key_of(pages, 0))))


@access(audience="staff", permission=EDIT)
def settings(request: SignedInRequest, id: UUID) -> HttpResponse:
    """A5: all settings, page by page, with what they say now."""
    design = held(request, id)
    rows = [
        (title, reverse("front_designer:group", args=[id, key]), [_short(design.source, item) for item in items])
        for key, (title, items) in all_groups().items()
    ]
    return render(request, "front_designer/settings.html", {
        **context(request, design, "settings", f"{design.title}の設定"), "groups": rows,
    })  # fmt: skip


def _short(data: dict[str, Plain], item: str) -> tuple[str, str]:
    """(label, what it says in a few words)."""
    shape = rules.shapes_of("")[item]
    return rules.label(item), _few_words(item, shape, data.get(item, shape.default))


def _few_words(item: str, shape: Shape, value: Plain) -> str:
    if value in (None, [], {}, ""):
        return "なし"
    if isinstance(value, list):
        return f"{len(value)}件"
    if isinstance(value, dict) and shape.kind in {"part", "either"}:
        kind = value.get("kind")
        return rules.word(kind, f"{item}.kind") if isinstance(kind, str) else "あり"
    if item == "fee":
        return "無料" if value == 0 else f"{value:,}円"
    if item == "division":
        found = accounts.division(str(value))
        return found.names["ja"] if found else str(value)
    text = rules.word(str(value), item) if shape.kind == "choice" else str(rules.written_value(shape, value))
    return text.replace("\n", "、")[:40] or "なし"


@access(audience="staff", permission=EDIT, methods=("GET", "POST"))
def group(request: SignedInRequest, id: UUID, group: str) -> HttpResponse:
    """A2: one page of settings."""
    design = held(request, id)
    if group not in all_groups():
        raise NotFound
    title, items = all_groups()[group]
    shapes = {item: shape for item, shape in rules.shapes_of("").items() if item in items}
    form = Form(place=(), name="", part=design.source, shapes=shapes, items=_typed(shapes, design.source, ()))
    return _page(request, design, form, title=title, back=request.path, here="settings")


@access(audience="staff", permission=EDIT, methods=("GET", "POST"))
def part(request: SignedInRequest, id: UUID, at: str) -> HttpResponse:
    """A2: one page, question or other part of the design."""
    design = held(request, id)
    place = rules.place_of(at)
    shape, found = rules.shape_at(design.source, place), rules.part_at(design.source, place)
    if not place or shape is None or found is None or shape.kind not in {"part", "either"}:
        raise NotFound("designer.gone")
    shapes = rules.part_shapes(found, shape.of)
    if "columns" in place:
        shapes = {item: one for item, one in shapes.items() if item not in NOT_IN_COLUMNS}
    form = Form(place=place, name=shape.of, part=found, shapes=shapes, items=_typed(shapes, found, place))
    here = "edit" if place[0] == "pages" else "settings"
    return _page(request, design, form, title=rules.words_of(design.source, place), back=request.path, here=here)


def _typed(shapes: dict[str, Shape], part: dict[str, Plain], place: Place) -> tuple[str, ...]:
    is_question = place[-2:-1] in (("fields",), ("columns",))
    return tuple(item for item in rules.typed_items(shapes, part) if not (is_question and item in OUTSIDE))


def _page(
    request: SignedInRequest, design: DesignView, form: Form, *, title: str, back: str, here: str
) -> HttpResponse:
    wrong: dict[str, FieldError] = {}
    raw, status, stale = None, 200, None
    if request.method == "POST":
        raw = {name: values for name, values in request.POST.lists() if name in form.items}
        try:
            actions.save_part(
                actor=request.actor, id=design.id, place=form.place, items=form.items, raw=raw,
                expected_revision=posted_revision(request),
            )  # fmt: skip
            return redirect(_after(request, design, form, back))
        except Invalid as error:
            wrong, status = dict(error.fields) or {"": FieldError(error.code, error.params)}, UNPROCESSABLE
        except Stale as error:
            design, status, stale = held(request, design.id), CONFLICT, error
        except Conflict as error:
            return _locked(request, design, title, here, sentence_of(error))
    elif design.may_change:
        page = form.place[1] if form.place[:1] == ("pages",) and len(form.place) > 1 else ""
        actions.note_editing(actor=request.actor, id=design.id, page=page)
    return _drawn(request, design, form, title=title, back=back, here=here, wrong=wrong, raw=raw, status=status,
                  stale=stale)  # fmt: skip


def _after(request: SignedInRequest, design: DesignView, form: Form, back: str) -> str:
    """Where to go after saving: the same part, by its new name."""
    if form.place and not form.place[-1].startswith("~"):
        for item in ("id", "code", "value"):
            if item in form.items and form.part.get(item) == form.place[-1]:
                new = request.POST.get(item, "").strip()
                return part_url(design.id, (*form.place[:-1], new or form.place[-1])) + "?saved=1"
    return f"{back}?saved=1"


def _locked(request: SignedInRequest, design: DesignView, title: str, here: str, why: str) -> HttpResponse:
    return render(request, "front_designer/refused.html", {
        **context(request, design, here, title), "why": why,
    }, status=CONFLICT)  # fmt: skip


def _drawn(
    request: SignedInRequest, design: DesignView, form: Form, *, title: str, back: str, here: str,
    wrong: dict[str, FieldError], raw: dict[str, list[str]] | None, status: int, stale: Stale | None,
) -> HttpResponse:  # fmt: skip
    fields = form_fields(design.source, form.name, form.part, form.shapes, form.items, raw=raw, wrong=wrong)
    apart = [one for one in fields if one.name in APART and not one.required] + [
        one for one in fields if one.name in APART and one.required
    ]
    others = [wrong[""].params.get("message", "")] if "" in wrong and "message" in wrong[""].params else []
    found = {
        **context(request, design, here, title), **(_place_parts(design, form) if form.place else _below(design, form)),
        "fields": [one for one in fields if one.name not in APART], "apart": apart, "back_url": back,
        "apart_open": any(one.error for one in apart), "saved": "saved" in request.GET,
        "errors": errors_for(fields, others=[str(one) for one in others]), "stale": stale,
        "differences": _differences(design, form, raw or {}) if stale else [], "may_change": design.may_change,
    }  # fmt: skip
    template = "front_designer/page.html" if form.place[:1] == ("pages",) else "front_designer/part.html"
    return render(request, template, found, status=status)


def _differences(design: DesignView, form: Form, raw: dict[str, list[str]]) -> list[tuple[str, str, str]]:
    """(item, what it says now, what was typed) where they differ."""
    now = rules.part_at(design.source, form.place) or {}
    rows = []
    for item in form.items:
        theirs = rules.written_value(form.shapes[item], now.get(item))
        mine: object = raw.get(item, [])
        if form.shapes[item].kind == "switch":
            theirs, mine = "はい" if theirs else "いいえ", "はい" if mine else "いいえ"
        elif form.shapes[item].kind == "choices":
            theirs, mine = "、".join(theirs) if isinstance(theirs, list) else "", "、".join(raw.get(item, []))
        else:
            mine = "".join(raw.get(item, [])[-1:]).replace("\r\n", "\n").strip()
        if str(theirs) != str(mine):
            rows.append((rules.label(item, form.name), str(theirs) or "(空)", str(mine) or "(空)"))
    return rows


def _below(design: DesignView, form: Form) -> dict[str, Any]:
    """Conditions, parts and lists that have pages of their own."""
    known = rules.all_asked(design.source)
    name = rules.name_of(form.part) if form.name == "Field" else page_name(design.source, str(form.part.get("id", "")))
    conditions, parts, lists = [], [], []
    for item, shape in form.shapes.items():
        value, place = form.part.get(item), (*form.place, item)
        if shape.kind == "condition":
            words = rules.show_sentence(value, name, known, is_page=form.name == "Page") if item == "show_if" else (
                f"{rules.sentence(value, known)}とき" if value is not None else "いつも"
            )  # fmt: skip
            url = reverse("front_designer:condition", args=[design.id, rules.written(place)])
            conditions.append((rules.label(item, form.name), words, url))
        elif shape.kind in {"part", "either"} and (shape.kind == "part" or isinstance(value, dict)):
            there = isinstance(value, dict)
            parts.append((rules.label(item, form.name), rules.written(place), part_url(design.id, place), there,
                          shape.required))  # fmt: skip
        elif shape.kind == "either":
            parts.append((f"{rules.label(item, form.name)}を細かく決める", rules.written(place), "", False, False))
        elif shape.kind == "parts":
            lists.append(_list(design, place, shape, rules.label(item, form.name)))
    return {"conditions": conditions, "parts": parts, "lists": lists}


def _list(design: DesignView, place: Place, shape: Shape, title: str) -> dict[str, Any]:
    members = rules.list_at(design.source, place)
    known = rules.all_asked(design.source)
    rows = []
    for number, member in enumerate(members):
        here = (*place, rules.key_of(members, number))
        rows.append({
            "at": rules.written(here), "url": part_url(design.id, here), "name": _member_name(member, number, known),
            "kind": rules.word(str(member.get("kind", "")), "kind") if isinstance(member, dict) else "",
            "first": number == 0, "last": number == len(members) - 1,
        })  # fmt: skip
    options = rules.column_kinds() if "columns" in place else rules.kinds()
    return {
        "title": title, "at": rules.written(place), "rows": rows, "is_field": shape.of == "Field",
        "kind": FormField(
            name="kind", label="種類", kind="select", value="text",
            options=tuple(Option(one, rules.word(one, "kind")) for one in options),
        ),
        "label": FormField(name="label", label="見出し", required=False),
    }  # fmt: skip


def _member_name(member: Plain, number: int, known: dict[str, rules.Asked]) -> str:
    if not isinstance(member, dict):
        return str(member)
    for item in ("noun", "label", "title", "text", "message", "reason"):
        if words := rules.japanese(member.get(item)):
            return words[:60]
    if "from" in member:
        return f"{member.get('from')}から{member.get('until', '')} {member.get('yen')}円"
    if "up_to" in member or "steps" in member:
        return f"{member.get('up_to', '残り全部')} {member.get('id', '')}"
    field = member.get("field")
    return (
        known[field].name if isinstance(field, str) and field in known else str(member.get("id", f"{number + 1}番目"))
    )


def _place_parts(design: DesignView, form: Form) -> dict[str, Any]:
    """What stands around the form of a page or question: the list of pages, the preview, moving and removing."""
    pages = rules.list_at(design.source, ("pages",))
    here = form.place[1] if form.place[0] == "pages" and len(form.place) > 1 else ""
    dropped = queries.drop_off_by_page(design.slug)
    rows = []
    for number in range(len(pages)):
        key = rules.key_of(pages, number)
        rows.append({
            "dropped": f"離脱{dropped[key]}%" if key in dropped else "",
            "at": f"pages/{key}", "url": part_url(design.id, ("pages", key)), "name": page_name(design.source, key),
            "current": key == here, "number": number + 1, "has_condition": "show_if" in (pages[number] or {}),  # type: ignore[operator] # pages are dicts
        })  # fmt: skip
    is_question = len(form.place) == 4 and form.place[2] == "fields"
    frame = reverse("front_designer:frame", args=[design.id, here]) if here else ""
    return {
        **_below(design, form), "pages": rows, "frame_url": frame, "at": rules.written(form.place),
        "page_url": part_url(design.id, form.place[:2]) if len(form.place) > 2 else "",
        "page_name": page_name(design.source, here) if here else "",
        "is_question": is_question, "kind_word": rules.word(str(form.part.get("kind", "")), "kind"),
        "is_column": "columns" in form.place and len(form.place) == 6,
        "kind_field": _kind_field(form), "page_field": _page_field(design, here) if is_question else None,
        "removable": len(form.place) >= 2 and rules.at(design.source, form.place) is not MISSING,
        "up_url": part_url(design.id, _above(design, form.place)),
    }  # fmt: skip


def _above(design: DesignView, place: Place) -> Place:
    """The part around this one."""
    for length in range(len(place) - 1, 0, -1):
        if rules.part_at(design.source, place[:length]) is not None:
            return place[:length]
    return ()


def _kind_field(form: Form) -> FormField:
    options = rules.column_kinds() if "columns" in form.place else rules.kinds()
    return FormField(
        name="kind", label="ほかの種類に変える", kind="select", value=str(form.part.get("kind", "")), show_mark=False,
        options=tuple(Option(one, rules.word(one, "kind")) for one in options),
    )  # fmt: skip


def _page_field(design: DesignView, here: str) -> FormField | None:
    pages = rules.list_at(design.source, ("pages",))
    keys = [key for key in (rules.key_of(pages, n) for n in range(len(pages))) if key != here]
    if not keys:
        return None
    return FormField(
        name="page", label="ほかのページへ移す", kind="select", show_mark=False,
        options=tuple(Option(key, page_name(design.source, key)) for key in keys),
    )  # fmt: skip


def finding_url(id: UUID, found: rules.Found) -> str:
    """The page on which a finding is mended."""
    return item_url(id, found.place, found.item)
