"""Objects of this room for the tests that walk every address."""

from __future__ import annotations

import io
from collections.abc import Callable
from datetime import date, timedelta
from typing import Any
from uuid import UUID, uuid4

from django.core.files.uploadedfile import SimpleUploadedFile
from PIL import Image

from jichi.engines.audit.context import unit
from jichi.kernel import clock

from .. import actions, queries
from ..models import Application, Child, Round, Run
from ..queries.links import link_token
from ..rules.certificates import read_certificate
from ..rules.entering import absent, begun, content_mark, new_child
from ..rules.intake import ChildIn, FamilyIn, write_applications
from .office import CHILD, FAMILY, FULL_TIME, SYSTEM

ENTRY = date(2090, 4, 1)
CERTIFIED = {
    "worker": "例 太郎", "employer": "例の会社", "address": "例1番", "writer": "例 次郎", "phone": "03-0000-1111",
    "term": "open",
}  # fmt: skip
Key = dict[str, object]


def _table(world: Any) -> UUID:
    with unit(SYSTEM):
        data = actions.example_table(actor=SYSTEM, key="forty")
        made, _ = actions.make_table(
            actor=SYSTEM, division_id=world.division.id, name=f"例 {uuid4().hex[:6]}", valid_from=date(2050, 4, 1),
            valid_until=date(2051, 3, 31), data=data,
        )  # fmt: skip
    assert made is not None
    return made


def _round(world: Any) -> UUID:
    """A round of the division with one family of the resident, scored by a table in force and confirmed."""
    from ..models import ScoreTable

    actions.load_facilities(actor=SYSTEM, data="園番号,園名\r\nX1,例の園\r\n".encode())
    if not _in_force(world):
        made = _table(world)
        with unit(SYSTEM):
            ScoreTable.objects.filter(pk=made).update(
                valid_from=date(2090, 4, 1), valid_until=date(2091, 3, 31), state="approved",
                approved_by=world.official.account_id, approved_at=clock.now(),
            )  # fmt: skip
    found = actions.open_round(
        actor=SYSTEM, division_id=world.division.id, name=f"例の回 {uuid4().hex[:6]}", entry_on=ENTRY,
        wishes_until=ENTRY, result_on=ENTRY,
    )  # fmt: skip
    actions.set_vacancy(actor=SYSTEM, round_id=found, code="X1", class_id="1", seats="1")
    child = ChildIn("1", "例 花子", "レイ ハナコ", date(2088, 6, 1), 1, "", ("X1",), dict(CHILD))
    family = FamilyIn(
        "A1", "例 太郎", world.resident.addressee_no, "PARTIAL", "EITHER", "", "", (), (FULL_TIME, FULL_TIME), FAMILY,
        (child,),
    )  # fmt: skip
    actions.load_applications(actor=SYSTEM, round_id=found, data=write_applications((family,)))
    with unit(SYSTEM):
        Child.objects.filter(application__round_id=found).update(
            first_by=world.official.account_id,
            second_by=world.roles[0].account_id,
            confirmed_at=clock.now(),
        )
    return found


def _in_force(world: Any) -> bool:
    with unit(SYSTEM):
        return queries.rules_on(world.division.id, ENTRY) is not None


def _application(world: Any) -> UUID:
    found = _round(world)
    with unit(SYSTEM):
        return Application.objects.get(round_id=found).pk


def _child(world: Any) -> UUID:
    found = _application(world)
    with unit(SYSTEM):
        return Child.objects.get(application_id=found).pk


def _expected(world: Any) -> UUID:
    """A child of the resident that is not born yet."""
    found = _child(world)
    with unit(SYSTEM):
        Child.objects.filter(pk=found).update(unborn=True)
    return found


def _run(world: Any, round_id: UUID | None = None) -> UUID:
    made = actions.start_run(actor=SYSTEM, round_id=round_id or _round(world))
    actions.work_off(actor=SYSTEM, run_id=made)
    return made


def _published(world: Any) -> UUID:
    """The application of a round whose result is published."""
    made = _run(world)
    with unit(SYSTEM):
        Run.objects.filter(pk=made).update(
            first_by=world.official.account_id, second_by=world.roles[0].account_id, approved_at=clock.now()
        )
    actions.publish_run(actor=SYSTEM, run_id=made)
    with unit(SYSTEM):
        return Application.objects.get(round=Round.objects.get(published_run=made)).pk


def _published_run(world: Any) -> UUID:
    found = _published(world)
    with unit(SYSTEM):
        made = Round.objects.get(applications=found).published_run_id
    assert made is not None
    return made


def _result(world: Any) -> Key:
    made = _run(world)
    with unit(SYSTEM):
        round_id = Run.objects.get(pk=made).round_id
        return {"id": made, "application_id": Application.objects.get(round_id=round_id).pk}


def _changes(world: Any) -> Key:
    before = _run(world)
    with unit(SYSTEM):
        round_id = Run.objects.get(pk=before).round_id
    return {"id": _run(world, round_id), "before": before}


def _entry(world: Any) -> UUID:
    """The resident's online application with two children, sent and still open."""
    found = _round(world)
    with unit(SYSTEM):
        Round.objects.filter(pk=found).update(
            opens_at=clock.now() - timedelta(days=1), closes_at=clock.now() + timedelta(days=1)
        )
    parent = world.resident.actor
    made = actions.begin_entry(actor=parent, round_id=found)
    children = [new_child(f"例 {n}", "レイ", date(2088, 6, n), key=f"k{n}") for n in (1, 2)]
    for one in children:
        one["answers"], one["wishes"] = dict(CHILD), ["X1"]
    guardians = [{"name": "例 太郎", "answers": dict(FULL_TIME)}, absent()]
    content = {
        **begun(), "children": children, "guardians": guardians, "alone": True, "answers": {"生活保護": "なし"},
        "condition": "SAME",
    }  # fmt: skip
    actions.save_entry(actor=parent, entry_id=made, content=content)
    actions.send_entry(actor=parent, entry_id=made, expected=content_mark(content))
    return made


def _certificate(world: Any) -> UUID:
    """A certificate that came for the resident's online application, with a file."""
    made = _asked(world)
    data = io.BytesIO()
    Image.new("RGB", (8, 8), "green").save(data, "PNG")
    upload = SimpleUploadedFile("form.png", data.getvalue(), content_type="image/png")
    content, _ = read_certificate(CERTIFIED, {}, with_file=True)
    actions.answer_certificate(
        actor=SYSTEM, token=link_token("certificate", made), content=content, upload=upload
    )  # fmt: skip
    return made


def _asked(world: Any) -> UUID:
    return actions.ask_certificate(actor=world.resident.actor, entry_id=_entry(world), place=1)


def _offer(world: Any) -> str:
    found = _round(world)
    actions.ask_facilities(actor=SYSTEM, round_id=found, until=clock.now() + timedelta(days=1))
    with unit(SYSTEM):
        return queries.facility_asks(found)[0].link.split("/")[3]


def _desk(world: Any) -> UUID:
    """What the nursery of the division's own people was asked."""
    found = _round(world)
    desk = f"園番号,園名,受付の組織\r\nX1,例の園,{world.division.code}\r\n"
    actions.load_facilities(actor=SYSTEM, data=desk.encode())
    actions.ask_facilities(actor=SYSTEM, round_id=found, until=clock.now() + timedelta(days=1))
    with unit(SYSTEM):
        return queries.facility_asks(found)[0].id


def url_examples() -> dict[str, Callable[[Any], Key]]:
    """URL name → its arguments."""
    found: dict[str, Callable[[Any], Key]] = {
        "family_nursery:result": _result,
        "family_nursery:changes": _changes,
        "family_nursery:check": lambda world: {"id": _run(world), "kind": "confirm"},
        "family_nursery:notice_file": lambda world: {"id": _published_run(world), "kind": "every", "first": "A1"},
        "nursery_family:certificate": lambda world: {"token": link_token("certificate", _asked(world))},
        "nursery_family:certificate_blank": lambda world: {"token": link_token("certificate", _asked(world))},
        "nursery_family:offer": lambda world: {"token": _offer(world)},
        "nursery_family:child": lambda world: {"id": _entry(world), "key": "k1"},
        "nursery_family:choose": lambda world: {"id": _entry(world), "key": "k1"},
        "nursery_family:guardian": lambda world: {"id": _entry(world), "which": "first"},
    }
    for name, make in (
        ("family_nursery:table", _table), ("family_nursery:table_row", _table),
        ("family_nursery:table_cases", _table), ("family_nursery:table_cases_export", _table),
        ("family_nursery:table_export", _table), ("family_nursery:round", _round),
        ("family_nursery:seats", _round), ("family_nursery:seats_export", _round), ("family_nursery:load_form", _round),
        ("family_nursery:applications", _round), ("family_nursery:load", _round),
        ("family_nursery:applications_export", _round), ("family_nursery:application", _application),
        ("family_nursery:run", _run), ("family_nursery:cutoffs", _run), ("family_nursery:what_if", _run),
        ("family_nursery:run_export", _run), ("nursery_family:application", _application),
        ("nursery_family:withdraw", _application), ("nursery_family:wishes", _child),
        ("nursery_family:birth", _expected),
        ("nursery_family:proof", _published), ("family_nursery:entries", _round), ("family_nursery:carry", _round),
        ("family_nursery:notices", _published_run),
        ("nursery_family:notice", _published), ("family_nursery:asks", _round),
        ("family_nursery:asks_export", _round), ("family_nursery:certificate_file", _certificate),
        ("family_nursery:desk_ask", _desk), ("nursery_family:papers", _entry), ("family_nursery:entry", _entry),
        ("nursery_family:entry", _entry), ("nursery_family:children", _entry), ("nursery_family:family", _entry),
        ("nursery_family:siblings", _entry), ("nursery_family:check", _entry), ("nursery_family:take_back", _entry),
    ):  # fmt: skip
        found[name] = _of(make)
    return found


def _of(make: Callable[[Any], UUID]) -> Callable[[Any], Key]:
    return lambda world: {"id": make(world)}
