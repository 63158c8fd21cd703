"""Addresses of the staff portal's own pages."""

from django.urls import path

from . import figures, people, views

app_name = "portal_staff"
urlpatterns = [
    path("", views.home, name="home"),
    path("search/", views.search, name="search"),
    path("menu/", views.menu, name="menu"),
    path("keys/", views.keys, name="keys"),
    path("figures/", figures.dashboard, name="figures"),
    path("figures/csv/", figures.download, name="figures_csv"),
    path("people/", people.search, name="people"),
    path("people/<str:addressee_no>/", people.person, name="person"),
]
