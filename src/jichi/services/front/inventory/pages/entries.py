"""The list of procedures (手続の棚卸し) and the page of one."""

from __future__ import annotations

from dataclasses import replace
from datetime import date
from typing import Any, Final
from uuid import UUID

from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse

from jichi.design import catalogue
from jichi.design.fields import FormField, Option, errors_for
from jichi.design.pages import listing_response
from jichi.design.parts import Column, Fact, Link, Listing, Row
from jichi.design.render_parts import tag
from jichi.engines.accounts.access import SignedInRequest, access
from jichi.kernel.calendar import format_date, format_datetime, parse_date
from jichi.kernel.errors import Conflict, FieldError, Invalid, NotFound

from .. import actions, queries
from ..permissions import EDIT, MANAGE, VIEW, may_change
from ..queries import Filter, Listed
from ..rules import MAY_PLAN, REASONS, STATES, Entry

UNPROCESSABLE: Final = 422
CONFLICT: Final = 409
TONES: Final = {"online": "done", "preparing": "info", "planned": "info", "none": "todo", "ended": "neutral"}
_COLUMNS: Final = (
    Column(key="name", title="手続", head=True), Column(key="division", title="課"),
    Column(key="volume", title="年間件数", number=True), Column(key="state", title="状態"),
    Column(key="why", title="予定・理由"),
)  # fmt: skip
_WORDS: Final = ("q", "division", "state", "reason")


def tabs(request: SignedInRequest, here: str) -> list[Link]:
    """The pages of this room, as tabs."""
    pages = [("list", "手続の一覧"), ("stand", "進み具合")]
    if request.actor.may(MANAGE):
        pages += [("loads", "ファイルの取込"), ("targets", "目標")]
    return [Link(words, reverse(f"front_inventory:{name}"), current=name == here) for name, words in pages]


def division_options() -> list[Option]:
    """All divisions by name."""
    return [Option(code, name, noruby=True) for code, name in queries.division_names().items()]


def volume_text(volume: int | None) -> str:
    """How often a year, for a cell."""
    return "不明" if volume is None else f"{volume:,}"


def why(entry: Entry) -> str:
    """What the list says beside the state: since when, when, or why not."""
    if entry.state == "online":
        return f"{format_date(entry.online_since)}から" if entry.online_since else "開始日は不明"
    if entry.state in MAY_PLAN and entry.planned_on:
        return f"{format_date(entry.planned_on)}の予定"
    return "、".join(REASONS[reason] for reason in entry.reasons)


@access(audience="staff", permission=VIEW)
def listing(request: SignedInRequest) -> HttpResponse:
    """A6: procedures, most asked for first."""
    given = {name: request.GET.get(name, "")[:100] for name in _WORDS}
    divisions = division_options()
    chosen = Filter(
        text=given["q"], division=given["division"] if given["division"] in {o.value for o in divisions} else "",
        state=given["state"] if given["state"] in {*STATES, "open"} else "",
        reason=given["reason"] if given["reason"] in REASONS else "",
    )  # fmt: skip
    page = queries.listed(chosen, after=request.GET.get("after", ""))
    names = {option.value: option.label for option in divisions}
    shown = {"division": chosen.division, "state": chosen.state, "reason": chosen.reason, "q": chosen.text}
    table = Listing(
        caption="手続", columns=_COLUMNS, rows=[_row(one, names) for one in page.rows], url=request.path,
        params={name: value for name, value in shown.items() if value}, total=page.total, after=page.next_after,
        filters=_filters(chosen, divisions),
        search=FormField(name="q", label="番号・名前・根拠", required=False, value=chosen.text),
        csv_url=reverse("front_inventory:export"), html_id="procedures",
        empty="棚卸しの手続は、まだありません。「ファイルの取込」からCSVを読み込んで始めます。",
    )  # fmt: skip
    context = {"title": "手続の棚卸し", "uses_htmx": True, "tabs": tabs(request, "list")}
    return listing_response(request, "front_inventory/list.html", context, table)


def _filters(chosen: Filter, divisions: list[Option]) -> list[FormField]:
    states = [Option("open", "まだオンラインでないもの"), *(Option(key, word) for key, word in STATES.items())]
    rows = (
        ("division", "課", divisions, chosen.division), ("state", "状態", states, chosen.state),
        ("reason", "理由", [Option(key, word) for key, word in REASONS.items()], chosen.reason),
    )  # fmt: skip
    return [
        FormField(
            name=name, label=label, kind="select", required=False, options=(Option("", "すべて"), *options), value=value
        )
        for name, label, options, value in rows
    ]


def _row(one: Listed, names: dict[str, str]) -> Row:
    entry = one.entry
    return Row(
        url=reverse("front_inventory:entry", args=[one.id]),
        cells=(
            entry.name, names.get(entry.division, entry.division), volume_text(entry.volume),
            tag(STATES[entry.state], tone=TONES[entry.state]), why(entry),
        ),
    )  # fmt: skip


@access(audience="staff", permission=VIEW)
def entry(request: SignedInRequest, id: UUID) -> HttpResponse:
    """A7: one procedure."""
    found = _found(id)
    context = {
        "title": found.entry.name, "breadcrumb": [("手続の棚卸し", reverse("front_inventory:list"))],
        "facts": _facts(found), "state": tag(STATES[found.entry.state], tone=TONES[found.entry.state]),
        "updated": format_datetime(found.updated_at, "ja", "staff"), "may": _may(request, found),
        "change_url": reverse("front_inventory:change", args=[id]),
    }  # fmt: skip
    return render(request, "front_inventory/entry.html", context)


def _found(id: UUID) -> Listed:
    found = queries.one(id)
    if found is None:
        raise NotFound
    return found


def _may(request: SignedInRequest, found: Listed) -> bool:
    return request.actor.may(EDIT) and may_change(request.actor, found.division_id)


@access(audience="staff", permission=EDIT, methods=("GET", "POST"))
def change(request: SignedInRequest, id: UUID) -> HttpResponse:
    """A2: one procedure's form, for its division and the DX office."""
    found = _found(id)
    if not _may(request, found):
        raise NotFound
    wrong: dict[str, FieldError] = {}
    problem, status, shown = "", 200, found.entry
    if request.method == "POST":
        shown, wrong = _given(request, found.entry)
        try:
            if not wrong:
                actions.change_entry(
                    actor=request.actor, id=id, entry=shown, expected_revision=_number(request.POST.get("revision", ""))
                )
                return redirect("front_inventory:entry", id=id)
        except Invalid as error:
            wrong = dict(error.fields)
        except Conflict as error:
            problem, status, shown = catalogue.message(error.code, "ja"), CONFLICT, found.entry
        status = UNPROCESSABLE if wrong else status
    fields = _fields(request, shown, wrong)
    context = {
        "title": f"{found.entry.name}の内容を変える", "problem": problem, "narrow": True,
        "breadcrumb": [
            ("手続の棚卸し", reverse("front_inventory:list")),
            (found.entry.name, reverse("front_inventory:entry", args=[id])),
        ],
        "fields": fields, "errors": errors_for(fields), "revision": found.revision,
    }  # fmt: skip
    return render(request, "front_inventory/change.html", context, status=status)


def _number(text: str) -> int:
    return int(text) if text.isdecimal() and len(text) < 10 else 0


def _facts(found: Listed) -> list[Fact]:
    entry = found.entry
    rows = (
        ("手続番号", entry.code), ("課", queries.division_names().get(entry.division, entry.division)),
        ("根拠", entry.basis), ("申請する人", entry.applicants),
        ("年間件数", "不明" if entry.volume is None else f"{entry.volume:,}件"), ("予定・理由", why(entry)),
        ("理由の説明", entry.note), ("受付先", entry.place), ("この電子申請の手続", entry.slug),
    )  # fmt: skip
    return [Fact(label=label, value=value) for label, value in rows if value]


def _given(request: SignedInRequest, before: Entry) -> tuple[Entry, dict[str, FieldError]]:
    """The entry as typed; dates and numbers that can't be read are told beside it."""
    post, wrong = request.POST, dict[str, FieldError]()
    days: dict[str, date | None] = {}
    for name in ("planned_on", "online_since"):
        text = post.get(name, "").strip()
        try:
            days[name] = parse_date(text) if text else None
        except ValueError:
            days[name], wrong[name] = None, FieldError("field.unreadable_date")
    volume = post.get("volume", "").replace(",", "").strip()
    if volume and not (volume.isdecimal() and len(volume) < 10):
        wrong["volume"] = FieldError("inventory.volume")
    texts = {name: post.get(name, "").strip() for name in ("name", "basis", "applicants", "note", "slug", "place")}
    given = replace(
        before, **texts, division=post.get("division", ""), state=post.get("state", ""),
        reasons=tuple(post.getlist("reasons")), volume=int(volume) if volume and "volume" not in wrong else None,
        planned_on=days["planned_on"], online_since=days["online_since"],
    )  # fmt: skip
    return given, wrong


def _fields(request: SignedInRequest, entry: Entry, wrong: dict[str, FieldError]) -> list[FormField]:
    post = request.POST
    day: dict[str, Any] = {
        name: post.get(name, "") if name in wrong else (value.isoformat() if value else "")
        for name, value in (("planned_on", entry.planned_on), ("online_since", entry.online_since))
    }
    volume = post.get("volume", "") if "volume" in wrong else ("" if entry.volume is None else str(entry.volume))
    published = [Option(slug, slug, noruby=True) for slug in sorted({*queries.published(), entry.slug} - {""})]
    fields = [
        FormField(
            name="state", label="状態", kind="radio", value=entry.state,
            options=tuple(Option(key, word) for key, word in STATES.items()),
        ),
        FormField(
            name="planned_on", label="予定日", required=False, size=12, value=day["planned_on"],
            hint="準備中か予定ありのとき。例: 2027-04-01",
        ),
        FormField(
            name="online_since", label="開始日", required=False, size=12, value=day["online_since"],
            hint="オンライン化済のとき。分からなければ空のまま",
        ),
        FormField(
            name="reasons", label="オンライン化できない理由", kind="checkboxes", required=False,
            value=list(entry.reasons), options=tuple(Option(key, word) for key, word in REASONS.items()),
        ),
        FormField(name="note", label="理由の説明", kind="textarea", required=False, value=entry.note, rows=3),
        FormField(name="volume", label="年間件数", required=False, size=10, unit="件", value=volume),
        FormField(
            name="slug", label="この電子申請の手続", kind="select", required=False, value=entry.slug,
            options=(Option("", "結び付けない"), *published),
            hint="結び付けると、その手続が公開された日からオンライン化済になります。",
        ),
        FormField(
            name="place", label="ほかの受付先", required=False, value=entry.place, hint="例: https:// で始まる住所"
        ),
        FormField(name="name", label="手続名", value=entry.name),
        FormField(name="division", label="課", kind="select", value=entry.division, options=tuple(division_options())),
        FormField(name="basis", label="根拠", required=False, value=entry.basis),
        FormField(name="applicants", label="申請する人", required=False, value=entry.applicants),
    ]  # fmt: skip
    return [field.with_error(wrong[field.name]) if field.name in wrong else field for field in fields]
