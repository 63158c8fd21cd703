"""The whole interface put together from the routers that manifests name."""

from __future__ import annotations

import logging
from collections.abc import Callable, Iterator
from functools import lru_cache
from typing import Any, Final

from django.conf import settings
from django.http import Http404, HttpRequest, HttpResponse
from django.http.response import HttpResponseBase
from django.urls import URLPattern, path
from ninja import NinjaAPI, Router
from ninja.errors import HttpError, ValidationError
from ninja.utils import normalize_path

from jichi.kernel.errors import JichiError
from jichi.kernel.manifest import load_manifests, resolve

from .operations import Operation
from .problems import of_error, of_validation, problem

logger = logging.getLogger("jichi.api")
VERSION: Final = "1.0.0"


def _id_of(request: HttpRequest) -> str:
    return str(getattr(request, "request_id", ""))


def _refused(request: HttpRequest, error: JichiError) -> HttpResponse:
    return of_error(error, _id_of(request), versioned=getattr(request, "version", -1) >= 0)


def _not_understood(request: HttpRequest, error: HttpError) -> HttpResponse:
    return problem(400, "api.bad_call", request_id=_id_of(request), params={"what": "JSON"})


def _invalid(request: HttpRequest, error: ValidationError) -> HttpResponse:
    return of_validation(error, _id_of(request))


def _missing(request: HttpRequest, error: Http404) -> HttpResponse:
    return problem(404, "api.not_found", request_id=_id_of(request))


def make_api(routers: tuple[Router, ...]) -> NinjaAPI:
    """An interface of these routers, with our refusals."""
    made = NinjaAPI(title="Jichi API", version=VERSION, docs_url=None, openapi_url=None, urls_namespace="eng_api")
    made.exception_handler(JichiError)(_refused)
    made.exception_handler(HttpError)(_not_understood)
    made.exception_handler(ValidationError)(_invalid)
    made.exception_handler(Http404)(_missing)
    for router in routers:
        made.add_router("", router)
    return made


@lru_cache(maxsize=1)
def routers() -> tuple[Router, ...]:
    """The routers that manifests name, lowest room first."""
    manifests = load_manifests(tuple(settings.JICHI_ROOMS))
    return tuple(resolve(manifest.api) for manifest in manifests if manifest.api)  # type: ignore[misc] # named as routers


@lru_cache(maxsize=1)
def api() -> NinjaAPI:
    """The interface of this house."""
    return make_api(routers())


def _django_route(written: str) -> str:
    """`/cases/{number}` and `/cases/{uuid:id}` as Django writes them."""
    return normalize_path(written.replace("{", "<").replace("}", ">")).lstrip("/")


def patterns(of: NinjaAPI) -> Iterator[URLPattern]:
    """One address for each path, which knows what its methods ask. What declares nothing is there and closed."""
    for bound in of._get_bound_routers():
        for written, view in bound.path_operations.items():
            declared = {
                method: one.view_func.jichi_operation
                for one in view.operations
                for method in one.methods
                if hasattr(one.view_func, "jichi_operation")
            }
            yield path(
                _django_route(written), _with(view.get_view(), declared), name=view.operations[0].view_func.__name__
            )


def _with(view: Callable[..., Any], declared: dict[str, Operation]) -> Callable[..., HttpResponseBase]:
    view.jichi_operations = declared  # type: ignore[attr-defined] # read by the gate
    return view


def undeclared(of: NinjaAPI) -> list[str]:
    """Operations that say nothing of who may call them."""
    return [
        f"{method} {written}: declares no permission, so nobody may call it"
        for bound in of._get_bound_routers()
        for written, view in bound.path_operations.items()
        for one in view.operations
        for method in one.methods
        if not hasattr(one.view_func, "jichi_operation")
    ]


def declared_operations(of: NinjaAPI) -> list[tuple[str, str, Operation]]:
    """Method, path and declaration of every operation."""
    return [
        (method, written, one.view_func.jichi_operation)
        for bound in of._get_bound_routers()
        for written, view in bound.path_operations.items()
        for one in view.operations
        for method in one.methods
        if hasattr(one.view_func, "jichi_operation")
    ]
