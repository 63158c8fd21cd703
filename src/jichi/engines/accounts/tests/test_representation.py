"""代理: given, accepted, registered, ended; never twice, never revealing who is here, never past its time."""

from __future__ import annotations

from datetime import date, timedelta
from uuid import UUID, uuid4

import pytest
from django.db import IntegrityError, connection, transaction

from jichi.engines.accounts import actions, queries
from jichi.engines.accounts import representation as room
from jichi.engines.accounts.limits import TooManyTries
from jichi.engines.accounts.models import Representation
from jichi.engines.audit import queries as audit
from jichi.engines.audit.context import Actor, system_actor, unit
from jichi.kernel import clock
from jichi.kernel.errors import Conflict, Forbidden, Invalid, NotFound

pytestmark = pytest.mark.django_db

SYSTEM = system_actor("test")
HANAKO, TARO = "0000000019", "0000000027"
DAY = timedelta(days=1)


def resident(name: str, number: str = "") -> Actor:
    account = actions.create_resident_account(actor=SYSTEM, email=f"{name}@example.jp")
    if number:
        actions.link_person(actor=SYSTEM, account_id=account.pk, addressee_no=number, how="letter")
    return Actor(kind="resident", account_id=account.pk)


def clerk() -> Actor:
    return Actor(
        kind="staff", account_id=UUID(int=7),
        permissions=frozenset({room.REGISTER, "eng_accounts.representation.see"}),
    )  # fmt: skip


def ask(actor: Actor, *procedures: str, days: int = 30, key: UUID | None = None) -> room.Granted:
    return actions.grant_mandate(
        actor=actor, principal_name="山田　花子", agent_name="鈴木　次郎", procedures=procedures,
        valid_from=clock.today(), valid_until=clock.today() + days * DAY, request_key=key or uuid4(),
    )  # fmt: skip


def held(actor: Actor, on: date | None = None) -> tuple[queries.Representation, ...]:
    assert actor.account_id is not None
    with unit(actor):
        return queries.representations(actor.account_id, on or clock.today())


def states() -> list[str]:
    with unit(SYSTEM):
        return list(Representation.objects.order_by("asked_at").values_list("state", flat=True))


def register(actor: Actor, **more: object) -> room.Granted:
    given: dict[str, object] = {
        "kind": "guardian", "principal_no": "0000000043", "principal_name": "山田　翔太", "agent_name": "山田　健一",
        "agent_no": HANAKO, "procedures": (), "valid_from": clock.today(), "valid_until": None,
        "basis": "戸籍全部事項証明書", "request_key": uuid4(), **more,
    }  # fmt: skip
    return actions.register_representation(actor=actor, **given)  # type: ignore[arg-type] # values as a clerk's page gives


def test_a_mandate_begins_when_the_agent_accepts_and_ends_on_its_last_day() -> None:
    hanako, jiro = resident("hanako", HANAKO), resident("jiro")
    made = ask(hanako, "juminhyo", days=10)
    assert held(jiro) == ()
    offer = room.offered_mandate(actor=jiro, code=made.code.lower().replace("-", " "))
    assert (offer.principal_name, offer.procedures, offer.valid_until) == (
        "山田　花子", ("juminhyo",), clock.today() + 10 * DAY,
    )  # fmt: skip
    assert actions.accept_mandate(actor=jiro, code=made.code) == made.id
    assert [(r.kind, r.principal_no, r.principal_name, r.procedures) for r in held(jiro)] == [
        ("agent", HANAKO, "山田　花子", ("juminhyo",))
    ]
    assert [len(held(jiro, clock.today() + n * DAY)) for n in (-1, 0, 10, 11)] == [0, 1, 1, 0]
    assert jiro.account_id is not None
    with unit(jiro):
        asked = {"account_id": jiro.account_id, "principal_no": HANAKO, "on": clock.today()}
        assert queries.representation_for(procedure="juminhyo", **asked) is not None  # type: ignore[arg-type] # a dict
        assert queries.representation_for(procedure="hojokin", **asked) is None  # type: ignore[arg-type] # a dict
        assert queries.representation_for(procedure="juminhyo", kind="officer", **asked) is None  # type: ignore[arg-type] # a dict
    trail = audit.events_of(table="eng_accounts_representation", object_id=str(made.id))
    assert [(event.action, event.subject) for event in trail] == [("update", HANAKO), ("insert", HANAKO)]


def test_pressed_twice_it_is_one_mandate_with_one_code() -> None:
    hanako, key = resident("hanako", HANAKO), uuid4()
    assert ask(hanako, key=key) == ask(hanako, key=key)
    assert states() == ["asked"]


def test_who_is_not_linked_gives_nothing() -> None:
    with pytest.raises(Conflict, match=r"representation\.not_linked"):
        ask(resident("nobody"))
    assert states() == []


@pytest.mark.parametrize(
    ("changed", "wrong"),
    [
        ({"agent_name": " "}, {"agent_name": "field.required"}),
        ({"principal_name": "あ" * 101}, {"principal_name": "field.too_long"}),
        ({"valid_until": None}, {"valid_until": "field.date_required"}),
        ({"valid_from": None}, {"valid_from": "field.date_required"}),
        ({"valid_until": date(2020, 1, 1)}, {"valid_until": "field.date_too_early"}),
        ({"valid_until": date(2099, 1, 1)}, {"valid_until": "field.date_too_late"}),
    ],
)
def test_what_can_not_be_is_refused_at_its_field(changed: dict[str, object], wrong: dict[str, str]) -> None:
    given: dict[str, object] = {
        "principal_name": "花子", "agent_name": "次郎", "procedures": (), "valid_from": clock.today(),
        "valid_until": clock.today(), "request_key": uuid4(), **changed,
    }  # fmt: skip
    with pytest.raises(Invalid) as refused:
        actions.grant_mandate(actor=resident("hanako", HANAKO), **given)  # type: ignore[arg-type] # values as a page gives
    assert {name: error.code for name, error in refused.value.fields.items()} == wrong
    assert states() == []


def test_every_code_that_does_not_work_is_answered_alike() -> None:
    hanako, jiro = resident("hanako", HANAKO), resident("jiro")
    over, own, taken = ask(hanako), ask(hanako), ask(hanako)
    actions.end_mandate(actor=hanako, representation_id=taken.id)
    answers = []
    for actor, code, later in (
        (jiro, "2222-2222-2222", 0), (jiro, over.code, 15), (hanako, own.code, 0), (jiro, taken.code, 0),
    ):  # fmt: skip
        with clock.standing_at(clock.now() + later * DAY), pytest.raises(Invalid) as refused:
            actions.accept_mandate(actor=actor, code=code)
        answers.append({name: error.code for name, error in refused.value.fields.items()})
    assert answers == [{"code": "representation.code"}] * 4
    assert states() == ["asked", "asked", "ended"]
    assert held(jiro) == ()


def test_guessing_codes_is_limited() -> None:
    jiro = resident("jiro")
    for _ in range(20):
        with pytest.raises(Invalid):
            actions.accept_mandate(actor=jiro, code="2222-2222-2222")
    with pytest.raises(TooManyTries):
        actions.accept_mandate(actor=jiro, code="2222-2222-2222")


def test_the_code_is_stored_nowhere() -> None:
    made = ask(resident("hanako", HANAKO))
    with unit(SYSTEM):
        row = Representation.objects.values().get()
    plain = made.code.replace("-", "")
    assert plain not in str(row)
    assert made.code not in str(row)


def test_the_same_mandate_is_not_active_twice() -> None:
    hanako, jiro = resident("hanako", HANAKO), resident("jiro")
    first, same, narrower = ask(hanako), ask(hanako), ask(hanako, "juminhyo")
    actions.accept_mandate(actor=jiro, code=first.code)
    with pytest.raises(Conflict, match=r"representation\.exists"):
        actions.accept_mandate(actor=jiro, code=same.code)
    actions.accept_mandate(actor=jiro, code=narrower.code)
    assert states() == ["active", "asked", "active"]


@pytest.mark.parametrize("side", ["principal", "agent"])
def test_either_side_ends_it_and_nobody_else_can(side: str) -> None:
    hanako, jiro, other = resident("hanako", HANAKO), resident("jiro"), resident("saburo", TARO)
    made = ask(hanako)
    actions.accept_mandate(actor=jiro, code=made.code)
    with pytest.raises(NotFound):
        actions.end_mandate(actor=other, representation_id=made.id)
    assert states() == ["active"]
    for _ in range(2):
        actions.end_mandate(actor=hanako if side == "principal" else jiro, representation_id=made.id)
    assert states() == ["ended"]
    assert held(jiro) == ()
    with pytest.raises(Invalid):
        actions.accept_mandate(actor=jiro, code=made.code)


def test_a_refused_mandate_says_so_and_its_code_is_used_up() -> None:
    hanako, jiro = resident("hanako", HANAKO), resident("jiro")
    made = ask(hanako)
    actions.refuse_mandate(actor=jiro, code=made.code)
    assert states() == ["refused"]
    with pytest.raises(Invalid):
        actions.accept_mandate(actor=jiro, code=made.code)
    assert held(jiro) == ()


def test_death_or_moving_ends_what_was_given_and_what_was_held() -> None:
    hanako, taro, jiro = resident("hanako", HANAKO), resident("taro", TARO), resident("jiro")
    given, held_by, other = ask(hanako), ask(taro), ask(taro)
    for representative, made in ((jiro, given), (hanako, held_by), (jiro, other)):
        actions.accept_mandate(actor=representative, code=made.code)
    with pytest.raises(Forbidden):
        actions.end_representations_of(actor=hanako, addressee_no=HANAKO, reason="death")
    assert actions.end_representations_of(actor=SYSTEM, addressee_no=HANAKO, reason="death") == 2
    assert actions.end_representations_of(actor=SYSTEM, addressee_no=HANAKO, reason="death") == 0
    assert states() == ["ended", "ended", "active"]


def test_every_night_what_is_over_ends() -> None:
    hanako, jiro = resident("hanako", HANAKO), resident("jiro")
    actions.accept_mandate(actor=jiro, code=ask(hanako, days=0).code)
    actions.accept_mandate(actor=jiro, code=ask(hanako, "juminhyo", days=20).code)
    ask(hanako, days=40)
    room.end_lapsed()
    assert states() == ["active", "active", "asked"]
    with clock.standing_at(clock.now() + DAY):
        room.end_lapsed()
        assert states() == ["ended", "active", "asked"]
    with clock.standing_at(clock.now() + 15 * DAY):
        room.end_lapsed()
        assert states() == ["ended", "active", "ended"]


def test_an_official_registers_a_guardian_who_has_a_login() -> None:
    kenichi = resident("kenichi", HANAKO)
    made = register(clerk())
    assert made.code == ""
    assert [(r.kind, r.principal_no, r.valid_until) for r in held(kenichi)] == [("guardian", "0000000043", None)]


def test_without_a_login_the_agent_gets_a_code_to_accept_with() -> None:
    made = register(clerk(), kind="agent", agent_no="", basis="委任状")
    jiro = resident("jiro")
    actions.accept_mandate(actor=jiro, code=made.code)
    assert [r.kind for r in held(jiro)] == ["agent"]


@pytest.mark.parametrize(
    ("changed", "refusal"),
    [
        ({"basis": " "}, Invalid), ({"principal_no": ""}, Invalid), ({"kind": "friend"}, Invalid),
        ({"principal_no": HANAKO}, Conflict),
    ],
)  # fmt: skip
def test_an_incomplete_registration_changes_nothing(changed: dict[str, object], refusal: type[Exception]) -> None:
    with pytest.raises(refusal):
        register(clerk(), **changed)
    assert states() == []


def test_who_may_not_register_registers_nothing() -> None:
    for actor in (Actor(kind="staff", account_id=UUID(int=8)), resident("hanako", HANAKO)):
        with pytest.raises(Forbidden):
            register(actor)
    assert states() == []


def test_an_official_ends_it_only_with_a_reason_and_the_right_to() -> None:
    made = register(clerk(), agent_no="")
    with pytest.raises(Invalid):
        actions.end_mandate(actor=clerk(), representation_id=made.id)
    with pytest.raises(NotFound):
        actions.end_mandate(actor=Actor(kind="staff", account_id=UUID(int=8)), representation_id=made.id, reason="x")
    assert states() == ["asked"]
    actions.end_mandate(actor=clerk(), representation_id=made.id, reason="後見の終了")
    assert states() == ["ended"]


def test_neither_side_learns_an_address_or_a_contact() -> None:
    """A protected person's representative (or whoever reads their pages) gets names and days, nothing to find them."""
    hanako, jiro = resident("hanako", HANAKO), resident("jiro")
    made = ask(hanako)
    offer = room.offered_mandate(actor=jiro, code=made.code)
    actions.accept_mandate(actor=jiro, code=made.code)
    assert jiro.account_id is not None
    with unit(jiro):
        seen = [offer, *held(jiro), *queries.mandates_held(account_id=jiro.account_id)]
    assert all("example.jp" not in str(one) for one in seen)
    columns = {field.name for field in Representation._meta.get_fields()}
    assert not columns & {"email", "phone", "address", "postcode", "contact"}


def test_row_security_shows_each_what_is_theirs() -> None:
    hanako, jiro, other = resident("hanako", HANAKO), resident("jiro"), resident("saburo", TARO)
    actions.accept_mandate(actor=jiro, code=ask(hanako).code)
    reader = Actor(kind="staff", account_id=UUID(int=9), permissions=frozenset({"eng_accounts.representation.see"}))
    stranger = Actor(kind="staff", account_id=UUID(int=8))
    counts = []
    for actor in (hanako, jiro, other, clerk(), reader, stranger, Actor()):
        with unit(actor):
            counts.append(Representation.objects.count())
    assert counts == [1, 1, 0, 1, 1, 0, 0]
    with unit(reader):
        assert Representation.objects.update(end_reason="x") == 0


@pytest.mark.parametrize(
    "change",
    ["principal_no = '0000000027'", "procedures = '{a}'", "during = '[2020-01-01,)'", "agent_account_id = NULL"],
)
def test_the_database_rewrites_no_representation(change: str) -> None:
    hanako, jiro = resident("hanako", HANAKO), resident("jiro")
    made = ask(hanako)
    actions.accept_mandate(actor=jiro, code=made.code)
    for statement in (f"UPDATE eng_accounts_representation SET {change}", "DELETE FROM eng_accounts_representation"):
        with pytest.raises(IntegrityError), unit(SYSTEM), transaction.atomic(), connection.cursor() as cursor:
            cursor.execute(statement)
    assert [r.id for r in held(jiro)] == [made.id]
