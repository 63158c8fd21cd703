"""Django's entry for this room."""

from django.apps import AppConfig


class Config(AppConfig):
    name = "jichi.engines.booking"
    label = "eng_booking"
    verbose_name = "予約と抽選"
    default_auto_field = "django.db.models.BigAutoField"
