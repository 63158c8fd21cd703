"""The address of the page that explains the interface to people."""

from django.urls import path

from . import views

app_name = "eng_api_document"
urlpatterns = [path("", views.pages, name="pages")]
