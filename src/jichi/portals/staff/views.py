"""自分の番, the one search box, the menu as a page, and keys."""

from __future__ import annotations

from typing import Final, cast

from django.http import HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.utils.html import format_html

from jichi.design.labels import label
from jichi.design.pages import listing_response
from jichi.design.parts import Card, Column, Link, Listing, Row
from jichi.design.render_parts import status_chip
from jichi.engines.accounts import queries as accounts
from jichi.engines.accounts.access import SignedInRequest, access
from jichi.engines.audit.context import Actor
from jichi.engines.cases import queries as cases
from jichi.engines.inbox import actions as inbox_actions
from jichi.engines.inbox import queries as inbox
from jichi.engines.inbox.queries import Item, Scope, StaffCounts
from jichi.kernel import clock
from jichi.kernel.calendar import format_date
from jichi.kernel.receipt_number import format_number

SCOPES: Final[dict[str, str]] = {
    "mine": "自分の番", "division": "課の仕事", "overdue": "期限超過", "waiting": "待ち", "reading": "供覧",
}  # fmt: skip
_NEXT: Final = {
    "check": "内容を確かめる", "correction_arrived": "届いた補正を確かめる", "decide": "決裁する",
    "deadline": "期限を待つ", "read": "読む",
}  # fmt: skip
_VIEW_CASES: Final = "eng_cases.case.view"


@access(audience="staff")
def home(request: SignedInRequest) -> HttpResponse:
    """A6 自分の番: what waits for me, soonest due first; the division's, overdue, waiting and to be read beside it."""
    actor = request.actor
    wanted = request.GET.get("scope", "mine")
    scope = cast("Scope", wanted if wanted in SCOPES else "mine")
    after = tuple(request.GET.get("after", "").split("~")) if request.GET.get("after") else None
    counts = inbox.counts_for_staff(actor)
    page = inbox.items_for_staff(actor, scope=scope, after=after)
    listing = Listing(
        caption=SCOPES[scope], url=request.path, params={"scope": "" if scope == "mine" else scope}, columns=_COLUMNS,
        rows=_work_rows(actor, page.items), after="~".join(page.next_key) if page.next_key else "",
        total=None if after else _total(counts, scope), empty=_empty(counts, scope), html_id="work",
    )  # fmt: skip
    context = {
        "title": SCOPES[scope],
        "tabs": [
            Link(f"{words} ({_capped(getattr(counts, key))})", _scope_url(key), key == scope)
            for key, words in SCOPES.items()
        ],
        "today": _today(actor, counts),
        "uses_htmx": True,
    }
    return listing_response(request, "portal_staff/home.html", context, listing)


_COLUMNS: Final = (
    Column(key="due", title="期限"), Column(key="number", title="受付番号", head=True),
    Column(key="what", title="手続"), Column(key="name", title="氏名", name=True),
    Column(key="who", title="担当", name=True), Column(key="next", title="次にすること"),
)  # fmt: skip


def _scope_url(key: str) -> str:
    here = reverse("portal_staff:home")
    return here if key == "mine" else f"{here}?scope={key}"


def _capped(count: int) -> str:
    return "999+" if count >= inbox.COUNT_CAP else str(count)


def _total(counts: StaffCounts, scope: str) -> int | None:
    count: int = getattr(counts, scope)
    return count if count < inbox.COUNT_CAP else None


def _empty(counts: StaffCounts, scope: str) -> str:
    if scope == "mine":
        return f"今、あなたの番の案件はありません。課の未着手は{_capped(counts.unassigned)}件です。"
    return f"今、「{SCOPES[scope]}」の案件はありません。"


def _work_rows(actor: Actor, items: tuple[Item, ...]) -> list[Row]:
    """Rows with names; two statements, however many there are."""
    today = clock.today()
    numbers = [item.about for item in items if item.about]
    known = cases.cases_by_number(actor=actor, numbers=numbers) if actor.may(_VIEW_CASES) else {}
    people = [item.assignee_id for item in items if item.assignee_id]
    names = accounts.account_names(people)
    rows = []
    for item in items:
        case = known.get(item.about)
        late = item.due_on is not None and item.due_on < today
        rows.append(
            Row(
                url=item.url_path,
                tone="error" if late else "",
                cells=(
                    due_cell(item),
                    format_number(item.about) if item.about else "開く",
                    item.title["ja"],
                    case.name if case else "",
                    names.get(item.assignee_id, "") if item.assignee_id else "未定",
                    _NEXT.get(item.kind, ""),
                ),
            )
        )
    return rows


def due_cell(item: Item) -> str:
    """The date; past it with the word and its mark."""
    if item.due_on is None:
        return "なし"
    day = format_date(item.due_on)
    if item.due_on < clock.today():
        return format_html("{} {}", day, status_chip("staff.overdue"))
    return f"{day} 今日まで" if item.due_on == clock.today() else day


def _today(actor: Actor, counts: StaffCounts) -> list[tuple[str, str]]:
    """(label, count) of today's line."""
    found = [("課の未着手", _capped(counts.unassigned))]
    if actor.may(_VIEW_CASES):
        today = cases.today_counts(actor=actor)
        found += [
            ("今日の受付", str(today.received)),
            ("今日の決定", str(today.decided)),
            ("今日が期限", str(today.due)),
        ]
    return found


@access(audience="staff")
def search(request: SignedInRequest) -> HttpResponse:
    """A6: one box for 受付番号, names, words; people of the register on a page of their own, for it asks a purpose."""
    actor = request.actor
    q = request.GET.get("q", "")[:200]
    groups = []
    if q.strip():
        result = inbox.search(actor, q, per_kind=10)
        inbox_actions.note_search(actor=actor, query=q, found=result.total)
        groups = [
            (_KINDS.get(group.kind, group.kind), group.count, [_hit(hit) for hit in group.hits])
            for group in result.groups
        ]
    context = {
        "title": "検索", "q": q, "groups": groups, "searched": bool(q.strip()), "total": sum(g[1] for g in groups),
        "people_url": reverse("portal_staff:people") if actor.may("eng_registry.resident.search") else "",
    }  # fmt: skip
    return render(request, "portal_staff/search.html", context)


_KINDS: Final = {
    "case": "案件", "person": "住民", "document": "文書", "item": "項目", "procedure": "手続", "page": "ページ",
    "faq": "よくある質問", "bookable": "予約・申込み", "facility": "施設",
}  # fmt: skip


def _hit(hit: inbox.SearchHit) -> Card:
    number = format_number(hit.about) if hit.about else ""
    return Card(
        title=f"{number} {hit.title['ja']}".strip(), url=hit.url_path, text=hit.summary.get("ja", ""),
        name=hit.kind == "person",
    )  # fmt: skip


@access(audience="staff")
def menu(request: SignedInRequest) -> HttpResponse:
    """A1: the navigation as a page."""
    return render(request, "portal_staff/menu.html", {"title": label("nav.menu")})


@access(audience="staff")
def keys(request: SignedInRequest) -> HttpResponse:
    """A1: which keys do what."""
    return render(request, "portal_staff/keys.html", {"title": "キー操作"})
