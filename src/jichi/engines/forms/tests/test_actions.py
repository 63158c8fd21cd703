"""Publishing, drafts and sealing on PostgreSQL."""

from __future__ import annotations

import uuid
from collections.abc import Iterator
from datetime import datetime, timedelta
from io import BytesIO
from pathlib import Path
from typing import Any

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.db import DatabaseError, connection, transaction
from PIL import Image

from conftest import shared_world
from jichi.engines.audit.context import unit
from jichi.engines.forms import actions, errors, queries, retention
from jichi.engines.forms.commands import main
from jichi.engines.forms.models import Draft, DraftFile, FormVersion, Submission
from jichi.engines.forms.rules import Candidate
from jichi.engines.forms.tests.ward import (
    DAY,
    GATHERING,
    HANA,
    MIO,
    NEIGHBOUR,
    SYSTEM,
    TARO,
    Ward,
    answer_all,
    source,
    that_day,
)  # fmt: skip
from jichi.kernel import clock
from jichi.kernel.clock import TOKYO, standing_at
from jichi.kernel.errors import Conflict, Forbidden, NotFound

pytestmark = pytest.mark.django_db


_ward = shared_world(that_day)


@pytest.fixture
def ward(_ward: Ward, settings: Any, tmp_path: Path) -> Iterator[Ward]:
    settings.JICHI_FILES_ROOT = tmp_path
    with standing_at(DAY):
        yield _ward


def begin(ward: Ward) -> queries.DraftView:
    return actions.start_draft(actor=ward.hana, slug="coming-of-age", applicant_no=HANA)


def photo(name: str = "photo.png", colour: str = "red") -> SimpleUploadedFile:
    content = BytesIO()
    Image.new("RGB", (40, 30), colour).save(content, "PNG")
    return SimpleUploadedFile(name, content.getvalue(), "image/png")


def changed(name: str, version: int, old: str = "", new: str = "") -> str:
    return source(name).replace("\nversion: 1\n", f"\nversion: {version}\n").replace(old or "\0", new)


# -- publishing ---------------------------------------------------------------------------------


def test_publishing_the_same_content_again_changes_nothing(ward: Ward) -> None:
    before = queries.procedure("coming-of-age").version_id
    again = actions.publish_definition(actor=SYSTEM, source="# another comment\n" + source("coming-of-age"))
    assert again.version_id == before
    assert FormVersion.objects.count() == 2


def test_other_content_under_the_same_version_is_refused(ward: Ward) -> None:
    with pytest.raises(Conflict, match="version_taken"):
        actions.publish_definition(actor=SYSTEM, source=changed("coming-of-age", 1, "fee: 0", "fee: 100"))


def test_a_new_version_closes_the_one_before_and_an_older_number_is_refused(ward: Ward) -> None:
    first = queries.procedure("coming-of-age").version_id
    third = actions.publish_definition(actor=SYSTEM, source=changed("coming-of-age", 3))
    assert queries.procedure("coming-of-age").version_id == third.version_id
    assert not queries.version(first).published
    with pytest.raises(Conflict, match="version_old"):
        actions.publish_definition(actor=SYSTEM, source=changed("coming-of-age", 2))


def test_publishing_needs_the_right_and_a_right_definition(ward: Ward) -> None:
    with pytest.raises(Forbidden):
        actions.publish_definition(actor=ward.youth_official, source=source("coming-of-age"))
    with pytest.raises(errors.BadDefinition) as refused:
        actions.publish_definition(
            actor=SYSTEM, source=changed("coming-of-age", 2, "division: youth", "division: moon")
        )
    assert [(p.code, p.path) for p in refused.value.problems] == [("definition.unknown_division", "division")]
    assert refused.value.problems[0].line == 32


@pytest.mark.parametrize("statement", [
    "UPDATE eng_forms_formversion SET source = 'x'",
    "UPDATE eng_forms_formversion SET version = 7",
    "DELETE FROM eng_forms_formversion",
])  # fmt: skip
def test_published_versions_are_immutable(ward: Ward, statement: str) -> None:
    with pytest.raises(DatabaseError, match="immutable"), unit(SYSTEM), connection.cursor() as cursor:
        cursor.execute(statement)
    assert FormVersion.objects.count() == 2


# -- finding --------------------------------------------------------------------------------------


@pytest.mark.parametrize(("text", "first"), [
    ("成人式", "coming-of-age"),
    ("はたちの集い", "coming-of-age"),
    ("ｾｲｼﾞﾝｼｷ", "coming-of-age"),
    ("admission ticket", "coming-of-age"),
    ("成年礼", "coming-of-age"),
    ("子どもの予防接種の紙をなくした", "vaccination-form-reissue"),
    ("ワクチン 紛失", "vaccination-form-reissue"),
    ("예방접종", "vaccination-form-reissue"),
])  # fmt: skip
def test_procedures_are_found_by_plain_words(ward: Ward, text: str, first: str) -> None:
    assert [p.slug for p in queries.procedures(text=text)][:1] == [first]


def test_what_nothing_answers_is_not_found(ward: Ward) -> None:
    assert queries.procedures(text="粗大ごみ") == []


def test_procedures_by_life_event_and_division_in_one_statement(ward: Ward, django_assert_num_queries: Any) -> None:
    queries.procedures()
    with django_assert_num_queries(1):
        assert [p.slug for p in queries.procedures(life_event="moving")] == ["vaccination-form-reissue"]
    assert [p.slug for p in queries.procedures(division_id=ward.youth)] == ["coming-of-age"]
    assert [(code, count) for code, _, count in queries.life_events_in_use()][:1] == [("birth", 1)]


# -- drafts -----------------------------------------------------------------------------------------


def test_starting_twice_gives_the_same_draft(ward: Ward) -> None:
    assert begin(ward).id == begin(ward).id
    with unit(ward.hana):
        assert Draft.objects.count() == 1


@pytest.mark.parametrize("subject", [TARO, NEIGHBOUR, HANA, "999"])
def test_only_children_of_the_own_household_can_be_chosen(ward: Ward, subject: str) -> None:
    with pytest.raises(NotFound):
        actions.start_draft(actor=ward.hana, slug="vaccination-form-reissue", applicant_no=HANA, subject_no=subject)
    assert [c.number for c in _subjects(ward)] == [MIO]


def _subjects(ward: Ward) -> tuple[Candidate, ...]:
    with unit(ward.hana):
        return queries.subjects_for("vaccination-form-reissue", HANA)


def test_who_is_not_of_the_cohort_is_told_why(ward: Ward) -> None:
    with connection.cursor() as cursor, unit(SYSTEM):
        cursor.execute("UPDATE eng_registry_resident SET birth_date = '2007-04-02' WHERE addressee_no = %s", [HANA])
    with pytest.raises(errors.NotEligible) as refused:
        begin(ward)
    assert [reason.rule for reason in refused.value.result.reasons] == ["cohort"]


@pytest.mark.parametrize(("moment", "outcome"), [
    (datetime(2026, 9, 30, 23, 59, 59, tzinfo=TOKYO), "forms.not_open_yet"),
    (datetime(2026, 10, 1, 0, 0, tzinfo=TOKYO), ""),
    (datetime(2027, 3, 31, 23, 59, 59, 999999, tzinfo=TOKYO), ""),
    (datetime(2027, 4, 1, 0, 0, tzinfo=TOKYO), "forms.closed"),
])  # fmt: skip
def test_the_window_opens_at_midnight_and_closes_on_31_march_24_00(ward: Ward, moment: datetime, outcome: str) -> None:
    with standing_at(moment):
        if outcome:
            with pytest.raises(Conflict, match=outcome):
                begin(ward)
        else:
            assert begin(ward).slug == "coming-of-age"


def test_sending_a_second_after_31_march_24_00_is_refused_and_keeps_the_draft(ward: Ward) -> None:
    with standing_at(datetime(2027, 3, 31, 23, 50, tzinfo=TOKYO)):
        draft = begin(ward)
        answer_all(ward, draft.id)
    with standing_at(datetime(2027, 4, 1, 0, 0, tzinfo=TOKYO)), pytest.raises(Conflict, match=r"forms\.closed"):
        send(ward, draft.id)
    with unit(ward.hana):
        assert Submission.objects.count() == 0
        assert queries.draft(draft.id).answers["photo_ok"] == "no"


def test_a_page_is_saved_as_read_and_the_next_one_named(ward: Ward) -> None:
    draft = begin(ward)
    saved = actions.save_page(
        actor=ward.hana, draft_id=draft.id, page="reading", raw={"name_kana": ["ｼｹﾝ ﾊﾅ"]}, expected_revision=1,
        applicant_no=HANA,
    )  # fmt: skip
    assert saved.draft.answers == {"name_kana": "シケン　ハナ"}
    assert (saved.next_page, saved.draft.revision) == ("companion", 2)
    with unit(ward.hana):
        card = queries.drafts_of(ward.hana.account_id)[0]  # type: ignore[arg-type] # she has an account
    assert (card.answered, card.total, card.next_page) == (1, 6, "register")


def test_what_is_right_is_saved_beside_what_is_not(ward: Ward) -> None:
    draft = begin(ward)
    saved = actions.save_page(
        actor=ward.hana, draft_id=draft.id, page="contact", expected_revision=1,
        raw={"email": ["nobody"], "phone": ["０３（１２３４）５６７８"]},
    )  # fmt: skip
    assert {name: error.code for name, error in saved.errors.items()} == {"email": "field.email"}
    assert saved.draft.answers == {"phone": "0312345678"}


def test_two_tabs_overwrite_nothing(ward: Ward) -> None:
    draft = begin(ward)
    save = {"actor": ward.hana, "draft_id": draft.id, "page": "reading", "expected_revision": 1}
    actions.save_page(**save, raw={"name_kana": ["シケン ハナ"]})  # type: ignore[arg-type] # a test's shorthand
    with pytest.raises(errors.StaleDraft) as stale:
        actions.save_page(**save, raw={"name_kana": ["シケン カナ"]})  # type: ignore[arg-type] # a test's shorthand
    assert stale.value.mine == {"name_kana": "シケン　カナ"}
    assert stale.value.theirs == {"name_kana": "シケン　ハナ"}
    with unit(ward.hana):
        assert queries.draft(draft.id).answers == {"name_kana": "シケン　ハナ"}


def test_the_same_page_pressed_twice_is_saved_once(ward: Ward) -> None:
    draft = begin(ward)
    twice = [
        actions.save_page(
            actor=ward.hana, draft_id=draft.id, page="reading", raw={"name_kana": ["シケン ハナ"]}, expected_revision=1
        )
        for _ in range(2)
    ]
    saved = twice[1]
    assert (saved.replayed, saved.draft.revision, saved.next_page) == (True, 2, "companion")


def test_answers_of_hidden_questions_go(ward: Ward) -> None:
    draft = begin(ward)
    revision = answer_all(ward, draft.id)
    saved = actions.save_page(
        actor=ward.hana, draft_id=draft.id, page="companion", raw={"with_companion": ["no"]}, expected_revision=revision
    )
    assert not {"companion_name", "companion_relation"} & saved.draft.answers.keys()
    assert saved.next_page == "support"


def test_leaving_saves_what_is_there_and_asks_for_nothing(ward: Ward) -> None:
    draft = begin(ward)
    saved = actions.save_page(
        actor=ward.hana, draft_id=draft.id, page="contact", raw={"phone": ["0312345678"]}, expected_revision=1,
        leaving=True,
    )  # fmt: skip
    assert (saved.errors, saved.draft.answers, saved.draft.page) == ({}, {"phone": "0312345678"}, "contact")


def test_nobody_else_sees_or_changes_a_draft(ward: Ward) -> None:
    draft = begin(ward)
    for actor in (ward.neighbour, ward.youth_official):
        with unit(actor):
            assert Draft.objects.count() == 0
        with pytest.raises(NotFound):
            actions.save_page(
                actor=actor, draft_id=draft.id, page="photo", raw={"photo_ok": ["no"]}, expected_revision=1
            )
        with pytest.raises(NotFound):
            actions.discard_draft(actor=actor, draft_id=draft.id)
    with unit(ward.hana):
        assert queries.draft(draft.id).revision == 1


# -- files --------------------------------------------------------------------------------------------


def test_files_stay_though_another_is_refused(ward: Ward) -> None:
    draft = begin(ward)
    revision = answer_all(ward, draft.id)
    uploads = {
        "support_document": [photo("a.png"), SimpleUploadedFile("b.png", b"<svg onload=x>"), photo("c.png", "blue")]
    }
    saved = actions.save_page(
        actor=ward.hana, draft_id=draft.id, page="support_details", raw=GATHERING["support_details"],
        expected_revision=revision, uploads=uploads,
    )  # fmt: skip
    assert list(saved.errors) == ["support_document"]
    assert [one["name"] for one in saved.draft.answers["support_document"]] == ["a.png", "c.png"]
    assert saved.draft.answers["support_text"] == "電動車いす"


def test_the_same_file_again_is_one_file_and_removed_files_are_gone(ward: Ward) -> None:
    draft = begin(ward)
    answer_all(ward, draft.id)
    actions.attach_file(actor=ward.hana, draft_id=draft.id, field="support_document", upload=photo())
    view = actions.attach_file(actor=ward.hana, draft_id=draft.id, field="support_document", upload=photo())
    (only,) = view.answers["support_document"]
    view = actions.remove_file(
        actor=ward.hana, draft_id=draft.id, field="support_document", file_id=uuid.UUID(only["id"])
    )
    assert "support_document" not in view.answers
    with unit(SYSTEM):
        assert DraftFile.objects.count() == 0


def test_files_of_hidden_questions_go(ward: Ward) -> None:
    draft = begin(ward)
    answer_all(ward, draft.id)
    view = actions.attach_file(actor=ward.hana, draft_id=draft.id, field="support_document", upload=photo())
    saved = actions.save_page(
        actor=ward.hana, draft_id=draft.id, page="support", raw={"support": ["none"]}, expected_revision=view.revision
    )
    assert "support_document" not in saved.draft.answers
    with unit(SYSTEM):
        assert DraftFile.objects.count() == 0


# -- sending -----------------------------------------------------------------------------------------


def send(ward: Ward, draft_id: uuid.UUID, **given: object) -> uuid.UUID:
    return actions.seal_submission(
        **{"actor": ward.hana, "draft_id": draft_id, "declared": ["own_application"], "applicant_no": HANA, **given}  # type: ignore[arg-type]
    )


def test_sealing_twice_gives_the_same_submission(ward: Ward) -> None:
    draft = begin(ward)
    answer_all(ward, draft.id)
    first, second = send(ward, draft.id, language="en"), send(ward, draft.id)
    assert first == second
    with unit(ward.hana):
        sent = queries.submission(first)
        assert Submission.objects.count() == 1
    assert sent.answers["companion_name"] == "試験　太郎"
    assert (sent.declared, sent.language, sent.subject_no) == (("own_application",), "en", HANA)
    assert sent.answers["register_ok"]["shown"]["subject.birth_date"] == "2006-05-05"


def test_officials_see_the_submissions_of_their_division_only(ward: Ward) -> None:
    draft = begin(ward)
    answer_all(ward, draft.id)
    sent = send(ward, draft.id)
    with unit(ward.youth_official):
        assert queries.submission(sent).slug == "coming-of-age"
    for actor in (ward.health_official, ward.neighbour):
        with unit(actor), pytest.raises(NotFound):
            queries.submission(sent)


def test_incomplete_drafts_lead_back_to_the_page_and_change_nothing(ward: Ward) -> None:
    draft = begin(ward)
    answer_all(ward, draft.id, {k: v for k, v in GATHERING.items() if k != "photo"})
    with pytest.raises(errors.Incomplete) as refused:
        send(ward, draft.id, declared=[])
    assert refused.value.page == "photo"
    assert set(refused.value.fields) == {"photo_ok", "declaration.own_application"}
    with unit(ward.hana):
        assert Submission.objects.count() == 0


def test_what_the_register_says_now_must_have_been_seen(ward: Ward) -> None:
    draft = begin(ward)
    answer_all(ward, draft.id)
    with connection.cursor() as cursor, unit(SYSTEM):
        cursor.execute(
            "UPDATE eng_registry_resident SET name = '別　花', family_name = '別' WHERE addressee_no = %s", [HANA]
        )
    with pytest.raises(errors.Incomplete) as refused:
        send(ward, draft.id)
    assert refused.value.page == "register"
    assert {k: v.code for k, v in refused.value.fields.items()} == {"register_ok": "forms.register_changed"}


def test_a_newer_form_is_shown_before_sending(ward: Ward) -> None:
    draft = begin(ward)
    answer_all(ward, draft.id)
    actions.publish_definition(actor=SYSTEM, source=changed("coming-of-age", 2, "max_length: 500", "max_length: 400"))
    with pytest.raises(Conflict, match=r"draft\.newer_form"):
        send(ward, draft.id)
    view, changes = actions.upgrade_draft(actor=ward.hana, draft_id=draft.id, applicant_no=HANA)
    assert [(c.field, c.kind, c.page) for c in changes] == [("support_text", "changed", "support_details")]
    assert "support_text" not in view.answers
    assert view.answers["companion_name"] == "試験　太郎"
    with pytest.raises(errors.Incomplete) as refused:
        send(ward, draft.id)
    assert refused.value.page == "support_details"


def test_an_older_revision_than_shown_is_not_sent(ward: Ward) -> None:
    draft = begin(ward)
    revision = answer_all(ward, draft.id)
    with pytest.raises(errors.StaleDraft):
        send(ward, draft.id, expected_revision=revision - 1)
    ready = actions.prepare_seal(actor=ward.hana, draft_id=draft.id, declared=["own_application"], applicant_no=HANA)
    stale = (ready.seal_arguments[0], revision - 1, *ready.seal_arguments[2:])
    with pytest.raises(DatabaseError) as raised, unit(ward.hana), connection.cursor() as cursor:
        cursor.execute("SELECT forms_seal(%s, %s, %s::jsonb, %s, %s, %s)", stale)
    assert isinstance(errors.refusal_of(raised.value), errors.StaleDraft)


def test_what_was_sent_can_be_changed_by_nobody(ward: Ward) -> None:
    draft = begin(ward)
    answer_all(ward, draft.id)
    sent = send(ward, draft.id)
    with pytest.raises(Conflict, match=r"draft\.sent"):
        actions.save_page(actor=ward.hana, draft_id=draft.id, page="photo", raw={}, expected_revision=1)
    for statement in (
        "UPDATE eng_forms_submission SET language = 'ko'",
        "DELETE FROM eng_forms_submission",
        "UPDATE eng_forms_draft SET submitted_at = NULL",
        "DELETE FROM eng_forms_draft",
    ):
        with pytest.raises(DatabaseError), unit(SYSTEM), connection.cursor() as cursor:
            cursor.execute(statement)
    with unit(ward.hana):
        assert queries.submission(sent).language == "ja"


def test_corrections_let_only_what_was_asked_for_change(ward: Ward) -> None:
    draft = begin(ward)
    answer_all(ward, draft.id)
    sent = send(ward, draft.id)
    until = DAY + timedelta(days=14)
    begun = actions.start_correction(actor=ward.hana, submission_id=sent, fields=["companion_name"], until=until)
    again = actions.start_correction(actor=ward.hana, submission_id=sent, fields=["companion_name"], until=until)
    assert begun.id == again.id
    saved = actions.save_page(
        actor=ward.hana, draft_id=begun.id, page="companion_details", expected_revision=1, applicant_no=HANA,
        raw={"companion_name": ["試験 次郎"], "companion_relation": ["friend"]},
    )  # fmt: skip
    assert saved.draft.answers["companion_name"] == "試験　次郎"
    assert saved.draft.answers["companion_relation"] == "parent"
    corrected = actions.seal_submission(actor=ward.hana, draft_id=begun.id, applicant_no=HANA, corrects=sent)
    assert corrected != sent
    with unit(ward.youth_official):
        both = queries.submissions([sent, corrected])
    assert both[corrected].corrects_id == sent
    assert both[sent].answers["companion_name"] == "試験　太郎"


def test_a_child_of_the_household_gets_a_form_from_the_definition_alone(ward: Ward) -> None:
    begun = actions.start_draft(actor=ward.hana, slug="vaccination-form-reissue", applicant_no=HANA, subject_no=MIO)
    pages = {
        "child": {"child_ok": ["yes"]},
        "vaccines": {"vaccines": ["rotavirus", "bcg"]},
        "reason": {"reason": ["moved_in"]},
        "moved": {"previous_municipality": ["長野県松本市"], "moved_on_era": ["令和"], "moved_on_y": ["８"],
                  "moved_on_m": ["6"], "moved_on_d": ["1"]},
    }  # fmt: skip
    revision = answer_all(ward, begun.id, pages)
    saved = actions.save_page(
        actor=ward.hana, draft_id=begun.id, page="handbook", raw={}, expected_revision=revision, applicant_no=HANA,
        uploads={"handbook": [photo("手帳.png")]},
    )  # fmt: skip
    assert not saved.errors
    answer_all(ward, begun.id, {"delivery": {"delivery": ["register"]}, "contact": {"phone": ["0312345678"]}})
    sent = actions.seal_submission(
        actor=ward.hana, draft_id=begun.id, declared=["guardian", "unused"], applicant_no=HANA
    )
    with unit(ward.health_official):
        found = queries.submission(sent)
    assert found.answers["moved_on"] == "2026-06-01"
    assert found.answers["delivery"] == {
        "choice": "register", "postcode": "0000001", "address": found.answers["delivery"]["address"],
    }  # fmt: skip
    assert len(queries.files_of(found)) == 1


# -- the clock -----------------------------------------------------------------------------------------


def test_drafts_are_reminded_of_once_and_then_deleted_with_their_files(ward: Ward) -> None:
    draft = begin(ward)
    answer_all(ward, draft.id)
    actions.attach_file(actor=ward.hana, draft_id=draft.id, field="support_document", upload=photo())
    sent = []
    for day in (20, 23, 24, 29, 29, 30):
        with standing_at(DAY + timedelta(days=day, minutes=1)):
            sent.append(actions.remind_drafts(actor=SYSTEM))
    assert sent == [0, 1, 0, 1, 0, 0]
    with standing_at(DAY + timedelta(days=30)), unit(SYSTEM):
        assert retention.over("forms.drafts", clock.today(), 10) == []
    with standing_at(DAY + timedelta(days=31)), unit(SYSTEM):
        ended = (DAY + timedelta(days=30)).date()
        assert retention.over("forms.drafts", clock.today(), 10) == [(str(draft.id), str(ward.hana.account_id), ended)]
        counts, hashes = retention.erase("forms.drafts", [str(draft.id)])
        assert counts == {"eng_forms_draft": 1, "eng_forms_draftfile": 1, "eng_files_storedfile": 1}
        assert len(hashes) == 2
        assert retention.erase("forms.drafts", [str(draft.id)]) == ({}, [])
    with unit(SYSTEM):
        assert (Draft.objects.count(), DraftFile.objects.count()) == (0, 0)


def test_a_draft_touched_again_after_it_was_listed_is_not_erased(ward: Ward) -> None:
    draft = begin(ward)
    with standing_at(DAY + timedelta(days=31)), unit(SYSTEM):
        listed = [key for key, _label, _day in retention.over("forms.drafts", clock.today(), 10)]
        Draft.objects.filter(pk=draft.id).update(expires_at=clock.now() + timedelta(days=30))
        assert listed == [str(draft.id)]
        assert retention.erase("forms.drafts", listed) == ({}, [])
        assert Draft.objects.count() == 1


def test_the_database_refuses_a_second_open_draft(ward: Ward) -> None:
    draft = begin(ward)
    with unit(ward.hana):
        row = Draft.objects.get(pk=draft.id)
        with pytest.raises(DatabaseError), transaction.atomic():
            Draft.objects.create(
                account_id=row.account_id, procedure_id=row.procedure_id, version_id=row.version_id,
                subject_no=row.subject_no, created_at=DAY, updated_at=DAY, expires_at=DAY + timedelta(days=1),
            )  # fmt: skip


def test_the_command_publishes_and_says_what_stops_it(
    ward: Ward, capsys: pytest.CaptureFixture[str], tmp_path: Path
) -> None:
    file = tmp_path / "second.yaml"
    file.write_text(changed("coming-of-age", 2), encoding="utf-8-sig")
    assert main(["publish", str(file)]) == 0
    assert "coming-of-age 第2版を公開しました。" in capsys.readouterr().out
    file.write_text(changed("coming-of-age", 3, "equals: resident", "equals: 5, in: [1]"), encoding="utf-8")
    assert main(["publish", str(file)]) == 1
    assert "definition.condition_operator" in capsys.readouterr().out
    assert queries.procedure("coming-of-age").definition.version == 2


def test_a_page_costs_few_statements(ward: Ward, django_assert_num_queries: Any) -> None:
    """Lock and read the draft, write it; the register only where something looks at it."""
    draft = begin(ward)
    with unit(ward.hana):
        with django_assert_num_queries(2):
            saved = actions.save_page(
                actor=ward.hana, draft_id=draft.id, page="photo", raw={"photo_ok": ["no"]}, expected_revision=1
            )
        assert not saved.errors
        with django_assert_num_queries(1):
            queries.draft(draft.id)
