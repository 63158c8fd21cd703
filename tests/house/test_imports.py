"""Who may import what: the floors, the doors, the purity of rules."""

from __future__ import annotations

import os
import subprocess
import sys
from functools import lru_cache
from pathlib import Path

import pytest

from . import imports
from .tree import PACKAGE, ROOT, SOURCE, Module, example, module_names, modules, report

CASES = "jichi.engines.cases"
APPLICATIONS = "jichi.services.front.applications"


# -- import-linter -------------------------------------------------------------------------------


CONTRACTS = (ROOT / "pyproject.toml", Path(__file__).parent / "importlinter.toml")


def lint(folder: Path, config: Path) -> subprocess.CompletedProcess[str]:
    """import-linter over the package `jichi` found first in `folder`."""
    program = "from importlinter.cli import lint_imports_command; lint_imports_command()"
    return subprocess.run(
        [sys.executable, "-c", program, "--config", str(config), "--no-cache", "--no-logo"],
        env={**os.environ, "PYTHONPATH": str(folder)},
        cwd=folder,
        capture_output=True,
        text=True,
        check=False,
    )


@pytest.mark.parametrize("config", CONTRACTS, ids=lambda path: path.name)
def test_import_contracts_hold(config: Path) -> None:
    done = lint(SOURCE, config)
    assert done.returncode == 0, done.stdout + done.stderr


@pytest.fixture
def empty_house(tmp_path: Path) -> Path:
    """The packages of the house, all empty, and a second service."""
    packages = [init.parent.relative_to(SOURCE) for init in PACKAGE.rglob("__init__.py") if "tests" not in init.parts]
    for package in [*packages, Path("jichi/services/front/events")]:
        (tmp_path / package).mkdir(parents=True, exist_ok=True)
        (tmp_path / package / "__init__.py").write_text("")
    for room in ("engines/cases", "services/front/events"):
        (tmp_path / "jichi" / room / "rules.py").write_text("import math\n")
    return tmp_path


@pytest.mark.parametrize(
    ("file", "line", "kept"),
    [
        ("jichi/engines/cases/__init__.py", "import jichi.engines.inbox", True),
        ("jichi/engines/inbox/__init__.py", "import jichi.engines.cases", False),
        ("jichi/engines/inbox/__init__.py", "import jichi.services.front.applications", False),
        ("jichi/engines/inbox/__init__.py", "def f():\n    import jichi.portals.staff", False),
        ("jichi/kernel/__init__.py", "import django", False),
        ("jichi/design/__init__.py", "import jichi.engines.audit", False),
        ("jichi/services/front/events/__init__.py", "import jichi.engines.cases", True),
        ("jichi/services/front/events/__init__.py", "import jichi.services.front.applications", False),
        ("jichi/portals/staff/__init__.py", "import jichi.portals.resident", False),
        ("jichi/engines/cases/rules.py", "import jichi.kernel", True),
        ("jichi/services/front/events/rules.py", "import django.db", False),
    ],
)
def test_import_contracts_catch(empty_house: Path, file: str, line: str, kept: bool) -> None:
    (empty_house / file).write_text(line + "\n")
    answers = [lint(empty_house, config) for config in CONTRACTS]
    output = "".join(done.stdout + done.stderr for done in answers)
    assert all(done.returncode == 0 for done in answers) is kept, output
    assert ("BROKEN" in output) is not kept, output


def test_a_framework_behind_another_module_is_caught(empty_house: Path) -> None:
    (empty_house / "jichi/engines/cases/dates.py").write_text("import django\n")
    (empty_house / "jichi/engines/cases/rules.py").write_text("from jichi.engines.cases import dates\n")
    assert "BROKEN" in lint(empty_house, CONTRACTS[1]).stdout


# -- our own checks over the house ---------------------------------------------------------------


@lru_cache
def doors() -> dict[str, Module]:
    """Every door module by name."""
    return {module.name: module for module in modules() if module.inside[0] in imports.DOORS}


def test_no_room_rests_on_a_higher_one() -> None:
    found = [finding for module in modules() for finding in imports.floor_findings(module, module_names())]
    assert not found, report(found)


def test_rooms_enter_each_other_through_doors() -> None:
    found = [finding for module in modules() for finding in imports.door_findings(module, module_names())]
    assert not found, report(found)


def test_doors_do_not_hand_out_models() -> None:
    found = [finding for module in modules() for finding in imports.leak_findings(module, doors(), module_names())]
    assert not found, report(found)


def test_no_import_of_another_room_hides_in_a_function() -> None:
    found = [finding for module in modules() for finding in imports.hidden_findings(module, module_names())]
    assert not found, report(found)


def test_rules_are_pure() -> None:
    pure = [module for module in modules() if imports.is_pure(module)]
    assert any(module.room == "jichi.kernel" for module in pure)
    found = [finding for module in pure for finding in imports.purity_findings(module, module_names())]
    assert not found, report(found)


IMPORT_WITHOUT = """
import importlib, sys
class Refuse:
    def find_spec(self, name, path=None, target=None):
        if name.split(".")[0] in {"django", "psycopg", "procrastinate", "ninja"}:
            raise ImportError("pure code asked for " + name)
sys.meta_path.insert(0, Refuse())
for name in sys.argv[1:]:
    importlib.import_module(name)
"""


def import_without_framework(names: list[str], folder: Path = SOURCE) -> subprocess.CompletedProcess[str]:
    """Import modules in a process in which Django and the database driver can't be imported."""
    return subprocess.run(
        [sys.executable, "-c", IMPORT_WITHOUT, *names],
        env={**os.environ, "PYTHONPATH": str(folder)},
        capture_output=True,
        text=True,
        check=False,
    )


def test_rules_load_where_there_is_no_django() -> None:
    done = import_without_framework([module.name for module in modules() if imports.is_pure(module)])
    assert done.returncode == 0, done.stderr


def test_the_process_without_django_refuses_it(tmp_path: Path) -> None:
    (tmp_path / "pure.py").write_text("import math\n")
    (tmp_path / "hidden.py").write_text("import helper\n")
    (tmp_path / "helper.py").write_text("from django.db import models\n")
    assert import_without_framework(["pure"], tmp_path).returncode == 0
    assert "pure code asked for django" in import_without_framework(["hidden"], tmp_path).stderr


# -- good and bad examples -----------------------------------------------------------------------


@pytest.mark.parametrize(
    ("module", "line", "count"),
    [
        (f"{CASES}.actions", "from jichi.engines.inbox import actions", 0),
        (f"{CASES}.actions", "from jichi.kernel.money import Yen", 0),
        (f"{CASES}.actions", "from . import rules", 0),
        (f"{CASES}.actions", "from jichi.services.front.applications import queries", 1),
        (f"{CASES}.actions", "def f():\n    from jichi.portals.staff import views", 1),
        (f"{CASES}.actions", "if TYPE_CHECKING:\n    from jichi.config import settings", 1),
        ("jichi.engines.inbox.actions", "from ..cases import queries", 1),
        ("jichi.services.tax.outreach.actions", "from jichi.kernel import clock", 0),
        ("jichi.portals.staff.views", "from jichi.portals.resident import queries", 1),
        ("jichi.portals.staff.views", "from jichi.services.front.applications import queries", 0),
        ("jichi.design.labels", "from jichi.engines.audit.context import Actor", 1),
        ("jichi.sample.ward", "from jichi.config import settings", 1),
    ],
)
def test_floor_examples(module: str, line: str, count: int) -> None:
    assert len(imports.floor_findings(example(module, line), module_names())) == count


@pytest.mark.parametrize(
    ("line", "count"),
    [
        ("from jichi.engines.cases import actions, queries, rules", 0),
        ("from jichi.engines.cases.rules import Decision", 0),
        ("from jichi.engines.cases.rules.deadlines import due_on", 0),
        ("from jichi.engines.audit.context import Actor, unit", 0),
        ("from jichi.engines.accounts.access import access", 0),
        ("from jichi.design.labels import label", 0),
        ("from .models import Own", 0),
        ("from jichi.engines.cases.models import Case", 1),
        ("from jichi.engines.cases import models", 1),
        ("import jichi.engines.cases.models", 1),
        ("from jichi.engines.cases.views import show", 1),
        ("def f():\n    from jichi.engines.accounts.middleware import mark_signed_in", 1),
    ],
)
def test_door_examples(line: str, count: int) -> None:
    assert len(imports.door_findings(example(f"{APPLICATIONS}.views", line), module_names())) == count


def test_config_may_put_the_house_together() -> None:
    line = "from jichi.engines.accounts.middleware import AccessMiddleware"
    assert imports.door_findings(example("jichi.config.web", line), module_names()) == []
    line = "from jichi.engines.accounts.models import Account"
    assert len(imports.door_findings(example("jichi.config.web", line), module_names())) == 1


def test_leak_examples() -> None:
    door = example(f"{CASES}.queries", "from .models import Case\nfrom .rules import State\n")
    known = {door.name: door}
    good = example(f"{APPLICATIONS}.views", f"from {CASES}.queries import case_of, State")
    bad = example(f"{APPLICATIONS}.views", f"from {CASES}.queries import Case")
    assert imports.leak_findings(good, known, module_names()) == []
    assert len(imports.leak_findings(bad, known, module_names())) == 1


@pytest.mark.parametrize(
    ("module", "line", "count"),
    [
        (f"{CASES}.actions", "def f():\n    import duckdb", 0),
        (f"{CASES}.actions", "def f():\n    from jichi.engines.inbox import actions", 1),
        (f"{CASES}.actions", "class A:\n    def f(self):\n        from jichi.engines.files import queries", 1),
        (f"{CASES}.actions", "def f():\n    from . import rules", 0),
        (f"{CASES}.commands", "def f():\n    from jichi.engines.files import queries", 0),
        (f"{CASES}.apps", "def ready(self):\n    from jichi.design import catalogue", 0),
        ("jichi.config.cli", "def f():\n    from jichi.config import settings", 0),
    ],
)
def test_hidden_import_examples(module: str, line: str, count: int) -> None:
    assert len(imports.hidden_findings(example(module, line), module_names())) == count


@pytest.mark.parametrize(
    ("line", "count"),
    [
        ("from jichi.kernel.money import Yen", 0),
        ("from jichi.engines.registry.rules import ResidentRecord", 0),
        ("from .events import Decided", 0),
        ("import numpy", 0),
        ("def draw(chance: random.Random) -> float:\n    return chance.random()", 0),
        ("from django.db import models", 1),
        ("def f():\n    import psycopg", 1),
        ("from jichi.kernel.clock import TOKYO", 0),
        ("from jichi.kernel import clock", 1),
        ("from jichi.kernel.clock import today", 1),
        ("from .models import Case", 1),
        ("from jichi.engines.registry import queries", 1),
        ("def f():\n    return date.today()", 1),
        ("def f():\n    return datetime.datetime.now(UTC)", 1),
        ("def f():\n    return random.random()", 1),
        ("def f():\n    return uuid4()", 1),
        ("def f(path):\n    return path.read_text()", 1),
    ],
)
def test_purity_examples(line: str, count: int) -> None:
    assert len(imports.purity_findings(example(f"{CASES}.rules", line), module_names())) == count
