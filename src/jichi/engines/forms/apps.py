"""Django's entry for this room."""

from django.apps import AppConfig

from jichi.kernel.localized import LocalizedText


class Config(AppConfig):
    name = "jichi.engines.forms"
    label = "eng_forms"
    verbose_name = "様式"
    default_auto_field = "django.db.models.BigAutoField"

    def ready(self) -> None:
        """Add this room's sentences to the catalogue; tell accounts which procedures a mandate may name."""
        from jichi.design import catalogue
        from jichi.engines.accounts import queries as accounts

        from .wording import MESSAGES

        catalogue.add(MESSAGES)
        accounts.tell_procedures(_titles)


def _titles() -> dict[str, LocalizedText]:
    """Slug → title of every procedure."""
    from . import queries

    return {one.slug: one.definition.title for one in queries.procedures()}
