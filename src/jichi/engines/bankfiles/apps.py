"""Django's entry for this room."""

from django.apps import AppConfig

from jichi.design import catalogue

from .errors import MESSAGES


class Config(AppConfig):
    name = "jichi.engines.bankfiles"
    label = "eng_bankfiles"
    verbose_name = "金融機関等とのファイル"
    default_auto_field = "django.db.models.BigAutoField"

    def ready(self) -> None:
        """Give the catalogue this room's sentences."""
        catalogue.add_for_officials(MESSAGES)
