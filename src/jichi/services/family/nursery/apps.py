"""Django's entry for this room."""

from django.apps import AppConfig


class Config(AppConfig):
    name = "jichi.services.family.nursery"
    label = "family_nursery"
    verbose_name = "保育所等の利用調整"
    default_auto_field = "django.db.models.BigAutoField"
