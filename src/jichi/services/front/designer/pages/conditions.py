"""A condition, put together from sentences: which question or fact, compared how, with what; all or any of them."""

from __future__ import annotations

from typing import Any, Final
from uuid import UUID

from django.http import HttpResponse
from django.shortcuts import redirect, render

from jichi.design.fields import FormField, Option, errors_for
from jichi.engines.accounts.access import SignedInRequest, access
from jichi.kernel.errors import Conflict, FieldError, Invalid, NotFound

from .. import actions, rules
from ..permissions import EDIT
from ..queries import DesignView
from ..rules import Asked, Place, Plain
from .frame import CONFLICT, UNPROCESSABLE, context, held, page_name, part_url, posted_revision, sentence_of

FACT: Final = "台帳:"
COLUMN: Final = "::"
_JOINTS: Final = {"all": "すべてに当てはまるとき", "any": "どれかに当てはまるとき"}


@access(audience="staff", permission=EDIT, methods=("GET", "POST"))
def condition(request: SignedInRequest, id: UUID, at: str) -> HttpResponse:
    """A2: one condition."""
    design = held(request, id)
    place = rules.place_of(at)
    shape = rules.shape_at(design.source, place)
    if not place or shape is None or shape.kind != "condition" or rules.part_at(design.source, place[:-1]) is None:
        raise NotFound("designer.gone")
    wrong: dict[str, FieldError] = {}
    problem, status = "", 200
    if request.method == "POST":
        try:
            _change(request, design, place)
            return redirect(request.path)
        except Invalid as error:
            wrong, status = dict(error.fields), UNPROCESSABLE
        except Conflict as error:
            problem, status, design = sentence_of(error), CONFLICT, held(request, id)
    return _page(request, design, place, wrong=wrong, problem=problem, status=status)


def _parts(value: Plain) -> tuple[str, list[Plain]]:
    """(all or any, the sentences) of a condition as kept."""
    if isinstance(value, dict):
        for joint in _JOINTS:
            inner = value.get(joint)
            if isinstance(inner, list):
                return joint, inner
        return "all", [value]
    return "all", []


def _together(joint: str, parts: list[Plain]) -> Plain | object:
    if not parts:
        return rules.MISSING
    return parts[0] if len(parts) == 1 else {joint: parts}


def _change(request: SignedInRequest, design: DesignView, place: Place) -> None:
    value = rules.at(design.source, place)
    joint, parts = _parts(None if value is rules.MISSING else value)  # type: ignore[arg-type] # MISSING was taken out
    post, act = request.POST, request.POST.get("act", "")
    if act == "add":
        parts = [*parts, _new(request, design, place)]
    elif act == "drop" and post.get("row", "").isdecimal():
        parts = [part for number, part in enumerate(parts) if number != int(post["row"][:4])]
    elif act == "joint" and post.get("joint") in _JOINTS:
        joint = post["joint"]
    elif act == "clear":
        parts = []
    else:
        return
    if not parts and _is_needed(design, place):
        raise Conflict("designer.last_one")
    actions.put_part(
        actor=request.actor, id=design.id, place=place, value=_together(joint, parts),
        expected_revision=posted_revision(request),
    )  # fmt: skip


def _is_needed(design: DesignView, place: Place) -> bool:
    shape = rules.shape_at(design.source, place)
    return shape is not None and shape.required


def _new(request: SignedInRequest, design: DesignView, place: Place) -> Plain:
    chosen, is_fact, column = _chosen(design, place, request.POST.get("what", ""))
    operator, text = request.POST.get("how", ""), request.POST.get("value", "").replace("\x00", "")[:400]
    if chosen is None:
        raise Invalid(fields={"what": FieldError("field.choose_one")})
    if operator not in chosen.operators:
        raise Invalid(fields={"how": FieldError("field.choose_one")})
    needs_value = operator not in {"answered", "unanswered"}
    if needs_value and (not text.strip() or (chosen.values and text not in chosen.values)):
        raise Invalid(fields={"value": FieldError("field.choose_one" if chosen.values else "field.required")})
    return rules.comparison(chosen, operator, text, is_fact=is_fact, column=column)


def _before(design: DesignView, place: Place) -> dict[str, Asked]:
    """Questions that are asked before this place; all of them where it lies outside of the pages."""
    known = rules.all_asked(design.source)
    if place[0] == "eligibility":
        return {}
    if place[0] != "pages":
        return known
    found: dict[str, Asked] = {}
    for page, field in rules.questions(design.source):
        id = str(field.get("id", ""))
        if page == place[1] and (len(place) < 4 or id == place[3]):
            break
        found[id] = known[id]
    return found


def _chosen(design: DesignView, place: Place, what: str) -> tuple[Asked | None, bool, str]:
    """(the question or fact, whether it is a fact, the column) of what was picked."""
    if what.startswith(FACT):
        fact = what.removeprefix(FACT)
        return (rules.fact_asked(fact), True, "") if fact in rules.facts() else (None, True, "")
    field, _sep, column = what.partition(COLUMN)
    found = _before(design, place).get(field)
    if found is None or not column:
        return found, False, ""
    part = next((one for _page, one in rules.questions(design.source) if one.get("id") == field), {})
    names = rules.columns_of(part)
    if column not in names:
        return None, False, ""
    return Asked(field, "number", f"{found.name}の列「{names[column]}」の合計", {}), False, column


def _choices(design: DesignView, place: Place) -> tuple[Option, ...]:
    found = []
    by_id = {str(field.get("id")): field for _page, field in rules.questions(design.source)}
    for id, one in _before(design, place).items():
        if one.kind == "note":
            continue
        found.append(Option(id, one.name, noruby=True))
        found += [
            Option(f"{id}{COLUMN}{column}", f"{one.name}の列「{words}」の合計", noruby=True)
            for column, words in rules.columns_of(by_id[id]).items()
        ]
    return (*found, *(Option(f"{FACT}{fact}", f"台帳: {rules.fact_name(fact)}") for fact in rules.facts()))


def _page(
    request: SignedInRequest,
    design: DesignView,
    place: Place,
    *,
    wrong: dict[str, FieldError],
    problem: str,
    status: int,
) -> HttpResponse:
    value = rules.at(design.source, place)
    joint, parts = _parts(None if value is rules.MISSING else value)  # type: ignore[arg-type] # MISSING was taken out
    known = rules.all_asked(design.source)
    what = (request.POST if request.method == "POST" else request.GET).get("what", "")
    chosen, _is_fact, _column = _chosen(design, place, what) if what else (None, False, "")
    fields = _fields(request, chosen, wrong) if chosen else []
    what_field = FormField(name="what", label="どの質問か台帳の項目について", kind="select", show_mark=False,
                           options=_choices(design, place), error=wrong.get("what"))  # fmt: skip
    context_: dict[str, Any] = {
        **context(request, design, "edit" if place[0] == "pages" else "settings", rules.label(place[-1])),
        "words": _words(design, place, value), "rows": [rules.sentence(part, known) for part in parts],
        "joint": FormField(
            name="joint", label="組み合わせ方", kind="radio", value=joint, show_mark=False,
            options=tuple(Option(key, words) for key, words in _JOINTS.items()),
        ),
        "what_field": what_field, "what": what, "chosen": chosen.name if chosen else "", "fields": fields,
        "errors": errors_for([what_field, *fields]), "stale": problem, "up_url": part_url(design.id, place[:-1]),
        "own_url": request.path, "may_change": design.may_change, "removable": not _is_needed(design, place),
    }  # fmt: skip
    return render(request, "front_designer/condition.html", context_, status=status)


def _words(design: DesignView, place: Place, value: Plain | object) -> str:
    known = rules.all_asked(design.source)
    part = rules.part_at(design.source, place[:-1]) or {}
    plain: Plain = None if value is rules.MISSING else value  # type: ignore[assignment] # MISSING was taken out
    if place[-1] == "show_if":
        is_page = len(place) == 3
        name = page_name(design.source, place[1]) if is_page else rules.name_of(part)
        return rules.show_sentence(plain, name, known, is_page=is_page)
    return f"{rules.sentence(plain, known)}とき" if plain is not None else "条件はまだありません。"


def _fields(request: SignedInRequest, chosen: Asked, wrong: dict[str, FieldError]) -> list[FormField]:
    post = request.POST
    how = FormField(
        name="how", label="比べ方", kind="radio", value=post.get("how", chosen.operators[0]), error=wrong.get("how"),
        options=tuple(Option(one, rules.CHOICES[one]) for one in chosen.operators),
    )  # fmt: skip
    if chosen.operators == ("answered", "unanswered"):
        return [how]
    if chosen.values:
        value = FormField(
            name="value", label="答え", kind="select", required=False, value=post.get("value", ""),
            options=tuple(Option(key, words or key) for key, words in chosen.values.items()), error=wrong.get("value"),
        )  # fmt: skip
    else:
        hint = "例: 2026-04-01、今日、今日+30" if chosen.kind == "date" else "質問の答えと比べるときは「質問:識別名」"
        value = FormField(
            name="value", label="比べる値", required=False, value=post.get("value", ""), hint=hint,
            error=wrong.get("value"),
        )  # fmt: skip
    return [how, value]
