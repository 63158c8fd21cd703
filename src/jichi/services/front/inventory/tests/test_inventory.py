"""The inventory kept: imports whole or not at all, entries changed by who may, pages and pictures."""

from __future__ import annotations

from datetime import date
from pathlib import Path
from threading import Barrier, Thread
from typing import Any

import pytest
from django.db import IntegrityError, connection
from django.test import Client
from django.urls import reverse

from conftest import TestDatabase
from jichi.engines.accounts import actions as accounts
from jichi.engines.accounts import queries as account_queries
from jichi.engines.accounts.tests.browser import browser
from jichi.engines.audit import queries as audit
from jichi.engines.audit.context import Actor, system_actor, unit
from jichi.engines.forms import actions as forms
from jichi.engines.forms.tests.test_definition import MINIMAL, YESNO
from jichi.kernel import clock
from jichi.kernel.errors import Conflict, Forbidden, Invalid, NotFound
from jichi.kernel.sampling import SampleContext

from .. import actions, commands, queries, sample
from ..models import ListedProcedure, Load
from ..queries import Filter, Listed
from ..rules import Entry

SYSTEM = system_actor("test")
FILE = """手続番号,手続名,課,状態,理由,予定日,開始日,年間件数
A-1,児童手当の申請,子ども課,オンライン化済,,,2026-04-01,1200
A-2,児童手当の変更の届出,子ども課,予定なし,押印・対面,,,300
B-1,犬の登録,保健課,予定あり,,2027-02-01,,
"""


class Office:
    """Two divisions, somebody of each, and the DX office."""

    def __init__(self) -> None:
        for code, name in (("youth", "子ども課"), ("health", "保健課")):
            accounts.create_division(actor=SYSTEM, code=code, names={"ja": name})
        self.clerk = self._official("sato", "youth", ("caseworker",))
        self.other = self._official("takagi", "health", ("caseworker",))
        self.dx = self._official("hayashi", "youth", ("dx_office",))

    @staticmethod
    def _official(login: str, division: str, roles: tuple[str, ...]) -> Actor:
        account = accounts.create_staff_account(
            actor=SYSTEM, login=login, name=login, password="many plain words 1", roles=roles,
            division_codes=(division,), starts_on=date(2020, 4, 1),
        )  # fmt: skip
        found = account_queries.signed_in(account_id=account.pk)
        assert found is not None
        return found.actor("", "test")

    def take(self, text: str) -> Any:
        """Read a file and take it over."""
        key = actions.read_load(actor=self.dx, filename="a.csv", data=text.encode())
        found = queries.load(key)
        assert found is not None
        actions.apply_load(actor=self.dx, id=key, expected=found.fingerprint)
        return key


@pytest.fixture
def office(db: None) -> Office:
    return Office()


def entry(code: str) -> Listed:
    found = [one for one in queries.listed(Filter()).rows if one.entry.code == code]
    return found[0]


def page(client: Client, name: str, *args: object) -> str:
    answer = client.get(reverse(f"front_inventory:{name}", args=args))
    assert answer.status_code == 200
    return str(answer.content.decode())


def at(actor: Actor) -> Client:
    assert actor.account_id is not None
    return browser(actor.account_id)


def test_a_file_is_taken_over_whole_and_the_same_again_changes_nothing(office: Office) -> None:
    key = office.take(FILE)
    assert {code: (one.state, one.reasons) for code, one in queries.all_entries().items()} == {
        "A-1": ("online", ()), "A-2": ("none", ("seal", "in_person")), "B-1": ("planned", ()),
    }  # fmt: skip
    actions.apply_load(actor=office.dx, id=key, expected="whatever")
    again = queries.load(actions.read_load(actor=office.dx, filename="a.csv", data=FILE.encode()))
    assert again is not None
    assert (again.state, again.new, again.changed, again.differences) == ("ready", 0, 0, ())


def test_one_wrong_line_keeps_everything_out(office: Office) -> None:
    text = FILE + "C-1,,保健課,予定なし,押印,,,\n"
    found = queries.load(actions.read_load(actor=office.dx, filename="a.csv", data=text.encode()))
    assert found is not None
    assert (found.state, found.error_count, found.errors) == ("refused", 1, ((5, "手続名", "field.required", {}),))
    assert "手続名を入力してください。" in page(at(office.dx), "load", found.id)
    with pytest.raises(Conflict):
        actions.apply_load(actor=office.dx, id=found.id, expected=found.fingerprint)
    assert ListedProcedure.objects.count() == 0


def test_what_changed_after_the_preview_is_looked_at_again(office: Office) -> None:
    office.take(FILE)
    key = actions.read_load(actor=office.dx, filename="b.csv", data=FILE.replace("300", "301").encode())
    seen = queries.load(key)
    assert seen is not None
    assert [one.changed for one in seen.differences] == [("volume",)]
    one = entry("A-2")
    changed = Entry(code="A-2", name=one.entry.name, division="youth", state="planned", planned_on=date(2027, 1, 1))
    actions.change_entry(actor=office.clerk, id=one.id, entry=changed, expected_revision=one.revision)
    with pytest.raises(Conflict) as refused:
        actions.apply_load(actor=office.dx, id=key, expected=seen.fingerprint)
    assert refused.value.code == "inventory.changed_since"
    assert entry("A-2").entry == changed
    assert Load.objects.get(pk=key).state == "ready"


@pytest.mark.parametrize("who", ["clerk", "other"])
def test_only_the_dx_office_imports_and_sets_targets(office: Office, who: str) -> None:
    actor = getattr(office, who)
    with pytest.raises(Forbidden):
        actions.read_load(actor=actor, filename="a.csv", data=FILE.encode())
    with pytest.raises(Forbidden):
        actions.set_target(actor=actor, day=date(2027, 3, 31), count=700)
    assert (Load.objects.count(), queries.targets()) == (0, ())


def test_an_entry_is_changed_by_its_division_alone_once_each(office: Office) -> None:
    office.take(FILE)
    one = entry("A-2")
    changed = Entry(code="ignored", name=one.entry.name, division="youth", state="online")
    with pytest.raises(NotFound):
        actions.change_entry(actor=office.other, id=one.id, entry=changed, expected_revision=1)
    moved = Entry(code="A-2", name="x", division="health", state="online")
    with pytest.raises(Invalid):  # nor to another division
        actions.change_entry(actor=office.clerk, id=one.id, entry=moved, expected_revision=1)
    assert entry("A-2") == one
    actions.change_entry(actor=office.clerk, id=one.id, entry=changed, expected_revision=1)
    with pytest.raises(Conflict):
        actions.change_entry(actor=office.clerk, id=one.id, entry=changed, expected_revision=1)
    assert (entry("A-2").entry.code, entry("A-2").entry.state, entry("A-2").revision) == ("A-2", "online", 2)
    trail = audit.events_of(table="front_inventory_listedprocedure", object_id=str(one.id))
    assert [event.action for event in trail] == ["update", "insert"]


@pytest.mark.parametrize(
    "change",
    [
        "state = 'soon'",
        "reasons = '{}'",
        "reasons = '{weather}'",
        "planned_on = '2027-01-01'",
        "name = ''",
        "volume = -1",
    ],
)
def test_the_database_refuses_what_no_entry_is(office: Office, change: str) -> None:
    office.take(FILE)
    with pytest.raises(IntegrityError), unit(SYSTEM), connection.cursor() as cursor:
        cursor.execute(f"UPDATE front_inventory_listedprocedure SET {change} WHERE code = 'A-2'")
    assert entry("A-2").entry.reasons == ("seal", "in_person")


def test_a_list_goes_on_where_it_stopped_and_filters(office: Office, monkeypatch: pytest.MonkeyPatch) -> None:
    office.take(FILE)
    monkeypatch.setattr(queries, "PAGE", 1)
    codes, after = [], ""
    for _ in range(3):
        found = queries.listed(Filter(), after=after)
        codes += [one.entry.code for one in found.rows]
        after = found.next_after
    assert (codes, after) == (["A-1", "A-2", "B-1"], "")
    assert queries.listed(Filter(), after="rubbish").rows[0].entry.code == "A-1"
    for chosen, total in (
        (Filter(state="open"), 2), (Filter(reason="seal"), 1), (Filter(division="health"), 1), (Filter(text="ｼﾞﾄﾞｳ"), 0),
        (Filter(text="児童 変更"), 1), (Filter(text="b-1"), 1),
    ):  # fmt: skip
        assert queries.listed(chosen).total == total, chosen


def test_the_pages_say_where_the_ward_is(office: Office) -> None:
    actions.set_target(actor=office.dx, day=date(2099, 3, 31), count=3)
    empty = page(at(office.clerk), "stand")
    assert "棚卸しの手続は、まだありません。" in empty
    office.take(FILE)
    shown = page(at(office.clerk), "stand")
    assert "3の手続のうち1(33.3%)をオンラインで受け付けています。" in shown
    assert "2099年3月31日(火)の目標3には、予定どおりでも1足りません(2)。" in shown
    for name, kind, start in (("course", "svg", b"<svg"), ("targets", "png", b"\x89PNG"), ("reasons", "svg", b"<svg")):
        answer = at(office.clerk).get(reverse("front_inventory:picture", args=[name, kind]))
        assert answer.content.startswith(start), name
    assert at(office.clerk).get(reverse("front_inventory:picture", args=["nothing", "svg"])).status_code == 404
    numbers = at(office.clerk).get(reverse("front_inventory:stand_export")).content.decode("utf-8-sig")
    assert "全体,合計,3,1,1,1500" in numbers
    listed = page(at(office.clerk), "list")
    assert listed.index("児童手当の申請") < listed.index("児童手当の変更の届出") < listed.index("犬の登録")
    exported = at(office.clerk).get(reverse("front_inventory:export")).content
    found, wrong = queries.compared(exported)
    assert (found, wrong) == ((), ())


def test_an_official_changes_an_entry_in_the_browser(office: Office) -> None:
    office.take(FILE)
    one = entry("A-2")
    address = reverse("front_inventory:change", args=[one.id])
    assert "内容を変える" not in page(at(office.other), "entry", one.id)
    assert "内容を変える" in page(at(office.clerk), "entry", one.id)
    assert at(office.other).get(address).status_code == 404
    client = at(office.clerk)
    given = {"name": one.entry.name, "division": "youth", "state": "planned", "revision": 1, "planned_on": "来年"}
    wrong = client.post(address, given)
    assert wrong.status_code == 422
    assert 'value="来年"' in wrong.content.decode()
    assert client.post(address, {**given, "planned_on": "R9.1.1"}).status_code == 302
    assert entry("A-2").entry.planned_on == date(2027, 1, 1)
    late = client.post(address, {**given, "planned_on": "R9.2.1"})
    assert late.status_code == 409
    assert "ほかの人が先に変えました" in late.content.decode()
    assert at(office.other).post(address, {**given, "revision": 2}).status_code == 404
    assert entry("A-2").entry.planned_on == date(2027, 1, 1)


def test_the_dx_office_imports_in_the_browser(office: Office, tmp_path: Path) -> None:
    file = tmp_path / "棚卸し.csv"
    client = at(office.dx)
    answers = []
    for content in ("", FILE):
        file.write_text(content, encoding="utf-8")
        with file.open("rb") as opened:
            answers.append(client.post(reverse("front_inventory:loads"), {"file": opened}))
    answer = answers[1]
    assert [one.status_code for one in answers] == [422, 302]
    assert client.post(reverse("front_inventory:loads"), {}).status_code == 422
    seen = client.get(answer["Location"]).content.decode()
    assert "新しい手続(3件)" in seen
    mark = queries.load(Load.objects.get().pk)
    assert mark is not None
    assert client.post(answer["Location"], {"act": "apply", "fingerprint": "old"}).status_code == 409
    assert queries.all_entries() == {}
    assert client.post(answer["Location"], {"act": "apply", "fingerprint": mark.fingerprint}).status_code == 302
    assert len(queries.all_entries()) == 3
    assert "取り込んだ" in client.get(answer["Location"]).content.decode()
    assert client.post(answer["Location"], {"act": "drop"}).status_code == 409


def test_targets_are_set_and_taken_away_in_the_browser(office: Office) -> None:
    client, address = at(office.dx), reverse("front_inventory:targets")
    assert client.post(address, {"day": "2027-03-31", "count": "0"}).status_code == 422
    assert client.post(address, {"day": "いつか", "count": "700"}).status_code == 422
    assert queries.targets() == ()
    assert client.post(address, {"day": "2027-03-31", "count": "700"}).status_code == 302
    assert [one.count for one in queries.targets()] == [700]
    assert client.post(address, {"day": "2027-03-31", "act": "remove"}).status_code == 302
    assert queries.targets() == ()


def test_an_entry_follows_the_procedure_it_is_linked_with(office: Office, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(queries, "published", lambda: {"dog": date(2026, 5, 1)})
    office.take(
        FILE.replace("開始日", "手続の識別名").replace("2027-02-01,,", "2027-02-01,dog,").replace(",2026-04-01", ",")
    )
    assert actions.follow_published(actor=SYSTEM) == 1
    assert actions.follow_published(actor=SYSTEM) == 0
    assert (entry("B-1").entry.state, entry("B-1").entry.online_since) == ("online", date(2026, 5, 1))
    one = entry("A-2")
    for slug, code in (("cat", "inventory.slug_unknown"), ("dog", "inventory.slug_taken")):
        changed = Entry(code="A-2", name="x", division="youth", state="online", slug=slug)
        with pytest.raises(Invalid) as refused:
            actions.change_entry(actor=office.dx, id=one.id, entry=changed, expected_revision=1)
        assert refused.value.fields["slug"].code == code
    assert entry("A-2") == one


def test_a_command_checks_takes_over_and_writes(
    office: Office, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    file, out = tmp_path / "a.csv", tmp_path / "out.csv"
    file.write_text(FILE, encoding="utf-8")
    assert commands.main(["check", str(file)]) == 0
    assert queries.all_entries() == {}
    assert commands.main(["import", str(file)]) == 0
    assert "新しい手続 3件" in capsys.readouterr().out
    assert commands.main(["export", str(out)]) == 0
    assert out.read_bytes().startswith(b"\xef\xbb\xbf")
    file.write_text(FILE + "A-1,x,youth,予定なし,押印,,,\n", encoding="utf-8")
    assert commands.main(["import", str(file)]) == 1
    assert "5行目 手続番号" in capsys.readouterr().out
    assert commands.main(["import", str(tmp_path / "none.csv")]) == 1


def test_the_sample_is_an_inventory_of_1661_procedures(office: Office) -> None:
    for code in ("residents", "community", "information"):
        accounts.create_division(actor=SYSTEM, code=code, names={"ja": f"{code}課"})
    context = SampleContext(seed=1, size=100, today=date(2026, 11, 21))
    sample.fill(context)
    sample.fill(context)
    assert len(queries.all_entries()) == 1661
    assert [one.count for one in queries.targets()] == [358, 500, 700]


def test_two_at_once_take_a_file_over_once(committed_db: TestDatabase) -> None:
    office = Office()
    key = actions.read_load(actor=office.dx, filename="a.csv", data=FILE.encode())
    with unit(office.dx):
        found = queries.load(key)
    assert found is not None
    start, errors = Barrier(2), list[Exception]()

    def press() -> None:
        start.wait()
        try:
            actions.apply_load(actor=office.dx, id=key, expected=found.fingerprint)
        except Exception as error:
            errors.append(error)
        finally:
            connection.close()

    threads = [Thread(target=press) for _ in range(2)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert errors == []
    assert ListedProcedure.objects.count() == 3


def test_publishing_a_procedure_brings_its_entry_online_at_once(office: Office) -> None:
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(queries, "published", lambda: {"dog": date(2026, 5, 1)})
        office.take(
            FILE.replace("開始日", "手続の識別名")
            .replace("2027-02-01,,", "2027-02-01,dog,")
            .replace(",2026-04-01", ",")
        )
    assert entry("B-1").entry.state == "planned"
    text = (MINIMAL + YESNO).replace("id: example", "id: dog")
    forms.publish_definition(actor=SYSTEM, source=text)
    assert (entry("B-1").entry.state, entry("B-1").entry.online_since) == ("online", clock.today())
    revision = entry("B-1").entry
    forms.publish_definition(actor=SYSTEM, source=text)
    assert entry("B-1").entry == revision
