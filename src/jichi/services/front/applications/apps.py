"""Django's entry for this room."""

from django.apps import AppConfig


class Config(AppConfig):
    name = "jichi.services.front.applications"
    label = "front_applications"
    verbose_name = "電子申請"
    default_auto_field = "django.db.models.BigAutoField"

    def ready(self) -> None:
        """Add this room's sentences to the catalogue; tell accounts where who has no login comes in."""
        from jichi.design import catalogue
        from jichi.engines.accounts import guests

        from .sentences import MESSAGES

        catalogue.add(MESSAGES)
        guests.tell_door(guests.Door(link=_link, ask=_ask))


def _link(token: str) -> str:
    """The page behind a mailed link, without language."""
    from django.urls import reverse
    from django.utils.translation import override

    with override("ja"):
        return reverse("front_applications:guest_link", args=[token])


def _ask() -> str:
    """The page to ask for a link, in the reader's language."""
    from django.urls import reverse

    return reverse("front_applications:ask_link")
