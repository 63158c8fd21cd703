"""職位の廃止: what hangs on a post is shown before, goes on to others after, and is left waiting for nobody."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace

import pytest
from django.urls import reverse

from conftest import shared_world
from jichi.engines.accounts.tests.browser import browser
from jichi.engines.audit.context import unit
from jichi.kernel.errors import Conflict, Forbidden

from .. import actions, queries
from ..models import RoutePost, RouteTurn
from ..rules import RouteSpec
from .hall import SYSTEM, Hall, appoint, build, draft, post_of, view, waits_for

_hall = shared_world(build)


@pytest.fixture
def hall(db: None, _hall: Hall) -> Hall:
    return _hall


def ranked(hall: Hall, who: str) -> int:
    """The number of the rank that somebody's post has."""
    with unit(SYSTEM):
        return RoutePost.objects.get(post_id=post_of(hall.id(who))).pk


def test_what_waits_goes_on_to_another_of_the_rank_and_is_shown_before(hall: Hall) -> None:
    route_id = draft(hall)
    other = appoint("goto", "後藤 健", "youth", "計画係長", "chief", "youth")
    number = ranked(hall, "suzuki")
    hanging = actions.what_hangs_on(actor=SYSTEM, route_post_id=number)
    assert [(one.before, one.after) for one in hanging.moving] == [(("後藤 健", "鈴木 聡"), ("後藤 健",))]
    assert (hanging.stuck, hanging.open_routes, hanging.absences) == ((), 1, 0)
    assert waits_for(hall, "suzuki", "act") == ["act:holder"]
    for _twice in range(2):
        actions.end_post(actor=SYSTEM, route_post_id=number)
    assert waits_for(hall, "suzuki", "act") == []
    assert view(hall, route_id).status == "running"
    assert other.account_id is not None


def test_a_post_whose_matters_would_wait_for_nobody_is_kept(hall: Hall, waiting_spec: Callable[[], RouteSpec]) -> None:
    draft(hall, waiting_spec())
    number = ranked(hall, "suzuki")
    with unit(SYSTEM):
        before = list(RouteTurn.objects.order_by("pk").values())
    assert len(actions.what_hangs_on(actor=SYSTEM, route_post_id=number).stuck) == 1
    with pytest.raises(Conflict) as refused:
        actions.end_post(actor=SYSTEM, route_post_id=number)
    assert (refused.value.code, refused.value.params) == ("route.nobody_left", {"count": 1})
    with unit(SYSTEM):
        assert RoutePost.objects.filter(pk=number).exists()
        assert list(RouteTurn.objects.order_by("pk").values()) == before


@pytest.fixture
def waiting_spec() -> Callable[[], RouteSpec]:
    """`single`, but a post that nobody holds is waited for."""
    return lambda: replace(queries.spec("single"), vacant="wait", deputies=())


def test_the_page_shows_it_and_a_press_ends_the_post(hall: Hall) -> None:
    draft(hall)
    admin = appoint("kaku", "角 真", "information", "主査", None, None, roles=("administrator",))
    assert admin.account_id is not None
    client, number = browser(admin.account_id), ranked(hall, "suzuki")
    key = next(one.key for one in queries.ranked_posts() if one.id == number)
    url = reverse("eng_routes:end_post", args=[key])
    assert url in client.get(reverse("eng_routes:posts")).content.decode()
    shown = client.get(url).content.decode()
    assert "はたちのつどいの開催" in shown
    assert "加藤 恵" in shown
    assert client.post(url).headers["Location"] == reverse("eng_routes:posts")
    assert client.post(url).headers["Location"] == reverse("eng_routes:posts")
    assert client.get(url).status_code == 404
    assert waits_for(hall, "kato", "act") != []
    with pytest.raises(Forbidden):
        actions.end_post(actor=hall.kato, route_post_id=number)
