"""Django's entry for this room."""

from django.apps import AppConfig


class Config(AppConfig):
    name = "jichi.services.front.statistics"
    label = "front_statistics"
    verbose_name = "申請の統計"
    default_auto_field = "django.db.models.BigAutoField"
