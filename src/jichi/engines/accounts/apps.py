"""Django's entry for this room."""

from django.apps import AppConfig


class Config(AppConfig):
    name = "jichi.engines.accounts"
    label = "eng_accounts"
    verbose_name = "利用者"
    default_auto_field = "django.db.models.BigAutoField"

    def ready(self) -> None:
        """Bring this room's sentences to the catalogue that all pages share."""
        from jichi.design import catalogue

        from .errors import MESSAGES, STAFF_MESSAGES

        catalogue.add(MESSAGES)
        catalogue.add_for_officials(STAFF_MESSAGES)
