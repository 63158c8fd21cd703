"""Addresses of nursery admission for families and everybody."""

from django.urls import path

from .pages import families

app_name = "nursery_family"
urlpatterns = [
    path("", families.mine, name="mine"),
    path("facilities/", families.facilities, name="facilities"),
    path("<uuid:id>/", families.application, name="application"),
    path("<uuid:id>/proof/", families.proof, name="proof"),
    path("<uuid:id>/withdraw/", families.withdraw, name="withdraw"),
    path("children/<uuid:id>/wishes/", families.wishes, name="wishes"),
]
