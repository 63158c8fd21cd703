"""Objects of this room for the tests that walk every address."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any
from uuid import uuid4

from .. import actions, queries

SHARED = frozenset({"eng_routes:cancel_absence", "eng_routes:end_post"})
"""Posts are the whole house's. Cancelling what is not one's own changes nothing and leads to one's own page."""


def _route(world: Any) -> dict[str, object]:
    subject = f"example:{uuid4()}"
    route_id = actions.open_route(
        actor=world.official.actor, subject=subject, route=queries.spec("single"), content_hash="0" * 64, facts={},
        division_id=world.division.id, title={"ja": "例"}, url_path="/staff/", about="", dedupe_key=subject,
    )  # fmt: skip
    return {"route_id": route_id}


def _ranked(world: Any) -> dict[str, object]:
    """A post of the house with a rank; it is the same for every administrator."""
    post = queries.posts()[0]
    actions.rank_post(actor=world.system, post_id=post.id, rank="clerk", division_code=world.division.code)
    return {"post_key": next(one.key for one in queries.ranked_posts() if one.rank == "clerk")}


def url_examples() -> dict[str, Callable[[Any], dict[str, object]]]:
    """URL name → its arguments, for a route of `world.division`."""
    return {
        "eng_routes:route": _route,
        "eng_routes:act": _route,
        "eng_routes:end_post": _ranked,
        "eng_routes:cancel_absence": lambda world: {"absence_id": uuid4()},
    }
