"""How code is written in every room: sizes, names, docstrings, actions, the one clock, excuses with reasons."""

from __future__ import annotations

import pytest

from . import furniture
from .tree import ROOT, example, modules, report, shown, tracked_files

ACTIONS = "jichi.engines.cases.actions"
SHIPPED = [module for module in modules() if not module.is_test and not module.is_migration]


def test_every_module_is_python() -> None:
    found = [finding for module in modules() for finding in furniture.syntax_findings(module)]
    assert not found, report(found)


def test_files_are_short() -> None:
    suffixes = {".py", ".html", ".sql", ".css", ".js", ".sh"}
    parts_left_out = {"migrations", "tests", "vendor", "locale"}
    found = [
        finding
        for path in tracked_files()
        if path.suffix in suffixes and not parts_left_out & set(path.relative_to(ROOT).parts)
        for finding in furniture.size_findings(shown(path), path.read_text(encoding="utf-8"))
    ]
    assert not found, report(found)


def test_functions_are_short() -> None:
    found = [finding for module in SHIPPED for finding in furniture.function_findings(module)]
    assert not found, report(found)


def test_files_have_names() -> None:
    found = [finding for path in tracked_files() for finding in furniture.name_findings(shown(path))]
    assert not found, report(found)


def test_modules_say_what_they_are_for() -> None:
    found = [f for module in modules() if not module.is_migration for f in furniture.docstring_findings(module)]
    assert not found, report(found)


def test_actions_take_keywords_and_the_actor_first() -> None:
    actions = [module for module in SHIPPED if module.inside[0] == "actions"]
    fronts = {module.name: furniture.offered(module) for module in actions if module.is_package}
    found = [
        finding
        for module in actions
        for finding in furniture.action_findings(module, fronts.get(f"{module.room}.actions"))
    ]
    assert not found, report(found)


def test_doors_say_what_they_promise() -> None:
    doors = [module for module in SHIPPED if module.inside[0] in {"queries", "rules", "events", "errors"}]
    found = [finding for module in doors for finding in furniture.door_docstring_findings(module)]
    assert not found, report(found)


def test_time_comes_from_the_one_clock() -> None:
    found = [
        finding
        for module in SHIPPED
        if module.name != "jichi.kernel.clock"
        for finding in furniture.clock_findings(module)
    ]
    assert not found, report(found)


def test_rules_switched_off_have_reasons() -> None:
    found = [finding for module in SHIPPED for finding in furniture.excuse_findings(shown(module.path), module.text)]
    assert not found, report(found)


# -- good and bad examples -----------------------------------------------------------------------


@pytest.mark.parametrize(
    ("text", "count"),
    [
        ("x = 1\n" * 400, 0),
        ("x = 1\n" * 401, 1),
        ("# long: a table of the law, one line an article\n" + "x = 1\n" * 401, 0),
        ("x = 1\n" * 20 + "# long: too late\n" + "x = 1\n" * 401, 1),
    ],
)
def test_size_examples(text: str, count: int) -> None:
    assert len(furniture.size_findings("a.py", text)) == count


@pytest.mark.parametrize(
    ("body", "count"),
    [
        ("    x = 1\n" * 40, 0),
        ("    x = 1\n" * 41, 1),
        ('    """\n' + "    word\n" * 30 + '    """\n' + "    x = 1\n" * 40, 0),
        ("    # long: one statement of SQL\n" + "    x = 1\n" * 41, 0),
    ],
)
def test_function_examples(body: str, count: int) -> None:
    assert len(furniture.function_findings(example(ACTIONS, f"def f():\n{body}"))) == count


@pytest.mark.parametrize(
    ("path", "count"),
    [
        ("src/jichi/kernel/text.py", 0),
        ("src/jichi/kernel/utils.py", 1),
        ("src/jichi/engines/cases/test_helpers.py", 1),
        ("src/jichi/common/names.py", 1),
        ("docs/miscellany.md", 0),
    ],
)
def test_name_examples(path: str, count: int) -> None:
    assert len(furniture.name_findings(path)) == count


@pytest.mark.parametrize(
    ("text", "count"),
    [
        ('"""What."""\n', 0),
        ("", 0),
        ("import a\n", 1),
        ('"""' + "a\n" * 6 + '"""\n', 1),
        ('"""' + "a\n" * 5 + '"""\n', 0),
    ],
)
def test_docstring_examples(text: str, count: int) -> None:
    assert len(furniture.docstring_findings(example(ACTIONS, text))) == count


@pytest.mark.parametrize(
    ("text", "count"),
    [
        ('def open_case(*, actor, title):\n    """Open."""', 0),
        ("def _row(case):\n    return 1", 0),
        ('def open_case(actor, *, title):\n    """Open."""', 1),
        ('def open_case(*, title, actor):\n    """Open."""', 1),
        ('def open_case():\n    """Open."""', 1),
        ("def open_case(*, actor):\n    return 1", 1),
    ],
)
def test_action_examples(text: str, count: int) -> None:
    assert len(furniture.action_findings(example(ACTIONS, text))) == count


def test_inside_a_package_only_what_its_front_offers_is_an_action() -> None:
    front = example(ACTIONS, "from .opening import open_case\nfrom jichi.engines.audit.context import Actor\n")
    part = example(f"{ACTIONS}.opening", "def open_case(actor):\n    return 1\ndef number(case):\n    return 1\n")
    assert furniture.offered(front) == {"open_case"}
    assert len(furniture.action_findings(part, furniture.offered(front))) == 2


def test_syntax_examples() -> None:
    assert furniture.syntax_findings(example(ACTIONS, "x = 1")) == []
    assert len(furniture.syntax_findings(example(ACTIONS, "def f(:"))) == 1


def test_door_docstring_examples() -> None:
    text = 'class State:\n    """State."""\n\nclass Fact:\n    pass\n\ndef _inner(): ...\n'
    assert furniture.door_docstring_findings(example("jichi.engines.cases.rules", text)) == [
        "example/jichi/engines/cases/rules.py:4: Fact has no docstring"
    ]


@pytest.mark.parametrize(
    ("line", "count"),
    [
        ("a = clock.now()", 0),
        ("a = time.monotonic()", 0),
        ("a = timezone.now()", 1),
        ("a = datetime.datetime.now(UTC)", 1),
        ("a = date.today()", 1),
        ("a = models.DateTimeField(auto_now_add=True)", 1),
    ],
)
def test_clock_examples(line: str, count: int) -> None:
    assert len(furniture.clock_findings(example(ACTIONS, line))) == count


@pytest.mark.parametrize(
    ("comment", "count"),
    [
        ("# noqa: S603 - fixed program", 0),
        ("# type: ignore[attr-defined] # set by the middleware", 0),
        ("# an ordinary comment", 0),
        ("# noqa", 1),
        ("# type: ignore", 1),
        ("# noqa: S603", 1),
        ("# type: ignore[attr-defined]", 1),
    ],
)
def test_excuse_examples(comment: str, count: int) -> None:
    assert len(furniture.excuse_findings("a.py", f"x = f()  {comment}")) == count
