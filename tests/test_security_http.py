"""What every answer carries, and what no request may do: headers, cookies, form tokens, hosts, files."""

from __future__ import annotations

import json
import logging
import os
import re
import subprocess
import sys
from collections.abc import Iterator
from typing import Any

import pytest
from django.conf import settings
from django.db import Error, connection, transaction
from django.http import HttpRequest, HttpResponse
from django.test import Client, override_settings

from conftest import ROOT
from jichi.config.environment import Environment, environment
from jichi.config.logs import PlainFormatter
from jichi.config.proxies import behind, real_client
from jichi.engines.audit.context import Actor
from jichi.engines.files.rules.names import content_disposition, safe_filename

from . import intruder
from .house.world import World, make_world

PRODUCTION = {
    "JICHI_HTTPS": "1", "JICHI_ORIGIN": "https://apply.midori.example", "JICHI_ALLOWED_HOSTS": "apply.midori.example",
    "JICHI_SECRET_KEY": "k" * 20 + "0123456789abcdefghijklmnopqrstuvwxyzABCDEFG", "JICHI_DB_POOL_MAX": "0",
    "PYTHONWARNINGS": "ignore",
}  # fmt: skip


@pytest.fixture
def world(db: None) -> World:
    with override_settings(PASSWORD_HASHERS=["django.contrib.auth.hashers.MD5PasswordHasher"]):
        return make_world()


def as_in_production(*arguments: str, **more: str) -> subprocess.CompletedProcess[str]:
    """A Python of its own under the settings of a real ward."""
    keep = {name: os.environ[name] for name in ("PATH", "HOME", "LANG", "JICHI_TEST_CLUSTER") if name in os.environ}
    environ = {**keep, **PRODUCTION, "DJANGO_SETTINGS_MODULE": "jichi.config.settings", **more}
    return subprocess.run(
        [sys.executable, *arguments], cwd=ROOT, env=environ, capture_output=True, text=True, check=False, timeout=120
    )


# -- production ----------------------------------------------------------------------------------


def test_django_finds_nothing_to_warn_of_in_production() -> None:
    found = as_in_production("manage.py", "check", "--deploy", "--fail-level", "WARNING")
    assert found.returncode == 0, found.stderr
    assert "no issues" in found.stdout + found.stderr


_COOKIES = """
import json, django
django.setup()
from django.conf import settings as s
print(json.dumps({n: getattr(s, n) for n in dir(s) if "COOKIE" in n or n.startswith("SECURE_") or n == "DEBUG"}))
"""


def test_cookies_in_production_travel_over_https_only_and_to_no_script() -> None:
    found = json.loads(as_in_production("-c", _COOKIES).stdout)
    assert found["SESSION_COOKIE_NAME"].startswith("__Host-")
    assert found["CSRF_COOKIE_NAME"].startswith("__Host-")
    for kind in ("SESSION", "CSRF", "LANGUAGE"):
        assert found[f"{kind}_COOKIE_SECURE"] is True, kind
        assert found[f"{kind}_COOKIE_HTTPONLY"] is True, kind
        assert found[f"{kind}_COOKIE_SAMESITE"] == "Lax", kind
        assert found[f"{kind}_COOKIE_PATH"] == "/", kind
        assert found[f"{kind}_COOKIE_DOMAIN"] is None, kind
    assert found["SECURE_SSL_REDIRECT"] is True
    assert found["SECURE_HSTS_SECONDS"] >= 31_536_000
    assert found["DEBUG"] is False


def test_cookies_carry_their_flags(world: World) -> None:
    client = Client()
    client.post("/sign-in/", {"email": "hana@example.jp"})
    session = client.cookies[settings.SESSION_COOKIE_NAME]
    assert session["httponly"]
    assert session["samesite"] == "Lax"
    token = Client().get("/sign-in/").cookies[settings.CSRF_COOKIE_NAME]
    assert token["httponly"]
    assert token["samesite"] == "Lax"


def test_secrets_stand_in_no_repr(monkeypatch: pytest.MonkeyPatch) -> None:
    secrets = {
        "JICHI_SECRET_KEY": "s3cret-key", "JICHI_FIELD_KEYS": "field-k3y", "JICHI_SMTP_PASSWORD": "smtp-p4ss",
        "JICHI_DATABASE_URL": "postgresql://a:db-p4ss@/x", "JICHI_OWNER_DATABASE_URL": "postgresql://o:own-p4ss@/x",
    }  # fmt: skip
    for name, value in secrets.items():
        monkeypatch.setenv(name, value)
    environment.cache_clear()
    try:
        told = environment()
        assert isinstance(told, Environment)
        assert told.smtp_password == "smtp-p4ss"
        text = repr(told) + str(told)
    finally:
        environment.cache_clear()
    for secret in ("s3cret-key", "field-k3y", "smtp-p4ss", "db-p4ss", "own-p4ss"):
        assert secret not in text


# -- every answer --------------------------------------------------------------------------------


def answers(world: World) -> Iterator[tuple[str, Any]]:
    """Every page as somebody who may open it, and errors of each kind."""
    with override_settings(JICHI_DEMO=True):
        for address, path in intruder.paths(world):
            kind = address.access.audience if address.access else ""
            visitor = {"resident": world.resident, "staff": world.official}.get(kind, world.visitors[0])
            with transaction.atomic():
                yield path, visitor.client().get(path)
                transaction.set_rollback(True)
    nobody = Client(raise_request_exception=False)
    yield "404", nobody.get("/there-is-nothing/")
    yield "400", nobody.get("/procedures/", {"q": "\0"})
    yield "403", Client(enforce_csrf_checks=True).post("/sign-in/", {"email": "a@b.jp"})
    yield "405", nobody.put("/")
    yield "host", nobody.get("/", HTTP_HOST="evil.example")
    yield "static", nobody.get("/static/design/jichi.css")
    yield "staff 404", world.official.client().get("/staff/cases/AAAA-AAAA/")


INLINE = re.compile(r"<script(?![^>]*\bsrc=)(?![^>]*application/json)[^>]*>|<style|\son[a-z]+\s*=|style\s*=", re.I)


def scripts_in(path: str, answer: Any) -> list[str]:
    """What a page does or draws by itself, which its policy would forbid."""
    if not answer.headers.get("Content-Type", "").startswith("text/html"):
        return []
    return [f"{path}: {hit.group()}" for hit in INLINE.finditer(intruder.words(answer))]


def test_every_answer_has_its_policy_brings_no_script_and_is_kept_nowhere_if_personal(world: World) -> None:
    problems, pages = [], 0
    for path, answer in answers(world):
        problems += scripts_in(path, answer)
        pages += answer.status_code == 200 and answer.headers.get("Content-Type", "").startswith("text/html")
        if path == "/health/":
            continue  # three words for load balancers, ahead of everything
        policy = answer.headers.get("Content-Security-Policy", "")
        if "default-src 'self'" not in policy and "default-src 'none'" not in policy and path != "static":
            problems.append(f"{path}: no content policy")
        if "unsafe" in policy or "*" in policy:
            problems.append(f"{path}: a policy with holes: {policy}")
        if "frame-ancestors" not in policy and path != "static":
            problems.append(f"{path}: may be framed")
        wanted = {"X-Content-Type-Options": "nosniff", "Referrer-Policy": "same-origin"}
        problems += [f"{path}: {n} missing" for n, value in wanted.items() if answer.headers.get(n) != value]
        signed_in = settings.SESSION_COOKIE_NAME in answer.client.cookies
        if signed_in and "no-store" not in answer.headers.get("Cache-Control", ""):
            problems.append(f"{path}: may be stored")
        if "Server" in answer.headers or "X-Powered-By" in answer.headers:
            problems.append(f"{path}: says what serves it")
        intruder.release(answer)
    assert pages > 100
    assert problems == []


@pytest.mark.parametrize("text", ["<script>", "<STYLE>", '<p onclick="x()">', '<p style="color: red">'])
def test_scripts_in_pages_are_found(text: str) -> None:
    assert len(scripts_in("/", HttpResponse(f"<h1>a</h1>{text}"))) == 1


def test_scripts_from_files_and_data_are_no_scripts_of_the_page() -> None:
    page = '<script src="/static/a.js" defer></script><script type="application/json">{}</script>'
    assert scripts_in("/", HttpResponse(page)) == []


def test_what_is_everybodys_may_be_kept(db: None) -> None:
    answer = Client().get("/static/design/jichi.css")
    assert answer.status_code == 200
    assert "max-age" in answer.headers["Cache-Control"]
    assert "private" not in answer.headers["Cache-Control"]
    assert "Set-Cookie" not in answer.headers
    intruder.release(answer)


def test_pages_of_signing_in_are_kept_nowhere(world: World) -> None:
    client = Client()
    client.post("/sign-in/", {"email": "hana@example.jp"})
    assert "no-store" in client.get("/sign-in/code/").headers["Cache-Control"]


# -- form tokens ---------------------------------------------------------------------------------


REFUSED_WITHOUT_SIGNATURE = {
    "eng_messages_api:sms_receipts": 401, "eng_messages_api:line_webhook": 401, "eng_payments_api:callback": 400,
    "tax_direct_debit_api:callback": 400,
}  # fmt: skip
"""What outside peers call carries a signature instead of a token, and says so without one."""


def test_no_post_is_taken_without_its_form_token(world: World) -> None:
    taken, tried = [], 0
    with override_settings(JICHI_DEMO=True):
        for address, path in intruder.paths(world):
            if address.access is None or "POST" not in address.access.methods:
                continue
            tried += 1
            for visitor in (world.resident, world.official, world.visitors[0]):
                client = visitor.client()
                client.handler.enforce_csrf_checks = True
                for headers in ({}, {"HTTP_X_CSRFTOKEN": "a" * 64}, {"HTTP_ORIGIN": "https://evil.example"}):
                    with transaction.atomic():
                        answer = client.post(path, {"csrfmiddlewaretoken": "b" * 64}, **headers)  # type: ignore[arg-type] # WSGI names
                        transaction.set_rollback(True)
                    if answer.status_code != (REFUSED_WITHOUT_SIGNATURE.get(address.name) or 403):
                        taken.append(f"{address.name} by {visitor.title}: {answer.status_code}")
    assert tried > 15
    assert taken == []


METHODS = ("PUT", "PATCH", "DELETE", "OPTIONS", "TRACE", "PROPFIND", "FOO")


def test_no_page_takes_another_method(world: World) -> None:
    odd = []
    for place, (address, path) in enumerate(intruder.paths(world)):
        with transaction.atomic():
            client = world.official.client() if "staff" in path else world.resident.client()
            for method in (METHODS[place % 7], METHODS[(place + 3) % 7]):
                answer = client.generic(method, path, HTTP_X_HTTP_METHOD_OVERRIDE="POST", HTTP_X_METHOD_OVERRIDE="GET")
                if answer.status_code != 405 and not (answer.status_code == 404 and "sandbox" in path):
                    odd.append(f"{method} {address.name}: {answer.status_code}")
            transaction.set_rollback(True)
    assert odd == []


# -- hosts and proxies ---------------------------------------------------------------------------


@pytest.mark.parametrize("host", ["evil.example", "localhost.evil.example", "localhost@evil.example", "evil.example:80",
                                  "localhost, evil.example", "", "[::1", "a" * 5000, "localhost/evil"])  # fmt: skip
def test_another_host_name_is_refused(db: None, host: str) -> None:
    with override_settings(ALLOWED_HOSTS=["localhost"]):
        client = Client(raise_request_exception=False)
        assert client.get("/", HTTP_HOST=host).status_code == 400
        assert client.post("/sign-in/", {"email": "a@b.jp"}, HTTP_HOST=host).status_code == 400


def test_what_is_sent_out_never_names_the_host_that_was_asked_for(world: World) -> None:
    with override_settings(ALLOWED_HOSTS=["*"]):
        for path in ("/", "/sign-in/", "/my/", "/procedures/", "/easy/", "/sign-in", "/my"):
            answer = Client().get(path, HTTP_HOST="evil.example", HTTP_X_FORWARDED_HOST="evil2.example")
            assert "evil" not in intruder.words(answer)
            assert "evil" not in answer.headers.get("Location", "")


@pytest.mark.parametrize(
    ("peer", "said", "client"),
    [
        ("192.0.2.1", "", "192.0.2.1"),
        ("192.0.2.1", "10.9.9.9", "192.0.2.1"),
        ("10.0.0.1", "192.0.2.7", "192.0.2.7"),
        ("10.0.0.1", "1.2.3.4, 192.0.2.7", "192.0.2.7"),
        ("10.0.0.1", "1.2.3.4, 192.0.2.7, 10.0.0.2", "192.0.2.7"),
        ("10.0.0.1", "' OR 1=1, x", "10.0.0.1"),
        ("10.0.0.1", "1.2.3.4, nonsense", "10.0.0.1"),
        ("10.0.0.1", "", "10.0.0.1"),
        ("10.0.0.1", "10.0.0.2, 10.0.0.1", "10.0.0.2"),
    ],
)
def test_who_asked_is_believed_of_our_own_proxies_only(peer: str, said: str, client: str) -> None:
    assert real_client(peer, said, ("10.0.0.1", "10.0.0.2")) == client


def test_a_stranger_cannot_say_it_came_over_https_or_from_elsewhere() -> None:
    seen: dict[str, Any] = {}
    application = behind(lambda environ, start: seen.update(environ) or [], ("10.0.0.1",))  # type: ignore[func-returns-value] # one expression
    said = {"HTTP_X_FORWARDED_PROTO": "https", "HTTP_X_FORWARDED_FOR": "1.1.1.1", "HTTP_FORWARDED": "for=1.1.1.1"}
    application({"REMOTE_ADDR": "192.0.2.1", **said}, lambda *_: None)
    assert seen == {"REMOTE_ADDR": "192.0.2.1"}
    application({"REMOTE_ADDR": "10.0.0.1", **said}, lambda *_: None)
    assert seen["REMOTE_ADDR"] == "1.1.1.1"
    assert seen["HTTP_X_FORWARDED_PROTO"] == "https"


# -- files ---------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    "path",
    ["/static/../config/settings.py", "/static/..%2f..%2fconfig/settings.py", "/static/%2e%2e/%2e%2e/etc/passwd",
     "/static//etc/passwd", "/static/..\\..\\etc\\passwd", "/static/design/../../../../pyproject.toml",
     "/static/%252e%252e/settings.py", "/staticx/design/jichi.css", "/.git/config", "/media/x",
     "/var/secrets/secret-key"],
)  # fmt: skip
def test_no_path_leads_out_of_the_static_files(db: None, path: str) -> None:
    answer = Client(raise_request_exception=False).get(path)
    assert answer.status_code == 404
    assert "SECRET" not in intruder.words(answer)


@pytest.mark.parametrize(
    "name",
    ['a";filename="b.exe', "a\r\nSet-Cookie: x=y.pdf", "../../etc/passwd", "\u202egnp.exe", "a\0.pdf", "💥.pdf", "",
     "証明書.pdf", "a;b.pdf", "%0d%0a.pdf", "C:\\x\\y.pdf", "x" * 3000, "con.pdf"],
)  # fmt: skip
def test_a_file_name_stays_within_its_header(name: str) -> None:
    safe = safe_filename(name, "application/pdf")
    assert safe.endswith(".pdf")
    assert not set(safe) & set('/\\\0\r\n"')
    value = content_disposition(name, inline=False)
    assert value.isascii()
    assert re.fullmatch(r"attachment; filename=\"[^\"\r\n\\]*\"; filename\*=UTF-8''[A-Za-z0-9._~%-]*", value)
    HttpResponse().headers["Content-Disposition"] = value


def test_a_header_with_a_line_break_is_never_sent(db: None) -> None:
    answer = Client(raise_request_exception=False).get("/language/en/", {"next": "/x\r\nSet-Cookie: a=b"})
    assert "\n" not in answer.headers["Location"]
    assert "a" not in answer.cookies


# -- when it breaks ------------------------------------------------------------------------------


def test_an_error_page_says_nothing_of_the_inside(world: World, monkeypatch: pytest.MonkeyPatch) -> None:
    def broken(request: HttpRequest, *_: object, **__: object) -> HttpResponse:
        message = "山田さくら hana@example.jp p4ssw0rd"
        raise RuntimeError(message)

    monkeypatch.setattr("jichi.portals.resident.my_views.accounts", None)
    monkeypatch.setattr("jichi.portals.resident.my_views.inbox.items_for_account", broken)
    answer = world.resident.client().get("/my/")
    page = intruder.words(answer)
    assert answer.status_code == 500
    for word in ("山田", "hana@", "p4ss", "Traceback", "RuntimeError", "settings", "psycopg", ".py"):
        assert word not in page, word
    assert "Content-Security-Policy" in answer.headers
    assert "no-store" in answer.headers["Cache-Control"]


def test_the_log_leaves_out_what_the_database_quotes(db: None) -> None:
    with pytest.raises(Error) as refused, transaction.atomic(), connection.cursor() as cursor:
        cursor.execute(
            "INSERT INTO eng_accounts_account (id, kind, email, name, language, is_active, created_at, password) "
            "VALUES (gen_random_uuid(), 'alien', 'hana@example.jp', '山田さくら', 'ja', true, now(), 'x')"
        )
    error = refused.value
    assert "hana@example.jp" in str(error), "without the formatter it would be there"
    record = logging.LogRecord("x", 40, __file__, 1, "failed: %s", (error,), (type(error), error, error.__traceback__))
    text = PlainFormatter().format(record)
    for word in ("hana@", "山田", "alien"):
        assert word not in text
    assert "SQLSTATE 23" in text
    assert "test_security_http.py" in text


def test_an_actor_says_no_more_of_itself_than_its_name() -> None:
    assert "password" not in repr(Actor(name="x"))
