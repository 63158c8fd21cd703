"""All addresses: each room's manifest says where its pages hang.

Mount points: "i18n:" pages with the language in the path, "staff:" under /staff/, "public:" as
they are, "api:" under /api/. Japanese has no prefix.
"""

from __future__ import annotations

from django.conf import settings
from django.conf.urls.i18n import i18n_patterns
from django.urls import URLPattern, URLResolver, include, path

from jichi.kernel.manifest import load_manifests

from .health import health

_PREFIX = {"i18n": "", "public": "", "staff": "staff/", "api": "api/"}


def _mounts(kind: str) -> list[URLPattern | URLResolver]:
    found: list[URLPattern | URLResolver] = []
    for manifest in load_manifests(tuple(settings.JICHI_ROOMS)):
        for mount, urlconf in manifest.urls.items():
            where, _, below = mount.partition(":")
            if where == kind:
                found.append(path(_PREFIX[kind] + below, include(urlconf)))
    return found


urlpatterns: list[URLPattern | URLResolver] = [
    path("health/", health, name="health"),
    *_mounts("api"),
    *_mounts("staff"),
    *_mounts("public"),
    *i18n_patterns(*_mounts("i18n"), prefix_default_language=False),
]

handler400 = "jichi.portals.resident.errors.bad_request"
handler403 = "jichi.portals.resident.errors.not_found"
handler404 = "jichi.portals.resident.errors.not_found"
handler500 = "jichi.config.observing.away.server_error"
