"""Cases for programs: the same as officials may, nothing more, once."""

from __future__ import annotations

import base64
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest

from conftest import shared_world
from jichi.engines.api.tests.calling import Program, refused, told
from jichi.engines.audit import queries as audit
from jichi.engines.audit.context import unit
from jichi.engines.cases.models import Case, CaseMessage
from jichi.kernel import clock

from .api_examples import PIXEL
from .desk import HANA, SAKURA, SYSTEM, Office, apply, build, case, pile

pytestmark = pytest.mark.django_db
ALL = ("eng_cases.case.view", "eng_cases.case.handle", "eng_cases.case.decide", "eng_cases.case.enter")


office = shared_world(build)


def test_a_list_is_walked_to_its_end_with_each_case_once(office: Office) -> None:
    made = {one.number for one in pile(office, 7)}
    program, seen, cursor = Program.of("youth", ALL), [], ""
    while True:
        answer = program.get("/cases", limit=3, **({"cursor": cursor} if cursor else {}))
        page = told(answer)
        assert answer.status_code == 200
        assert ('rel="next"' in answer.headers.get("Link", "")) == bool(page["next"])
        seen += [row["number"] for row in page["items"]]
        cursor = page["next"]
        if not cursor:
            break
    assert len(seen) == 7
    assert set(seen) == made
    refused(program.get("/cases", cursor="abc"), 400, "api.cursor")
    refused(program.get("/cases", limit=101), 422, "api.invalid")
    refused(program.get("/cases", status="nonsense"), 422, "api.invalid")


def test_another_division_s_cases_are_not_there(office: Office) -> None:
    found = apply(office)
    stranger = Program.of("health", ALL)
    assert told(stranger.get("/cases"))["items"] == []
    for path in ("", "/events", "/messages"):
        refused(stranger.get(f"/cases/{found.number}{path}"), 404, "api.not_found")
    refused(stranger.post(f"/cases/{found.number}/take", version=1), 404, "api.not_found")
    assert case(found.pk).status == "received"


def test_a_look_is_recorded_like_an_official_s(office: Office) -> None:
    found = apply(office)
    program = Program.of("youth", ["eng_cases.case.view"], title="台帳の連携")
    answer = program.get(f"/cases/{found.number}")
    told_ = told(answer)
    assert (told_["number"], told_["subject_no"], told_["version"]) == (found.number, HANA, found.version)
    assert answer.headers["ETag"] == f'"{found.version}"'
    looks = [(event.table, event.action) for event in audit.looks_at(subject=HANA)]
    assert ("eng_cases_case", "look") in looks
    refused(program.post(f"/cases/{found.number}/take", version=1), 403, "api.scope")


def test_a_case_is_taken_and_decided_for_the_version_that_was_read(office: Office) -> None:
    found = apply(office)
    program = Program.of("youth", ALL, title="審査の連携")
    path = f"/cases/{found.number}"
    refused(program.post(f"{path}/take"), 428, "api.version_needed")
    refused(program.post(f"{path}/take", version=found.version + 5), 412, "case.changed")
    assert case(found.pk).status == "received"
    taken = told(program.post(f"{path}/take", version=found.version))
    assert taken["status"] == "reviewing"
    refused(program.post(f"{path}/decision", {"outcome": "refused"}, version=taken["version"]), 422, "api.invalid")
    decided = program.post(f"{path}/decision", {"outcome": "approved"}, version=taken["version"])
    assert (decided.status_code, told(decided)["status"]) == (200, "approved")
    events = told(program.get(f"{path}/events"))["items"]
    assert {event["actor_name"] for event in events if event["kind"] == "taken"} == {"審査の連携"}
    refused(program.post(f"{path}/take", version=told(decided)["version"]), 409, "case.state")


def test_a_correction_is_asked_for(office: Office) -> None:
    found = apply(office)
    program = Program.of("youth", ALL)
    taken = told(program.post(f"/cases/{found.number}/take", version=found.version))
    body = {"points": [{"field": "name_kana", "sentence": "確かめてください。"}],
            "due_on": (clock.today() + timedelta(days=9)).isoformat()}  # fmt: skip
    asked = program.post(f"/cases/{found.number}/correction", body, version=taken["version"])
    assert told(asked)["status"] == "correction"
    wrong = {**body, "points": [{"field": "no_such_field", "sentence": "x"}]}
    refused(
        program.post(f"/cases/{found.number}/correction", wrong, version=told(asked)["version"]), 422, "api.invalid"
    )


def test_a_message_with_a_file_is_written_once(office: Office) -> None:
    found = apply(office)
    program = Program.of("youth", ALL)
    pdf = base64.b64encode(b"not a pdf at all").decode()
    bad = program.post(
        f"/cases/{found.number}/messages", {"text": "写しです。", "files": [{"filename": "a.pdf", "content": pdf}]}
    )
    assert refused(bad, 422, "api.invalid")["errors"][0]["code"] == "file.type"
    wrong = {"text": "写しです。", "files": [{"filename": "a.pdf", "content": "###"}]}
    refused(program.post(f"/cases/{found.number}/messages", wrong), 422, "api.invalid")
    first = program.post(f"/cases/{found.number}/messages", {"text": "届きました。"}, key="message-0001")
    again = program.post(f"/cases/{found.number}/messages", {"text": "届きました。"}, key="message-0001")
    assert (first.status_code, told(first)) == (201, told(again))
    assert again.headers["Idempotency-Replayed"] == "true"
    refused(program.post(f"/cases/{found.number}/messages", {"text": "別"}, key="message-0001"), 422, "api.other_call")
    with unit(SYSTEM):
        assert CaseMessage.objects.count() == 1
    assert [one["text"] for one in told(program.get(f"/cases/{found.number}/messages"))["items"]] == ["届きました。"]


def test_an_application_is_entered_whole_or_not_at_all(office: Office) -> None:
    program = Program.of("youth", ALL)
    body = {"procedure": "coming-of-age", "channel": "paper", "received_on": clock.today().isoformat(),
            "applicant_no": HANA, "answers": {}}  # fmt: skip
    missing = refused(program.post("/applications", body), 422, "api.invalid")
    assert missing["errors"]
    unknown = refused(program.post("/applications", {**body, "applicant_no": "999999999"}), 422, "api.invalid")
    assert {one["field"] for one in unknown["errors"]} == {"applicant_no"}
    refused(program.post("/applications", {**body, "surprise": 1}), 422, "api.invalid")
    with unit(SYSTEM):
        assert Case.objects.count() == 0
    before = apply(office)
    answers = {name: value for name, value in told(program.get(f"/cases/{before.number}"))["answers"].items() if value}
    of_other = {**body, "applicant_no": SAKURA, "answers": answers}
    refused(program.post("/applications", {**of_other, "answers": {**answers, "no_such": "1"}}), 422, "api.invalid")
    wrong = {**of_other, "answers": {**answers, next(iter(answers)): {"a": ["hostile"]}}}
    refused(program.post("/applications", wrong), 422, "api.invalid")
    with unit(SYSTEM):
        assert Case.objects.count() == 1
    made = program.post("/applications", of_other, key="application-1")
    assert made.status_code == 201, told(made)
    assert made.headers["Location"] == f"/api/v1/cases/{told(made)['number']}"
    assert told(program.post("/applications", of_other, key="application-1")) == told(made)
    refused(program.post("/applications", of_other), 409, "case.already_open")
    with unit(SYSTEM):
        assert Case.objects.filter(channel="paper", subject_no=SAKURA).count() == 1


MANY = (*ALL, "eng_cases.case.bulk")


def test_several_cases_are_decided_alike_and_each_is_answered(office: Office) -> None:
    first, second, third = pile(office, 3)
    program = Program.of("youth", MANY)
    chosen: list[dict[str, Any]] = [{"number": one.number, "version": one.version} for one in (first, second, third)]
    chosen[1]["version"] += 1
    chosen.append({"number": "ZZZZ9999", "version": 1})
    body = {"cases": chosen, "outcome": "approved"}
    answer = program.post("/decisions", {**body, "preview": True})
    assert answer.status_code == 200, told(answer)
    seen = told(answer)["items"]
    assert [(one["state"], one["code"]) for one in seen] == [
        ("possible", ""), ("left", "case.changed"), ("possible", ""), ("left", "api.not_found"),
    ]  # fmt: skip
    assert all(one["detail"] and one["detail_en"] for one in seen if one["code"])
    assert {case(one.pk).status for one in (first, second, third)} == {"received"}
    done = told(program.post("/decisions", body, key="many-0001"))["items"]
    assert [one["state"] for one in done] == ["decided", "left", "decided", "left"]
    assert [case(one.pk).status for one in (first, second, third)] == ["approved", "received", "approved"]
    assert told(program.post("/decisions", body, key="many-0001"))["items"] == done
    again = told(program.post("/decisions", body))["items"]
    assert [one["code"] for one in again] == ["bulk.state", "case.changed", "bulk.state", "api.not_found"]
    refused(program.post("/decisions", {**body, "cases": [chosen[0]] * 51}), 422, "api.invalid")
    lacking = Program.of("youth", ["eng_cases.case.view", "eng_cases.case.bulk"])
    refused(lacking.post("/decisions", body), 403, "api.scope")
    stranger = Program.of("health", MANY)
    refused(stranger.post("/decisions", body), 404, "api.not_found")


def test_a_file_sent_ahead_belongs_to_its_client_alone(office: Office, settings: Any, tmp_path: Path) -> None:
    settings.JICHI_FILES_ROOT = tmp_path
    program, other = Program.of("youth", ALL), Program.of("youth", ALL, title="ほかの連携")
    sent = {"filename": "紙.png", "content": PIXEL}
    made = program.post("/files", sent, key="file-0001")
    assert made.status_code == 201, told(made)
    kept = told(made)
    assert (kept["filename"], kept["media_type"], kept["state"]) == ("紙.png", "image/png", "ready")
    assert kept["kept_until"] == (clock.today() + timedelta(days=3)).isoformat()
    assert told(program.post("/files", sent, key="file-0001"))["id"] == kept["id"]
    refused(program.post("/files", {"filename": "a.exe", "content": "TVqQAAMAAAAEAAAA"}), 422, "file.unsafe")
    for name in ("/", "..", "a/"):
        refused(program.post("/files", {**sent, "filename": name}), 422, "api.invalid")
    before = apply(office)
    answers = {name: value for name, value in told(program.get(f"/cases/{before.number}"))["answers"].items() if value}
    body = {"procedure": "coming-of-age", "channel": "paper", "received_on": clock.today().isoformat(),
            "applicant_no": SAKURA, "answers": answers, "scan": {"file_id": kept["id"]}}  # fmt: skip
    wrong = refused(other.post("/applications", body), 422, "api.invalid")
    assert [(one["field"], one["code"]) for one in wrong["errors"]] == [("scan.0.file_id", "file.not_found")]
    opened = program.post("/applications", body)
    assert opened.status_code == 201, told(opened)
    with unit(SYSTEM):
        assert Case.objects.filter(number=told(opened)["number"]).count() == 1
