"""kill -9 of the pump at every step: nothing is lost, and what comes twice bears the same Message-ID."""

from __future__ import annotations

import os
import subprocess
import sys
import time
from concurrent.futures import ThreadPoolExecutor
from datetime import timedelta

import pytest
from django.conf import settings as django_settings
from django.db import connections

from conftest import TestDatabase
from jichi.engines.audit.context import Actor, unit
from jichi.engines.messages import contacts
from jichi.engines.messages.models import ContactPoint, Delivery
from jichi.engines.messages.pump import pump
from jichi.engines.messages.routing import route
from jichi.engines.messages.rules import ChannelName
from jichi.engines.messages.tests.gateways import SECRET, Gateway, reachable
from jichi.engines.messages.tests.post import ACTOR, ROOT, Post, resident, send
from jichi.kernel import clock

pytestmark = pytest.mark.slow

PROGRAM = """
import django; django.setup()
import os, sys
from datetime import timedelta
from jichi.engines.messages.pump import pump
def die(step):
    if step == sys.argv[2]:
        os.kill(os.getpid(), 9)
pump(sys.argv[1], at_step=die, lease=timedelta(seconds=60))
"""
STEPS = ("claimed", "connected", "before_data", "data_sent", "answered", "marked")


def surroundings(db: TestDatabase, post: Post) -> dict[str, str]:
    return {
        **os.environ, "JICHI_DATABASE_URL": db.app_url, "JICHI_SMTP_HOST": "127.0.0.1",
        "JICHI_SMTP_PORT": str(post.port),
    }  # fmt: skip


def run_pump_that_dies(db: TestDatabase, post: Post, step: str) -> int:
    return subprocess.run(
        [sys.executable, "-c", PROGRAM, "mail", step], cwd=ROOT, check=False, env=surroundings(db, post)
    ).returncode


def states() -> list[tuple[str, int]]:
    with unit(ACTOR):
        return list(Delivery.objects.order_by("id").values_list("state", "uncertain"))


@pytest.mark.parametrize(
    ("step", "copies"),
    [("claimed", 1), ("connected", 1), ("before_data", 1), ("data_sent", 2), ("answered", 2), ("marked", 1)],
)
def test_a_pump_killed_at_any_step_loses_nothing(
    committed_db: TestDatabase, post: Post, step: str, copies: int
) -> None:
    number = send(resident())
    assert run_pump_that_dies(committed_db, post, step) == -9
    if step == "marked":
        assert states() == [("sent", 0)]
    else:
        assert states() == [("sending", 0)]
        assert pump() == 0  # the lease still runs: nobody takes it away from a pump that may live
        with clock.standing_at(clock.now() + timedelta(seconds=61)):
            assert pump() == 1
        assert states() == [("sent", 1)]
    assert [mail.message_id for mail in post.mails()] == [f"<{number}@midori.example>"] * copies


@pytest.mark.parametrize("step", STEPS)
@pytest.mark.parametrize("channel", ["sms", "line"])
def test_a_pump_killed_at_any_step_sends_one_sms_and_one_chat_message(
    committed_db: TestDatabase, request: pytest.FixtureRequest, channel: ChannelName, step: str
) -> None:
    gateway: Gateway = request.getfixturevalue(channel)
    send(reachable(channel))
    route()
    died = subprocess.run(
        [sys.executable, "-c", PROGRAM, channel, step], cwd=ROOT, check=False,
        env={
            **os.environ, "JICHI_DATABASE_URL": committed_db.app_url, "JICHI_SANDBOX_SECRET": SECRET,
            f"JICHI_SANDBOX_{channel.upper()}": gateway.url,
        },
    )  # fmt: skip
    assert died.returncode == -9
    if step == "marked":
        assert states() == [("sent", 0)]
    else:
        assert states() == [("sending", 0)]
        assert pump(channel) == 0  # the lease still runs
        with clock.standing_at(clock.now() + timedelta(seconds=61)):
            assert pump(channel) == 1
        assert states() == [("sent", 1)]
    assert len(gateway.came()) == 1  # once, not twice: the gateway knows the key


def test_many_chats_at_once_use_a_code_once(committed_db: TestDatabase, line: Gateway) -> None:
    code = contacts.issue_chat_code(actor=Actor(kind="resident", account_id=resident().pk))
    users = [f"U{n:032x}" for n in range(8)]

    def one(user: str) -> bool:
        try:
            return contacts.take_chat_text(actor=ACTOR, user_id=user, text=code, event_id=user)
        finally:
            connections["default"].close()

    with ThreadPoolExecutor(8) as pool:
        assert sorted(pool.map(one, users)) == [False] * 7 + [True]
    with unit(ACTOR):
        assert ContactPoint.objects.count() == 1


def test_several_routers_choose_once_for_each(committed_db: TestDatabase, sms: Gateway) -> None:
    account = reachable("sms")
    with unit(ACTOR):
        for number in range(40):
            send(account, f"k{number}")

    def empty(_number: int) -> int:
        try:
            done = 0
            while chosen := route(limit=7):
                done += chosen
            return done
        finally:
            connections["default"].close()

    with ThreadPoolExecutor(4) as pool:
        assert sum(pool.map(empty, range(4))) == 40
    with unit(ACTOR):
        assert list(Delivery.objects.values_list("channel", "routed").distinct()) == [("sms", True)]


WORKER = """
import django; django.setup()
import sys
from jichi.engines.jobs.commands import worker
sys.exit(worker([]))
"""


def test_a_worker_process_empties_the_outbox_and_another_goes_on_after_kill(
    committed_db: TestDatabase, post: Post
) -> None:
    account = resident()

    def worker() -> subprocess.Popen[bytes]:
        return subprocess.Popen([sys.executable, "-c", WORKER], cwd=ROOT, env=surroundings(committed_db, post))

    def sent(count: int) -> None:
        until = time.monotonic() + 60
        while states() != [("sent", 0)] * count:
            assert time.monotonic() < until, "the mail was not sent"
            time.sleep(0.1)

    first = worker()
    try:
        send(account, "one")
        sent(1)
    finally:
        first.kill()
        first.wait()
    send(account, "two")
    second = worker()
    try:
        sent(2)
        second.terminate()
        assert second.wait(40) == 0
    finally:
        second.kill()
        second.wait()
    assert len({mail.message_id for mail in post.mails()}) == len(post.mails()) == 2


def test_several_pumps_share_the_outbox_and_send_nothing_twice(committed_db: TestDatabase, post: Post) -> None:
    account = resident()
    with unit(ACTOR):
        for number in range(60):
            send(account, f"k{number}")

    def empty(_number: int) -> int:
        try:
            done = 0
            while claimed := pump(limit=7):
                done += claimed
            return done
        finally:
            connections["default"].close()

    with ThreadPoolExecutor(5) as pool:
        done = list(pool.map(empty, range(5)))
    assert sum(done) == 60
    assert len({mail.message_id for mail in post.mails()}) == 50
    assert len(list(post.folder.glob("*.eml"))) == 60
    assert states() == [("sent", 0)] * 60


def test_many_at_once_enqueue_the_same_key_once(committed_db: TestDatabase) -> None:
    account = resident()

    def one(_number: int) -> object:
        try:
            return send(account, "same")
        finally:
            connections["default"].close()

    with ThreadPoolExecutor(8) as pool:
        numbers = set(pool.map(one, range(24)))
    assert len(numbers) == 1
    assert states() == [("pending", 0)]


def test_a_pump_that_lost_its_lease_does_not_overwrite_the_one_that_took_over(
    committed_db: TestDatabase, post: Post
) -> None:
    send(resident())
    began = clock.now()

    def taken_over(step: str) -> None:
        if step == "answered":
            # Frozen in the middle for longer than its lease; meanwhile another pump sends and marks.
            with ThreadPoolExecutor(1) as pool:
                assert pool.submit(other).result() == 1

    def other() -> int:
        try:
            with clock.standing_at(began + timedelta(minutes=6)):
                return pump()
        finally:
            connections["default"].close()

    post.fault("451", times=1)
    pump(at_step=taken_over)
    assert states() == [("sent", 1)]
    assert django_settings.JICHI_SMTP["port"] == post.port
