"""Questionnaires: what may be asked, that one answer is given once and without a name, what it comes to."""

from __future__ import annotations

from datetime import timedelta

import pytest
from django.db import DatabaseError, connection, transaction

from conftest import shared_world
from jichi.engines.accounts import actions as accounts
from jichi.engines.audit.context import ANONYMOUS, Actor, system_actor, unit
from jichi.kernel import clock
from jichi.kernel.errors import Conflict, Forbidden, Invalid, NotFound

from .. import actions, presentation, queries, rules
from ..models import Mark, Reply

SYSTEM = system_actor("test")
ASKED = rules.standard(("satisfied", "remarks"))


def test_questions_are_data_and_come_back_as_they_were() -> None:
    own = rules.own_question(1, " 会場は? ", "近い\n遠い\n\n")
    assert (own.key, own.label["ja"], own.options) == (
        "own1", "会場は?", (("1", {"ja": "近い"}), ("2", {"ja": "遠い"})),
    )  # fmt: skip
    assert rules.questions_from(rules.questions_to([*rules.STANDARD, own])) == (*rules.STANDARD, own)
    assert [one.key for one in ASKED] == ["satisfied", "remarks"]
    for lines in ("1つだけ", "同じ\n同じ", "\n".join(map(str, range(9)))):
        with pytest.raises(Invalid):
            rules.own_question(1, "会場は?", lines)
    for one in rules.STANDARD:
        for text in (one.label, *(words for _key, words in one.options)):
            assert set(text) == {"ja", "easy", "en", "zh-hans", "ko"}


@pytest.mark.parametrize(
    ("given", "kept"),
    [
        ({"satisfied": "5", "remarks": " よい "}, {"satisfied": "5", "remarks": "よい"}),
        ({"remarks": "よい", "other": "x"}, {"remarks": "よい"}),
        ({"satisfied": "9"}, "field.choose_one"), ({"remarks": "あ" * 1001}, "field.too_long"),
        ({"remarks": " "}, "surveys.empty"), ({}, "surveys.empty"),
    ],
)  # fmt: skip
def test_what_is_an_answer(given: dict[str, str], kept: dict[str, str] | str) -> None:
    if isinstance(kept, dict):
        assert rules.checked(ASKED, given) == kept
        return
    with pytest.raises(Invalid) as refused:
        rules.checked(ASKED, given)
    assert kept in (refused.value.code, *(one.code for one in refused.value.fields.values()))


def test_sums_keep_no_order() -> None:
    found = rules.tallied(ASKED, [{"satisfied": "5", "remarks": "う"}, {"satisfied": "5"}, {"remarks": "い"}])
    assert [(text["ja"], count) for text, count in found[0].counts if count] == [("とてもよかった", 2)]
    assert (found[0].answered, found[1].texts) == (2, ("い", "う"))
    assert [rules.percent(*pair) for pair in ((1, 3), (2, 3), (0, 5), (5, 5), (0, 0))] == [
        "33.3", "66.7", "0.0", "100.0", "",
    ]  # fmt: skip


def _build() -> tuple[int, Actor]:
    division = accounts.create_division(actor=SYSTEM, code="ASKING", names={"ja": "地域振興課"}).pk
    account = accounts.create_resident_account(actor=SYSTEM, email="hanako@example.jp", name="hanako")
    return division, Actor(kind="resident", account_id=account.pk, level="email")


world = shared_world(_build)


def _asked(division: int, questions: tuple[rules.Question, ...] = ASKED) -> None:
    now = clock.now()
    actions.set_survey(
        actor=SYSTEM, code="test:1", division_id=division, questions=questions, opens_at=now,
        closes_at=now + timedelta(days=30),
    )  # fmt: skip


@pytest.mark.django_db
def test_an_answer_is_given_once_without_a_name(world: tuple[int, Actor]) -> None:
    division, hanako = world
    _asked(division)
    assert actions.reply(actor=hanako, code="test:1", respondent="entry-1", answers={"satisfied": "4"})
    assert not actions.reply(actor=hanako, code="test:1", respondent="entry-1", answers={"satisfied": "1"})
    assert (queries.has_replied("test:1", "entry-1"), queries.has_replied("test:1", "entry-2")) == (True, False)
    with unit(SYSTEM):
        assert [one.answers for one in Reply.objects.all()] == [{"satisfied": "4"}]
    with unit(hanako):
        assert (Reply.objects.count(), Mark.objects.count()) == (0, 0)  # seen by the platform alone
    with connection.cursor() as cursor, unit(SYSTEM):
        cursor.execute("SELECT count(*) FROM eng_audit_auditevent WHERE table_name IN "
                       "('eng_surveys_reply', 'eng_surveys_mark')")  # fmt: skip
        assert cursor.fetchone()[0] == 0
    few = queries.outcome("test:1", least=2)
    assert (few.replies, few.tallies) == (1, ())
    assert "2件になると" in presentation.few(few)
    assert presentation.rows(queries.outcome("test:1", least=1))[1] == [
        "全体として、どうでしたか",
        "よかった",
        "1",
        "100.0",
    ]


@pytest.mark.django_db
def test_what_is_refused_changes_nothing(world: tuple[int, Actor]) -> None:
    division, hanako = world
    _asked(division)
    stranger = Actor(kind="staff", divisions=frozenset({division + 1}))
    with pytest.raises(Forbidden):
        actions.set_survey(
            actor=stranger, code="test:2", division_id=division, questions=ASKED, opens_at=clock.now(),
            closes_at=clock.now() + timedelta(1),
        )  # fmt: skip
    for actor, code, refusal in ((ANONYMOUS, "test:1", Forbidden), (stranger, "test:1", Forbidden),
                                 (hanako, "test:2", NotFound)):  # fmt: skip
        with pytest.raises(refusal):
            actions.reply(actor=actor, code=code, respondent="a", answers={"satisfied": "4"})
    with clock.standing_at(clock.now() + timedelta(days=31)), pytest.raises(Conflict, match="closed"):
        actions.reply(actor=hanako, code="test:1", respondent="a", answers={"satisfied": "4"})
    with unit(SYSTEM):
        assert (Reply.objects.count(), Mark.objects.count()) == (0, 0)
    with pytest.raises(Invalid, match="no_questions"):
        _asked(division, ())


@pytest.mark.django_db
def test_what_was_asked_stays_what_was_answered_and_who_answered_is_forgotten(world: tuple[int, Actor]) -> None:
    division, hanako = world
    _asked(division, rules.standard(("age",)))
    _asked(division)  # nobody has answered yet
    actions.reply(actor=hanako, code="test:1", respondent="a", answers={"satisfied": "4"})
    with pytest.raises(Conflict, match="answered"):
        _asked(division, rules.standard(("age",)))
    for statement in ("UPDATE eng_surveys_reply SET answers = '{}'", "UPDATE eng_surveys_survey SET questions = '[]'"):
        with pytest.raises(DatabaseError), transaction.atomic(), unit(SYSTEM), connection.cursor() as cursor:
            cursor.execute(statement)
    with clock.standing_at(clock.now() + timedelta(days=31)):
        assert actions.forget(actor=SYSTEM) == 1
        assert not queries.has_replied("test:1", "a")
        assert queries.outcome("test:1", least=1).replies == 1
    with clock.standing_at(clock.now() + timedelta(days=31 + 5 * 366)):
        assert actions.forget(actor=SYSTEM) == 1
    with pytest.raises(Forbidden):
        actions.forget(actor=hanako)
