"""Background jobs of files; the manifest says when they run. All may run twice."""

from __future__ import annotations

from jichi.engines.audit.context import system_actor

from . import actions


def rescan_waiting() -> None:
    """Ask the scanner again about files that wait for it."""
    actions.rescan_waiting(actor=system_actor("files.rescan"))


def sweep() -> None:
    """Delete content older than a day that no file names."""
    actions.sweep_orphans(actor=system_actor("files.sweep"))
