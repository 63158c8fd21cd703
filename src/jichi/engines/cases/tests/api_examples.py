"""Operations on cases for the tests that call every one with every key: a case of `world.division`."""

from __future__ import annotations

import base64
from collections.abc import Callable, Mapping
from datetime import timedelta
from typing import Any

from jichi.engines.audit.context import unit
from jichi.engines.cases.models import Case
from jichi.engines.forms import queries as forms
from jichi.kernel import clock

from .examples import _document, _file, make_case

PIXEL = "iVBORw0KGgoAAAANSUhEUgAAAAEAAAABCAYAAAAfFcSJAAAADUlEQVR42mNk+M9QDwADhgGAWjR9awAAAABJRU5ErkJggg=="
"""A picture of one dot."""
Example = tuple[str, Mapping[str, Any] | None, int | None]


def _of_case(below: str, body: Mapping[str, Any] | None = None, status: str = "") -> Callable[[Any], Example]:
    def made(world: Any) -> Example:
        case, _number = make_case(world)
        if status:
            with unit(world.system):
                Case.objects.filter(pk=case.pk).update(status=status, assignee_id=None)
        return f"/cases/{case.number}{below}", body, case.version

    return made


def _file_of_case(world: Any) -> Example:
    found = _file(world)
    return f"/cases/{found['number']}/files/{found['file_id']}", None, None


def _document_of_case(world: Any) -> Example:
    found = _document(world)
    return f"/cases/{found['number']}/documents/{found['document_id']}", None, None


def _application(world: Any) -> Example:
    case, _number = make_case(world)  # the procedure is there with it
    with unit(world.system):
        slug = forms.definition_of(case.form_version_id).id
    scan = {"filename": "a.txt", "content": base64.b64encode(b"a").decode()}
    body = {"procedure": slug, "channel": "paper", "received_on": clock.today().isoformat(), "scan": scan}
    return "/applications", body, None


def _several(world: Any) -> Example:
    case, _number = make_case(world)
    body = {"cases": [{"number": case.number, "version": case.version}], "outcome": "approved", "preview": True}
    return "/decisions", body, None


def api_examples() -> dict[str, Callable[[Any], Example]]:
    """Operation → path, query or body, version."""
    due_on = (clock.today() + timedelta(days=9)).isoformat()
    correction = {"points": [{"field": "name_kana", "sentence": "確かめてください。"}], "due_on": due_on}
    return {
        "list_cases": lambda world: ("/cases", {"limit": 5}, make_case(world)[0].version),
        "case": _of_case(""),
        "case_events": _of_case("/events"),
        "case_messages": _of_case("/messages"),
        "case_file": _file_of_case,
        "case_document": _document_of_case,
        "take_case": _of_case("/take", status="received"),
        "release_case": _of_case("/release"),
        "ask_correction": _of_case("/correction", correction),
        "decide_case": _of_case("/decision", {"outcome": "approved"}),
        "send_message": _of_case("/messages", {"text": "届きました。"}),
        "enter_application": _application,
        "decide_cases": _several,
        "send_file": lambda _world: ("/files", {"filename": "a.png", "content": PIXEL}, None),
    }
