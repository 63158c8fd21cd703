"""The pinned requirements and the script that makes .venv from them, on a small checkout of its own."""

import json
import os
import re
import shutil
import subprocess
import sys
from pathlib import Path

import pytest

from jichi.config.environment import checkout_root

ROOT = checkout_root()
pytestmark = pytest.mark.skipif(ROOT is None, reason="needs a checkout")
PYPROJECT = """
[build-system]
requires = []
build-backend = "backend"
backend-path = ["."]
[project]
name = "jichi"
version = "0.0.1"
"""
BACKEND = """
import pathlib, zipfile
def build_editable(folder, config_settings=None, metadata_directory=None):
    name, info = "jichi-0.0.1-py3-none-any.whl", "jichi-0.0.1.dist-info/"
    with zipfile.ZipFile(pathlib.Path(folder, name), "w") as wheel:
        wheel.writestr("jichi.pth", str(pathlib.Path("src").resolve()))
        wheel.writestr(info + "METADATA", "Metadata-Version: 2.1\\nName: jichi\\nVersion: 0.0.1\\n")
        about = "Wheel-Version: 1.0\\nGenerator: test\\nRoot-Is-Purelib: true\\nTag: py3-none-any\\n"
        about = "Wheel-Version: 1.0\\nGenerator: test\\nRoot-Is-Purelib: true\\nTag: py3-none-any\\n"
        wheel.writestr(info + "WHEEL", about)
        wheel.writestr(info + "entry_points.txt", "[console_scripts]\\njichi = jichi:main\\n")
        wheel.writestr(info + "RECORD", "")
    return name
build_wheel = build_editable
"""
SAY = "import sys\ndef main():\n    print('arguments', sys.argv[1:])\n"


def pins(name: str) -> dict[str, str]:
    assert ROOT is not None
    lines = (ROOT / "requirements" / name).read_text().splitlines()
    return {m[1]: m[2] for line in lines if (m := re.match(r"([\w.-]+)(?:\[.*\])?==([^ ;]+)", line))}


@pytest.mark.parametrize("name", ["base.txt", "dev.txt"])
def test_requirements_name_no_address_and_pin_every_package_by_hash(name: str) -> None:
    assert ROOT is not None
    text = (ROOT / "requirements" / name).read_text()
    assert "://" not in text
    packages = re.split(r"\n(?=\S)", text.strip())
    assert [p.splitlines()[0] for p in packages if "--hash=sha256:" not in p and not p.startswith("#")] == []


def test_developers_get_the_same_versions_as_everybody() -> None:
    base, dev = pins("base.txt"), pins("dev.txt")
    assert {name: dev.get(name) for name in base} == base


@pytest.fixture
def checkout(tmp_path: Path) -> Path:
    """A checkout in a folder with spaces that installs in seconds and without a network."""
    assert ROOT is not None
    root = tmp_path / "a check out"
    for name in ("jichi", ".ci/bootstrap", ".ci/environment.py"):
        target = root / name
        target.parent.mkdir(parents=True, exist_ok=True)
        shutil.copy(ROOT / name, target)
    (root / "pyproject.toml").write_text(PYPROJECT)
    (root / "requirements").mkdir()
    (root / "backend.py").write_text(BACKEND)
    for kind in ("base", "dev"):
        (root / "requirements" / f"{kind}.txt").write_text("")
    for package, text in {"jichi": SAY, "django": ""}.items():
        (root / "src" / package).mkdir(parents=True)
        (root / "src" / package / "__init__.py").write_text(text)
    return root


def start(root: Path, *arguments: str, **variables: str) -> subprocess.Popen[str]:
    environ = {**os.environ, "JICHI_PYTHON": sys._base_executable, **variables}  # type: ignore[attr-defined]
    return subprocess.Popen(
        [str(root / "jichi"), *arguments], cwd="/", env=environ, text=True,
        stdout=subprocess.PIPE, stderr=subprocess.PIPE,
    )  # fmt: skip


def run(root: Path, *arguments: str, **variables: str) -> tuple[int, str, str]:
    child = start(root, *arguments, **variables)
    out, err = child.communicate(timeout=120)
    return child.returncode, out, err


@pytest.mark.slow
def test_environment_is_made_once_and_again_only_when_something_changed(checkout: Path) -> None:
    assert run(checkout, "a b", "c")[:2] == (0, "arguments ['a b', 'c']\n")
    assert run(checkout)[2] == ""  # nothing to do, nothing to say
    linked = checkout.parent / "jichi"
    linked.symlink_to(checkout / "jichi")
    assert run(checkout.parent, "through a link")[1] == "arguments ['through a link']\n"
    with (checkout / "requirements" / "base.txt").open("a") as file:
        file.write("# changed\n")
    status, out, err = run(checkout)
    assert (status, out) == (0, "arguments []\n")
    assert "making .venv" not in err
    assert "installing" in err
    assert run(checkout)[2] == ""


@pytest.mark.slow
def test_interrupted_or_moved_environment_is_made_again(checkout: Path) -> None:
    broken = checkout / ".venv"
    (broken / "bin").mkdir(parents=True)
    (broken / "jichi-unfinished").touch()
    (broken / "left over").touch()
    status, out, err = run(checkout)
    assert (status, out) == (0, "arguments []\n")
    assert "removing an unfinished or moved .venv" in err
    assert not (broken / "left over").exists()
    moved = checkout.with_name("moved")
    checkout.rename(moved)
    status, out, err = run(moved)
    assert (status, out) == (0, "arguments []\n")
    assert "removing an unfinished or moved .venv" in err
    assert json.loads((moved / ".venv" / "jichi-stamp.json").read_text())["place"] == str(moved)


@pytest.mark.slow
def test_two_at_once_take_turns(checkout: Path) -> None:
    children = [start(checkout, str(n)) for n in range(2)]
    ends = [child.communicate(timeout=120) for child in children]
    assert [child.returncode for child in children] == [0, 0]
    assert [out for out, _ in ends] == ["arguments ['0']\n", "arguments ['1']\n"]
    assert sum("making .venv" in err for _, err in ends) == 1


def test_wrong_python_is_named(checkout: Path) -> None:
    status, _, err = run(checkout, JICHI_PYTHON="/bin/false")
    assert status == 1
    assert err == "jichi: JICHI_PYTHON=/bin/false is not a Python 3.11 or newer\n"


def test_machine_without_python_is_told_the_one_line(checkout: Path) -> None:
    tools = checkout / "tools"
    tools.mkdir()
    for name in ("sh", "dirname", "readlink"):
        (tools / name).symlink_to(shutil.which(name) or "")
    status, _, err = run(checkout, "demo", JICHI_PYTHON="", PATH=str(tools))
    assert status == 1
    assert "    apt-get install -y python3 python3-venv\n" in err
