"""The example client of the docs against the house over HTTP: lists, writes once, takes events."""

from __future__ import annotations

import importlib.util
import threading
from collections.abc import Iterator
from pathlib import Path
from types import ModuleType
from typing import Any
from wsgiref.simple_server import WSGIRequestHandler, WSGIServer, make_server

import pytest
from cryptography.fernet import Fernet
from django.core.handlers.wsgi import WSGIHandler
from django.db import connection
from django.test import override_settings

from conftest import own_world
from jichi.engines.accounts.sealing import _box
from jichi.engines.api.actions import make_key
from jichi.engines.api.tests.calling import SYSTEM, Program, deliver_all, let_in, subscribed
from jichi.engines.audit.context import unit
from jichi.engines.cases.models import Case
from jichi.kernel import clock

from .desk import HANA, SAKURA, Office, apply, build, pile

EXAMPLE = Path(__file__).parents[5] / "docs" / "examples" / "api_client.py"
ALL = ("eng_cases.case.view", "eng_cases.case.handle", "eng_cases.case.enter")
office = own_world(build)


@pytest.fixture(scope="module")
def example() -> ModuleType:
    """The file as people run it."""
    spec = importlib.util.spec_from_file_location("api_client", EXAMPLE)
    assert spec
    assert spec.loader
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    return module


class Quiet(WSGIRequestHandler):
    """Says nothing on the screen."""

    def log_message(self, format: str, *args: Any) -> None:
        """Nothing."""


def application(environ: dict[str, Any], start: Any) -> Any:
    """The house; its thread gives the connection back."""
    try:
        return WSGIHandler()(environ, start)
    finally:
        connection.close()


@pytest.fixture
def address(office: Office) -> Iterator[str]:
    """The house on a port of its own."""
    server: WSGIServer = make_server("127.0.0.1", 0, application, handler_class=Quiet)
    thread = threading.Thread(target=server.serve_forever, args=(0.01,), daemon=True)
    thread.start()
    _box.cache_clear()
    with override_settings(ALLOWED_HOSTS=["127.0.0.1"], JICHI_FIELD_KEYS=[Fernet.generate_key().decode()]):
        yield f"http://127.0.0.1:{server.server_port}/api/v1"
    server.shutdown()
    server.server_close()
    thread.join()
    _box.cache_clear()


def test_a_program_lists_enters_takes_and_is_told(office: Office, address: str, example: ModuleType) -> None:
    client_id = let_in("youth", ALL)
    jichi = example.Jichi(address, make_key(actor=SYSTEM, client_id=client_id).written, wait=lambda _s: None)
    made = {one.number for one in pile(office, 5)}
    assert {row["number"] for row in jichi.all("/cases", limit=2)} == made

    events: list[dict[str, Any]] = []
    hook = example.receiver("whsec_", 0, events.append)
    url = f"http://127.0.0.1:{hook.server_port}"
    with override_settings(JICHI_PEERS={"webhooks": {"kind": "sandbox", "url": url}}):
        secret = subscribed(client_id, f"{url}/", ["case.opened"])
        hook.server_close()
        hook = example.receiver(secret, hook.server_port, events.append)
        listening = threading.Thread(target=hook.serve_forever, args=(0.01,), daemon=True)
        listening.start()
        before = apply(office, HANA)
        answers, _ = jichi.call("GET", f"/cases/{before.number}")
        body = {
            "procedure": "coming-of-age", "channel": "paper", "received_on": clock.today().isoformat(),
            "applicant_no": SAKURA, "answers": {k: v for k, v in answers["answers"].items() if v},
        }  # fmt: skip
        first, _ = jichi.call("POST", "/applications", body, once="entered-once")
        again, _ = jichi.call("POST", "/applications", body, once="entered-once")
        assert first == again
        deliver_all()
        hook.shutdown()
        hook.server_close()
        listening.join()
    assert [event["data"]["number"] for event in events] == [before.number, first["number"]]
    assert jichi.take(first["number"])["status"] == "reviewing"
    with pytest.raises(example.Problem) as refused:
        jichi.call("POST", f"/cases/{first['number']}/release", version='"1"')
    assert (refused.value.status, refused.value.code) == (412, "case.changed")
    with unit(SYSTEM):
        assert Case.objects.filter(subject_no=SAKURA).count() == 1


def test_what_is_not_signed_is_refused(example: ModuleType) -> None:
    assert not example.genuine("whsec_c2VjcmV0", {"Webhook-Id": "1", "Webhook-Timestamp": "1"}, b"{}")
    assert not example.genuine("whsec_c2VjcmV0", {}, b"{}")


def test_one_of_two_at_once_is_done(office: Office) -> None:
    """The same write twice at the same moment, and what the second would do without the key."""
    program = Program.of("youth", ALL)
    found = apply(office, HANA)
    answers: list[int] = []

    def say(key: str) -> None:
        try:
            answer = Program(program.key).post(f"/cases/{found.number}/messages", {"text": "一度だけ"}, key=key)
            answers.append(answer.status_code)
        finally:
            connection.close()

    for keys in (["same-key-1"] * 6, ["other-key-1", "other-key-2"]):
        threads = [threading.Thread(target=say, args=(key,)) for key in keys]
        for one in threads:
            one.start()
        for one in threads:
            one.join()
    assert set(answers) <= {201, 409}
    listed = Program(program.key).get(f"/cases/{found.number}/messages").json()["items"]  # type: ignore[attr-defined] # test client's answer
    assert len(listed) == 3
