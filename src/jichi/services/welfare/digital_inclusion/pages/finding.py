"""Finding a class: the list, and the page of one."""

from __future__ import annotations

from typing import Any

from django.http import HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.utils.html import format_html
from django.utils.translation import gettext as _

from jichi.design.fields import FormField, filter_choice, filter_field
from jichi.design.html import written
from jichi.design.parts import Card, Fact
from jichi.engines.accounts import queries as accounts
from jichi.engines.accounts.access import SignedInRequest, access
from jichi.engines.booking import queries as booking
from jichi.engines.booking.queries import DrawState, OfferingView
from jichi.kernel import clock
from jichi.kernel.calendar import format_datetime, format_deadline
from jichi.kernel.errors import NotFound
from jichi.kernel.localized import HTML_LANG, pick

from .. import queries
from ..queries import CourseView, Filter
from . import words


def published(code: str) -> CourseView:
    """A class that people may see, cancelled ones too. Raises NotFound."""
    found = queries.course(code)
    if found is None or found.state == "draft":
        raise NotFound
    return found


def _filter(request: SignedInRequest) -> Filter:
    level, spoken = request.GET.get("level", ""), request.GET.get("spoken", "")
    return Filter(
        text=request.GET.get("q", "")[:100], level=level if level in words.LEVELS else "",
        spoken=spoken if spoken in words.LANGUAGES else "", open_only=request.GET.get("open") == "1",
    )  # fmt: skip


def _fields(chosen: Filter) -> list[FormField]:
    levels = [(key, str(word)) for key, word in words.LEVELS.items()]
    # Languages call themselves by their own names; an option can't say which one this name is in.
    spoken = list({**words.LANGUAGES, "easy": _("やさしい日本語")}.items())
    return [
        filter_field("q", _("言葉"), chosen.text),
        filter_choice("level", _("内容"), chosen.level, levels, every=_("すべて")),
        filter_choice("spoken", _("話す言葉"), chosen.spoken, spoken, every=_("すべて"), noruby=True),
        filter_choice(
            "open", _("申込み"), "1" if chosen.open_only else "", [("1", _("今、申し込めるもの"))], every=_("すべて")
        ),
    ]  # fmt: skip


def _card(one: CourseView, offered: dict[Any, OfferingView], language: str) -> Card:
    begins = _("%(day)sから") % {"day": words.day_of(one.sessions[0].starts_at, language)}
    coming = [session for session in one.sessions if session.ends_at > clock.now()] or list(one.sessions)
    facts = [
        (_("次の回"), words.span(coming[0].starts_at, coming[0].ends_at, language)),
        (_("回数"), _("全%(count)d回") % {"count": len(one.sessions)}),
        (_("場所"), written(one.plan.place_name)),
    ]
    status, text = words.chip(offered.get(one.offering_id), one)
    return Card(
        title=format_html("{} ({})", written(pick(one.title, language)), begins),
        url=reverse("welfare_digital_inclusion:course", args=[one.code]),
        facts=facts, kind=str(words.LEVELS[one.plan.level]), status=status, status_text=text,
    )  # fmt: skip


@access(audience="public")
def listing(request: SignedInRequest) -> HttpResponse:
    """A6: classes to come, soonest first. Four statements."""
    chosen = _filter(request)
    found = queries.listed(chosen, now=clock.now())
    offered = booking.offerings([one.offering_id for one in found if one.offering_id])
    context = {
        "title": _("スマホ教室"), "fields": _fields(chosen), "wide": True, "narrowed": chosen != Filter(),
        "cards": [_card(one, offered, request.LANGUAGE_CODE) for one in found],
    }  # fmt: skip
    return render(request, "welfare_digital_inclusion/list.html", context)


@access(audience="public")
def course(request: SignedInRequest, code: str) -> HttpResponse:
    """A1: a class: sessions, place, what to bring, how to enter."""
    found = published(code)
    return render(request, "welfare_digital_inclusion/course.html", course_context(found, request.LANGUAGE_CODE))


def course_context(found: CourseView, language: str) -> dict[str, Any]:
    """What the page of a class shows. Three statements."""
    plan, offered = found.plan, booking.offerings(found.offerings())
    persons = offered.get(found.offering_id) if found.offering_id else None
    teams = offered.get(found.team_offering_id) if found.team_offering_id else None
    totals = booking.totals(list(offered))
    text, bring = pick(plan.text, language), pick(plan.bring, language) if plan.bring else None
    status, word = words.chip(persons, found)
    is_open = persons is not None and persons.stands(clock.now()) == "open"
    apply_url = reverse("welfare_digital_inclusion:apply", args=[found.code]) if is_open else ""
    draws = [one for one in (booking.draws_of(found.offering_id) if found.offering_id else ()) if one.state != "void"]
    return {
        "title": pick(found.title, language).text, "heading": written(pick(found.title, language)), "status": status,
        "status_text": word, "cancelled": words.typed(found.cancel_reason) if found.state == "cancelled" else "",
        "japanese_only": text.language == "ja" and language not in ("ja", "easy"), "text": text.text,
        "text_lang": HTML_LANG[text.language], "bring": bring.text if bring else "",
        "bring_lang": HTML_LANG[bring.language] if bring else "",
        "sessions": [
            (_("第%(number)d回") % {"number": one.number}, words.span(one.starts_at, one.ends_at, language))
            for one in found.sessions
        ],
        "conditions": words.conditions(plan), "facts": _facts(found, persons, teams, totals, language),
        "is_lottery": plan.mode == "lottery", "apply_url": apply_url,
        "team_url": f"{apply_url}?as=team" if apply_url and teams else "",
        **_drawn(draws[0] if draws else None, language),
        "breadcrumb": [(_("スマホ教室"), reverse("welfare_digital_inclusion:list"))],
        "help": accounts.office_contact(found.division_id, language),
    }  # fmt: skip


def _drawn(draw: DrawState | None, language: str) -> dict[str, Any]:
    """What is public of a draw: the fingerprints of what was frozen, then where anybody can check it."""
    if draw is None:
        return {"check_url": "", "frozen": None}
    if draw.state == "drawn":
        return {"check_url": f"{reverse('eng_booking:check')}?draw={draw.pk}", "frozen": None}
    due = format_datetime(draw.due_at, language)
    frozen = {"entries": draw.entries, "due": due, "rules": draw.params_sha256, "list": draw.entries_sha256}
    return {"check_url": "", "frozen": frozen}


def _facts(
    found: CourseView, persons: OfferingView | None, teams: OfferingView | None, totals: dict[Any, booking.Totals],
    language: str,
) -> list[Fact]:  # fmt: skip
    plan = found.plan
    rows = [
        Fact(label=_("内容"), value=str(words.LEVELS[plan.level])),
        Fact(label=_("話す言葉"), value=words.spoken(plan.spoken)),
        Fact(label=_("場所"), value=written(f"{plan.place_name} {plan.address}".strip())),
    ]
    if plan.access:
        rows.append(Fact(label=_("行き方"), value=written(plan.access)))
    rows += [
        Fact(label=_("料金"), value=_("無料")),
        Fact(label=_("決め方"), value=str(words.MODES[plan.mode])),
    ]
    if persons is not None:
        rows += [
            Fact(label=_("定員"), value=words.places(persons, totals[persons.id])),
            Fact(label=_("申込みの始まり"), value=format_datetime(persons.opens_at, language)),
            Fact(label=_("締切"), value=format_deadline(persons.closes_at, language)),
        ]
    if teams is not None:
        rows.append(Fact(label=_("団体の席"), value=words.places(teams, totals[teams.id])))
    if plan.draw_at:
        rows.append(Fact(label=_("抽選の日時"), value=format_datetime(plan.draw_at, language)))
    return rows
