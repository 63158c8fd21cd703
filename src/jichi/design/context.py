"""What every template knows of its page: ward, language, links to the other languages, help."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from functools import lru_cache
from typing import Any

from django.conf import settings
from django.http import HttpRequest
from django.urls import translate_url
from django.utils.translation import get_language

from jichi.kernel.localized import HTML_LANG, LANGUAGES, NATIVE_NAME, pick

from .parts import Contact

_TRANSLATED: dict[str, bool] = {}


@dataclass(frozen=True, slots=True)
class LanguageLink:
    """The same page in one of the languages."""

    code: str
    lang: str
    name: str
    url: str
    current: bool


def _bare(path: str, language: str) -> str:
    prefix = f"/{language}/"
    return path[len(prefix) - 1 :] if language != "ja" and path.startswith(prefix) else path


def _language_links(request: HttpRequest, language: str) -> list[LanguageLink]:
    path = request.path_info
    bare = _bare(path, language)
    match = request.resolver_match
    if bare == path and (language != "ja" or match is None or not _has_languages(match.view_name, path)):
        return []
    query = request.META.get("QUERY_STRING", "") if request.method == "GET" else ""
    tail = f"?{query}" if query else ""
    return [
        LanguageLink(
            code,
            HTML_LANG[code],
            NATIVE_NAME[code],
            f"{bare}{tail}" if code == "ja" else f"/{code}{bare}{tail}",
            code == language,
        )
        for code in LANGUAGES
    ]


def _has_languages(view_name: str, path: str) -> bool:
    """Whether the address exists in several languages; asked once per view, for it costs a resolve."""
    if view_name not in _TRANSLATED:
        _TRANSLATED[view_name] = translate_url(path, "en") != path
    return _TRANSLATED[view_name]


@lru_cache(maxsize=8)
def ward_contact(language: str) -> Contact:
    """The ward's own desk (setting JICHI_CONTACT), shown where a page names no better one."""
    given: Mapping[str, Any] = getattr(settings, "JICHI_CONTACT", None) or {
        "name": {
            "ja": f"{settings.JICHI_WARD}役所 総合案内",
            "easy": f"{settings.JICHI_WARD}役所の 総合案内",
            "en": "Ward office information desk",
            "zh-hans": "区役所综合服务台",
            "ko": "구청 종합 안내",
        },
        "phone": "03-0000-0000",
        "hours": {
            "ja": "月曜日から金曜日 午前8時30分から午後5時",
            "easy": "月曜日から金曜日 午前8時30分から午後5時",
            "en": "Monday to Friday, 8:30 a.m. to 5 p.m.",
            "zh-hans": "周一至周五 8:30–17:00",
            "ko": "월요일~금요일 오전 8시 30분~오후 5시",
        },
    }
    return Contact(
        name=pick(given["name"], language).text,
        phone=str(given.get("phone", "")),
        hours=pick(given.get("hours", {}), language).text,
    )


def page(request: HttpRequest) -> dict[str, Any]:
    """Template context: ward, language, html_lang, language_links, portal, ward_contact, session_seconds."""
    language = get_language() or "ja"
    in_staff = request.path_info.startswith("/staff/")
    signed_in = getattr(getattr(request, "actor", None), "account_id", None) is not None
    return {
        "ward": settings.JICHI_WARD,
        "language": language,
        "html_lang": HTML_LANG.get(language, "ja"),
        "language_links": [] if in_staff else _language_links(request, language),
        "portal": "staff" if in_staff else "resident",
        "home_url": "/staff/" if in_staff else ("/" if language == "ja" else f"/{language}/"),
        "ward_contact": ward_contact("ja" if in_staff else language),
        "session_seconds": getattr(settings, "JICHI_SESSION_IDLE", 0) if signed_in else 0,
    }
