"""The folder of an instance: lock, secrets, what children are told, what is read from the environment."""

import os
import stat
from collections.abc import Iterator
from pathlib import Path

import pytest
from cryptography.fernet import Fernet

from jichi.config.environment import WrongSetting, database_settings, environment
from jichi.config.instance import Instance, InstanceBusyError, Running


@pytest.fixture
def told(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> Iterator[pytest.MonkeyPatch]:
    for name in list(os.environ):
        if name.startswith("JICHI_"):
            monkeypatch.delenv(name)
    monkeypatch.setenv("JICHI_HOME", str(tmp_path))
    environment.cache_clear()
    yield monkeypatch
    environment.cache_clear()


def test_second_holder_is_told_who_holds_it(tmp_path: Path) -> None:
    first, second = Instance(tmp_path), Instance(tmp_path)
    with first.locked():
        first.write_running(Running(pid=4711, origin="http://localhost:8000", port=8000, smtp_port=8025))
        assert second.is_held()
        with (
            pytest.raises(InstanceBusyError, match=r"process 4711, http://localhost:8000.*JICHI_HOME"),
            second.locked(),
        ):
            pass
    assert not second.is_held()


def test_secrets_are_made_once_for_us_alone(tmp_path: Path) -> None:
    instance = Instance(tmp_path)
    instance.make_secrets()
    before = {path.name: path.read_text() for path in (tmp_path / "secrets").iterdir()}
    instance.make_secrets()
    assert {path.name: path.read_text() for path in (tmp_path / "secrets").iterdir()} == before
    assert sorted(before) == ["field-keys", "secret-key"]
    assert Fernet(before["field-keys"]).decrypt(Fernet(before["field-keys"]).encrypt(b"x")) == b"x"
    assert len(before["secret-key"]) >= 50
    modes = {stat.S_IMODE(path.stat().st_mode) for path in (tmp_path / "secrets").iterdir()}
    assert modes == {0o600}
    assert stat.S_IMODE((tmp_path / "secrets").stat().st_mode) == 0o700


def test_interrupted_making_of_a_secret_is_made_again(tmp_path: Path) -> None:
    folder = tmp_path / "secrets"
    folder.mkdir()
    (folder / "field-keys.new").write_text("half")
    Instance(tmp_path).make_secrets()
    key = Instance(tmp_path).secret("field-keys")
    assert Fernet(key).decrypt(Fernet(key).encrypt(b"x")) == b"x"
    assert not (folder / "field-keys.new").exists()


def test_children_never_see_the_owners_address(told: pytest.MonkeyPatch, tmp_path: Path) -> None:
    told.setenv("JICHI_OWNER_DATABASE_URL", "postgresql://jichi_owner:secret@/jichi")
    child = Instance(tmp_path).child_environment({"JICHI_DATABASE_URL": "postgresql://jichi_app@/jichi"})
    assert child["JICHI_DATABASE_URL"] == "postgresql://jichi_app@/jichi"
    assert "secret" not in " ".join(child.values())


def test_environment_has_defaults_for_the_demo(told: pytest.MonkeyPatch, tmp_path: Path) -> None:
    found = environment()
    assert (found.port, found.address, found.origin) == (8000, "127.0.0.1", "http://localhost:8000")
    assert (found.pool_max, found.https, found.demo, found.static_root) == (8, False, False, None)
    assert found.home == tmp_path
    assert found.field_keys == ()


def test_environment_is_read_from_variables_and_secret_files(told: pytest.MonkeyPatch, tmp_path: Path) -> None:
    Instance(tmp_path).make_secrets()
    told.setenv("JICHI_PORT", "8123")
    told.setenv("JICHI_STATIC", "/srv/static")
    told.setenv("JICHI_ALLOWED_HOSTS", "a.example, b.example")
    found = environment()
    assert found.origin == "http://localhost:8123"
    assert found.static_root == Path("/srv/static")
    assert found.allowed_hosts == ("a.example", "b.example")
    assert found.secret_key == Instance(tmp_path).secret("secret-key")
    told.setenv("JICHI_FIELD_KEYS", "new,old")
    environment.cache_clear()
    assert environment().field_keys == ("new", "old")


@pytest.mark.parametrize("name", ["JICHI_PORT", "JICHI_SMTP_PORT", "JICHI_DB_POOL_MAX"])
@pytest.mark.parametrize("value", ["http", "-1", "80.5", "99999999"])
def test_a_number_that_is_none_is_refused_by_name(told: pytest.MonkeyPatch, name: str, value: str) -> None:
    told.setenv(name, value)
    with pytest.raises(WrongSetting, match=name):
        environment()


@pytest.mark.parametrize(
    ("url", "expected"),
    [
        (
            "postgresql://jichi_app:p%40ss@db.example:5433/ward",
            {"NAME": "ward", "USER": "jichi_app", "PASSWORD": "p@ss", "HOST": "db.example", "PORT": "5433"},
        ),
        (
            "postgresql://jichi_app:x@/jichi?host=/run/jichi",
            {"NAME": "jichi", "USER": "jichi_app", "PASSWORD": "x", "HOST": "/run/jichi", "PORT": ""},
        ),
    ],
)
def test_database_address_in_parts(url: str, expected: dict[str, str]) -> None:
    assert database_settings(url) == {"ENGINE": "django.db.backends.postgresql", **expected}
