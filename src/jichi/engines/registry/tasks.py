"""Background work of loads: minutes long, in transactions of its own. May run twice: what ended is left alone."""

from __future__ import annotations

from uuid import UUID

from jichi.engines.jobs.tasks import task


@task("registry.look", queue="heavy", retries=2, own_units=True)
def look(key: str) -> None:
    """Look at a file that an official chose."""
    from . import imports  # imports queues this task

    imports.look(key=UUID(key))


@task("registry.apply", queue="heavy", retries=2, own_units=True)
def apply(key: str) -> None:
    """Apply a load that an official confirmed."""
    from . import imports  # imports queues this task

    imports.apply_confirmed(key=UUID(key))
