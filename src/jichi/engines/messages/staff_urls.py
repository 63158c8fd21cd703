"""Addresses of the delivery board."""

from django.urls import path

from . import board_views

app_name = "eng_messages_staff"
urlpatterns = [
    path("", board_views.board, name="board"),
    path("<uuid:message_id>/", board_views.delivery, name="delivery"),
]
