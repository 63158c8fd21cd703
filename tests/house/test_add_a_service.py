"""`docs/add-a-service.md` is true: a test follows it, file by file, in a copy of the house."""

from __future__ import annotations

import os
import re
import shutil
import subprocess
import sys
from pathlib import Path

import pytest
from babel.messages.pofile import read_po

from conftest import TEMPLATE_BELOW

from .tree import ROOT

PAGE = ROOT / "docs" / "add-a-service.md"
ROOM = "jichi.services.community.benches"
FILE = re.compile(r"^\*\*`([^`]+)`\*\*\n```\w+\n(.*?)^```$", re.MULTILINE | re.DOTALL)
ROW = re.compile(r"^\| ([^|]+) \| ([^|]+) \| ([^|]+) \| ([^|]+) \| ([^|]+) \|$", re.MULTILINE)


class Follower:
    """Somebody who does what the page says, in a checkout of their own."""

    def __init__(self, checkout: Path, template: str) -> None:
        self.checkout = checkout
        self.template = template
        self.page = PAGE.read_text(encoding="utf-8")
        left_out = shutil.ignore_patterns("__pycache__", "*.egg-info", "*.mo")
        for name in ("src", "tests", "requirements"):
            shutil.copytree(ROOT / name, checkout / name, ignore=left_out)
        for name in ("conftest.py", "manage.py", "pyproject.toml", ".gitignore"):
            shutil.copy(ROOT / name, checkout / name)
        subprocess.run(["git", "init", "--quiet", str(checkout)], check=True)

    def run(self, *command: str) -> subprocess.CompletedProcess[str]:
        """Run Python in the checkout."""
        return subprocess.run(
            [sys.executable, *command],
            cwd=self.checkout,
            env={
                **os.environ,
                "PYTHONPATH": str(self.checkout / "src"),
                "JICHI_TEST_ONE_ROOM": "community_benches",
                TEMPLATE_BELOW: self.template,
            },
            capture_output=True,
            text=True,
            check=False,
        )

    def write_files(self) -> list[str]:
        """Write every file of the page."""
        files = FILE.findall(self.page)
        for name, text in files:
            path = self.checkout / name
            path.parent.mkdir(parents=True, exist_ok=True)
            path.write_text(text, encoding="utf-8")
        return [name for name, _ in files]

    def add_room(self) -> None:
        """Put the room on the list, above the portals."""
        path = self.checkout / "src/jichi/config/rooms.py"
        text = path.read_text(encoding="utf-8")
        first_portal = re.search(r'^ *"jichi\.portals', text, re.MULTILINE)
        assert first_portal
        at = first_portal.start()
        path.write_text(f'{text[:at]}    "{ROOM}",\n{text[at:]}', encoding="utf-8")

    def make_migration(self) -> None:
        """`./jichi manage makemigrations`: the step before the audit migration is written."""
        folder = self.checkout / "src" / ROOM.replace(".", "/") / "migrations"
        audit = folder / "0002_audit.py"
        later = audit.read_text(encoding="utf-8")
        audit.unlink()
        done = self.run("manage.py", "makemigrations", "community_benches")
        assert done.returncode == 0, done.stderr
        audit.write_text(later, encoding="utf-8")

    def translate(self) -> None:
        """`./jichi messages extract`, then the table of the page."""
        call = "import sys; from jichi.config.catalogs import main; sys.exit(main(sys.argv[1:]))"
        done = self.run("-c", call, "extract", ROOM)
        assert done.returncode == 0, done.stderr
        rows = [row for row in ROW.findall(self.page) if row[0] not in {"ja", "---"}]
        locale = self.checkout / "src" / ROOM.replace(".", "/") / "locale"
        for column, folder in ((1, "easy"), (2, "en"), (3, "zh_Hans"), (4, "ko")):
            path = locale / folder / "LC_MESSAGES" / "django.po"
            text = path.read_text(encoding="utf-8")
            for row in rows:
                text = text.replace(f'msgid "{row[0]}"\nmsgstr ""', f'msgid "{row[0]}"\nmsgstr "{row[column]}"')
            path.write_text(text, encoding="utf-8")
            with path.open("rb") as file:
                assert all(message.string for message in read_po(file) if message.id), folder


@pytest.fixture(scope="module")
def follower(tmp_path_factory: pytest.TempPathFactory, database_template: str) -> Follower:
    """The page, followed to its end."""
    done = Follower(tmp_path_factory.mktemp("checkout"), database_template)
    written = done.write_files()
    assert len(written) == 16
    done.add_room()
    done.make_migration()
    done.translate()
    return done


@pytest.mark.slow
@pytest.mark.timeout(900)  # the house's whole look at the copy; with both cores busy the usual limit is near
def test_the_new_room_passes_its_own_tests_and_the_house_has_nothing_to_say_against_it(follower: Follower) -> None:
    left_out = [f"--ignore=tests/house/{name}.py" for name in ("test_add_a_service", "test_repository")]
    # What the house's rules find in examples was shown by their own tests; here they look at the copy. And what they
    # ask of rooms one by one, whatever is new, they asked of the others in the house itself.
    asked = "benches or not (examples or catch or found or refused or named or hand_out or every_key)"
    done = follower.run(
        "-m", "pytest", "-q", "-rA", f"src/{ROOM.replace('.', '/')}", "tests/house", "-k", asked, *left_out
    )
    about = [line for line in done.stdout.splitlines() if line.startswith("E ") and "benches" in line]
    assert about == [], "\n".join(about)
    own = [line for line in done.stdout.splitlines() if line.startswith("PASSED src/")]
    assert len(own) == 7, done.stdout + done.stderr


@pytest.mark.slow
def test_the_new_room_is_formatted_and_linted(follower: Follower) -> None:
    folder = f"src/{ROOM.replace('.', '/')}"
    for command in (("check",), ("format", "--check")):
        done = follower.run("-m", "ruff", *command, folder)
        assert done.returncode == 0, done.stdout + done.stderr


@pytest.mark.slow
def test_a_room_that_breaks_a_rule_is_found_in_the_copy(follower: Follower) -> None:
    view = follower.checkout / "src" / ROOM.replace(".", "/") / "views.py"
    good = view.read_text(encoding="utf-8")
    view.write_text(good + "\nfrom jichi.engines.cases.models import Case  # a door that is none\n", encoding="utf-8")
    done = follower.run("-m", "pytest", "-q", "tests/house/test_imports.py", "-k", "through_doors")
    view.write_text(good, encoding="utf-8")
    assert any("benches/views.py" in line and "not a door" in line for line in done.stdout.splitlines())
