"""The gate: who is let in, what is refused and how it says so, what leaves no trace."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

import pytest
from django.db import OperationalError
from django.urls.resolvers import RegexPattern, URLResolver

from conftest import shared_world
from jichi.engines.accounts import actions as accounts
from jichi.engines.accounts import queries as account_queries
from jichi.engines.api import actions, building, middleware, queries, rules, upkeep
from jichi.engines.api.models import ApiCall, ApiClient, ApiKey, StoredAnswer
from jichi.engines.api.operations import ApiRequest, In, Out, Router, operation
from jichi.engines.audit.context import Actor, unit
from jichi.kernel import clock
from jichi.kernel.errors import Conflict, Forbidden, Invalid, JichiError, NotFound, Unavailable

from .calling import SYSTEM, Program, let_in, refused, told

pytestmark = pytest.mark.django_db
ADMIN = Actor(kind="staff", permissions=frozenset({"eng_api.manage"}))
SCOPE = "eng_cases.case.view"


def build() -> None:
    """Two divisions."""
    accounts.create_division(actor=SYSTEM, code="youth", names={"ja": "子ども若者課"})
    accounts.create_division(actor=SYSTEM, code="health", names={"ja": "保健予防課"})


divisions = shared_world(build)


class NoteIn(In):
    """What the example takes."""

    text: str
    fail: str = ""


class NoteOut(Out):
    """What the example answers."""

    text: str
    by: str


def _refuse(what: str) -> None:
    refusals: dict[str, Exception] = {
        "gone": NotFound(), "forbidden": Forbidden(), "conflict": Conflict("case.state"), "away": Unavailable(),
        "bug": RuntimeError("secret words"), "database": OperationalError("secret words"), "odd": JichiError("odd"),
        "invalid": Invalid("invalid"), "changed": Conflict("case.changed"),
    }  # fmt: skip
    if what:
        raise refusals[what]


@pytest.fixture
def examples(monkeypatch: pytest.MonkeyPatch) -> None:
    """Operations of this test: one that reads, one that writes a division, one that declares nothing."""
    router = Router()

    @operation(router, "GET", "/notes/{uuid:note}", permission=SCOPE, response=NoteOut, summary="a", english="a")
    def note(request: ApiRequest, note: object) -> NoteOut:
        return NoteOut(text=str(note), by=request.actor.name)

    @operation(router, "POST", "/notes", permission=SCOPE, response=NoteOut, status=201, summary="a", english="a")
    def write(request: ApiRequest, given: NoteIn) -> NoteOut:
        accounts.create_division(actor=SYSTEM, code=given.text, names={"ja": given.text})
        _refuse(given.fail)
        return NoteOut(text=given.text, by=request.actor.name)

    @operation(router, "POST", "/versions", permission="", response=NoteOut, versioned=True, summary="a", english="a")
    def versioned(request: ApiRequest, given: NoteIn) -> NoteOut:
        _refuse(given.fail)
        return NoteOut(text=str(request.version), by="")

    @router.get("/undeclared")
    def undeclared(request: object) -> dict[str, str]:
        return {"open": "to everybody"}

    made = building.make_api((router,))
    assert building.undeclared(made) == ["GET /undeclared: declares no permission, so nobody may call it"]
    resolver = URLResolver(RegexPattern(r"^/"), list(building.patterns(made)))
    monkeypatch.setattr(middleware, "get_resolver", lambda urlconf: resolver)


NOTE = "/notes/00000000-0000-0000-0000-000000000001"


def test_a_key_says_who_calls_and_nothing_else_does(examples: None) -> None:
    program = Program.of("youth", [SCOPE], title="台帳の連携")
    assert told(program.get(NOTE))["by"] == "台帳の連携"
    for key in (
        "",
        "jichi_00000000_" + "a" * 43,
        program.key[:-1] + ("a" if program.key[-1] != "a" else "b"),
        "nonsense",
    ):
        refused(Program(key).get(NOTE), 401, "api.key")
    stranger = Program("")
    stranger.http.cookies["jichi"] = "a session"
    refused(stranger.get(NOTE), 401, "api.key")


def test_keys_change_without_a_gap_and_end(examples: None) -> None:
    client_id = let_in("youth", [SCOPE])
    old, new = (actions.make_key(actor=ADMIN, client_id=client_id) for _ in range(2))
    with pytest.raises(Conflict, match=r"api\.too_many_keys"):
        actions.make_key(actor=ADMIN, client_id=client_id)
    assert [Program(one.written).get(NOTE).status_code for one in (old, new)] == [200, 200]
    for _ in range(2):
        actions.revoke_key(actor=ADMIN, key_id=old.id)
    refused(Program(old.written).get(NOTE), 401, "api.key")
    assert Program(new.written).get(NOTE).status_code == 200
    assert Program(actions.make_key(actor=ADMIN, client_id=client_id).written).get(NOTE).status_code == 200
    shown = queries.client(actor=ADMIN, client_id=client_id)
    assert shown.keys[-1].revoked_at
    assert shown.valid_keys[-1].last_used_at
    actions.stop_client(actor=ADMIN, client_id=client_id)
    refused(Program(new.written).get(NOTE), 401, "api.key")
    with pytest.raises(Conflict, match=r"api\.client_over"):
        actions.make_key(actor=ADMIN, client_id=client_id)


def test_a_key_ends_with_its_client_s_last_day(examples: None, monkeypatch: pytest.MonkeyPatch) -> None:
    program, last = Program.of("youth", [SCOPE]), clock.today() + timedelta(days=30)
    monkeypatch.setattr(clock, "today", lambda: last)
    assert program.get(NOTE).status_code == 200
    monkeypatch.setattr(clock, "today", lambda: last + timedelta(days=1))
    refused(program.get(NOTE), 401, "api.key")


def test_only_administrators_let_programs_in() -> None:
    other = Actor(kind="staff", permissions=frozenset({SCOPE}))
    with pytest.raises(Forbidden):
        actions.create_client(
            actor=other, title="a", contact="b", division_code="youth", permissions=[SCOPE],
            ends_on=clock.today() + timedelta(days=3),
        )  # fmt: skip
    client_id = let_in("youth", [SCOPE])
    key = actions.make_key(actor=ADMIN, client_id=client_id)
    for refusal in (
        lambda: actions.make_key(actor=other, client_id=client_id),
        lambda: actions.revoke_key(actor=other, key_id=key.id),
        lambda: actions.stop_client(actor=other, client_id=client_id),
        lambda: queries.clients(actor=other),
        lambda: queries.calls(actor=other, client_id=client_id),
    ):
        with pytest.raises(Forbidden):
            refusal()
    assert (ApiClient.objects.count(), ApiKey.objects.filter(revoked_at=None).count()) == (1, 1)


@pytest.mark.parametrize(
    ("change", "field", "code"),
    [
        ({"title": " "}, "title", "field.required"),
        ({"contact": "a" * 101}, "contact", "field.too_long"),
        ({"division_code": "none"}, "division", "api.no_division"),
        ({"permissions": []}, "permissions", "api.scopes"),
        ({"permissions": ["eng_accounts.manage"]}, "permissions", "api.scopes"),
        ({"ends_on": clock.today()}, "ends_on", "api.ends_on"),
        ({"ends_on": clock.today() + timedelta(days=367)}, "ends_on", "api.ends_on"),
    ],
)
def test_a_client_is_described_in_full(change: dict[str, Any], field: str, code: str) -> None:
    given: dict[str, Any] = {
        "title": "a", "contact": "b", "division_code": "youth", "permissions": [SCOPE],
        "ends_on": clock.today() + timedelta(days=3), **change,
    }  # fmt: skip
    with pytest.raises(Invalid) as wrong:
        actions.create_client(actor=ADMIN, **given)
    assert {name: one.code for name, one in wrong.value.fields.items()} == {field: code}
    assert ApiClient.objects.count() == 0


def test_what_declares_nothing_answers_nobody(examples: None) -> None:
    refused(Program.of("youth", [SCOPE]).get("/undeclared"), 404, "api.not_found")


def test_permissions_are_asked_for_before_anything_else(examples: None) -> None:
    without = Program.of("youth", ["eng_cases.case.handle"])
    refused(without.get(NOTE), 403, "api.scope")
    refused(without.post("/notes", {"nonsense": 1}), 403, "api.scope")


def test_addresses_methods_and_bodies(examples: None) -> None:
    program = Program.of("youth", [SCOPE])
    refused(program.get("/nothing"), 404, "api.not_found")
    refused(program.get("/notes/1"), 404, "api.not_found")
    answer = program.get("/notes")
    refused(answer, 405, "api.method")
    assert answer.headers["Allow"] == "POST"
    refused(program.post("/notes", {"text": "a"}, key=""), 400, "api.idempotency_key")
    refused(program.post("/notes", {"text": "a"}, key="short"), 400, "api.idempotency_key")
    refused(program.post("/notes", raw=b"{"), 400, "api.bad_call")
    refused(program.post("/notes", raw=b'{"text": "a\\u0000"}'), 400, "api.bad_call")
    refused(program.post("/notes", raw=b"text=a", media="application/x-www-form-urlencoded"), 415, "api.media_type")
    refused(program.post("/notes", raw=b" " * (rules.BODY_LIMIT + 1)), 413, "api.too_large")
    refused(program.post("/notes", {"text": 1}), 422, "api.invalid")
    found = refused(program.post("/notes", {"text": "a", "more": 1}), 422, "api.invalid")
    assert [one["field"] for one in found["errors"]] == ["body.more"]
    assert len(account_queries.divisions()) == 2


@pytest.mark.parametrize(
    ("fail", "status", "code"),
    [
        ("gone", 404, "api.not_found"), ("forbidden", 403, "api.scope"), ("conflict", 409, "case.state"),
        ("away", 503, "unavailable"), ("bug", 500, "api.failed"), ("database", 503, "api.away"),
    ],
)  # fmt: skip
def test_refusals_keep_their_words_to_themselves(examples: None, fail: str, status: int, code: str) -> None:
    answer = Program.of("youth", [SCOPE]).post("/notes", {"text": "a", "fail": fail})
    refused(answer, status, code)
    assert b"secret" not in answer.content
    assert StoredAnswer.objects.count() == 0
    if status >= 500:
        assert len(account_queries.divisions()) == 2
    if status == 503:
        assert answer.headers["Retry-After"] == "5"


def test_a_write_is_done_once_under_its_key(examples: None) -> None:
    program, other = (Program.of("youth", [SCOPE], title=title) for title in ("一", "二"))
    first = program.post("/notes", {"text": "once"}, key="key-00001")
    again = program.post("/notes", {"text": "once"}, key="key-00001")
    assert (first.status_code, again.status_code, first.content) == (201, 201, again.content)
    assert "Idempotency-Replayed" not in first.headers
    assert again.headers["Idempotency-Replayed"] == "true"
    refused(program.post("/notes", {"text": "other"}, key="key-00001"), 422, "api.other_call")
    assert other.post("/notes", {"text": "third"}, key="key-00001").status_code == 201
    with unit(SYSTEM):
        assert sorted(StoredAnswer.objects.values_list("key", flat=True)) == ["key-00001"] * 2
        StoredAnswer.objects.update(created_at=clock.now() - timedelta(hours=25))
        ApiCall.objects.update(at=clock.now() - timedelta(days=91))
    upkeep.sweep()
    with unit(SYSTEM):
        assert (StoredAnswer.objects.count(), ApiCall.objects.count()) == (0, 0)


def test_another_client_s_answers_are_not_there(examples: None) -> None:
    Program.of("youth", [SCOPE]).post("/notes", {"text": "mine"})
    with unit(Actor(kind="staff", account_id=let_in("youth", [SCOPE]))):
        assert StoredAnswer.objects.count() == 0


def test_versions(examples: None) -> None:
    program = Program.of("youth", [SCOPE])
    assert told(program.post("/versions", {"text": "a"}, version=7))["text"] == "7"
    refused(program.post("/versions", {"text": "a"}), 428, "api.version_needed")
    refused(program.post("/versions", {"text": "a", "fail": "changed"}, version=0), 412, "case.changed")
    refused(program.post("/versions", {"text": "a", "fail": "conflict"}, version=0), 409, "case.state")


def test_a_client_that_calls_too_often_waits(examples: None, monkeypatch: pytest.MonkeyPatch) -> None:
    now = clock.now()
    monkeypatch.setattr(clock, "now", lambda: now)
    program = Program.of("youth", [SCOPE], per_minute=60)
    answers = [program.get(NOTE) for _ in range(16)]
    assert [one.status_code for one in answers] == [200] * 15 + [429]
    assert answers[0].headers["RateLimit-Policy"] == '"client";q=60;w=60'
    assert answers[0].headers["RateLimit"] == '"client";r=14;t=1'
    refused(answers[-1], 429, "api.rate")
    assert int(answers[-1].headers["Retry-After"]) in {1, 2}
    monkeypatch.setattr(clock, "now", lambda: now + timedelta(seconds=2))
    assert [program.get(NOTE).status_code for _ in range(3)] == [200, 200, 429]
    monkeypatch.setattr(clock, "now", lambda: now - timedelta(days=1))  # a clock that jumps back
    assert program.get(NOTE).status_code == 429
    monkeypatch.setattr(clock, "now", lambda: now - timedelta(days=1) + timedelta(seconds=1))
    assert program.get(NOTE).status_code == 200
    assert Program.of("youth", [SCOPE], per_minute=60).get(NOTE).status_code == 200


def test_guessing_keys_is_slowed_down(examples: None) -> None:
    guesser = Program("jichi_00000000_" + "a" * 43)
    codes = [guesser.get(NOTE).status_code for _ in range(62)]
    assert codes == [401] * 60 + [429] * 2
    assert Program.of("youth", [SCOPE]).get(NOTE).status_code == 200


def test_calls_are_logged_without_their_content(examples: None) -> None:
    client_id = let_in("youth", [SCOPE])
    program = Program(actions.make_key(actor=ADMIN, client_id=client_id).written)
    program.get(NOTE, q="試験 花")
    program.post("/notes", {"text": "試験 花", "fail": "conflict"})
    page = queries.calls(actor=ADMIN, client_id=client_id, limit=1)
    assert [(one.method, one.path, one.status, one.code) for one in page.rows] == [
        ("POST", "/api/v1/notes", 409, "case.state")
    ]
    rest = queries.calls(actor=ADMIN, client_id=client_id, after=page.next_after)
    assert [(one.method, one.path, one.status) for one in rest.rows] == [("GET", f"/api/v1{NOTE}", 200)]
    assert rest.next_after == ""
    assert len(queries.calls(actor=ADMIN, client_id=client_id, failed=True).rows) == 1


def test_answers_stay_nowhere_and_run_nothing(examples: None) -> None:
    answer = Program.of("youth", [SCOPE]).get(NOTE)
    assert answer.headers["Cache-Control"] == "no-store"
    assert answer.headers["Content-Security-Policy"].startswith("default-src 'none'")
    assert answer.headers["X-Content-Type-Options"] == "nosniff"
    assert answer.headers["X-Request-Id"]
    assert "Set-Cookie" not in answer.headers


def test_what_the_key_may_do_is_told() -> None:
    program = Program.of("youth", [SCOPE, "eng_cases.case.handle"])
    found = told(program.get("/me"))
    assert found["permissions"] == ["eng_cases.case.handle", SCOPE]
    assert found["ends_on"] == (clock.today() + timedelta(days=30)).isoformat()
