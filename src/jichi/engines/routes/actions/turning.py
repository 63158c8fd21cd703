"""決裁待ち kept in step with acts and posts: turns and work items open, move and close; people are told."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Final
from uuid import UUID

from jichi.engines.audit.context import Actor
from jichi.engines.inbox import actions as inbox
from jichi.kernel import clock

from ..models import Route, RouteTurn
from ..rules import Office, RouteState, Turn, turns

_WORDS: Final = {"act": "決裁", "returned": "差戻し", "asked": "照会", "after": "後閲", "read": "供覧"}
_ITEM: Final = {"act": "decide", "returned": "check", "asked": "check", "after": "read", "read": "read"}


def subject_key(route_id: UUID) -> str:
    """The name under which the inbox knows a route."""
    return f"eng_routes:route:{route_id}"


def notice_key(route_id: UUID) -> str:
    """The name under which the inbox knows what people were told of a route."""
    return f"eng_routes:notice:{route_id}"


def page_of(route_id: UUID) -> str:
    """The address of a route for officials."""
    return f"/staff/routes/{route_id}/"


def renew(actor: Actor, route: Route, state: RouteState, office: Office) -> None:
    """Open what waits now, close what does not any more; what goes on waiting stays as it is."""
    wanted: dict[tuple[UUID, str], Turn] = {}
    for turn in turns(state, office):
        wanted.setdefault((turn.person, turn.kind), turn)
    now = clock.now()
    for row in RouteTurn.objects.filter(route=route, closed_at=None):
        kept = wanted.pop((row.account_id, row.kind), None)
        if kept is None:
            RouteTurn.objects.filter(pk=row.pk).update(closed_at=now)
            inbox.close_items(actor=actor, subject_key=f"{subject_key(route.pk)}:{row.kind}", account_id=row.account_id)
        elif (kept.step, kept.how) != (row.step, row.how):
            RouteTurn.objects.filter(pk=row.pk).update(step=kept.step, how=kept.how)
    for (person, kind), turn in wanted.items():
        RouteTurn.objects.create(route=route, account_id=person, kind=kind, step=turn.step, how=turn.how, opened_at=now)
        inbox.put_item(
            actor=actor, account_id=person, kind=_ITEM[kind], title={"ja": f"{_WORDS[kind]}: {route.title['ja']}"},
            url_path=page_of(route.pk), subject_key=f"{subject_key(route.pk)}:{kind}", about=route.about,
        )  # fmt: skip


def tell(actor: Actor, route: Route, people: Iterable[UUID], words: str) -> None:
    """A line in the inbox of people whom an act concerns without asking them for anything; never to who acted."""
    for person in sorted(set(people) - {actor.account_id}, key=str):
        inbox.put_item(
            actor=actor, account_id=person, kind="read", title={"ja": f"{words}: {route.title['ja']}"},
            url_path=page_of(route.pk), subject_key=notice_key(route.pk), about=route.about,
            dedupe_key=f"{notice_key(route.pk)}:{route.version}",
        )  # fmt: skip
