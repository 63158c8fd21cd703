"""Django's entry for this room."""

from django.apps import AppConfig


class Config(AppConfig):
    name = "jichi.engines.accounts"
    label = "eng_accounts"
    verbose_name = "利用者"
    default_auto_field = "django.db.models.BigAutoField"
