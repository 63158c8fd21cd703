"""Django's entry for this room."""

from django.apps import AppConfig


class Config(AppConfig):
    name = "jichi.design"
    label = "design"
    verbose_name = "画面部品"
    default_auto_field = "django.db.models.BigAutoField"
