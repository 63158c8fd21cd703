"""What the pages of one design share: the design, its tabs, words for its state, who else is at it."""

from __future__ import annotations

from typing import Any, Final
from uuid import UUID

from django.urls import reverse

from jichi.design import catalogue
from jichi.design.parts import Link
from jichi.design.render_parts import tag
from jichi.engines.accounts.access import SignedInRequest
from jichi.kernel.errors import JichiError, NotFound

from .. import queries, rules
from ..permissions import may_edit
from ..queries import DesignView

UNPROCESSABLE: Final = 422
CONFLICT: Final = 409
STATES: Final = {
    "draft": ("下書き", "todo"), "trial": ("試行", "info"), "asked": ("承認待ち", "todo"),
    "scheduled": ("公開予定", "info"), "ended": ("終わり", "neutral"), "running": ("公開", "done"),
    "stopped": ("停止", "neutral"),
}  # fmt: skip
_TABS: Final = (
    ("edit", "設計"), ("settings", "設定"), ("check", "点検"), ("preview", "見え方"), ("try", "試行"),
    ("examples", "例"),
    ("texts", "翻訳"), ("publish", "公開"), ("history", "履歴"),
)  # fmt: skip


def held(request: SignedInRequest, id: UUID) -> DesignView:
    """The design, for who may work on it; NotFound for everybody else."""
    found = queries.design(id)
    if not may_edit(request.actor, found.division_id):
        raise NotFound
    return found


def state_tag(state: str) -> object:
    """The state as a word in a frame."""
    words, tone = STATES[state]
    return tag(words, tone=tone)


def part_url(id: UUID, place: rules.Place) -> str:
    """The page of a part; for the whole definition the page of its settings."""
    if not place:
        return reverse("front_designer:settings", args=[id])
    return reverse("front_designer:part", args=[id, rules.written(place)])


def item_url(id: UUID, place: rules.Place, item: str) -> str:
    """The page on which an item is changed, at its field."""
    if not place:
        group = next((key for key, (_t, items) in all_groups().items() if item in items), "")
        base = reverse("front_designer:group", args=[id, group]) if group else part_url(id, ())
    else:
        base = part_url(id, place)
    return f"{base}#f-{item}" if item else base


def all_groups() -> dict[str, tuple[str, tuple[str, ...]]]:
    """The settings pages: key → title and items."""
    return rules.groups(tuple(rules.shapes_of("")))


def context(request: SignedInRequest, design: DesignView, here: str, title: str) -> dict[str, Any]:
    """The context of every page of a design."""
    urls = [(key, words, reverse(f"front_designer:{key}", args=[design.id])) for key, words in _TABS]
    return {
        "title": title, "design": design, "state": state_tag(design.state),
        "breadcrumb": [("手続の設計", reverse("front_designer:list"))],
        "tabs": [Link(words, url, current=key == here) for key, words, url in urls],
        "others": editing_notices(request, design), "revision": design.revision,
    }  # fmt: skip


def editing_notices(request: SignedInRequest, design: DesignView) -> list[str]:
    """「鈴木さんがページ『連絡先』を編集中です。ほかのページは編集できます。」"""
    found = []
    for name, page in queries.others_editing(design.id, request.actor.account_id):
        where = f"ページ『{page_name(design.source, page)}』" if page else "設定"
        found.append(f"{name}さんが{where}を編集中です。ほかのページは編集できます。")
    return found


def page_name(data: rules.Plain, page: str) -> str:
    """What a page is called: its title, otherwise its first question."""
    part = rules.part_at(data, ("pages", page))
    if part is None:
        return page
    first = next((field for where, field in rules.questions(data) if where == page), {})
    return rules.japanese(part.get("title")) or rules.name_of(first) or page


def sentence_of(error: JichiError) -> str:
    """What a refusal says."""
    return catalogue.message(error.code, "ja", **error.params)


def posted_revision(request: SignedInRequest) -> int:
    """The revision that the page showed; 0 where it is none."""
    text = request.POST.get("revision", "")
    return int(text) if text.isdecimal() and len(text) < 10 else 0
