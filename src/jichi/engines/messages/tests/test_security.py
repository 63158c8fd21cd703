"""Row security of messages, deliveries and preferences; encrypted and signed-in mail; doctor; the sandbox page."""

from __future__ import annotations

import subprocess
from datetime import timedelta
from pathlib import Path

import pytest
from django.db import DatabaseError, connection, transaction

from jichi.engines.audit.context import ANONYMOUS, Actor, unit
from jichi.engines.messages import queries, retention
from jichi.engines.messages.actions import set_preference
from jichi.engines.messages.models import ContactPreference, Delivery, Message
from jichi.engines.messages.pump import pump
from jichi.engines.messages.tests.post import ACTOR, Post, a_division, free_port, only, resident, send
from jichi.kernel import clock

pytestmark = pytest.mark.django_db


def seen(actor: Actor) -> tuple[int, int]:
    with unit(actor):
        return Message.objects.count(), Delivery.objects.count()


def test_messages_are_seen_by_the_person_and_by_those_in_charge() -> None:
    division = a_division()
    one, two = resident("a@example.jp"), resident("b@example.jp")
    send(one, division_id=division.pk)
    send(two)
    assert seen(ACTOR) == (2, 2)
    assert seen(Actor(kind="resident", account_id=one.pk)) == (1, 1)
    assert seen(ANONYMOUS) == (0, 0)
    assert seen(Actor(kind="staff", divisions=frozenset({division.pk}))) == (1, 1)
    assert seen(Actor(kind="staff")) == (0, 0)
    board = Actor(kind="staff", permissions=frozenset({"messages.board"}))
    assert seen(board) == (2, 2)
    with unit(board):
        assert [d.state for d in queries.board(board, states=("pending",))] == ["pending", "pending"]
        assert len(queries.deliveries_about("K7M42QF9")) == 2


@pytest.mark.parametrize(
    "statement",
    [
        """INSERT INTO eng_messages_message (id, dedupe_key, email, template, params, created_at)
        VALUES (gen_random_uuid(), 'x', 'a@example.jp', 'notice.arrived', '{}', now())""",
        """INSERT INTO eng_messages_contactpreference (account_id, topic, channel, wanted, changed_at)
        SELECT id, 'cases', 'mail', false, now() FROM eng_accounts_account WHERE email = 'b@example.jp'""",
    ],
)
def test_a_person_can_not_write_for_others(statement: str) -> None:
    one = resident("a@example.jp")
    resident("b@example.jp")
    with (
        pytest.raises(DatabaseError), transaction.atomic(), unit(Actor(kind="resident", account_id=one.pk)),
        connection.cursor() as cursor,
    ):  # fmt: skip
        cursor.execute(statement)
    assert seen(ACTOR) == (0, 0)


def test_updates_by_others_meet_no_row() -> None:
    send(resident("a@example.jp"))
    with unit(Actor(kind="staff", permissions=frozenset({"messages.board"}))):
        assert Delivery.objects.update(attempts=9) == 0
    assert only().attempts == 0


def test_preferences_are_the_persons_own_and_audited() -> None:
    one = resident("a@example.jp")
    actor = Actor(kind="resident", account_id=one.pk)
    set_preference(actor=actor, topic="cases", wanted=False)
    set_preference(actor=actor, topic="cases", wanted=True)
    with unit(actor):
        assert ContactPreference.objects.get().wanted is True
        shown = {p.topic: (p.wanted, p.refusable) for p in queries.preferences(one.pk)}
    assert {t: shown[t] for t in ("cases", "reminders", "security")} == {
        "cases": (True, True), "reminders": (True, True), "security": (True, False),
    }  # fmt: skip
    with unit(Actor(kind="resident", account_id=resident("b@example.jp").pk)):
        assert ContactPreference.objects.count() == 0
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT action FROM eng_audit_auditevent WHERE table_name = 'eng_messages_contactpreference' ORDER BY id"
        )
        assert [row[0] for row in cursor.fetchall()] == ["insert", "update"]


def forget() -> dict[str, int]:
    """What the night does: what is over goes; answers the rows by table."""
    keys = [key for key, _label, _day in retention.over("messages.sent", clock.today(), 100)]
    counts, hashes = retention.erase("messages.sent", keys)
    assert len(hashes) == sum(counts.values())
    return counts


def test_a_finished_message_is_forgotten_after_400_days(post: Post) -> None:
    send(resident())
    pump()
    with unit(ACTOR):
        assert forget() == {}
        with clock.standing_at(clock.now() + timedelta(days=401)):
            assert forget() == {"eng_messages_message": 1, "eng_messages_delivery": 1}
        assert Message.objects.count() == 0


def test_a_bare_address_is_forgotten_after_30_days_however_it_ended() -> None:
    send(None, email="a@example.jp", language="ja")
    send(resident())
    with unit(ACTOR), clock.standing_at(clock.now() + timedelta(days=31)):
        forget()
    with unit(ACTOR):
        assert list(Message.objects.values_list("email", flat=True)) == [""]


def make_certificate(folder: Path) -> Path:
    from cryptography import x509
    from cryptography.hazmat.primitives import hashes, serialization
    from cryptography.hazmat.primitives.asymmetric import ec

    key = ec.generate_private_key(ec.SECP256R1())
    name = x509.Name([x509.NameAttribute(x509.NameOID.COMMON_NAME, "localhost")])
    now = clock.now()
    certificate = (
        x509.CertificateBuilder().subject_name(name).issuer_name(name).public_key(key.public_key())
        .serial_number(x509.random_serial_number())
        .not_valid_before(now - timedelta(days=1)).not_valid_after(now + timedelta(days=1))
        .add_extension(x509.SubjectAlternativeName([x509.DNSName("localhost")]), critical=False)
        .sign(key, hashes.SHA256())
    )  # fmt: skip
    path = folder / "server.pem"
    path.write_bytes(
        key.private_bytes(serialization.Encoding.PEM, serialization.PrivateFormat.PKCS8, serialization.NoEncryption())
        + certificate.public_bytes(serialization.Encoding.PEM)
    )
    return path


@pytest.fixture
def guarded(tmp_path: Path) -> Post:
    return Post(
        free_port(), tmp_path / "mailbox",
        arguments=("--certificate", str(make_certificate(tmp_path)), "--login", "jichi:secret"),
    )  # fmt: skip


@pytest.mark.parametrize(
    ("trusted", "password", "state"),
    [(True, "secret", "sent"), (True, "wrong", "pending"), (False, "secret", "pending")],
)
def test_starttls_and_login_are_used_and_checked(
    guarded: Post,
    settings: object,
    monkeypatch: pytest.MonkeyPatch,
    trusted: bool,
    password: str,
    state: str,
) -> None:
    if trusted:
        monkeypatch.setenv("SSL_CERT_FILE", guarded.arguments[1])
    settings.JICHI_SMTP = {  # type: ignore[attr-defined] # pytest-django's settings
        "host": "localhost", "port": guarded.port, "user": "jichi", "password": password, "tls": True,
        "from": "noreply@midori.example",
    }  # fmt: skip
    guarded.start()
    try:
        send(resident())
        pump()
        assert only().state == state
        assert len(guarded.mails()) == (1 if state == "sent" else 0)
        assert queries.findings()[0].state == ("ok" if state == "sent" else "wrong")
    finally:
        guarded.stop()


def test_doctor_says_what_is_missing_and_what_waits(post: Post, settings: object) -> None:
    assert [f.state for f in queries.findings()] == ["ok"] * 4  # SMS and LINE are off, which is no fault
    send(resident())
    with clock.standing_at(clock.now() + timedelta(minutes=11)):
        assert [f.state for f in queries.findings()][:2] == ["ok", "wrong"]
    settings.JICHI_SMTP = {**settings.JICHI_SMTP, "host": ""}  # type: ignore[attr-defined] # pytest-django's settings
    assert [f.state for f in queries.findings()][:1] == ["missing"]


def test_the_sandbox_stops_on_sigterm(post: Post) -> None:
    assert isinstance(post.process, subprocess.Popen)
    post.process.terminate()
    assert post.process.wait(10) == 0
