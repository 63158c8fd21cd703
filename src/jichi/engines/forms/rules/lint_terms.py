"""Mistakes in what an application costs, who applies, how it is handed over and who decides. Pure."""

from __future__ import annotations

from collections.abc import Collection, Iterator, Mapping
from datetime import date, timedelta
from typing import Final, TypeAlias

from .definition import FormDefinition
from .fields import NUMBERS
from .findings import Found, error, warning
from .reach import never_true
from .source import Path
from .terms import LEVELS, FeeItem, FeeSchedule, RouteChoice

Routes: TypeAlias = Mapping[str, Collection[str]] | Collection[str]
"""Ids of routes; as a mapping with the facts that each can't do without."""

_FITS: Final = {
    "self": {"self", "guardian", "agent", "paper", "telephone"},
    "household_child": {"parent", "guardian", "agent", "paper", "telephone"},
    "household_member": {"self", "household", "guardian", "agent", "paper", "telephone"},
    "organisation": {"officer", "agent", "paper", "telephone"},
}
"""Kind of subject → who can apply for it."""


def terms_problems(definition: FormDefinition, routes: Routes | None = None) -> Iterator[Found]:
    """Everything found; `routes` are the ids of the routes that exist, None where that is not known."""
    yield from _fee(definition)
    yield from _applicants(definition)
    yield from _delivery(definition)
    yield from _route(definition, routes)
    if definition.signature is not None and LEVELS.index(definition.identification) < LEVELS.index("account"):
        fix = "account か card にする"
        yield error("signature_level", ("identification",), "署名を求める手続には、本人の確認が要ります。", fix)
    for n, follow_up in enumerate(definition.follow_ups):
        if follow_up.procedure == definition.id:
            path = ("follow_ups", n, "procedure")
            yield error("follows_itself", path, "後の手続が、この手続自身です。", "別の手続の id にする")
    if definition.follows == definition.id:
        yield error("follows_itself", ("follows",), "前の手続が、この手続自身です。", "別の手続の id にする")


def _fee(definition: FormDefinition) -> Iterator[Found]:
    schedule = definition.fee if isinstance(definition.fee, FeeSchedule) else None
    if schedule is None:
        return
    for n, item in enumerate(schedule.items):
        yield from _prices(item, n)
        field = definition.fields.get(item.count or "")
        if field is not None and field.kind not in {"count", "number"}:
            fix = "kind が count か number の質問にする"
            yield error("fee_count", ("fee", "items", n, "count"), "数える質問が数ではありません。", fix)
        ways = definition.delivery.ways if definition.delivery else ()
        if any(way not in ways for way in item.delivery):
            fix = "delivery.ways にある受け取り方にする"
            yield error("fee_delivery", ("fee", "items", n, "delivery"), "この手続にない受け取り方です。", fix)
        if item.when is not None and never_true(definition, item.when):
            path = ("fee", "items", n, "when")
            yield error("fee_never", path, f"「{item.code}」は、どう答えてもかかりません。", "条件を直すか、項目を消す")
    codes = {item.code for item in schedule.items}
    for n, exemption in enumerate(schedule.exemptions):
        unknown = [code for code in exemption.items if code not in codes]
        if unknown:
            fix = f"次のどれかにする: {', '.join(sorted(codes))}"
            path = ("fee", "exemptions", n, "items")
            yield error("unknown_fee_item", path, f"「{unknown[0]}」という手数料の項目はありません。", fix)
        if never_true(definition, exemption.when):
            message = f"免除「{exemption.id}」は、どう答えても当てはまりません。"
            yield error("exemption_never", ("fee", "exemptions", n, "when"), message, "条件を直すか、免除を消す")


def _prices(item: FeeItem, n: int) -> Iterator[Found]:
    """Prices in order, without a day between them that has none or two; the last one has no end."""
    for m, price in enumerate(item.prices):
        path = ("fee", "items", n, "prices", m)
        if price.until is not None and price.until < price.from_:
            yield error("empty_range", path, "until が from より前です。", "日付を確かめる")
        if m == 0:
            continue
        before = item.prices[m - 1]
        expected = _day_after(before.until) if before.until else None
        if expected is None or price.from_ < expected:
            message = f"「{item.code}」の価格が重なる日があります。"
            yield error("price_overlap", path, message, "前の価格の until を、この from の前の日にする")
        elif price.from_ > expected:
            message = f"「{item.code}」の価格がない日があります({expected}から)。"
            yield error("price_gap", path, message, f"from を {expected} にする")
    if item.prices[-1].until is not None:
        message = f"「{item.code}」の価格は {item.prices[-1].until} で終わります。"
        yield warning("price_ends", ("fee", "items", n, "prices"), message, "続く価格を書くか、until を消す")


def _day_after(day: str) -> str:
    return (date.fromisoformat(day) + timedelta(days=1)).isoformat()


def _applicants(definition: FormDefinition) -> Iterator[Found]:
    kind = definition.subject.kind
    for n, applicant in enumerate(definition.applicants):
        if applicant not in _FITS[kind]:
            fix = f"次から選ぶ: {', '.join(sorted(_FITS[kind]))}"
            message = f"subject.kind が {kind} の手続に「{applicant}」は使えません。"
            yield error("applicant_kind", ("applicants", n), message, fix)
    weak = LEVELS.index(definition.identification) < LEVELS.index("account")
    if weak and {"guardian", "agent"} & set(definition.applicant_kinds):
        message = "代理の申請には、account か card の本人確認が要ります。"
        yield error("identification", ("identification",), message, "account か card にする")


def _delivery(definition: FormDefinition) -> Iterator[Found]:
    delivery = definition.delivery
    if delivery is None:
        return
    if len(delivery.ways) > 1 and delivery.field is None:
        fix = "choice の質問を作り、その id を field に書く"
        yield error("delivery_field", ("delivery",), "受け取り方をきく質問がありません。", fix)
    field = definition.fields.get(delivery.field or "")
    if field is not None:
        options = {option.value for option in field.options or ()}
        if field.kind != "choice" or options != set(delivery.ways):
            fix = f"選択肢を {', '.join(delivery.ways)} だけにする"
            yield error("delivery_ways", ("delivery", "field"), "受け取り方の選択肢が ways と違います。", fix)
    address = definition.fields.get(delivery.address or "")
    if address is not None and address.kind != "address":
        yield error(
            "delivery_address", ("delivery", "address"), "送り先の質問が住所ではありません。", "kind: address にする"
        )


def _named_routes(route: str | RouteChoice) -> list[tuple[Path, str]]:
    if isinstance(route, str):
        return [(("route",), route)]
    if route.id is not None:
        return [(("route", "id"), route.id)]
    return [(("route", "steps", n, "id"), step.id) for n, step in enumerate(route.steps)]


def _route_facts(definition: FormDefinition, path: Path, name: str, needed: Collection[str]) -> Iterator[Found]:
    """What the route decides by must be among the answers."""
    known = {field.id for field in definition.fields.values() if field.kind not in {"textarea", "file", "note"}}
    known |= {"amount"} if isinstance(definition.route, RouteChoice) else set()
    for fact in sorted(set(needed) - known):
        message = f"決裁経路「{name}」は「{fact}」で決まりますが、その答えがありません。"
        fix = "route に amount を書く" if fact == "amount" else f"id が {fact} の質問を作るか、別の経路にする"
        yield error("route_facts", path, message, fix)


def _route(definition: FormDefinition, routes: Routes | None) -> Iterator[Found]:
    route = definition.route
    if route is None:
        return
    for path, name in _named_routes(route):
        if routes is not None and name not in routes:
            fix = f"次のどれかにする: {', '.join(sorted(routes))}" if routes else "経路の定義ファイルを先に置く"
            yield error("unknown_route", path, f"決裁経路「{name}」がありません。", fix)
        elif isinstance(routes, Mapping):
            yield from _route_facts(definition, path, name, routes[name])
    if not isinstance(route, RouteChoice):
        return
    field, column = definition.fields.get(route.amount.field), route.amount.column
    if field is None:
        return
    cells = [one.id for one in field.columns or () if one.kind in NUMBERS]
    fits = field.kind in NUMBERS if column is None else column in cells
    if not fits:
        fix = "数の質問か、表の数の列(column)にする"
        yield error("route_amount", ("route", "amount"), "経路を決める金額が、数ではありません。", fix)
