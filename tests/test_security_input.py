"""Hostile input: whatever is sent, the house answers in words and never falls over."""

from __future__ import annotations

import re
from collections.abc import Iterator

import pytest
from django.db import connection, transaction
from django.http import HttpResponse
from django.test import Client, override_settings

from jichi.engines.accounts.rules import normal_email
from jichi.engines.inbox.models import SearchEntry
from jichi.engines.inbox.queries import search
from jichi.kernel.text import safe_csv_cell

from . import intruder
from .house.gates import Address
from .house.world import World, make_world
from .intruder import HOSTILE, QUERY_NAMES


@pytest.fixture
def world(db: None) -> World:
    return make_world()


def attacked(world: World) -> Iterator[tuple[Address, str, Client, list[str]]]:
    """Every address with a browser that may open it, and the names of what can be sent to it."""
    for address, path in intruder.paths(world):
        assert address.access is not None
        visitor = {"resident": world.resident, "staff": world.official}.get(address.access.audience, world.visitors[0])
        client = visitor.client()
        with transaction.atomic():
            names = intruder.names_in(client.get(path))
            transaction.set_rollback(True)
        sent = dict.fromkeys([*QUERY_NAMES, *(name for name in names if name != "csrfmiddlewaretoken")])
        yield address, path, client, list(sent)


def attack(client: Client, method: str, path: str, data: dict[str, str]) -> int:
    """Send it, read the answer to its end, undo what it did."""
    with transaction.atomic():
        response = (client.get if method == "GET" else client.post)(path, data)
        intruder.words(response)
        transaction.set_rollback(True)
    return int(response.status_code)


def squares(names: list[str], rounds: int) -> Iterator[dict[str, str]]:
    """Every name with another hostile word each round."""
    for turn in range(rounds):
        yield {name: HOSTILE[(turn * 5 + place * 3) % len(HOSTILE)] for place, name in enumerate(names)}


def broken_by(world: World, rounds: int) -> list[str]:
    with override_settings(JICHI_DEMO=True):
        return [
            f"{method} {path}: {status} for {data}"
            for address, path, client, names in attacked(world)
            for data in squares(names, rounds)
            for method in (address.access.methods if address.access else ())
            if (status := attack(client, method, path, data)) >= 500
        ]


def test_hostile_words_in_every_field_of_every_page_break_nothing(world: World) -> None:
    assert broken_by(world, rounds=3) == []


@pytest.mark.matrix
def test_every_hostile_word_in_every_field_breaks_nothing(world: World) -> None:
    assert broken_by(world, rounds=len(HOSTILE)) == []


@pytest.mark.parametrize("language", ["", "easy/", "en/"])
def test_a_nul_is_a_bad_request_wherever_it_stands(db: None, language: str) -> None:
    client = Client(raise_request_exception=False)
    assert client.get(f"/{language}%00").status_code == 400
    assert client.get(f"/{language}procedures/", {"q": "a\0b"}).status_code == 400
    assert client.get(f"/{language}?%00=1").status_code == 400
    assert client.post(f"/{language}sign-in/", {"email": "a\0@example.jp"}).status_code == 400
    for cookie in ('jichi="a\\000b"', 'jichi_language="\\000"', "jichi=\0"):
        assert client.get(f"/{language}", HTTP_COOKIE=cookie).status_code == 400
    assert Client(raise_request_exception=False).post("/staff/sign-in/", {"login": "x\0"}).status_code == 400


def test_broken_encodings_are_taken_as_they_are(db: None) -> None:
    client = Client(raise_request_exception=False)
    for query in ("q=%ff%fe", "q=%ed%a0%80", "q=%c0%ae%c0%ae/", "q=%f4%90%80%80", "&&&===", "q[]=1&q[a][b]=2"):
        assert client.get(f"/procedures/?{query}").status_code == 200
    for path in ("/%ff", "/%ed%a0%80/", "/%c0%ae%c0%ae/%c0%ae%c0%ae/etc/passwd", "/items/%ff/", "/procedures/%e3%81/"):
        assert client.get(path).status_code in {302, 404}
    sent = client.post("/sign-in/", b"email=%ed%a0%80%ff", content_type="application/x-www-form-urlencoded")
    assert sent.status_code == 422


def test_too_much_is_refused_in_words(world: World) -> None:
    client = world.resident.client()
    many = client.post("/my/contact/", {f"f{i}": "x" for i in range(1001)})
    large = client.post("/my/contact/", {"topics": "あ" * 1_000_000})
    assert (many.status_code, large.status_code) == (400, 400)
    assert "<h1" in intruder.words(many)
    million = client.post("/sign-in/", {"email": "a" * 1_000_000 + "@example.jp"})
    assert million.status_code == 422


@pytest.mark.parametrize("kind", ["application/json", "text/xml", "multipart/form-data; boundary=x", "multipart/x", ""])
def test_a_body_of_another_kind_is_no_form(world: World, kind: str) -> None:
    for body in (b"{" * 5000, b'{"email": "\\ud800"}', b'--x\r\nContent-Disposition: form-data; name="email"\r\n\r\nx'):
        assert world.resident.client().post("/sign-in/", body, content_type=kind or "x").status_code in {400, 422}


@pytest.mark.parametrize(
    ("name", "value"),
    [
        ("HTTP_ACCEPT_LANGUAGE", "x" * 10_000 + ",en;q=0." + "9" * 5000),
        ("HTTP_X_REQUEST_ID", "a\r\nSet-Cookie: x=y"),
        ("HTTP_IF_NONE_MATCH", '"' * 3000), ("HTTP_IF_MODIFIED_SINCE", "x" * 3000), ("HTTP_RANGE", "bytes=0-,-1,5-2"),
        ("HTTP_COOKIE", "jichi=../../x; csrf=<b>; jichi_language=' OR 1=1;" + "a=b;" * 2000),
        ("HTTP_REFERER", "\u202e"),
        ("HTTP_HX_REQUEST", "true" * 100), ("HTTP_SEC_FETCH_SITE", "same-origin, cross-site"),
        ("HTTP_X_HTTP_METHOD_OVERRIDE", "DELETE"), ("CONTENT_TYPE", "text/html; charset=utf-7"),
        ("HTTP_USER_AGENT", ""),
    ],
)  # fmt: skip
def test_hostile_headers_change_nothing(db: None, name: str, value: str) -> None:
    response = Client(raise_request_exception=False).get("/", **{name: value})  # type: ignore[arg-type] # names of WSGI
    assert response.status_code == 200
    assert re.fullmatch(r"[A-Za-z0-9_-]{8,64}", response.headers["X-Request-Id"])
    assert value not in intruder.words(response) or not value


def test_wildcards_of_the_database_are_ordinary_letters_in_searches(world: World) -> None:
    for number, title in enumerate(("百%の手続", "下_線", "逆\\斜線", "ふつう")):
        with connection.cursor() as cursor:
            cursor.execute("SELECT set_config('jichi.actor_kind', 'system', true)")
            cursor.execute(
                "SELECT search_put(%s, 'page', 'staff', NULL, NULL, '', %s::jsonb, '{}', '/staff/', '', %s)",
                (f"wild-{number}", f'{{"ja": "{title}"}}'.replace("\\", "\\\\"), title),
            )
    with transaction.atomic():
        assert SearchEntry.objects.filter(key__startswith="wild").count() >= 0
    for word in ("%", "_", "%%", "__", "%の%", "\\%", "ふ_う", "ふ%う"):
        found = [hit.title["ja"] for group in search(world.official.actor, word).groups for hit in group.hits]
        assert "ふつう" not in found, word


@pytest.mark.parametrize("cell", ["=1+1", "+1", "-1+2", "@SUM(A1)", "\t=1", "\r=1", "＝1+1", "  =1", "\n=cmd|'/C'!A0"])
def test_a_cell_is_never_a_formula(cell: str) -> None:
    assert safe_csv_cell(cell)[0] not in "=+-@\t\r\n＝＋－＠ "


@pytest.mark.parametrize(
    "address",
    ["a@b.jp\nBcc: x@evil.jp", "a@b.jp\r\nSubject: x", "a@b.jp, x@evil.jp", '"a\r\n"@b.jp', "a@b.jp%0aBcc:x",
     "<a@b.jp>", "a b@c.jp", "a@b.jp\0", "a@ｅvil。jp", "ａ@b.jp\u2028x@y.jp"],
)  # fmt: skip
def test_nothing_is_smuggled_in_through_an_address(address: str) -> None:
    taken = normal_email(address)
    assert taken is None or re.fullmatch(r"[!-~]+@[a-z0-9.-]+", taken)
    assert taken is None or taken.count("@") == 1


def test_fields_are_looked_for_in_pages_alone() -> None:
    page, paper = '<input name="q">', b'%PDF-1.7 <![V\xff <input name="q">'
    assert intruder.names_in(HttpResponse(page)) == {"q": ""}
    assert intruder.names_in(HttpResponse(paper, content_type="application/pdf")) == {}
