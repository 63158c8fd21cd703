"""Houses: list, form, rooms, closures, publication."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any, Final

from django.http import HttpResponse, QueryDict
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.text import slugify

from jichi.design import catalogue
from jichi.design.fields import FormField, Option, errors_for
from jichi.design.pages import listing_response
from jichi.design.parts import Column, Fact, Listing, Row
from jichi.design.render_parts import tag
from jichi.engines.accounts import queries as accounts
from jichi.engines.accounts.access import SignedInRequest, access
from jichi.kernel import clock
from jichi.kernel.calendar import format_date
from jichi.kernel.errors import Conflict, FieldError, Invalid, NotFound
from jichi.kernel.localized import LANGUAGES

from ... import actions, queries
from ...actions import RoomTypeSpec
from ...permissions import DESK, EDIT
from ...queries import HouseView
from ...rules import KINDS, STATES, HouseContent, problems
from .desk import CONFLICT, UNPROCESSABLE, house_here, houses_here, tabs

TONES: Final = {"draft": "todo", "published": "done", "closed": "neutral"}
LANGUAGE_WORDS: Final = dict(zip(LANGUAGES, ("日本語", "やさしい日本語", "英語", "中国語", "韓国語"), strict=True))
NUMBERS: Final = {
    "months_ahead": ("何か月前の1日から予約できるか", 0, 12), "lead_days": ("何日前まで予約できるか", 0, 60),
    "nights_most": ("続けて泊まれる日数", 1, 14), "proof_days": ("在勤・在学の証明を待つ日数", 0, 60),
    "answer_hours": ("キャンセル待ちの返事を待つ時間", 1, 240),
    "hold_minutes": ("予約のときに支払ってもらい、部屋を押さえておく分(0は、泊まる日に施設で支払う)", 0, 1440),
}  # fmt: skip
_COLUMNS: Final = (
    Column(key="title", title="施設", head=True), Column(key="kind", title="種類"),
    Column(key="rooms", title="部屋", number=True), Column(key="tariff", title="今の料金表"),
    Column(key="state", title="状態"),
)  # fmt: skip
ROOM_HINT: Final = (
    "1行に1種類。識別名 | 名前 | 最少人数 | 最多人数 | 部屋の名前(空白で区切る) | 英語 | 中国語 | 韓国語 | やさしい。"
    "例: washitsu | 和室 | 2 | 5 | 松 竹 梅 | Japanese-style room"
)


def owned(request: SignedInRequest, code: str) -> HouseView:
    """A house that the official's divisions run. Raises NotFound."""
    found = queries.house(code)
    if found is None or found.division_id not in request.actor.divisions:
        raise NotFound
    return found


def crumbs(found: HouseView | None = None) -> list[tuple[str, str]]:
    """The way back."""
    way = [("施設と料金", reverse("front_retreats_staff:houses"))]
    if found is not None:
        way.append((found.title.get("ja", found.code), reverse("front_retreats_staff:house", args=[found.code])))
    return way


@access(audience="staff", permission=DESK)
def listing(request: SignedInRequest) -> HttpResponse:
    """A6: the division's houses."""
    rows = []
    for one in houses_here(request):
        now = next((t for t in one.tariffs if t.state == "published" and t.valid_from <= clock.today()), None)
        rows.append(
            Row(
                url=reverse("front_retreats_staff:house", args=[one.code]),
                cells=(
                    one.title.get("ja", one.code), KINDS[one.kind],
                    str(sum(len(kind.rooms) for kind in one.room_types)),
                    f"{format_date(now.valid_from)}から" if now else "なし",
                    tag(STATES[one.state], tone=TONES[one.state]),
                ),
            )
        )  # fmt: skip
    table = Listing(
        caption="施設", columns=_COLUMNS, rows=rows, url=request.path, html_id="houses", total=len(rows),
        empty="施設はまだありません。「施設を加える」で始めます。",
    )  # fmt: skip
    context = {"title": "施設と料金", "tabs": tabs(request, "houses"), "may": request.actor.may(EDIT)}
    return listing_response(request, "front_retreats/staff/houses.html", context, table)


@dataclass(slots=True, kw_only=True)
class Read:
    """A form as it was read."""

    title: dict[str, str]
    kind: str
    content: HouseContent
    desk: str
    wrong: dict[str, FieldError] = field(default_factory=dict)


def _read(post: QueryDict) -> Read:
    wrong: dict[str, FieldError] = {}
    title = {code: post.get(f"title_{code}", "").strip()[:200] for code in LANGUAGES}
    texts = {code: post.get(f"text_{code}", "").strip()[:4000] for code in LANGUAGES}
    if not title["ja"]:
        wrong["title_ja"] = FieldError("field.required")
    numbers: dict[str, int] = {}
    for name, (_label, least, most) in NUMBERS.items():
        text = post.get(name, "").strip()
        good = text.isdecimal() and len(text) < 5 and least <= int(text) <= most
        numbers[name] = int(text) if good else least
        if not good:
            wrong[name] = FieldError("retreats.number", {"least": least, "most": most})
    kind = post.get("kind", "own")
    return Read(
        title={code: text for code, text in title.items() if text}, kind=kind if kind in KINDS else "own",
        content=HouseContent(
            description={code: text for code, text in texts.items() if text},
            address=post.get("address", "").strip()[:300],
            phone=post.get("phone", "").strip()[:40], access=post.get("access", "").strip()[:500], **numbers,
        ),
        desk=post.get("desk", ""), wrong=wrong,
    )  # fmt: skip


def _fields(read: Read) -> list[FormField]:
    content, wrong = read.content, read.wrong
    fields = [
        FormField(
            name=f"title_{code}", label=f"名前({word})", value=read.title.get(code, ""), required=code == "ja",
            error=wrong.get(f"title_{code}"),
        )
        for code, word in LANGUAGE_WORDS.items()
    ]  # fmt: skip
    fields.append(
        FormField(
            name="kind", label="種類", kind="radio", value=read.kind,
            options=tuple(Option(k, w) for k, w in KINDS.items()),
            hint="借上の旅館・ホテルは、宿が確認してから予約が決まります。",
        )
    )  # fmt: skip
    fields += [
        FormField(
            name=f"text_{code}", label=f"紹介({word})", kind="textarea", rows=3, required=False,
            value=content.description.get(code, ""),
        )
        for code, word in LANGUAGE_WORDS.items()
    ]  # fmt: skip
    return [*fields, *_more_fields(read)]


def _more_fields(read: Read) -> list[FormField]:
    content, wrong = read.content, read.wrong
    fields = []
    for name, label in (("address", "場所"), ("phone", "電話番号"), ("access", "行き方")):
        fields.append(
            FormField(
                name=name, label=label, value=getattr(content, name), required=name != "access", error=wrong.get(name)
            )
        )
    fields += [
        FormField(
            name=name, label=label, kind="number", size=4, value=str(getattr(content, name)), error=wrong.get(name)
        )
        for name, (label, _least, _most) in NUMBERS.items()
    ]
    divisions = accounts.divisions()
    fields.append(
        FormField(
            name="desk", label="受付をする課・宿", kind="select", required=False, value=read.desk,
            options=(Option("", "担当課"), *(Option(one.code, one.names["ja"], noruby=True) for one in divisions)),
            hint="ここの職員は、この施設の予約だけを見て、確認と受付をします。",
        )
    )  # fmt: skip
    return fields


def _desk_id(code: str) -> int | None:
    found = accounts.division(code) if code else None
    return found.id if found else None


@access(audience="staff", permission=EDIT, methods=("GET", "POST"))
def new(request: SignedInRequest) -> HttpResponse:
    """A2: a new house, as a draft."""
    divisions = accounts.divisions(sorted(request.actor.divisions))
    read = _read(request.POST) if request.method == "POST" else Read(
        title={}, kind="own", content=HouseContent(), desk=""
    )  # fmt: skip
    code = request.POST.get("code", "").strip().lower()[:60]
    chosen = request.POST.get("division", divisions[0].code if divisions else "")
    division = next((one for one in divisions if one.code == chosen), None)
    if request.method == "POST" and not read.wrong and division is not None:
        try:
            if slugify(code) != code or not code:
                raise Invalid(fields={"code": FieldError("retreats.code")})
            actions.create_house(
                actor=request.actor, division_id=division.id, code=code, title=read.title, kind=read.kind,
                content=read.content, desk_id=_desk_id(read.desk),
            )  # fmt: skip
            return redirect("front_retreats_staff:house", code=code)
        except Invalid as error:
            read.wrong |= dict(error.fields)
    fields = [
        FormField(
            name="code", label="識別名", value=code, hint="アドレスに出ます。例: kaede", error=read.wrong.get("code")
        ),
        *_fields(read),
    ]
    if len(divisions) > 1:
        fields.insert(
            0,
            FormField(
                name="division", label="担当課", kind="select", value=chosen,
                options=tuple(Option(one.code, one.names["ja"], noruby=True) for one in divisions),
            ),
        )  # fmt: skip
    return _form(request, "施設を加える", fields, crumbs(), wrong=bool(read.wrong))


def _form(
    request: SignedInRequest, title: str, fields: list[FormField], way: list[tuple[str, str]], *, wrong: bool,
    problem: str = "", revision: int = 0, lead: str = "",
) -> HttpResponse:  # fmt: skip
    context = {
        "title": title, "fields": fields, "errors": errors_for(fields), "breadcrumb": way, "narrow": True,
        "problem": problem, "revision": revision, "lead": lead,
    }  # fmt: skip
    status = CONFLICT if problem else UNPROCESSABLE if wrong else 200
    return render(request, "front_retreats/staff/form.html", context, status=status)


@access(audience="staff", permission=EDIT, methods=("GET", "POST"))
def change(request: SignedInRequest, code: str) -> HttpResponse:
    """A2: texts, limits and desk of a house."""
    found, problem = owned(request, code), ""
    desk = next((one.code for one in accounts.divisions([found.desk_id])), "") if found.desk_id else ""
    read = Read(title=dict(found.title), kind=found.kind, content=found.content, desk=desk)
    if request.method == "POST":
        read = _read(request.POST)
        given = request.POST.get("revision", "")
        try:
            if not read.wrong:
                actions.change_house(
                    actor=request.actor, code=code, title=read.title, kind=read.kind, content=read.content,
                    desk_id=_desk_id(read.desk), expected_revision=int(given) if given.isdecimal() else 0,
                )  # fmt: skip
                return redirect("front_retreats_staff:house", code=code)
        except Conflict as error:
            problem = catalogue.message(error.code, "ja")
    title = f"{found.title.get('ja', code)}を変える"
    return _form(
        request, title, _fields(read), crumbs(found), wrong=bool(read.wrong), problem=problem, revision=found.revision
    )


@access(audience="staff", permission=DESK, methods=("GET", "POST"))
def record(request: SignedInRequest, code: str) -> HttpResponse:
    """A7: one house: what is missing, its rooms, tariffs and closures; publish, close."""
    found = house_here(request, code)
    wrong: dict[str, FieldError] = {}
    if request.method == "POST":
        try:
            act = request.POST.get("act", "")
            if act == "publish":
                actions.publish_house(actor=request.actor, code=code)
            elif act == "close":
                actions.close_house(actor=request.actor, code=code)
            return redirect("front_retreats_staff:house", code=code)
        except Invalid as error:
            wrong = dict(error.fields)
    context = _record(request, found, wrong)
    return render(request, "front_retreats/staff/house.html", context, status=UNPROCESSABLE if wrong else 200)


def _record(request: SignedInRequest, found: HouseView, wrong: dict[str, FieldError]) -> dict[str, Any]:
    content, today, code = found.content, clock.today(), found.code
    facts: list[tuple[str, Any]] = [
        ("種類", KINDS[found.kind]), ("場所", content.address), ("電話番号", content.phone),
        ("予約の始まり", f"{content.months_ahead}か月前の1日から"), ("予約の終わり", f"{content.lead_days}日前まで"),
        ("続けて泊まれる日数", f"{content.nights_most}泊"),
    ]  # fmt: skip
    return {
        "title": found.title.get("ja", code), "breadcrumb": crumbs()[:1], "house": found,
        "state": tag(STATES[found.state], tone=TONES[found.state]),
        "may": request.actor.may(EDIT) and found.division_id in request.actor.divisions,
        "facts": [Fact(label=label, value=value) for label, value in facts if value],
        "missing": [_sentence(name, error) for name, error in wrong.items()],
        "kinds": [
            (one.title.get("ja", one.code), f"{one.least}〜{one.most}人", len(one.rooms),
             "、".join(name for _key, name in one.rooms)) for one in found.room_types
        ],
        "tariffs": [
            (
                f"{format_date(one.valid_from)}から", "公開" if one.state == "published" else "下書き",
                len(problems(one.tariff)) if one.state == "draft" else 0,
                reverse("front_retreats_staff:tariff", args=[code, one.valid_from.isoformat()]),
            )
            for one in found.tariffs
        ],
        "closures": [
            (f"{format_date(one.first)}〜{format_date(one.last)}", one.rooms, one.reason)
            for one in queries.closures_of(found.id, today=today)
        ],
        "public_url": request.build_absolute_uri(reverse("front_retreats:house", args=[code])),
    }  # fmt: skip


def _sentence(name: str, error: FieldError) -> str:
    labels = {"title_ja": "名前", "address": "場所", "phone": "電話番号", "rooms": "部屋", "tariff": "料金表"}
    return catalogue.field_message(error, label=labels.get(name, name), language="ja")


@access(audience="staff", permission=EDIT, methods=("GET", "POST"))
def rooms(request: SignedInRequest, code: str) -> HttpResponse:
    """A2: kinds of rooms and their rooms, a line each."""
    found = owned(request, code)
    text = request.POST.get("rooms", "")[:20_000] if request.method == "POST" else room_lines(found)
    wrong: FieldError | None = None
    if request.method == "POST":
        specs, wrong = read_rooms(text)
        try:
            if wrong is None:
                actions.set_rooms(actor=request.actor, code=code, room_types=specs)
                return redirect("front_retreats_staff:house", code=code)
        except Invalid as error:
            wrong = error.fields["rooms"]
    fields = [FormField(name="rooms", label="部屋", kind="textarea", rows=10, value=text, hint=ROOM_HINT, error=wrong)]
    lead = "ここに書かれていない部屋は、新しい予約を受けなくなります。入っている予約はそのままです。"
    return _form(request, f"{found.title.get('ja', code)}の部屋", fields, crumbs(found), wrong=bool(wrong), lead=lead)


def room_lines(found: HouseView) -> str:
    """The rooms of a house as the lines of the form."""
    return "\n".join(
        " | ".join(
            (one.code, one.title.get("ja", ""), str(one.least), str(one.most),
             " ".join(name for _key, name in one.rooms),
             *(one.title.get(code, "") for code in ("en", "zh-hans", "ko", "easy")))
        )
        for one in found.room_types
    )  # fmt: skip


def read_rooms(text: str) -> tuple[list[RoomTypeSpec], FieldError | None]:
    """Lines as kinds of rooms, or what is wrong with the first wrong one."""
    specs: list[RoomTypeSpec] = []
    for number, line in enumerate(text.splitlines(), 1):
        if not line.strip():
            continue
        cells = [cell.strip() for cell in line.replace("｜", "|").split("|")] + [""] * 9
        code, name, least, most, names = cells[:5]
        numbers = all(one.isdecimal() and 1 <= int(one) <= 30 for one in (least, most))
        known = bool(re.fullmatch(r"[a-z0-9][a-z0-9-]{0,29}", code)) and all(one.code != code for one in specs)
        good = known and name and numbers and int(least) <= int(most)
        rooms_here = list(dict.fromkeys(names.replace("、", " ").replace(",", " ").split()))
        if not good or not rooms_here:
            return [], FieldError("retreats.lines", {"line": number, "text": line[:40]})
        title: Mapping[str, str] = {"ja": name} | {
            key: cell for key, cell in zip(("en", "zh-hans", "ko", "easy"), cells[5:9], strict=True) if cell
        }
        specs.append(RoomTypeSpec(code=code, title=title, least=int(least), most=int(most), rooms=rooms_here))
    return (specs, None) if specs else ([], FieldError("field.required"))
