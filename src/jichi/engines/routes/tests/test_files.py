"""Route files of a town's own, the command that checks files, doctor's findings, the sample ward's deciders."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date
from pathlib import Path
from typing import Any

import pytest
from cryptography.fernet import Fernet
from django.test import override_settings

from jichi.engines.accounts import actions as accounts
from jichi.engines.accounts.tests.browser import CHEAP_HASHERS
from jichi.engines.audit.context import unit
from jichi.kernel.errors import NotFound
from jichi.kernel.sampling import SampleContext

from .. import queries, sample
from ..commands import main
from ..rules import RouteFileError, Seat
from .hall import SYSTEM
from .test_rules import GOOD


@pytest.fixture
def home(tmp_path: Path, settings: Any) -> Iterator[Path]:
    """An instance folder whose route files are read for this test."""
    settings.JICHI_HOME = tmp_path
    (tmp_path / "routes").mkdir()
    queries.specs.cache_clear()
    yield tmp_path
    queries.specs.cache_clear()


def test_a_town_s_own_file_takes_the_place_of_the_shipped_one(home: Path) -> None:
    (home / "routes" / "own.yaml").write_text(GOOD.replace("id: one", "id: subsidy"), encoding="utf-8")
    assert queries.spec("subsidy").decider({"amount": 5_000_000}) == Seat("manager")
    assert sorted(queries.specs()) == ["consent", "single", "subsidy"]


def test_a_wrong_file_of_one_s_own_stops_everything_and_doctor_says_so(home: Path, db: None) -> None:
    (home / "routes" / "own.yaml").write_text(GOOD.replace("kind: decision", "kind: line"), encoding="utf-8")
    with pytest.raises(RouteFileError):
        queries.spec("single")
    found = queries.findings()
    assert [(f.what, f.state) for f in found] == [("routes", "wrong")]
    assert "route.no_decision" in found[0].detail


def test_doctor_names_the_ranks_that_nobody_holds(db: None) -> None:
    found = queries.findings()
    assert [(f.state, f.detail) for f in found] == [("missing", "nobody holds: 課長、部長、副区長")]


def test_a_route_nobody_wrote_is_not_found() -> None:
    with pytest.raises(NotFound, match=r"route\.unknown"):
        queries.spec("nothing")


def test_the_command_checks_files(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    good, bad = tmp_path / "good.yaml", tmp_path / "bad.yaml"
    good.write_text(GOOD, encoding="utf-8")
    bad.write_text(GOOD.replace("title: 例\n", ""), encoding="utf-8")
    assert main(["check", str(good)]) == 0
    assert main(["check", str(good), str(bad), str(tmp_path / "none.yaml")]) == 1
    told = capsys.readouterr()
    assert "good.yaml: 使えます。" in told.out
    assert "bad.yaml: 1行目 title: 「title」がありません。 → 「title:」を書き加える [route.missing]" in told.err
    assert "route.unreadable" in told.err
    assert main(["schema"]) == 0
    assert '"urn:jichi:route:1"' in capsys.readouterr().out


def test_the_sample_ward_has_who_decides(db: None, settings: Any) -> None:
    settings.JICHI_FIELD_KEYS = (Fernet.generate_key().decode(),)
    for code in ("youth", "health", "residents", "information"):
        accounts.create_division(actor=SYSTEM, code=code, names={"ja": f"{code}課"})
    with override_settings(PASSWORD_HASHERS=CHEAP_HASHERS):
        accounts.create_staff_account(
            actor=SYSTEM, login="suzuki", name="鈴木 聡", password="many plain words 1", roles=("section_chief",),
            division_codes=("youth",), title="係長",
        )  # fmt: skip
        context = SampleContext(seed=1, size=400, today=date(2026, 6, 1))
        sample.fill(context)
        sample.fill(context)
    with unit(SYSTEM):
        ranks = {(p.rank, p.serves, p.holders) for p in queries.ranked_posts()}
    assert ("manager", "health課", ("加藤 恵",)) in ranks
    assert ("chief", "youth課", ("鈴木 聡",)) in ranks
    assert ("vice_mayor", "", ("上野 誠",)) in ranks
    assert [f.state for f in queries.findings()] == ["ok"]
