"""Publishing and closing procedures."""

from __future__ import annotations

from collections.abc import Collection

from django.db import IntegrityError, transaction

from jichi.engines.audit.announce import announce
from jichi.engines.audit.context import Actor, unit
from jichi.kernel import clock
from jichi.kernel.errors import Conflict, Forbidden, NotFound

from ..checking import checked
from ..errors import BadDefinition
from ..events import ProcedurePublished
from ..models import FormVersion, Procedure
from ..queries import ProcedureInfo, version
from ..rules import DefinitionError, FormDefinition, definition_hash, errors_of, read_definition
from .meanwhile import tell_later

PUBLISH = "eng_forms.publish"


def _require(actor: Actor) -> None:
    if actor.kind != "system" and not actor.may(PUBLISH):
        raise Forbidden("forbidden", permission=PUBLISH)


def publish_definition(*, actor: Actor, source: str, beside: Collection[str] = ()) -> ProcedureInfo:
    """Publish a definition file as a version of its procedure; the version before it is closed.

    The same content under the same version changes nothing and answers the same version. Who is typing in an older
    version is told by a job, where questions changed.

    Args:
        beside: ids of procedures that are published in the same go: follow-ups may name them already.

    Raises:
        Forbidden: without "eng_forms.publish".
        BadDefinition: it can't be read, or `queries.publishing_problems` finds errors.
        Conflict: "forms.version_taken" (this number has other content), "forms.version_old".
    """
    _require(actor)
    definition, division_id = _checked(source, beside)
    sha256 = definition_hash(definition)
    now = clock.now()
    with unit(actor):
        try:
            with transaction.atomic():
                procedure = Procedure.objects.create(slug=definition.id, division_id=division_id, created_at=now)
        except IntegrityError:
            procedure = Procedure.objects.select_for_update().get(slug=definition.id)
        newest = FormVersion.objects.filter(procedure=procedure).order_by("-version").first()
        same = FormVersion.objects.filter(procedure=procedure, version=definition.version).first()
        if same is not None and same.sha256 == sha256:
            return version(same.pk)
        if same is not None:
            raise Conflict("forms.version_taken", version=definition.version)
        if newest is not None and newest.version > definition.version:
            raise Conflict("forms.version_old", version=definition.version, newest=newest.version)
        FormVersion.objects.filter(procedure=procedure, state="published").update(state="closed", closed_at=now)
        if procedure.division_id != division_id:
            Procedure.objects.filter(pk=procedure.pk).update(division_id=division_id)
        made = FormVersion.objects.create(
            procedure=procedure, version=definition.version, source=source, sha256=sha256, published_at=now
        )
        tell_later(procedure.pk)
        announce(
            ProcedurePublished(
                slug=definition.id, version=definition.version, title=definition.title, division_id=division_id
            )
        )
        return version(made.pk)


def _checked(source: str, beside: Collection[str]) -> tuple[FormDefinition, int]:
    try:
        definition, read = read_definition(source)
    except DefinitionError as error:
        raise BadDefinition(error.problems) from error
    problems, division_id = checked(definition, read, beside)
    if errors_of(problems) or division_id is None:
        raise BadDefinition(errors_of(problems))
    return definition, division_id


def close_procedure(*, actor: Actor, slug: str) -> None:
    """Take the published version off: nothing new is begun or sent; what was sent goes on. Twice is once.

    Drafts stay as they are until their days are over; a job tells those who were typing.

    Raises:
        Forbidden: without "eng_forms.publish". NotFound: no such procedure.
    """
    _require(actor)
    with unit(actor):
        procedure = Procedure.objects.filter(slug=slug).first()
        if procedure is None:
            raise NotFound("forms.no_procedure")
        running = FormVersion.objects.filter(procedure=procedure, state="published")
        if running.update(state="closed", closed_at=clock.now()):
            tell_later(procedure.pk)
