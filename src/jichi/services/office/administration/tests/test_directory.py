"""People from a directory: asked through the system's client, whole or not at all, by the way a file goes."""

from __future__ import annotations

import sys
from pathlib import Path
from typing import Any

import pytest

from .. import commands, directory, queries
from ..directory import Directory, DirectoryFailed, fetch_ldif
from .conftest import Office

PEOPLE = """\
# refldap://other.example/dc=other
dn: uid=tanaka,ou=people,dc=ward
uid: tanaka
cn:: 55Sw5LitIOa+hA==
mail: tanaka@ward.example

dn: ou=people,dc=ward
ou: people

"""
CLIENT = """\
#!{python}
import os, sys, time
args = sys.argv[1:]
password = open(args[args.index("-y") + 1], "rb").read()
assert b"secret" not in " ".join(args).encode() + repr(os.environ).encode()
assert os.environ["LDAPTLS_REQCERT"] == "demand"
assert args[args.index("-H") + 1].startswith("ldaps://") and args[args.index("--") + 1] == "(objectClass=person)"
assert "uid" in args and "職員ID" not in args
if password != b"secret":
    sys.exit(49)
sys.stdout.write({answer!r})
sys.stdout.flush()
time.sleep({sleep})
sys.exit({status})
"""


def client(folder: Path, *, answer: str = PEOPLE, status: int = 0, sleep: int = 0) -> str:
    """A program that takes and answers what OpenLDAP's ldapsearch does."""
    path = folder / "ldapsearch"
    path.write_text(CLIENT.format(python=sys.executable, answer=answer, status=status, sleep=sleep), "utf-8")
    path.chmod(0o755)
    return str(path)


def asked(
    folder: Path, *, password: str = "secret\n", mode: int = 0o600, url: str = "ldaps://dir.example"
) -> Directory:
    file = folder / "password"
    file.write_text(password, "utf-8")
    file.chmod(mode)
    return Directory(url=url, base="ou=people,dc=ward", bind_dn="cn=reader", password=file)


def test_what_the_directory_holds_comes_as_a_file_of_people(tmp_path: Path) -> None:
    data = fetch_ldif(asked(tmp_path), ["職員ID", "uid", "cn"], program=client(tmp_path))
    assert data.decode() == "version: 1\n\n" + PEOPLE


@pytest.mark.parametrize(("status", "word"), [
    (49, "名前かパスワード"), (255, "つながりません"), (4, "途中まで"), (3, "時間内"), (32, "--base"),
    (80, "ldapsearch 80"),
])  # fmt: skip
def test_half_an_answer_is_none(tmp_path: Path, status: int, word: str) -> None:
    with pytest.raises(DirectoryFailed, match=word):
        fetch_ldif(asked(tmp_path), ["uid"], program=client(tmp_path, status=status))


def test_every_other_way_it_fails_is_told(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    works = client(tmp_path)
    wrong: tuple[tuple[dict[str, Any], str], ...] = (
        ({"url": "ldap://dir.example"}, "ldaps://"), ({"mode": 0o640}, "chmod 600"), ({"password": "\n"}, "空か"),
        ({"password": "wrong"}, "パスワードが違います"),
    )  # fmt: skip
    for how, word in wrong:
        with pytest.raises(DirectoryFailed, match=word):
            fetch_ldif(asked(tmp_path, **how), ["uid"], program=works)
    given = asked(tmp_path)
    with pytest.raises(DirectoryFailed, match="apt-get install ldap-utils"):
        fetch_ldif(given, ["uid"], program=str(tmp_path / "none"))
    with pytest.raises(DirectoryFailed, match="当てはまる人がいません"):
        fetch_ldif(given, ["uid"], program=client(tmp_path, answer=""))
    monkeypatch.setattr(directory, "MOST_BYTES", 10)
    with pytest.raises(DirectoryFailed, match="MBを超えました"):
        fetch_ldif(given, ["uid"], program=client(tmp_path))
    monkeypatch.setattr(directory, "SECONDS", -29)
    with pytest.raises(DirectoryFailed, match="時間内に答えませんでした"):
        fetch_ldif(given, ["uid"], program=client(tmp_path, sleep=20))


@pytest.mark.django_db
def test_pulling_looks_first_and_takes_over_only_when_told(
    office: Office, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    client(tmp_path)
    monkeypatch.setenv("PATH", str(tmp_path))
    file = asked(tmp_path).password
    way = ["pull", "ldaps://dir.example", "--base", "ou=people,dc=ward", "--bind-dn", "cn=reader"]
    way += ["--password-file", str(file)]
    assert commands.main(way) == 0
    assert "tanaka" in capsys.readouterr().out
    assert "tanaka" not in queries.organisation().people
    assert commands.main([*way, "--apply"]) == 0
    assert "tanaka" in queries.organisation().people
    capsys.readouterr()
    assert commands.main([*way, "--apply"]) == 0
    assert "変わるところ 0件" in capsys.readouterr().out
    client(tmp_path, status=49)
    assert commands.main([*way, "--apply"]) == 1
    assert "名前かパスワードが違います" in capsys.readouterr().err
