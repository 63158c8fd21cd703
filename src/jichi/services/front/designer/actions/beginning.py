"""Beginning a design: empty, as a copy, from a file, or as the next version of a procedure that runs; giving it up."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from typing import Any, Final
from uuid import UUID, uuid4

from django.db import IntegrityError, transaction

from jichi.engines.accounts import queries as accounts
from jichi.engines.audit.context import Actor, unit
from jichi.engines.forms.drafting import draft_of
from jichi.engines.forms.rules import DefinitionError, Problem, read_definition, read_yaml
from jichi.kernel import clock
from jichi.kernel.errors import Conflict, FieldError, Forbidden, Invalid, NotFound

from .. import rules
from ..errors import BadFile
from ..models import Design, DesignRevision
from ..permissions import may_edit
from ..queries import known, published_examples, running_source
from ..rules import Plain

SLUG: Final = re.compile(r"[a-z][a-z0-9]*(?:-[a-z0-9]+)*")
SLUG_LENGTH: Final = 60
TITLE_LENGTH: Final = 100


def begin_empty(*, actor: Actor, slug: str, title: str, division: str) -> UUID:
    """Begin an empty design.

    Raises:
        Forbidden: not a division of the actor's. Invalid: `fields` says what is wrong.
    """
    _checked_names(slug, title, division)
    source = rules.empty_definition(slug, title.strip(), division)
    return _begin(actor, source, "何もないところから始めました")


def begin_copy(*, actor: Actor, of: str, slug: str, title: str, division: str) -> UUID:
    """Begin a design as a copy of a procedure that runs, of whatever division. Raises as `begin_empty`; NotFound."""
    _checked_names(slug, title, division)
    source = running_source(of)
    source |= {"id": slug, "title": title.strip(), "division": division, "version": 1}
    return _begin(actor, source, f"「{of}」をコピーして始めました")


def begin_from_file(*, actor: Actor, text: str) -> UUID:
    """Begin a design from a definition file, with its examples. Nothing is taken over from one that can't be read.

    Raises:
        BadFile: with every problem. Forbidden: of another division. Conflict: "designer.open_already",
        "designer.not_yours".
    """
    try:
        definition, read = read_definition(text)
    except DefinitionError as error:
        raise BadFile(error.problems) from error
    assert isinstance(read.data, dict)  # noqa: S101 - a definition was read from it
    here = known(definition.id)
    if here is not None and not may_edit(actor, here.division_id):
        raise Conflict("designer.not_yours")
    source = {name: value for name, value in read.data.items() if name != "examples"}
    return _begin(actor, source, "ファイルから始めました", _with_ids(rules.kept_of(read.data)))


def _with_ids(kept: Sequence[Mapping[str, Any]]) -> list[dict[str, Any]]:
    """The examples of a file, each with a name of its own for the addresses of its page."""
    return [{**one, "id": uuid4().hex} for one in kept]


def begin_from_form(
    *, actor: Actor, content: bytes, slug: str, title: str, division: str
) -> tuple[UUID, tuple[Problem, ...]]:
    """Begin a design with what was recognised in an Excel or PDF form; answers it and what a person must look at.

    Raises:
        as `begin_empty`; BadFile: the form can't be read, or not safely.
    """
    _checked_names(slug, title, division)
    try:
        made = draft_of(content, procedure_id=slug, division=division)
    except DefinitionError as error:
        raise BadFile(error.problems) from error
    source = read_yaml(made.source).data
    assert isinstance(source, dict)  # noqa: S101 - the draft is a definition
    source = {**rules.with_blanks(source), "title": title.strip()}
    return _begin(actor, source, f"様式のファイルから始めました(質問{made.questions}件)"), made.findings


def begin_new_version(*, actor: Actor, slug: str) -> UUID:
    """The open design of a procedure, running or stopped; begun from its last version where there is none.

    The examples of the published file go along, or those of the design that was published last.

    Raises:
        NotFound: no such procedure. Conflict: "designer.not_yours".
    """
    with unit(actor):
        there = Design.objects.filter(slug=slug).exclude(state="ended").values_list("pk", flat=True).first()
    if there is not None:
        return there
    here = known(slug)
    if here is None:
        raise NotFound
    if not may_edit(actor, here.division_id):
        raise Conflict("designer.not_yours")
    with unit(actor):
        before = Design.objects.filter(slug=slug, state="ended", published_version__isnull=False)
        examples = before.order_by("-ended_at").values_list("examples", flat=True).first()
    examples = _with_ids(published_examples(slug)) or examples
    return _begin(actor, running_source(slug), f"第{here.definition.version}版から始めました", examples or [])


def give_up(*, actor: Actor, id: UUID) -> None:
    """End a design without publishing it. Its history stays; twice is once.

    Raises:
        NotFound. Conflict: "designer.locked" while it waits for approval.
    """
    with unit(actor):
        design = Design.objects.select_for_update().filter(pk=id).first()
        if design is None or not may_edit(actor, design.division_id):
            raise NotFound
        if design.state in {"asked", "scheduled"}:
            raise Conflict("designer.locked")
        if design.state != "ended":
            design.state, design.ended_at = "ended", clock.now()
            design.save(update_fields=["state", "ended_at"])


def _checked_names(slug: str, title: str, division: str) -> None:
    wrong: dict[str, FieldError] = {}
    if not title.strip() or "\x00" in title:
        wrong["title"] = FieldError("field.required")
    elif len(title) > TITLE_LENGTH:
        wrong["title"] = FieldError("field.too_long", {"max": TITLE_LENGTH, "now": len(title)})
    if not SLUG.fullmatch(slug) or len(slug) > SLUG_LENGTH:
        wrong["slug"] = FieldError("designer.slug")
    elif known(slug) is not None or Design.objects.filter(slug=slug).exclude(state="ended").exists():
        wrong["slug"] = FieldError("designer.slug_taken")
    if accounts.division(division) is None:
        wrong["division"] = FieldError("field.choose_one")
    if wrong:
        raise Invalid(fields=wrong)


def _begin(actor: Actor, source: dict[str, Plain], what: str, examples: Sequence[dict[str, Any]] = ()) -> UUID:
    division = accounts.division(str(source.get("division", "")))
    if division is None or not may_edit(actor, division.id):
        raise Forbidden
    now, slug = clock.now(), str(source["id"])
    here = known(slug)
    ordered = rules.ordered(source)
    failing = sum(bool(one.wrong) for one in rules.run_examples(rules.definition_of(source), examples))
    try:
        with unit(actor), transaction.atomic():
            design = Design.objects.create(
                slug=slug, division_id=division.id, title=rules.japanese(source.get("title")) or slug, source=ordered,
                based_on=here.definition.version if here else None, started_at=now, updated_at=now,
                updated_by_id=actor.account_id, examples=list(examples), failing=failing,
            )  # fmt: skip
            DesignRevision.objects.create(
                design=design, revision=1, source=ordered, what=what, by_id=actor.account_id, at=now
            )
    except IntegrityError as error:
        raise Conflict("designer.open_already") from error
    return design.pk
