"""The gallery alone, for tests of this room."""

from django.conf.urls.i18n import i18n_patterns
from django.urls import include, path

urlpatterns = i18n_patterns(path("design/", include("jichi.design.urls")), prefix_default_language=False)
