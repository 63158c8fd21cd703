"""The repository as a whole: locks without hosts, no secrets, no foreign words, licences, papers that are true."""

from __future__ import annotations

import re
from importlib import metadata

import pytest
import yaml
from django.conf import settings
from packaging.requirements import Requirement

from jichi.kernel.manifest import load_manifests

from . import repository, reviewed
from .tree import ROOT, modules, report, shown, tracked_files

BINARY = {".png", ".jpg", ".jpeg", ".webp", ".otf", ".ttf", ".woff2", ".pdf", ".ico", ".gz", ".zip", ".parquet", ".mo"}
GLOSSARY = ROOT / "docs" / "glossary.md"


def texts(*, own: bool = True) -> list[tuple[str, str]]:
    """Every text file of the repository; `own` leaves out what others wrote."""
    return [
        (shown(path), path.read_text(encoding="utf-8", errors="replace"))
        for path in tracked_files()
        if path.suffix not in BINARY and not (own and "vendor" in path.parts) and path.is_file()
    ]


def test_locks_name_no_host() -> None:
    locks = sorted((ROOT / "requirements").glob("*"))
    assert {path.name for path in locks} >= {"base.in", "base.txt", "dev.in", "dev.txt"}
    found = [f for path in locks for f in repository.lock_findings(shown(path), path.read_text(encoding="utf-8"))]
    assert not found, report(found)


def test_locked_versions_carry_hashes() -> None:
    for name in ("base.txt", "dev.txt"):
        text = (ROOT / "requirements" / name).read_text(encoding="utf-8")
        pins = re.findall(r"^([\w.-]+)==[^\\\n]*(\\?)$", text, re.MULTILINE)
        assert pins
        assert [pin for pin, more in pins if not more] == []


def test_nothing_speaks_of_the_place_it_was_written() -> None:
    found = [f for name, text in texts() for f in repository.pattern_findings(name, text, repository.WORKPLACE)]
    assert not found, report(found)


def test_no_secrets_are_kept() -> None:
    found = [f for name, text in texts() for f in repository.pattern_findings(name, text, repository.SECRETS)]
    assert not found, report(found)


def runtime_distributions() -> dict[str, str]:
    """What a production installation holds, by name, with its licence."""
    found: dict[str, str] = {}
    seen: set[tuple[str, frozenset[str]]] = set()
    todo = [Requirement(line) for line in (ROOT / "requirements" / "base.in").read_text(encoding="utf-8").split()]
    while todo:
        wanted = todo.pop()
        try:
            distribution = metadata.distribution(wanted.name)
        except metadata.PackageNotFoundError:
            continue  # for another platform
        name = distribution.metadata["Name"].lower().replace("_", "-")
        if (name, frozenset(wanted.extras)) in seen:
            continue
        seen.add((name, frozenset(wanted.extras)))
        classifiers = [c for c in distribution.metadata.get_all("Classifier", []) if c.startswith("License ::")]
        expression = distribution.metadata.get("License-Expression") or distribution.metadata.get("License") or ""
        found[name] = " ".join([expression.strip().splitlines()[0] if expression.strip() else "", *classifiers])
        extras = [{"extra": extra} for extra in (*wanted.extras, "")]
        todo += [
            more
            for more in map(Requirement, distribution.requires or [])
            if more.marker is None or any(more.marker.evaluate(extra) for extra in extras)
        ]
    return found


def test_licences_allow_what_a_town_does_with_us() -> None:
    found = repository.licence_findings(runtime_distributions().items(), reviewed.LICENCES)
    assert not found, report(found)


def test_publiccode_is_complete() -> None:
    data = yaml.load((ROOT / "publiccode.yaml").read_text(encoding="utf-8"), Loader=yaml.BaseLoader)
    found = repository.publiccode_findings(data)
    assert not found, report(found)
    assert data["legal"]["license"] == "Apache-2.0"
    assert data["softwareVersion"] == metadata.version("jichi")


@pytest.mark.parametrize("name", ["README.md", "README.ja.md"])
def test_readme_tells_the_state_of_every_system(name: str) -> None:
    implemented = [system for m in load_manifests(tuple(settings.JICHI_ROOMS)) for system in m.systems]
    found = repository.system_findings((ROOT / name).read_text(encoding="utf-8"), implemented)
    assert not found, report(found)


def test_decisions_are_short_and_say_what_else_would_have_cost() -> None:
    records = sorted((ROOT / "docs" / "adr").glob("*.md"))
    assert [int(path.name[:4]) for path in records] == list(range(1, len(records) + 1))
    found = [f for path in records for f in repository.decision_findings(path.name, path.read_text(encoding="utf-8"))]
    assert not found, report(found)


def test_links_between_papers_lead_somewhere() -> None:
    found = [
        f"{shown(path)}: {link}"
        for path in tracked_files()
        if path.suffix == ".md"
        for link in repository.links_of(path.read_text(encoding="utf-8"))
        if not (path.parent / link).exists()
    ]
    assert not found, report(found)


def glossary_findings(text: str, source: str) -> list[str]:
    """Code names of the glossary that the code does not hold, unless their row says they come later."""
    rows = [line.split("|") for line in text.splitlines() if line.startswith("|")]
    return [
        f"{code} is in no module"
        for row in rows
        if len(row) > 3 and "later" not in row[-2]
        for code in re.findall(r"`([A-Za-z_]+)`", row[3])
        if not re.search(rf"\b{code}\b", source)
    ]


def test_the_glossary_speaks_as_the_code_does() -> None:
    source = "\n".join(module.text for module in modules() if not module.is_test)
    found = glossary_findings(GLOSSARY.read_text(encoding="utf-8"), source)
    assert not found, report(found)


# -- good and bad examples -----------------------------------------------------------------------


@pytest.mark.parametrize(
    ("line", "count"),
    [
        ("django==5.2.19 \\", 0),
        ("    --hash=sha256:0771", 0),
        ("-r base.in", 0),
        ("django @ https://example.org/django.whl", 1),
        ("--index-" + "url https://example.org/simple", 1),
        ("--extra-index-" + "url internal", 1),
        ("--find-links ./wheels", 1),
        ("-i internal", 1),
    ],
)
def test_lock_examples(line: str, count: int) -> None:
    assert len(repository.lock_findings("base.txt", line)) == count


@pytest.mark.parametrize(
    ("line", "count"),
    [
        ('path("staff/work/", views.work)', 0),
        ("the session ended with its cookie", 0),
        ('request.headers["User-Agent"]', 0),
        ("user_agent = 1", 0),
        ("cd " + "/wo" + "rk/main", 1),
        ("/ro" + "ot/.cache", 1),
        ("the agent named in the mandate", 0),
        ("written by a coding " + "age" + "nt", 1),
        ("two sub-" + "age" + "nts", 1),
        ("before the session " + "cut", 1),
        ("pip install --index" + "-url internal", 1),
    ],
)
def test_word_examples(line: str, count: int) -> None:
    assert len(repository.pattern_findings("a.md", line, repository.WORKPLACE)) == count


@pytest.mark.parametrize(
    ("line", "count"),
    [
        ('SECRET_KEY = os.environ["JICHI_SECRET_KEY"]', 0),
        ('password = ""', 0),
        ('SECRET_KEY = "for-tests-only-and-nothing-else"', 0),
        ('"password": "***"', 0),
        ('password = "correct' + 'horsebattery"', 1),
        ("-----BEGIN " + "PRIVATE KEY-----", 1),
        ("AKIA" + "ABCDEFGHIJKLMNOP", 1),
        ('token = "eyJ' + "a" * 20 + "." + "b" * 20 + '.c"', 1),
    ],
)
def test_secret_examples(line: str, count: int) -> None:
    assert len(repository.pattern_findings("a.py", line, repository.SECRETS)) == count


@pytest.mark.parametrize(
    ("licence", "count"),
    [
        ("BSD-3-Clause", 0),
        ("MIT License :: OSI Approved :: MIT License", 0),
        ("LGPL-3.0-only", 1),
        ("GNU Lesser General Public License v3 (LGPLv3)", 1),
        ("GPL-3.0-or-later", 1),
        ("License :: OSI Approved :: GNU Affero General Public License v3", 1),
        ("AGPL-3.0", 1),
        ("", 1),
    ],
)
def test_licence_examples(licence: str, count: int) -> None:
    assert len(repository.licence_findings([("some", licence)], {})) == count


def test_a_reviewed_weak_licence_passes_a_strong_one_never() -> None:
    assert repository.licence_findings([("some", "LGPL-3.0")], {"some": "used unmodified"}) == []
    assert repository.licence_findings([("some", "GPL-3.0")], {"some": "used unmodified"}) == ["some: GPL-3.0"]
    assert len(repository.licence_findings([], {"gone": "used unmodified"})) == 1


def test_publiccode_examples() -> None:
    good = {key: kind() for key, kind in repository.PUBLICCODE_KEYS.items()}
    good["description"] = {"en": {"shortDescription": "short", "longDescription": "long"}}
    assert repository.publiccode_findings(good) == []
    assert repository.publiccode_findings({k: v for k, v in good.items() if k != "legal"}) == ["legal is missing"]
    assert repository.publiccode_findings(good | {"platforms": "linux"}) == ["platforms is a str"]
    assert len(repository.publiccode_findings(good | {"description": {"en": {"shortDescription": "x" * 151}}})) == 2


def test_system_rows_examples() -> None:
    rows = "\n".join(f"| {system} | a title | not yet |" for system in repository.SYSTEMS)
    assert repository.system_findings(rows, []) == []
    assert repository.system_findings(rows.replace("| S45 | a title | not yet |", ""), []) == ["S45 has no row"]
    claimed = rows.replace("| S30 | a title | not yet |", "| S30 | a title | in part |")
    assert repository.system_findings(claimed, ["S30"]) == []
    assert len(repository.system_findings(claimed, [])) == 1
    assert len(repository.system_findings(rows, ["S30"])) == 1
    assert (
        len(
            repository.system_findings(rows.replace("| S30 | a title | not yet |", "| S30 | a title | soon |"), ["S30"])
        )
        == 1
    )


def test_decision_examples() -> None:
    good = "# 0001. We do this\nTags: database\n\nWe do.\n\nThe alternative would have cost more.\n"
    assert repository.decision_findings("0001-this.md", good) == []
    assert len(repository.decision_findings("0001-this.md", "# This\n\nWe do.\n")) == 3
    assert len(repository.decision_findings("0001-this.md", good + "more\n" * 30)) == 1


def test_link_examples() -> None:
    assert repository.links_of("[a](docs/a.md) [b](https://example.org) [c](#here) ![d](d.png) [e](e.md#x)") == [
        "docs/a.md",
        "e.md",
    ]


def test_glossary_examples() -> None:
    text = "| 案件 | case | `Case` | cases | |\n| 調定 | charge | `Charge` | payments | later |\n"
    assert glossary_findings(text, "class Case:") == []
    assert glossary_findings(text, "class Other:") == ["Case is in no module"]
