"""Pages of loads and the command: choosing, looking, a second person, figures, errors by line."""

from __future__ import annotations

from pathlib import Path
from typing import Any
from uuid import UUID

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client
from pytest_django import Settings

from jichi.engines.accounts import actions as accounts
from jichi.engines.accounts.tests.browser import browser
from jichi.engines.audit.context import unit
from jichi.engines.registry import commands, imports, tasks
from jichi.engines.registry.models import RegisterLoad, Resident

from .files import Row, resident, write
from .files import text as file_text
from .people import LOADER

pytestmark = pytest.mark.django_db
LOADS = "/staff/register/loads/"
WARD = [resident(f"100000000{n}") for n in range(1, 5)]


@pytest.fixture
def folder(tmp_path: Path, settings: Settings) -> Path:
    """The server's folder for files."""
    settings.JICHI_HOME = tmp_path
    found = tmp_path / "register"
    found.mkdir()
    return found


def official(login: str, *roles: str) -> Client:
    if login == "clerk":
        accounts.create_division(actor=LOADER, code="REG", names={"ja": "戸籍住民課", "en": "Residents"})
    account = accounts.create_staff_account(
        actor=LOADER, login=login, name=f"職員{login}", password="many plain words 1", roles=roles,
        division_codes=("REG",),
    )  # fmt: skip
    return browser(account.pk, second_factor=True)


def text(response: Any, status: int = 200) -> str:
    assert response.status_code == status, response.content.decode()[:500]
    return str(response.content.decode())


def started(client: Client, name: str) -> UUID:
    response: Any = client.post(f"{LOADS}new/", {"name": name, "mapping": "standard"})
    assert response.status_code == 302, response.content.decode()
    key = RegisterLoad.objects.latest("pk").key
    assert response.headers["Location"] == f"{LOADS}{key}/"
    return key


def test_a_clerk_looks_at_a_file_and_takes_it_in(folder: Path) -> None:
    write(folder, [row | {"好物": "寿司"} for row in WARD])
    client = official("clerk", "register_clerk")
    assert "juki_20260402.csv" in text(client.get(f"{LOADS}new/"))
    key = started(client, "juki_20260402.csv")
    assert "作業をしています" in text(client.get(f"{LOADS}{key}/"))
    tasks.look(key=str(key))
    page = text(client.get(f"{LOADS}{key}/"))
    assert "取り込まない列" in page
    assert "好物" in page
    assert "住民 0人 → 4人" in page
    assert "この写しでは分からないこと" in page
    assert client.post(f"{LOADS}{key}/", {"act": "confirm"}).status_code == 302
    tasks.apply(key=str(key))
    assert "取り込んだ" in text(client.get(f"{LOADS}{key}/"))
    assert "住民は4人です" in text(client.get(LOADS))


def test_errors_are_listed_by_line(folder: Path) -> None:
    write(folder, [*WARD, resident("1000000009", 性別="8")])
    client = official("clerk", "register_clerk")
    key = started(client, "juki_20260402.csv")
    tasks.look(key=str(key))
    page = text(client.get(f"{LOADS}{key}/"))
    assert "誤り(1か所)" in page
    assert "「8」はコード表にありません。" in page
    assert "取り込みますか" not in page


def test_what_drops_too_many_needs_another_official(folder: Path) -> None:
    clerk, other = official("clerk", "register_clerk"), official("other", "administrator")
    imports.import_register(actor=LOADER, path=write(folder, WARD), mapping="standard")
    write(folder, WARD[:2], "juki_20260403.csv")
    key = started(clerk, "juki_20260403.csv")
    tasks.look(key=str(key))
    assert "別の職員が、このページで確かめて取り込みます" in text(clerk.get(f"{LOADS}{key}/"))
    assert "取込を始めた人とは別の職員" in text(clerk.post(f"{LOADS}{key}/", {"act": "confirm"}), 409)
    assert other.post(f"{LOADS}{key}/", {"act": "confirm"}).status_code == 302
    tasks.apply(key=str(key))
    page = text(other.get(f"{LOADS}{key}/"))
    assert "職員clerk" in page
    assert "職員other" in page
    with unit(LOADER):
        assert Resident.objects.count() == 2
    assert other.get(f"{LOADS}new/").status_code == 404  # who only confirms begins nothing


def test_a_load_is_put_aside(folder: Path) -> None:
    write(folder, WARD)
    client = official("clerk", "register_clerk")
    key = started(client, "juki_20260402.csv")
    tasks.look(key=str(key))
    assert client.post(f"{LOADS}{key}/", {"act": "drop"}).status_code == 302
    assert "取りやめた" in text(client.get(LOADS))


@pytest.mark.parametrize(
    ("given", "words"),
    [
        ({"name": "../etc/passwd"}, "ファイル"),
        ({"name": "juki.csv"}, "いつ現在のファイルか分かりません"),
        ({"name": "juki.csv", "as_of": "昨日"}, "年・月・日を数字で"),
        ({"name": "juki.csv", "as_of": "2026-04-01", "mapping": "none"}, "対応表"),
    ],
)
def test_what_can_not_be_begun_says_why(folder: Path, given: dict[str, str], words: str) -> None:
    write(folder, WARD, "juki.csv")
    client = official("clerk", "register_clerk")
    assert words in text(client.post(f"{LOADS}new/", {"mapping": "standard", **given}), 422)
    assert not RegisterLoad.objects.exists()


def test_without_a_file_the_page_says_where_to_put_one(folder: Path) -> None:
    page = text(official("clerk", "register_clerk").get(f"{LOADS}new/"))
    assert "ファイルがありません" in page
    assert str(folder) in page


# -- sent from a browser -----------------------------------------------------------------------


def sent(client: Client, rows: list[Row], *names: str, **more: str) -> Any:
    share = -(-len(rows) // len(names))
    files = [
        SimpleUploadedFile(name, file_text(rows[n * share : (n + 1) * share]).encode()) for n, name in enumerate(names)
    ]
    return client.post(f"{LOADS}upload/", {"file": files, "by": "standard", **more})


def lying(folder: Path) -> list[str]:
    return sorted(path.name for path in folder.iterdir())


def test_a_file_is_sent_looked_at_taken_in_and_gone(folder: Path) -> None:
    client = official("clerk", "register_clerk")
    answer = sent(client, WARD, "juki_20260402.csv")
    key = RegisterLoad.objects.latest("pk").key
    assert (answer.status_code, answer.headers["Location"]) == (302, f"{LOADS}{key}/")
    assert lying(folder) == ["juki_20260402.csv"]
    assert (folder / "juki_20260402.csv").stat().st_mode & 0o077 == 0
    tasks.look(key=str(key))
    assert client.post(f"{LOADS}{key}/", {"act": "confirm"}).status_code == 302
    tasks.apply(key=str(key))
    assert "取り込んだ" in text(client.get(f"{LOADS}{key}/"))
    assert lying(folder) == []
    sent(client, WARD, "juki_20260402.csv")
    again = RegisterLoad.objects.latest("pk").key
    tasks.look(key=str(again))
    assert "前と同じ" in text(client.get(f"{LOADS}{again}/"))
    assert lying(folder) == []


def test_what_is_wrong_in_a_sent_file_is_listed_by_line_and_it_is_removed(folder: Path) -> None:
    client = official("clerk", "register_clerk")
    sent(client, [*WARD, resident("1000000009", 性別="8")], "juki_20260402.csv")
    key = RegisterLoad.objects.latest("pk").key
    tasks.look(key=str(key))
    page = text(client.get(f"{LOADS}{key}/"))
    assert '<td class="num">6</td><td>性別</td><td>「8」はコード表にありません。</td>' in page
    assert lying(folder) == []
    sent(client, WARD, "juki_20260403.csv")
    key = RegisterLoad.objects.latest("pk").key
    tasks.look(key=str(key))
    client.post(f"{LOADS}{key}/", {"act": "drop"})
    assert lying(folder) == []


def test_parts_wait_for_each_other(folder: Path) -> None:
    client = official("clerk", "register_clerk")
    page = text(sent(client, WARD[:2], "juki_20260402_1of2.csv"), 422)
    assert "ファイルを受け取りました" in page
    assert "2個に分けたファイルのうち、2番目がありません" in page
    assert not RegisterLoad.objects.exists()
    assert sent(client, WARD[2:], "juki_20260402_2of2.csv").status_code == 302
    tasks.look(key=str(RegisterLoad.objects.latest("pk").key))
    assert RegisterLoad.objects.latest("pk").rows == 4
    assert sent(client, WARD, "juki_20260403_1of2.csv", "juki_20260403_2of2.csv").status_code == 302


@pytest.mark.parametrize("name", [".hidden.csv", "juki.xlsx", "juki.csv.exe"])
def test_what_is_no_csv_file_is_not_kept(folder: Path, name: str) -> None:
    client = official("clerk", "register_clerk")
    assert "CSVファイル(.csv か .txt)を選んでください" in text(sent(client, WARD, name), 422)
    assert "CSVファイル(.csv か .txt)を選んでください" in text(client.post(f"{LOADS}upload/", {"by": "standard"}), 422)
    assert lying(folder) == []


def test_what_is_too_large_has_no_token_or_comes_from_another_is_not_kept(folder: Path, settings: Settings) -> None:
    client = official("clerk", "register_clerk")
    settings.JICHI_REGISTER = {"upload_mb": 0}
    assert "一度に送れるのは0MBまでです" in text(sent(client, WARD, "juki_20260402.csv"), 422)
    settings.JICHI_REGISTER = {}
    client.handler.enforce_csrf_checks = True
    assert sent(client, WARD, "juki_20260402.csv").status_code == 403
    assert lying(folder) == []
    client.handler.enforce_csrf_checks = False
    other = official("other", "administrator")
    assert sent(other, WARD, "juki_20260402.csv").status_code == 404
    assert lying(folder) == []
    assert not RegisterLoad.objects.exists()


# -- the command -------------------------------------------------------------------------------


def test_the_command_takes_in_says_what_happened_and_exits_accordingly(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    file = str(write(tmp_path, [row | {"好物": "寿司"} for row in WARD]))
    assert commands.main(["import", file, "--dry-run"]) == 0
    assert commands.main(["import", file]) == 0
    said = capsys.readouterr().out
    assert "juki_20260402.csv: 取り込んだ" in said
    assert "住民 0人 → 4人" in said
    assert "対応表にない列(取り込みません): 好物" in said
    assert commands.main(["import", str(write(tmp_path, WARD[:1], "juki_20260403.csv"))]) == 3
    assert "職員の確認待ち" in capsys.readouterr().out
    assert commands.main(["import", str(write(tmp_path, [resident("x 1")], "juki_20260404.csv"))]) == 1
    assert "2行目の「宛名番号」" in capsys.readouterr().out
    assert commands.main(["status"]) == 0
    assert "4人(2026-04-02現在)" in capsys.readouterr().out
    assert commands.main(["schema"]) == 0
    assert '"columns"' in capsys.readouterr().out
    assert commands.main(["import", str(tmp_path / "no.csv")]) == 1
    assert "no.csv" in capsys.readouterr().err


def test_the_command_takes_bodies_and_says_what_is_wrong(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    from .test_organisations import BODIES, OFFICERS

    (tmp_path / "bodies.csv").write_text(BODIES, encoding="utf-8-sig")
    (tmp_path / "officers.csv").write_text(OFFICERS, encoding="utf-8")
    given = ["import-organisations", str(tmp_path / "bodies.csv"), str(tmp_path / "officers.csv")]
    assert commands.main(given) == 0
    assert "団体 2、役員 2" in capsys.readouterr().out
    (tmp_path / "bodies.csv").write_text(BODIES + "x\n", encoding="utf-8")
    assert commands.main(given) == 1
    assert "4行目" in capsys.readouterr().out
