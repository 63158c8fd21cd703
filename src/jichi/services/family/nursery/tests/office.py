"""A small office for tests of this room: two divisions, three officials, a table in force, a round, two nurseries."""

from __future__ import annotations

from datetime import date
from typing import Final
from uuid import UUID

from jichi.engines.accounts import actions as accounts
from jichi.engines.accounts import queries as account_queries
from jichi.engines.audit.context import Actor, system_actor, unit
from jichi.kernel import clock

from .. import actions, queries
from ..models import Child
from ..rules.answers import Answer
from ..rules.intake import ChildIn, FamilyIn, write_applications

SYSTEM: Final = system_actor("test")
FULL_TIME: Final[dict[str, Answer]] = {"理由": "就労", "週の日数": 5, "週の時間": 40, "障害の等級": 0, "入院": "なし"}
PART_TIME: Final[dict[str, Answer]] = {"理由": "就労", "週の日数": 4, "週の時間": 24, "障害の等級": 0, "入院": "なし"}
FAMILY: Final[dict[str, Answer]] = {
    "ひとり親": "なし",
    "生活保護": "なし",
    "きょうだい在園": "なし",
    "同時申込み": "なし",
    "所得階層": 5,
}
CHILD: Final[dict[str, Answer]] = {
    "認可外の利用": "なし",
    "児童の障害": "なし",
    "年齢上限の卒園": "なし",
    "転園": "なし",
}


def official(login: str, division: str, roles: tuple[str, ...] = ("nursery_clerk",)) -> Actor:
    """An official with these roles."""
    account = accounts.create_staff_account(
        actor=SYSTEM,
        login=login,
        name=login,
        password="many plain words 1",
        roles=roles,
        division_codes=(division,),
        starts_on=date(2020, 4, 1),
    )
    found = account_queries.signed_in(account_id=account.pk)
    assert found is not None
    return found.actor("", "test")


def resident(number: str) -> Actor:
    """A resident with a login that stands for this 宛名番号."""
    account = accounts.create_resident_account(actor=SYSTEM, email=f"{number}@example.jp")
    accounts.link_person(actor=SYSTEM, account_id=account.pk, addressee_no=number, how="sample")
    return Actor(kind="resident", account_id=account.pk)


def family_in(
    code: str, *births: date, full: bool = True, number: str = "", wishes: tuple[str, ...] = ("N1", "N2")
) -> FamilyIn:
    """An application as a file brings it; `births` of its children."""
    worker = FULL_TIME if full else PART_TIME
    children = tuple(
        ChildIn(f"{code}-{n}", f"児童{code}{n}", "ジドウ", born, 1, "", ("N1", "N2"), dict(CHILD))
        for n, born in enumerate(births, 1)
    )
    return FamilyIn(code, f"保護者{code}", number, "TOGETHER", "EITHER", "", "", (), (worker, worker), FAMILY, children)


class Office:
    """Who there is, and a round that is ready for applications."""

    def __init__(self) -> None:
        for code in ("youth", "health"):
            accounts.create_division(actor=SYSTEM, code=code, names={"ja": code})
        division = account_queries.division("youth")
        assert division is not None
        self.division = division.id
        self.sato, self.suzuki = official("sato", "youth"), official("suzuki", "youth")
        self.other = official("takagi", "health")
        self.round = self.make_round("1次")

    def make_round(self, name: str) -> UUID:
        """A round with entry next April, two nurseries, and the example table in force for it."""
        year = clock.today().year + 1
        entry = date(year, 4, 1)
        with unit(SYSTEM):
            covered = queries.rules_on(self.division, entry)
        if covered is None:
            data = actions.example_table(actor=self.sato, key="forty")
            made, _ = actions.make_table(
                actor=self.sato,
                division_id=self.division,
                name="指数表",
                valid_from=entry,
                valid_until=date(year + 1, 3, 31),
                data=data,
                cases=actions.example_cases(actor=self.sato, key="forty"),
            )
            assert made is not None
            actions.propose_table(actor=self.sato, id=made)
            actions.approve_table(actor=self.suzuki, id=made, expected_revision=1)
        actions.load_facilities(actor=self.sato, data="園番号,園名\r\nN1,みどり園\r\nN2,あお園\r\n".encode())
        found = actions.open_round(
            actor=self.sato, division_id=self.division, name=name, entry_on=entry,
            wishes_until=date(year, 2, 1), result_on=date(year, 3, 1),
        )  # fmt: skip
        seats = "園番号,クラス,空き枠\r\nN1,1,1\r\nN2,1,1\r\nN1,3,0\r\n"
        actions.load_vacancies(actor=self.sato, round_id=found, data=seats.encode())
        return found

    def born(self, years: int) -> date:
        """A birthday of a child in the class of `years`."""
        return date(clock.today().year - years, 6, 1)

    def take(self, *families: FamilyIn, confirm: bool = True) -> None:
        """Applications of these families, confirmed by two."""
        _, errors = actions.load_applications(actor=self.sato, round_id=self.round, data=write_applications(families))
        assert errors == ()
        if confirm:
            with unit(SYSTEM):
                waiting = list(Child.objects.filter(second_by=None).values_list("pk", "score_sha256"))
            for key, mark in waiting:
                actions.confirm_score(actor=self.sato, child_id=key, expected=mark)
                actions.confirm_score(actor=self.suzuki, child_id=key, expected=mark)

    def run(self) -> UUID:
        """A run, worked off at once."""
        made = actions.start_run(actor=self.sato, round_id=self.round)
        actions.work_off(actor=SYSTEM, run_id=made)
        return made

    def publish(self) -> UUID:
        """A run approved by two and published."""
        made = self.run()
        actions.approve_run(actor=self.sato, run_id=made)
        actions.approve_run(actor=self.suzuki, run_id=made)
        actions.publish_run(actor=self.suzuki, run_id=made)
        return made
