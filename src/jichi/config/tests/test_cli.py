"""The command: help, unknown commands, what its commands name, the doctor, the closing line of the tests."""

import json
import os
import subprocess
import sys
from pathlib import Path

import pytest

from jichi.config import cli, doctor, verify
from jichi.config.environment import environment
from jichi.config.postgres import Cluster
from jichi.kernel.errors import Finding
from jichi.kernel.manifest import resolve


def jichi(*arguments: str, home: Path, **variables: str) -> subprocess.CompletedProcess[str]:
    kept = {name: value for name, value in os.environ.items() if not name.startswith("JICHI_")}
    return subprocess.run(
        [sys.executable, "-m", "jichi.config.cli", *arguments],
        env={**kept, "JICHI_HOME": str(home), **variables}, capture_output=True, text=True, timeout=60, check=False,
    )  # fmt: skip


def test_help_names_every_command(tmp_path: Path) -> None:
    shown = jichi("--help", home=tmp_path)
    assert shown.returncode == 0
    assert [name for name in cli.commands() if f"\n  {name} " not in shown.stdout] == []


def test_without_a_command_help_is_shown_and_the_status_says_misuse(tmp_path: Path) -> None:
    shown = jichi(home=tmp_path)
    assert (shown.returncode, shown.stdout.splitlines()[0]) == (2, "usage: jichi COMMAND [arguments]")


def test_unknown_command_suggests_the_nearest(tmp_path: Path) -> None:
    shown = jichi("dmo", home=tmp_path)
    assert shown.returncode == 2
    assert "there is no command 'dmo'; did you mean 'demo'?" in shown.stderr


@pytest.mark.parametrize("name", sorted(cli.commands()))
def test_every_command_can_be_loaded(name: str) -> None:
    assert callable(resolve(cli.commands()[name].function))


def test_a_number_that_is_none_is_one_line_not_a_traceback(tmp_path: Path) -> None:
    shown = jichi("demo", home=tmp_path, JICHI_PORT="http")
    assert shown.returncode == 1
    assert shown.stderr == "jichi: JICHI_PORT='http' must be a whole number from 0 to 65535\n"


def test_up_names_what_is_not_configured(tmp_path: Path) -> None:
    shown = jichi("up", home=tmp_path)
    assert shown.returncode == 1
    for name in ("JICHI_ORIGIN", "JICHI_ALLOWED_HOSTS", "JICHI_HTTPS", "JICHI_SMTP_HOST", "JICHI_WARD"):
        assert f"    {name}: " in shown.stderr
    assert not (tmp_path / "secrets").exists()


def test_command_without_a_database_says_how_to_get_one(tmp_path: Path) -> None:
    shown = jichi("manage", "check", home=tmp_path)
    assert shown.returncode == 1
    assert "holds no database yet; `./jichi demo` or `./jichi up` makes one" in shown.stderr


# -- doctor ----------------------------------------------------------------------------------


def diagnose(home: Path, **variables: str) -> tuple[int, dict[str, Finding]]:
    shown = jichi("doctor", "--json", home=home, **variables)
    assert shown.stderr == ""
    return shown.returncode, {line["what"]: Finding(**line) for line in json.loads(shown.stdout)}


def test_doctor_finds_an_address_that_does_not_answer(tmp_path: Path) -> None:
    status, found = diagnose(tmp_path, JICHI_DATABASE_URL="postgresql://jichi_app:x@127.0.0.1:1/jichi")
    assert status == 1
    assert found["Database"].state == "wrong"
    assert found["Database"].mend.startswith("correct JICHI_DATABASE_URL")


def test_doctor_sees_a_role_that_the_rules_do_not_bind(tmp_path: Path, cluster: Cluster) -> None:
    status, found = diagnose(tmp_path, JICHI_DATABASE_URL=cluster.url("super", "postgres"))
    assert status == 1
    assert found["Role of the application"].state == "wrong"
    assert "above row security" in found["Role of the application"].detail


def test_doctor_sees_pending_migrations(tmp_path: Path, cluster: Cluster) -> None:
    _, found = diagnose(tmp_path, JICHI_DATABASE_URL=cluster.url("app", "jichi"))
    assert found["Role of the application"].state == "ok"
    assert found["Migrations"].mend == "jichi migrate"


def test_doctor_on_a_bare_machine_finds_nothing_wrong(tmp_path: Path) -> None:
    status, found = diagnose(tmp_path, JICHI_PORT="0")
    assert {what: f.detail for what, f in found.items() if f.state == "wrong"} == {}
    assert found["Database"].state == found["Secrets"].state == "missing"
    assert status == 0


@pytest.mark.parametrize(
    ("variables", "what"),
    [
        ({"JICHI_PROT": "8001"}, "Settings"),
        ({"JICHI_PORT": "x"}, "Settings"),
        ({"JICHI_HTTPS": "1"}, "Transport"),
        ({"JICHI_DEBUG": "1"}, "Debugging"),
        ({"JICHI_PG_BIN": "/nowhere"}, "PostgreSQL"),
    ],
)
def test_doctor_finds_what_is_wrong(tmp_path: Path, variables: dict[str, str], what: str) -> None:
    status, found = diagnose(tmp_path, **variables)
    assert (status, found[what].state) == (1, "wrong")
    assert found[what].mend


def test_doctor_finds_keys_that_others_can_read(tmp_path: Path) -> None:
    (tmp_path / "secrets").mkdir()
    (tmp_path / "secrets" / "secret-key").write_text("k")
    (tmp_path / "secrets" / "secret-key").chmod(0o644)
    _, found = diagnose(tmp_path, JICHI_FIELD_KEYS="short")
    assert found["Secrets"].mend == f"chmod 600 {tmp_path}/secrets/*"
    assert found["Field keys"].state == "wrong"


def test_a_check_that_breaks_is_a_finding_and_the_others_go_on(monkeypatch: pytest.MonkeyPatch) -> None:
    def broken(_told: object) -> None:
        raise RuntimeError("七")

    monkeypatch.setattr(doctor, "CHECKS", (broken, doctor.python))
    found = list(doctor.findings(environment()))
    assert [(f.what, f.state) for f in found[:2]] == [("broken", "wrong"), ("Python", "ok")]


# -- test runner -----------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("tail", "counts"),
    [
        ("512 passed in 12.3s", {"passed": 512}),
        (
            "x\n== 1 failed, 3 passed, 2 skipped, 1 error in 1.2s ==\n",
            {"failed": 1, "passed": 3, "skipped": 2, "errors": 1},
        ),
        ("ImportError: no module", {}),
    ],
)
def test_pytest_closing_line_is_counted(tail: str, counts: dict[str, int]) -> None:
    assert verify.count(tail) == counts


def test_closing_line_is_in_pytest_form() -> None:
    line = verify.closing_line({"passed": 7, "failed": 1, "skipped": 0}, 12.345)
    assert line == "===== 1 failed, 7 passed in 12.35s ====="
    assert verify.count(line) == {"failed": 1, "passed": 7}


def test_checks_run_one_after_the_other_and_tell_their_end(tmp_path: Path) -> None:
    note = "import pathlib; p = pathlib.Path('order'); p.write_text(p.read_text() + '{}' if p.exists() else '{}')"
    runs = [
        verify.CheckRun("a", (sys.executable, "-c", note.format("a", "a")), {}),
        verify.CheckRun("b", (sys.executable, "-c", note.format("b", "b") + "; print('七'); raise SystemExit(3)"), {}),
    ]
    lane = verify.Lane(runs, tmp_path)
    while lane.step():
        pass
    assert [(o.name, o.status, o.output) for o in lane.outcomes] == [("a", 0, ""), ("b", 3, "七\n")]
    assert (tmp_path / "order").read_text() == "ab"
