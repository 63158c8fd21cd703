"""A small ward for tests: two divisions, a family, two logins, the two procedures."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path
from uuid import UUID

from jichi.engines.accounts import actions as accounts
from jichi.engines.audit.context import Actor, system_actor, unit
from jichi.engines.forms import actions
from jichi.engines.registry.actions import ProtectionEntry
from jichi.engines.registry.tests.people import address_line, fill, resident_line
from jichi.kernel.clock import TOKYO, standing_at

SYSTEM = system_actor("test")
PROCEDURES = Path(__file__).parents[3] / "services/front/applications/procedures"
DAY = datetime(2026, 11, 21, 10, 0, tzinfo=TOKYO)

HANA, TARO, MIO, NEIGHBOUR = "100000018", "100000026", "100000034", "100000042"
"""Born 2006-05-05 with a baby in the same household; her father; her baby; a stranger of her age."""


def source(name: str) -> str:
    """The text of one of the shipped definition files."""
    return (PROCEDURES / f"{name}.yaml").read_text(encoding="utf-8")


@dataclass(frozen=True)
class Ward:
    """Who is there."""

    hana: Actor
    neighbour: Actor
    youth_official: Actor
    health_official: Actor
    youth: int
    health: int


def build(people: Sequence[str] = (), places: Sequence[str] = (), protection: ProtectionEntry | None = None) -> Ward:
    """Fill the database, with further lines of the register; commits where the surrounding connection does."""
    fill(
        [
            *people,
            resident_line(TARO, name="試験　太郎", kana="シケン　タロウ", household_no="H1", birth_date="1975-01-02"),
            resident_line(
                HANA, name="試験　花", kana="シケン　ハナ", household_no="H1", relationship="子",
                birth_date="2006-05-05", birth_text="平成18年5月5日", list_order="2",
            ),
            resident_line(
                MIO, name="試験　澪", kana="シケン　ミオ", household_no="H1", relationship="子の子",
                birth_date="2026-06-01", birth_text="令和8年6月1日", list_order="3", became_resident_on="2026-06-01",
            ),
            resident_line(
                NEIGHBOUR, name="隣　さくら", kana="トナリ　サクラ", household_no="H2", birth_date="2006-09-09",
                birth_text="平成18年9月9日",
            ),
        ],
        [
            *places, address_line(TARO, household_no="H1"), address_line(HANA, household_no="H1"),
            address_line(MIO, household_no="H1"), address_line(NEIGHBOUR, household_no="H2"),
        ],
        *([protection] if protection else []),
    )  # fmt: skip
    made = [accounts.create_division(actor=SYSTEM, code=code, names={"ja": code}) for code in ("youth", "health")]
    logins: list[UUID] = []
    for number, email in ((HANA, "hana@example.jp"), (NEIGHBOUR, "sakura@example.jp")):
        login = accounts.create_resident_account(actor=SYSTEM, email=email)
        accounts.link_person(actor=SYSTEM, account_id=login.pk, addressee_no=number, how="sample")
        logins.append(login.pk)
    for name in ("coming-of-age", "vaccination-form-reissue"):
        actions.publish_definition(actor=SYSTEM, source=source(name))
    return Ward(
        hana=Actor(kind="resident", account_id=logins[0]),
        neighbour=Actor(kind="resident", account_id=logins[1]),
        youth_official=Actor(kind="staff", divisions=frozenset({made[0].pk})),
        health_official=Actor(kind="staff", divisions=frozenset({made[1].pk})),
        youth=made[0].pk,
        health=made[1].pk,
    )


def that_day() -> Ward:
    """The ward as built on the day that stands."""
    with standing_at(DAY):
        return build()


GATHERING = {
    "register": {"register_ok": ["yes"]},
    "reading": {"name_kana": ["しけん はな"]},
    "companion": {"with_companion": ["yes"]},
    "companion_details": {"companion_name": ["試験 太郎"], "companion_relation": ["parent"]},
    "support": {"support": ["wheelchair", "spoken_interpreter"]},
    "support_details": {"interpreter_language": ["english"], "support_text": ["電動車いす"]},
    "photo": {"photo_ok": ["no"]},
    "contact": {"email": ["hana@example.jp"], "phone": ["090-1234-5678"]},
}
"""Page → what somebody posts on the way through the gathering's form."""


def answer_all(ward: Ward, draft_id: UUID, pages: dict[str, dict[str, list[str]]] = GATHERING) -> int:
    """Save the pages in order; returns the draft's revision."""
    from jichi.engines.forms import queries

    with unit(ward.hana):
        revision = queries.draft(draft_id).revision
    for page, raw in pages.items():
        saved = actions.save_page(
            actor=ward.hana, draft_id=draft_id, page=page, raw=raw, expected_revision=revision, applicant_no=HANA
        )
        assert not saved.errors, saved.errors
        revision = saved.draft.revision
    return revision
