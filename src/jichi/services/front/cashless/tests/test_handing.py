"""引継ぎ: Friday to Monday with one slip; a day comes once, whoever presses at the same moment."""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime, time, timedelta
from threading import Barrier, Thread
from typing import Any
from uuid import UUID

import psycopg
import pytest
from django.db import IntegrityError, connections, transaction
from django.urls import reverse

from conftest import TestDatabase, own_world, shared_world
from jichi.engines.accounts.tests.browser import browser
from jichi.engines.audit.context import unit
from jichi.engines.ledger import actions as ledger_actions
from jichi.engines.ledger import queries as ledger
from jichi.kernel import clock
from jichi.kernel.errors import Conflict, Forbidden, Invalid, NotFound

from .. import actions, queries
from ..actions import handing
from ..models import DeskDay, Handover
from .office import SYSTEM, Office, build, cash, close, opened, sold

office = shared_world(build)
own_office = own_world(build)


def at(ago: int, hour: int = 9) -> datetime:
    return datetime.combine(clock.today() - timedelta(days=ago), time(hour), tzinfo=clock.TOKYO)


def closed(office: Office, ago: int, yen: int = 300, desk: str = "A-1") -> UUID:
    """A day so many days ago on which `yen` (300 each) came in cash, counted and closed."""
    with clock.standing_at(at(ago)):
        day = opened(office, desk)
        sold(office, cash(yen), desk, JUMIN=yen // 300)
        close(office, day, 10_000 + yen)
    return day


def cash_yen() -> int:
    with unit(SYSTEM):
        return ledger.balance(account="cash", on=clock.today())


def take(office: Office, days: list[UUID], yen: int) -> UUID:
    return actions.hand_over(actor=office.treasurer, day_ids=days, counted_yen=yen)


@pytest.mark.django_db
def test_friday_to_monday_comes_with_one_slip(office: Office) -> None:
    days = [closed(office, ago, yen) for ago, yen in ((4, 300), (3, 600), (1, 900))]
    with pytest.raises(Invalid) as refused:
        take(office, days, 1_700)
    assert refused.value.fields["counted"].params == {"yen": 1_800}
    assert cash_yen() == 0
    slip = take(office, days, 1_800)
    assert take(office, days[::-1], 1_800) == slip
    assert cash_yen() == 1_800
    with unit(office.treasurer):
        found = queries.handover(slip)
    assert found is not None
    assert (found.number, found.yen, [one.day_id for one in found.days]) == (1, 1_800, days)
    later = closed(office, 0)
    for chosen, yen in (([later, days[0]], 600), ([days[0]], 300)):
        if chosen == [days[0]]:
            assert take(office, chosen, yen) == slip  # told again: the slip that it stands on
            continue
        with pytest.raises(Conflict) as again:
            take(office, chosen, yen)
        assert again.value.code == "cashless.handed_already"
    other = closed(office, 2, desk="A-2")
    tries: list[tuple[type[Exception], Callable[[], object]]] = [
        (Conflict, lambda: take(office, [later, other], 600)), (Invalid, lambda: take(office, [], 0)),
        (NotFound, lambda: take(office, [slip], 0)),
        (Forbidden, lambda: actions.hand_over(actor=office.chief, day_ids=[later], counted_yen=300)),
    ]  # fmt: skip
    for error, press in tries:
        with pytest.raises(error):
            press()
    assert cash_yen() == 1_800


def at_end(change: Callable[[], object]) -> None:
    """Change something and let the database look at it as when the transaction ends."""
    with transaction.atomic(), unit(SYSTEM):
        change()
        with connections["default"].cursor() as cursor:
            cursor.execute("SET CONSTRAINTS ALL IMMEDIATE")


@pytest.mark.django_db
def test_the_database_keeps_a_slip_and_its_days(office: Office) -> None:
    first, second = closed(office, 2), closed(office, 1)
    slip = take(office, [first], 300)
    with unit(SYSTEM):
        desk = DeskDay.objects.get(pk=first).desk_id
        numbers: dict[str, Any] = {"number": 9, "desk_id": desk, "received_at": clock.now()}
    changes: list[Callable[[], object]] = [
        lambda: DeskDay.objects.filter(pk=first).update(handover=None, handed_at=None),
        lambda: DeskDay.objects.filter(pk=second).update(handed_at=clock.now()),
        lambda: DeskDay.objects.filter(pk=second).update(handed_at=clock.now(), handover_id=slip),
        lambda: Handover.objects.filter(pk=slip).update(yen=1), lambda: Handover.objects.all().delete(),
        lambda: Handover.objects.create(yen=300, **numbers),
    ]  # fmt: skip
    for change in changes:
        with pytest.raises(IntegrityError):
            at_end(change)


@pytest.mark.django_db
def test_the_page_of_waiting_cash_and_the_paper_of_a_slip(office: Office) -> None:
    days = [closed(office, 2), closed(office, 1, 600)]
    assert office.treasurer.account_id
    assert office.chief.account_id
    assert office.other.account_id
    treasurer = browser(office.treasurer.account_id, second_factor=True)
    page = reverse("front_cashless:handovers")
    desk = str(office.desks["A-1"])
    assert "900円" in treasurer.get(page).content.decode()
    form = {"desk": desk, f"days-{desk}": [str(one) for one in days], f"counted-{desk}": "800"}
    assert treasurer.post(page, form).status_code == 422
    assert treasurer.post(page, {**form, f"counted-{desk}": ""}).status_code == 422
    assert cash_yen() == 0
    answer = treasurer.post(page, {**form, f"counted-{desk}": "900"})
    slip = answer.headers["Location"]
    for client, status in (
        (treasurer, 200), (browser(office.chief.account_id, second_factor=True), 200),
        (browser(office.other.account_id, second_factor=True), 404),
    ):  # fmt: skip
        assert client.get(slip).status_code == status
    assert treasurer.post(slip).content.startswith(b"%PDF")
    assert "受け取りを待つ現金はありません" in treasurer.get(page).content.decode()
    chief = browser(office.chief.account_id, second_factor=True)
    assert slip in chief.get(reverse("front_cashless:day", args=[days[0]])).content.decode()


def at_once(press: Callable[[], object]) -> list[object]:
    """Pressed twice at the same moment, each on a connection of its own; what each answered or raised."""
    found: list[object] = []

    def run() -> None:
        try:
            found.append(press())
        except (Conflict, IntegrityError) as error:
            found.append(type(error))
        finally:
            connections["default"].close()

    threads = [Thread(target=run) for _ in range(2)]
    for one in threads:
        one.start()
    for one in threads:
        one.join(60)
    return found


@pytest.mark.parametrize("guarded", [False, True])
def test_two_slips_at_once_for_the_same_days(
    own_office: Office, own_db: TestDatabase, monkeypatch: pytest.MonkeyPatch, guarded: bool
) -> None:
    """Without lock and trigger a day stands on two slips, and each says that its cash came."""
    days = [closed(own_office, ago) for ago in (2, 1)]
    both = Barrier(2)
    if not guarded:
        with psycopg.connect(own_db.super_url, autocommit=True) as owner:
            owner.execute("ALTER TABLE front_cashless_deskday DISABLE TRIGGER cashless_guard_day")

        def unlocked(ids: list[UUID]) -> list[DeskDay]:
            found = list(DeskDay.objects.select_related("desk").filter(pk__in=ids).order_by("on"))
            both.wait(20)
            return found

        monkeypatch.setattr(handing, "locked_days", unlocked)
        monkeypatch.setattr(ledger_actions, "post", lambda **_given: None)
    found = at_once(lambda: take(own_office, days, 600))
    with unit(SYSTEM):
        slips = list(Handover.objects.values_list("yen", flat=True))
    if guarded:
        assert len(set(found)) == 1
        assert slips == [600]
        assert cash_yen() == 600
    else:
        assert len(set(found)) == 2
        assert slips == [600, 600]
