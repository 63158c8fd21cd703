"""A procedure with everything a file can say, from its file alone: household, agent, fee, signature, second person."""

from __future__ import annotations

import re
from collections.abc import Iterator
from datetime import date
from pathlib import Path
from typing import Any
from uuid import UUID

import pytest
from django.db import connection
from django.test import Client

from jichi.engines.accounts import actions as accounts
from jichi.engines.accounts.tests.provider import Peer, running, walk
from jichi.engines.audit.context import unit
from jichi.engines.cases import queries as cases
from jichi.engines.forms import actions as forms
from jichi.engines.forms import queries
from jichi.engines.forms.rules import delivery_way, due_after, fee_lines, fee_total, route_id
from jichi.engines.forms.tests.ward import HANA, MIO, NEIGHBOUR
from jichi.kernel import clock
from jichi.kernel.errors import Conflict

from .confirming import mailed_link
from .people import CARDS, SYSTEM, People, build, client_of, main_of, page
from .test_procedures import answer, begin, charge_of, press, rows, sign

pytestmark = pytest.mark.django_db
EVERYTHING = (Path(__file__).parent / "everything.yaml").read_text(encoding="utf-8")


@pytest.fixture
def people(settings: Any, tmp_path: Path) -> People:
    settings.JICHI_FILES_ROOT = tmp_path / "files"
    made = build()
    forms.publish_definition(actor=SYSTEM, source=EVERYTHING, beside={"everything-later"})
    return made


@pytest.fixture
def peer(tmp_path: Path) -> Iterator[Peer]:
    with running(tmp_path / "peer", CARDS) as found:
        yield found


def pages() -> dict[str, dict[str, Any]]:
    cells = {"what": "いす", "kind": "a", "when": "2026-11-30", "how_many": "4", "yen": "40,000"}
    return {
        "register": {"register_ok": "yes"},
        "words": {"word": "ねがい", "mail": "a@example.jp", "day": clock.today().isoformat()},
        "sheets": {"wants_sheets": "yes"},
        "how_many": {"sheets": "3"},
        "plan": {**rows("items", cells, {**cells, "what": "机", "yen": "20000", "when": ""}), "total": "60,000"},
        "receiving": {"receive": "post", "send_to": "register"},
    }


def confirm(client: Client, second: str) -> None:
    """Ask the second person, and be that person."""
    assert client.post(second, {"name": "保証 人", "email": "hosho@example.jp"}).status_code == 302
    code = re.search(r"\b(\d{6})\b", main_of(page(client, second)))
    assert code
    assert Client().post(mailed_link(), {"code": code[1], "agree": "1"}).status_code == 200


def test_everything_at_once_goes_from_its_file_to_a_charged_application(people: People, peer: Peer) -> None:
    client = client_of(people.hana)
    walk(client, peer)
    draft_id = begin(client, "everything-at-once", subject=MIO)
    check = f"/apply/{draft_id}/check/"
    assert answer(client, draft_id, pages()) == check
    html = main_of(page(client, check))
    for line in ("基本: 0円(免除: 18歳未満)", "1枚ごと: 100円 × 3 = 300円", "郵送: 110円", "合計: 410円", "いす / あ"):
        assert line in html
    confirm(client, press(client, check))
    to_sign = press(client, check)
    assert to_sign == f"/apply/{draft_id}/sign/"
    form = dict(re.findall(r'name="(revision|declare-\w+)" value="(\w+)"', page(client, sign(client, peer, to_sign))))
    assert client.post(check, form).headers["Location"] == f"/apply/{draft_id}/done/"
    assert charge_of(people, draft_id).total_yen == 410
    with unit(people.hana):
        (sent,) = queries.sent_by(people.hana.account_id or UUID(int=0), "everything-at-once")
    definition, day = sent.definition, date(2026, 12, 1)
    assert (sent.subject_no, sent.applies_as) == (MIO, "household")
    assert (delivery_way(definition, sent.answers), route_id(definition, sent.answers)) == ("post", "subsidy")
    assert [d.due_on for d in due_after(definition, sent_on=day, decided_on=day)] == [date(2026, 12, 31)]
    assert fee_total(fee_lines(definition, sent.answers, {}, day)) == 1410  # without the register nobody is exempt
    copy = client.get(f"/items/{number_of(people, draft_id)}/copy.pdf")
    assert copy.content[:5] == b"%PDF-"


def number_of(people: People, draft_id: UUID) -> str:
    with unit(people.hana):
        number = cases.number_of_submission_of_draft(draft_id)
        assert number
        return cases.applicant_case(actor=people.hana, number=number).written_number


# -- an agent -----------------------------------------------------------------------------------------


def mandate(people: People) -> UUID:
    """Sakura gives Hana a mandate for this procedure."""
    granted = accounts.grant_mandate(
        actor=people.ward.neighbour, principal_name="隣 さくら", agent_name="試験 花",
        procedures=("everything-at-once",), valid_from=clock.today(), valid_until=date(2027, 10, 31),
        request_key=UUID(int=7),
    )  # fmt: skip
    accounts.accept_mandate(actor=people.hana, code=granted.code)
    return granted.id


def test_an_agent_applies_for_who_gave_the_mandate_and_sees_no_more_than_the_name(people: People, peer: Peer) -> None:
    mandate(people)
    client = client_of(people.hana)
    walk(client, peer)
    offered = main_of(page(client, "/procedures/everything-at-once/who/"))
    assert "隣 さくら" in offered
    assert "委任を受けて申請します" in offered
    draft_id = begin(client, "everything-at-once", subject=f"{NEIGHBOUR}:agent")
    html = main_of(page(client, f"/apply/{draft_id}/q/register/"))
    assert "隣 さくら" in html
    assert "2006" not in html
    with unit(people.hana):
        view = queries.draft(draft_id)
    assert (view.subject_no, view.applies_as, view.principal_name) == (NEIGHBOUR, "agent", "隣 さくら")
    answer(client, draft_id, pages())
    check = f"/apply/{draft_id}/check/"
    confirm(client, press(client, check))
    sign(client, peer, press(client, check))
    assert press(client, check) == f"/apply/{draft_id}/done/"
    with unit(people.hana):
        number = cases.number_of_submission_of_draft(draft_id)
        assert number
        assert cases.applicant_case(actor=people.hana, number=number).name == "隣 さくら"


def test_an_agent_whose_mandate_ended_sends_nothing(people: People, peer: Peer) -> None:
    given = mandate(people)
    client = client_of(people.hana)
    walk(client, peer)
    draft_id = begin(client, "everything-at-once", subject=f"{NEIGHBOUR}:agent")
    answer(client, draft_id, pages())
    accounts.end_mandate(actor=people.ward.neighbour, representation_id=given)
    html = page(client, f"/apply/{draft_id}/check/")
    declared = dict.fromkeys(re.findall(r'name="(declare-\w+)"', html), "1")
    assert client.post(f"/apply/{draft_id}/check/", {**declared, "revision": "7"}).status_code == 409
    assert client.post("/procedures/everything-at-once/who/", {"subject": f"{NEIGHBOUR}:agent"}).status_code in {
        302,
        404,
    }
    with unit(people.hana):
        assert queries.sent_by(people.hana.account_id or UUID(int=0), "everything-at-once") == []


def test_without_a_mandate_nobody_is_applied_for(people: People, peer: Peer) -> None:
    client = client_of(people.hana)
    walk(client, peer)
    assert client.post("/procedures/everything-at-once/who/", {"subject": f"{NEIGHBOUR}:agent"}).status_code == 404
    with connection.cursor() as cursor, unit(SYSTEM):
        cursor.execute("SELECT count(*) FROM eng_forms_draft WHERE subject_no = %s", [NEIGHBOUR])
        assert cursor.fetchone() == (0,)


# -- on paper ------------------------------------------------------------------------------------------


def test_paper_is_entered_by_the_division_alone_and_needs_no_card(people: People) -> None:
    official = people.clerk
    with pytest.raises(Exception, match="forbidden"):
        forms.start_draft(actor=official, slug="everything-at-once", subject_no=HANA, applies_as="paper")
    with pytest.raises(Exception, match="forbidden"):
        forms.start_draft(actor=people.hana, slug="everything-at-once", subject_no=HANA, applies_as="paper")
    with pytest.raises(Conflict, match="identify"):
        forms.start_draft(actor=people.hana, slug="everything-at-once", applicant_no=HANA, subject_no=HANA)
    with unit(SYSTEM), connection.cursor() as cursor:
        cursor.execute("SELECT count(*) FROM eng_forms_draft")
        assert cursor.fetchone() == (0,)
