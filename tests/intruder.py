"""What an attacker has at hand: sessions, every address of the house, hostile words, many presses at once."""

from __future__ import annotations

import threading
import time
from collections.abc import Callable, Iterator, Mapping, Sequence
from html.parser import HTMLParser
from typing import Any, Final
from uuid import UUID

from django.conf import settings
from django.contrib.auth import SESSION_KEY
from django.db import connection
from django.test import Client
from django.urls import get_resolver, reverse

from jichi.engines.accounts import queries as accounts
from jichi.engines.accounts.middleware import GENERATION, MFA, PROVED_AT, SEEN
from jichi.engines.accounts.sessions import SessionStore

from .house import gates
from .house.gates import Address
from .house.world import Examples, World, load_examples

HOSTILE: Final = (
    "\x00", "a\x00b", "'\"><script>alert(1)</script>", "' OR '1'='1", "%' OR 1=1 --", "%", "_" * 40, "\\", "\\%",
    "../../../../etc/passwd", "\u202egnp.exe", "\u2066x\u2069", "\r\nSet-Cookie: a=b", "{{ 7*7 }}", "${jndi:ldap://x}",
    "=cmd|'/C calc'!A0", "9" * 400, "-1", "9223372036854775808", "1e999", "NaN", "٣" * 6, "9" * 5000, "\ufdfa" * 200,
    "\U0010ffff", "e\u0301" * 300, "あ" * 3000, "~", "x~y", "9999-12-31~x", "0001-01-01", "令和99999年1月1日",
    "[" * 2000, '{"a":' * 500, "(" * 500 + "a" * 500, " " * 5000 + "x", "-" * 5000, "a@" + "a." * 3000 + "a",
)  # fmt: skip
"""Words that break things elsewhere: NUL, markup, SQL, patterns, huge numbers, deep nesting, bidi, overlong."""

QUERY_NAMES: Final = (
    "q", "after", "before", "sort", "state", "scope", "from", "to", "purpose", "next", "event", "points", "procedure",
    "encoding", "then", "code", "version", "revision", "status", "period", "role", "mode", "login", "saved", "days",
)  # fmt: skip


def session_of(account_id: UUID, *, mfa: bool, **data: Any) -> str:
    """The key of a session as signing in makes it."""
    store, now = SessionStore(), int(time.time())
    store.update({SESSION_KEY: str(account_id), GENERATION: 0, SEEN: now, PROVED_AT: now, MFA: mfa, **data})
    store.create()
    return str(store.session_key)


def browser(account_id: UUID | None = None, *, mfa: bool = False, key: str = "", **how: Any) -> Client:
    """A browser, with a session where an account is given."""
    client = Client(raise_request_exception=False, **how)
    if account_id is not None:
        key = session_of(account_id, mfa=mfa)
    if key:
        client.cookies[settings.SESSION_COOKIE_NAME] = key
    return client


def official(login: str) -> UUID:
    """The account of a demo official."""
    found = accounts.staff_account_id(login)
    assert found is not None
    return found


def house_addresses() -> list[Address]:
    """Every address there is."""
    return list(gates.addresses(get_resolver(settings.ROOT_URLCONF)))


def paths(world: World, examples: Examples | None = None) -> Iterator[tuple[Address, str]]:
    """Every address with a real object behind it."""
    examples = examples or load_examples(settings.JICHI_ROOMS)
    for address in house_addresses():
        factory = examples.factories.get(address.name)
        if address.access is None or (address.has_parameters and factory is None):
            continue
        yield address, reverse(address.name, kwargs=dict(factory(world)) if factory else None)


class _Names(HTMLParser):
    def __init__(self) -> None:
        super().__init__()
        self.names: dict[str, str] = {}

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        given = dict(attrs)
        if tag in {"input", "select", "textarea", "button"} and given.get("name"):
            self.names[str(given["name"])] = given.get("value") or ""


def field_names(html: str) -> Mapping[str, str]:
    """Names and values of what a page lets one enter or press."""
    parser = _Names()
    parser.feed(html)
    return parser.names


def names_in(answer: Any) -> Mapping[str, str]:
    """The same of an answer: a PDF or a spreadsheet, whose bytes may look like anything, asks for nothing."""
    text = words(answer)
    return field_names(text) if answer.headers.get("Content-Type", "").startswith("text/html") else {}


def at_once(*presses: Callable[[], object]) -> list[Any]:
    """All presses begin together, each on a connection of its own; what each answered or raised, in order."""
    gate, found = threading.Barrier(len(presses)), [None] * len(presses)

    def run(place: int, press: Callable[[], Any]) -> None:
        gate.wait()
        try:
            found[place] = press()
        except BaseException as error:  # handed to the test
            found[place] = error  # type: ignore[call-overload] # any outcome
        finally:
            connection.close()

    threads = [threading.Thread(target=run, args=(place, press)) for place, press in enumerate(presses)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(timeout=60)
    return found


def words(response: Any) -> str:
    """The whole answer as text."""
    content = b"".join(response.streaming_content) if response.streaming else response.content
    release(response)
    return str(content.decode("utf-8", "replace"))


def release(response: Any) -> None:
    """Close what the answer holds open, but not the test's database connection with it."""
    for close in response._resource_closers:
        close()


def statuses(found: Sequence[Any]) -> list[int]:
    """The status of each answer, in ascending order."""
    return sorted(one.status_code for one in found)
