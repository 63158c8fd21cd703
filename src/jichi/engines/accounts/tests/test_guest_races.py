"""Two at once: a mailed link is used once, a guest goes over to one login; shown first without the guard."""

from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor
from uuid import UUID

import pytest
from django.db import IntegrityError, connection

from conftest import TestDatabase
from jichi.engines.accounts import actions, guests
from jichi.engines.accounts.models import Account, GuestLink
from jichi.engines.audit.context import ANONYMOUS, system_actor, unit
from jichi.kernel import clock

SYSTEM = system_actor("test")


def guest() -> UUID:
    """Somebody without a login."""
    return guests.begin_guest(actor=ANONYMOUS, language="ja", client="192.0.2.1").account_id


def mailed(guest_id: UUID) -> guests.Link:
    """A link that was mailed to them."""
    return guests.link(guests.way_in(guest_id, "guest@example.jp", "/apply/").rstrip("/").rpartition("/")[2])


def test_without_the_lock_a_link_would_be_used_twice_but_the_database_refuses(committed_db: TestDatabase) -> None:
    found = mailed(guest())
    with unit(SYSTEM):
        stale = GuestLink.objects.get(pk=found.id)
    assert guests.open_link(link_id=found.id, right=True)
    stale.used_at = clock.now()
    with pytest.raises(IntegrityError), unit(SYSTEM):
        stale.save(update_fields=["used_at"])
    for change in ({"tries": -1}, {"email": "other@example.jp"}, {"target": "/my/"}):
        with pytest.raises(IntegrityError), unit(SYSTEM):
            GuestLink.objects.filter(pk=found.id).update(**change)


def test_of_four_devices_at_once_one_opens_it(committed_db: TestDatabase) -> None:
    found = mailed(guest())

    def use(_place: int) -> bool:
        try:
            return guests.open_link(link_id=found.id, right=True)
        finally:
            connection.close()

    with ThreadPoolExecutor(4) as pool:
        assert sorted(pool.map(use, range(4))) == [False, False, False, True]


def test_eight_wrong_answers_at_once_are_five(committed_db: TestDatabase) -> None:
    found = mailed(guest())

    def guess(_place: int) -> bool:
        try:
            return guests.open_link(link_id=found.id, right=False)
        finally:
            connection.close()

    with ThreadPoolExecutor(8) as pool:
        assert not any(pool.map(guess, range(8)))
    with unit(SYSTEM):
        assert GuestLink.objects.get(pk=found.id).tries == 5
    assert not guests.open_link(link_id=found.id, right=True)
    assert [guests.may_renew(link_id=found.id) for _ in range(2)] == [True, False]


def test_two_logins_at_once_take_a_guest_over_once(committed_db: TestDatabase) -> None:
    guest_id = guest()
    logins = [actions.create_resident_account(actor=SYSTEM, email=f"{n}@example.jp").pk for n in range(2)]

    def take(account_id: UUID) -> bool:
        try:
            return guests.hand_over(guest_id=guest_id, account_id=account_id)
        finally:
            connection.close()

    with ThreadPoolExecutor(2) as pool:
        assert sorted(pool.map(take, logins)) == [False, True]
    with unit(SYSTEM):
        assert not Account.objects.get(pk=guest_id).is_active
