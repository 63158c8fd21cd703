"""Django's entry for this room."""

from django.apps import AppConfig


class Config(AppConfig):
    name = "jichi.engines.messages"
    label = "eng_messages"
    verbose_name = "通知"
    default_auto_field = "django.db.models.BigAutoField"
