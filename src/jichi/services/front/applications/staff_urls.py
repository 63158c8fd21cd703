"""Addresses of the register clerk's desk for linking logins with residents."""

from django.urls import path

from .views import link_desk

app_name = "front_applications_staff"
urlpatterns = [
    path("", link_desk.links, name="links"),
    path("<uuid:request_id>/", link_desk.show, name="link"),
    path("<uuid:request_id>/letter/", link_desk.letter, name="letter"),
    path("<uuid:request_id>/came-back/", link_desk.came_back, name="came_back"),
    path("<uuid:request_id>/person/<str:addressee_no>/", link_desk.person, name="person"),
    path("<uuid:request_id>/refuse/", link_desk.refuse, name="refuse"),
]
