"""What an official looks at before approving a run (先に見ること): every kind with its number and its list."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Final
from uuid import UUID

from django.http import HttpResponse
from django.urls import reverse

from jichi.design.pages import listing_response
from jichi.design.parts import Column, Listing, Row
from jichi.engines.accounts.access import SignedInRequest, access
from jichi.engines.audit import actions as audit
from jichi.kernel.calendar import format_date
from jichi.kernel.errors import NotFound

from .. import queries
from ..permissions import VIEW
from ..queries import Point, RunView
from .words import CHANGES, class_name, crumbs_of_run, run_or_404

PAGE: Final = 50
KINDS: Final[dict[str, tuple[str, str, str]]] = {
    "blocking": ("食い違いの残る児童", "選考順位は足りるのに、枠を渡せません。", "食い違いの残る児童はいません。"),
    "tie": ("抽選番号で分かれた児童", "最後に内定した児童と、抽選番号のほかはすべて同じです。",
            "抽選番号だけで分かれた児童はいません。"),
    "free": ("空きがあるのに保留の児童", "希望した園に枠が残っています。", "空きがあるのに保留の児童はいません。"),
    "split": ("きょうだいが分かれた児童", "園が違うか、一人だけ枠があります。", "分かれたきょうだいはいません。"),
    "pin": ("手で固定した児童", "計算では置いていません。", "手で固定した児童はいません。"),
    "cost": ("固定がなければ枠に届いた児童", "その園の足りない枠は、固定した人数までです。",
             "固定のために枠を失った児童はいません。"),
    "changed": ("計算のあとに変わった申込みと枠", "この計算には入っていません。計算し直します。",
                "計算のあとに変わった申込みと枠はありません。"),
    "missing": ("書類の足りない児童", "選考に入っていません。", "書類の足りない児童はいません。"),
    "confirm": ("2人目の確認がない児童", "選考に入っていません。", "確認の済んでいない児童はいません。"),
    "seats": ("枠を入れていない園", "どのクラスにも枠がありません。", "どの園も枠を入れています。"),
    "score": ("指数が大きく離れた児童", "中央値から、中ほどの半数の幅の3倍より、10点より離れています。",
              "指数が大きく離れた児童はいません。"),
    "birth": ("クラスの境目に生まれた児童", "4月1日と2日は、1日の違いでクラスが変わります。",
              "4月1日と2日に生まれた児童はいません。"),
}  # fmt: skip
"""Kind → heading, what it means, the sentence when there is none; in the order in which they are looked at."""
WHY: Final = {
    "CONDITION": "きょうだいの条件に合いません。", "SIBLING": "きょうだいの順位が届きません。",
    "SAME_CLASS": "同じクラスにきょうだい全員の枠がありません。", "PINNED": "世帯を手で固定しています。",
    "CUTOFF": "選考順位が届きません。", "NO_SEAT": "募集がありません。",
}  # fmt: skip


def kind_rows(run: RunView, found: Mapping[str, Sequence[Point]]) -> list[tuple[str, str, int, str]]:
    """(heading, what it means or that there is none, how many, address) of each kind, those with any first."""
    return [
        (title, words if found.get(kind) else none, len(found.get(kind, ())),
         reverse("family_nursery:check", args=[run.id, kind]) if found.get(kind) else "")
        for kind, (title, words, none) in sorted(KINDS.items(), key=lambda one: not found.get(one[0]))
    ]  # fmt: skip


@access(audience="staff", permission=VIEW)
def check(request: SignedInRequest, id: UUID, kind: str) -> HttpResponse:
    """A6: those of one kind, each a link to the child's result or application. The look is recorded."""
    round_, run = run_or_404(request, id)
    if kind not in KINDS or run.state != "done":
        raise NotFound
    audit.record_look(actor=request.actor, table="family_nursery_outcome", object_id=str(id), subject="")
    points, names = queries.attention(id).get(kind, ()), queries.facility_names()
    text = request.GET.get("after", "")
    first = int(text) if text.isascii() and text.isdigit() and len(text) < 7 else 0
    title, words, none = KINDS[kind]
    rows = [
        Row(
            url=_url(one, kind, run),
            cells=(
                f"{one.code} {one.name}" if one.code else names.get(one.facility, one.facility),
                "" if kind == "seats" else class_name(one.class_id),
                names.get(one.facility, one.facility) if one.code else "", words_of(one, kind),
            ),
        )
        for one in points[first : first + PAGE]
    ]  # fmt: skip
    columns = (
        Column(key="who", title="児童か園", head=True, name=True), Column(key="class", title="クラス"),
        Column(key="place", title="園", name=True), Column(key="why", title="見るところ", name=True),
    )  # fmt: skip
    more = str(first + PAGE) if len(points) > first + PAGE else ""
    table = Listing(
        caption=title, columns=columns, rows=rows, url=request.path, total=len(points), first=first + 1, after=more,
        empty=none, html_id="points",
    )  # fmt: skip
    context = {"title": title, "breadcrumb": crumbs_of_run(round_, run), "words": words if points else ""}
    return listing_response(request, "family_nursery/check.html", context, table)


def _url(one: Point, kind: str, run: RunView) -> str:
    """Of a child that was matched its result, else its application; of a facility the round's seats."""
    if one.application_id is None:
        return reverse("family_nursery:seats", args=[run.round_id])
    if kind in {"changed", "missing", "confirm", "score", "birth", "pin"}:
        return reverse("family_nursery:application", args=[one.application_id]) + f"#c-{one.child_id}"
    return reverse("family_nursery:result", args=[run.id, one.application_id]) + f"#c-{one.child_id}"


def words_of(one: Point, kind: str) -> str:
    """What to look at, of one child or facility."""
    if kind == "changed":
        seats = f"空き枠が{one.before}から{one.after}になった"
        return {**CHANGES, "seats": seats, "withdrawn": "取り下げた"}[one.why]
    found = {
        "tie": f"{one.other}と、抽選番号だけが違います。",
        "free": f"空き{one.number}人。{WHY.get(one.why, '')}",
        "split": f"世帯で{one.number}か所(枠なしを含む)に分かれます。",
        "pin": one.why,
        "cost": f"{one.other}を固定しています。",
        "missing": one.other,
        "seats": f"希望している児童 {one.number}人",
        "score": f"指数 {one.number}",
        "birth": format_date(one.birth) if one.birth else "",
    }
    return found.get(kind, "")
