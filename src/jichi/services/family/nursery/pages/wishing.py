"""Choosing nurseries for one child (希望の園): a ranked list, picked from a list and a map, without any script."""

from __future__ import annotations

from datetime import date
from typing import Any, Final
from uuid import UUID

from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.utils.http import urlencode
from django.utils.translation import gettext as _

from jichi.design.fields import filter_field
from jichi.engines.accounts.access import SignedInRequest, access
from jichi.kernel.calendar import format_date

from .. import queries
from ..queries import Choice
from ..rules.entering import moved
from ..rules.intake import class_on
from ..rules.least_age import too_young
from .answering import child_of, saved, with_child, writing
from .applying import crumbs
from .plain import class_word
from .words import CONFLICT

LONGEST: Final = 50


@access(audience="resident", methods=("GET", "POST"))
def choose(request: SignedInRequest, id: UUID, key: str) -> HttpResponse:
    """A2: the nurseries wished for, best first, each with distance, hours, seats and the last cut-off."""
    round_, found = writing(request, id)
    child, problem = child_of(found, key), ""
    birth, entry = date.fromisoformat(child["birth"]), round_.entry_on
    group = class_on(birth, entry) or 0
    text = request.GET.get("q", "").strip()[:LONGEST]
    if request.method == "POST":
        offered = [code for (code, number) in queries.seats(round_.id) if number == group]
        early = {one.facility for one in too_young(queries.least_ages(entry), offered, group, birth, entry)}
        wishes = moved(child["wishes"], request.POST.get("act", ""), request.POST.get("code", ""), {*offered} - early)
        problem = saved(request, found, with_child(found.content, key, {"wishes": wishes}))
        if not problem:
            query = f"?{urlencode({'q': text})}" if text else ""
            return redirect(f"{request.path}{query}#chosen")
    shown = queries.choices(round_.id, group, addressee_no=request.addressee_no or "", text=text, entry=entry)
    names = queries.facility_names()
    context: dict[str, Any] = {
        "title": _("希望の園を選ぶ"), "name": child["name"], "class": class_word(group), "problem": problem,
        "chosen": [(code, names.get(code, code)) for code in child["wishes"]],
        "rows": [
            {**_row(number, one, child["wishes"]), **_least(one, birth, entry, request.LANGUAGE_CODE)}
            for number, one in enumerate(shown.rows, 1)
        ],
        "picture": shown.picture, "from_home": shown.from_home, "breadcrumb": crumbs(found), "text": text,
        "entry_id": id,
        "search": filter_field("q", _("園の名前や所在地"), text),
    }  # fmt: skip
    return render(request, "resident_nursery/choose.html", context, status=CONFLICT if problem else 200)


def _least(one: Choice, birth: date, entry: date, language: str) -> dict[str, str]:
    """From when the nursery takes this child, and whether that is after the day of entry."""
    if one.least is None:
        return {}
    reached = one.least.reached_on(birth)
    words = _("生後%(days)s日から受け入れます。%(day)sに届きます。") % {
        "days": one.least.days, "day": format_date(reached, language),
    }  # fmt: skip
    return {"least": words, "early": _("入園日には届かないので、選べません。") if reached > entry else ""}


def _row(number: int, one: Choice, wishes: list[str]) -> dict[str, Any]:
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
