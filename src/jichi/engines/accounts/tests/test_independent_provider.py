"""Identification against a provider of other people: `oidc-provider-mock` from the package index, as far as it reaches.

It signs with RS256, checks client, redirect address, code and nonce; it knows neither signed assertions nor acr.
"""

from __future__ import annotations

import json
import subprocess
import sys
import time
import urllib.error
import urllib.request
from collections.abc import Iterator
from urllib.parse import parse_qs, urlsplit

import pytest
from django.test import override_settings

from jichi.engines.accounts import actions, identity, oidc, outside
from jichi.engines.accounts.events import IdentityProved
from jichi.engines.accounts.middleware import LEVEL
from jichi.engines.accounts.sessions import SessionStore
from jichi.engines.accounts.tests.browser import browser
from jichi.engines.audit.context import system_actor

from .provider import ask, path_of, start

pytestmark = pytest.mark.django_db
HANAKO = {"sub": "hanako", "name": "山田　花子", "birthdate": "1986-05-09", "email": "hanako@example.jp"}


@pytest.fixture(scope="module")
def issuer() -> Iterator[str]:
    """The provider, in a process of its own: its warnings are not ours."""
    from socket import socket

    with socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port = probe.getsockname()[1]
    arguments = ["-p", str(port), "-n", "true", "--user-claims", json.dumps(HANAKO)]
    process = subprocess.Popen(
        [sys.executable, "-W", "ignore", "-m", "oidc_provider_mock", *arguments],
        stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL,
    )  # fmt: skip
    url = f"http://127.0.0.1:{port}"
    until = time.monotonic() + 15
    while True:
        try:
            urllib.request.build_opener(urllib.request.ProxyHandler({})).open(f"{url}/.well-known/openid-configuration")
            break
        except (urllib.error.URLError, ConnectionError):
            assert time.monotonic() < until, "the provider does not answer"
            time.sleep(0.1)
    yield url
    process.terminate()
    process.wait(10)


@pytest.fixture(autouse=True)
def peer(issuer: str) -> Iterator[None]:
    told = {
        "kind": "oidc", "issuer": issuer, "client_id": "jichi", "client_secret": "for-tests-only", "level": "card",
        "scope": "openid profile", "algorithms": ["RS256"],
    }  # fmt: skip
    oidc.forget()
    outside.rested()
    with override_settings(JICHI_PEERS={"identity": told}):
        yield
    oidc.forget()
    outside.rested()


def log_in(address: str, sub: str = "hanako") -> str:
    """Choose the person at the provider's page; where it leads."""
    assert ask(address)[0] == 200
    status, text, headers = ask(address, {"sub": sub})
    assert status in {302, 303}, text
    return str(headers["Location"])


def test_a_resident_identifies_with_it(monkeypatch: pytest.MonkeyPatch) -> None:
    told: list[IdentityProved] = []
    monkeypatch.setattr(identity, "announce", told.append)
    account = actions.create_resident_account(actor=system_actor("test"), email="hanako@example.jp")
    client = browser(account.pk)
    response = client.get(path_of(log_in(start(client, target="/my/"))))
    assert response.headers["Location"] == "/my/"
    assert SessionStore(client.cookies["jichi"].value)[LEVEL] == "card"
    assert [(one.claims.name, one.claims.birth_date and one.claims.birth_date.isoformat()) for one in told] == [
        ("山田　花子", "1986-05-09")
    ]


def test_its_code_works_once(monkeypatch: pytest.MonkeyPatch) -> None:
    account = actions.create_resident_account(actor=system_actor("test"), email="hanako@example.jp")
    client = browser(account.pk)
    back = log_in(start(client))
    code = parse_qs(urlsplit(back).query)["code"][0]
    client.get(path_of(back))
    again = browser(account.pk)
    state = parse_qs(urlsplit(start(again)).query)["state"][0]
    response = again.get(f"/sign-in/identity/callback/?state={state}&code={code}")
    assert "identify.failed" in response.headers["Location"]


def test_an_answer_to_another_question_is_refused() -> None:
    """Its token carries the nonce of the other flow: code injection."""
    account = actions.create_resident_account(actor=system_actor("test"), email="hanako@example.jp")
    client = browser(account.pk)
    code = parse_qs(urlsplit(log_in(start(client))).query)["code"][0]
    state = parse_qs(urlsplit(start(client)).query)["state"][0]
    response = client.get(f"/sign-in/identity/callback/?state={state}&code={code}")
    assert "identify.failed" in response.headers["Location"]
    assert SessionStore(client.cookies["jichi"].value).get(LEVEL, "") == ""
