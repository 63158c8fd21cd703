"""Choosing nurseries for one child (希望の園): a ranked list, picked from a list and a map, without any script.

While an application is written each press is kept. Once it is taken up, wishes count: then the presses only make a
proposal, which stands in the address until it is saved as a whole.
"""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date
from typing import Any, Final
from uuid import UUID

from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.http import urlencode
from django.utils.translation import gettext as _

from jichi.design import catalogue
from jichi.design.fields import filter_field
from jichi.engines.accounts.access import SignedInRequest, access
from jichi.kernel.calendar import format_date
from jichi.kernel.errors import Conflict, Invalid, NotFound

from .. import actions, queries
from ..queries import Choice, RoundView
from ..rules.entering import moved
from ..rules.intake import MOST_WISHES, class_on
from ..rules.least_age import too_young
from .answering import child_of, saved, with_child, writing
from .applying import crumbs
from .families import own
from .plain import class_word
from .words import CONFLICT

LONGEST: Final = 50


@access(audience="resident", methods=("GET", "POST"))
def choose(request: SignedInRequest, id: UUID, key: str) -> HttpResponse:
    """A2: the nurseries wished for, best first, each with distance, hours, seats and the last cut-off."""
    round_, found = writing(request, id)
    child, problem = child_of(found, key), ""
    birth, text = date.fromisoformat(child["birth"]), _text(request)
    group = class_on(birth, round_.entry_on) or 0
    if request.method == "POST":
        offered = _offered(round_, group, birth)
        wishes = moved(child["wishes"], request.POST.get("act", ""), request.POST.get("code", ""), offered)
        problem = saved(request, found, with_child(found.content, key, {"wishes": wishes}))
        if not problem:
            query = f"?{urlencode({'q': text})}" if text else ""
            return redirect(f"{request.path}{query}#chosen")
    context: dict[str, Any] = {
        "title": _("希望の園を選ぶ"), "name": child["name"], "problem": problem, "breadcrumb": crumbs(found),
        "entry_id": id, "method": "post", **_shown(request, round_, group, birth, child["wishes"], text),
    }  # fmt: skip
    return render(request, "resident_nursery/choose.html", context, status=CONFLICT if problem else 200)


@access(audience="resident", methods=("GET", "POST"))
def change(request: SignedInRequest, id: UUID) -> HttpResponse:
    """A2: other wishes for a child whose application was taken up, from the same list and map, saved as a whole."""
    pair = queries.child(id)
    if pair is None:
        raise NotFound
    (round_, found), child, problem = own(request, pair[0].id), pair[1], ""
    text, group = _text(request), child.class_id
    if request.method == "POST":
        wishes = request.POST.getlist("wish")
        try:
            actions.change_wishes(actor=request.actor, child_id=id, wishes=wishes)
            return redirect("nursery_family:application", id=found.id)
        except Invalid as error:
            wrong = next(iter(error.fields.values()))
            problem = catalogue.field_message(wrong, label=_("希望の園"), language=request.LANGUAGE_CODE)
        except Conflict as error:
            problem = catalogue.message(error.code, request.LANGUAGE_CODE)
    else:
        wishes = _proposed(request, child.wishes)
        if act := request.GET.get("act", ""):
            now = moved(wishes, act, request.GET.get("code", ""), _offered(round_, group, child.birth))
            query = [("proposal", "1"), *(("wish", one) for one in now)]
            return redirect(f"{request.path}?{urlencode([*query, *([('q', text)] if text else [])])}#chosen")
    back = reverse("nursery_family:application", args=[found.id])
    context = {
        "title": _("希望の園を変える"), "name": child.name, "problem": problem, "back": back, "method": "get",
        "proposal": wishes, "changed": list(child.wishes) != list(wishes),
        **_shown(request, round_, group, child.birth, wishes, text),
    }  # fmt: skip
    return render(request, "resident_nursery/choose.html", context, status=CONFLICT if problem else 200)


def _text(request: SignedInRequest) -> str:
    return request.GET.get("q", "").strip()[:LONGEST]


def _proposed(request: SignedInRequest, wishes: Sequence[str]) -> list[str]:
    """The wishes that the address proposes, each once; those that count where it proposes none."""
    if "proposal" not in request.GET:
        return list(wishes)
    return list(dict.fromkeys(one[:LONGEST] for one in request.GET.getlist("wish")[:MOST_WISHES]))


def _offered(round_: RoundView, group: int, birth: date) -> set[str]:
    """Nurseries that a child of a class may wish for in a round."""
    offered = [code for (code, number) in queries.seats(round_.id) if number == group]
    early = too_young(queries.least_ages(round_.entry_on), offered, group, birth, round_.entry_on)
    return {*offered} - {one.facility for one in early}


def _shown(
    request: SignedInRequest, round_: RoundView, group: int, birth: date, wishes: Sequence[str], text: str
) -> dict[str, Any]:
    """What both pages show: the ranked list, the map, the nurseries."""
    entry = round_.entry_on
    shown = queries.choices(round_.id, group, addressee_no=request.addressee_no or "", text=text, entry=entry)
    names = queries.facility_names()
    return {
        "class": class_word(group), "chosen": [(code, names.get(code, code)) for code in wishes],
        "rows": [
            {**_row(number, one, wishes), **_least(one, birth, entry, request.LANGUAGE_CODE)}
            for number, one in enumerate(shown.rows, 1)
        ],
        "picture": shown.picture, "from_home": shown.from_home, "text": text,
        "search": filter_field("q", _("園の名前や所在地"), text),
    }  # fmt: skip


def _least(one: Choice, birth: date, entry: date, language: str) -> dict[str, str]:
    """From when the nursery takes this child, and whether that is after the day of entry."""
    if one.least is None:
        return {}
    reached = one.least.reached_on(birth)
    words = _("生後%(days)s日から受け入れます。%(day)sに届きます。") % {
        "days": one.least.days, "day": format_date(reached, language),
    }  # fmt: skip
    return {"least": words, "early": _("入園日には届かないので、選べません。") if reached > entry else ""}


def _row(number: int, one: Choice, wishes: Sequence[str]) -> dict[str, Any]:
    """A nursery for the template: facts in words; a cut-off that is protected is said to be that."""
    before = one.before
    facts = []
    if one.metres is not None:
        facts.append((_("距離"), _("約%(km)skm") % {"km": f"{one.metres / 1000:.1f}"}))
    facts += [(_("開園時間"), one.hours), (_("次の回の空き"), _("%(count)s人") % {"count": one.seats})]
    if before is not None:
        facts.append((_("前回の申込み"), _("%(count)s人") % {"count": before.applicants}))
        score = _("秘匿") if before.score is None and before.admitted else before.score
        facts.append((_("前回の内定最終指数"), "" if score is None else str(score)))
    return {
        "number": number, "code": one.code, "name": one.name, "address": one.address, "about": one.about,
        "facts": [(label, value) for label, value in facts if value], "on_map": one.point is not None,
        "rank": wishes.index(one.code) + 1 if one.code in wishes else 0,
    }  # fmt: skip
