"""Django's entry for this room."""

from django.apps import AppConfig


class Config(AppConfig):
    name = "jichi.engines.files"
    label = "eng_files"
    verbose_name = "ファイル"
    default_auto_field = "django.db.models.BigAutoField"
