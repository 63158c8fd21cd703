"""All templates of the house, by key: those of this room and those that manifests name."""

from __future__ import annotations

from functools import lru_cache

from django.conf import settings

from jichi.kernel.manifest import load_manifests, resolve

from .rules import Template


@lru_cache(maxsize=1)
def templates() -> dict[str, Template]:
    """Template key → template. A key declared twice is an error of the house."""
    found: dict[str, Template] = {}
    for manifest in load_manifests(tuple(settings.JICHI_ROOMS)):
        if not manifest.message_templates:
            continue
        declared: tuple[Template, ...] = resolve(manifest.message_templates)  # type: ignore[assignment] # data, not a function
        for template in declared:
            if template.key in found:
                raise ValueError(f"message template {template.key} is declared twice")
            found[template.key] = template
    return found


def topics() -> dict[str, bool]:
    """Topic → may a person refuse it? What is always sent of it (a correction with a date) still comes."""
    found: dict[str, bool] = {}
    for template in templates().values():
        found[template.topic] = found.get(template.topic, False) or template.may_opt_out
    return found
