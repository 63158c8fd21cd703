"""Django's entry for this room."""

from django.apps import AppConfig


class Config(AppConfig):
    name = "jichi.engines.routes"
    label = "eng_routes"
    verbose_name = "決裁経路"
    default_auto_field = "django.db.models.BigAutoField"

    def ready(self) -> None:
        """Put this room's sentences into the catalogue."""
        from jichi.design import catalogue

        from .sentences import MESSAGES

        catalogue.add(MESSAGES)
