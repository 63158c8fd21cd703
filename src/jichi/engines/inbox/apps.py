"""Django's entry for this room."""

from django.apps import AppConfig


class Config(AppConfig):
    name = "jichi.engines.inbox"
    label = "eng_inbox"
    verbose_name = "仕事と検索"
    default_auto_field = "django.db.models.BigAutoField"
