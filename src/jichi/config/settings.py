"""Django's settings. What an operator may change is in `environment.py`; the rest is fixed here."""

from __future__ import annotations

from typing import Any

import django.conf.locale
import django_stubs_ext

from .connections import PooledConnection
from .environment import PACKAGE, database_settings, environment
from .rooms import ROOMS

django_stubs_ext.monkeypatch()

ENV = environment()

SECRET_KEY = ENV.secret_key
DEBUG = ENV.debug
ALLOWED_HOSTS = list(ENV.allowed_hosts)
ROOT_URLCONF = "jichi.config.urls"
WSGI_APPLICATION = "jichi.config.wsgi.application"

JICHI_ROOMS = ROOMS
JICHI_ORIGIN = ENV.origin
JICHI_WARD = ENV.ward
JICHI_CONTACT = ENV.contact
JICHI_SCANNER = {"backend": "clamd", "address": ENV.clamd} if ENV.clamd else {"backend": "null"}
JICHI_DEMO = ENV.demo
JICHI_HOME = ENV.home
JICHI_FILES_ROOT = ENV.home / "files"
JICHI_FIELD_KEYS = list(ENV.field_keys)

INSTALLED_APPS = [
    "django.contrib.auth",
    "django.contrib.contenttypes",
    "django.contrib.staticfiles",
    "django.contrib.postgres",
    "procrastinate.contrib.django",
    *(f"{room}.apps.Config" for room in ROOMS),
]

DATABASES: dict[str, dict[str, Any]] = {
    "default": {
        **database_settings(ENV.database_url or "postgresql:///jichi"),
        "CONN_MAX_AGE": 0,
        # Without it every pooled connection fails one request after a database restart; `connections` makes it cheap.
        "CONN_HEALTH_CHECKS": True,
        "OPTIONS": {
            "pool": {
                "min_size": min(2, ENV.pool_max),
                "max_size": ENV.pool_max,
                "timeout": 10,
                "connection_class": PooledConnection,
            }
            if ENV.pool_max
            else False,
            # Planning is two thirds of the database's work on a page: plans are kept from the fifth time on.
            "server_side_binding": True,
            "prepare_threshold": 5 if ENV.db_prepare else None,
            "options": "-c statement_timeout=30s -c lock_timeout=10s -c idle_in_transaction_session_timeout=60s",
        },
    }
}
DEFAULT_AUTO_FIELD = "django.db.models.BigAutoField"

MIDDLEWARE = [
    "jichi.config.health.HealthMiddleware",
    "jichi.config.observing.middleware.MonitoringMiddleware",
    "jichi.config.observing.middleware.ObservingMiddleware",
    "django.middleware.security.SecurityMiddleware",
    "whitenoise.middleware.WhiteNoiseMiddleware",
    "jichi.config.observing.away.AwayMiddleware",
    "jichi.config.turns.TurnMiddleware",
    "jichi.engines.accounts.middleware.RequestMiddleware",
    "jichi.engines.api.middleware.ApiMiddleware",
    "jichi.services.front.events.middleware.RushMiddleware",
    "csp.middleware.CSPMiddleware",
    "jichi.engines.accounts.middleware.SessionMiddleware",
    "django.middleware.locale.LocaleMiddleware",
    "jichi.portals.resident.middleware.LanguageMemory",
    "jichi.engines.statistics.middleware.StatisticsMiddleware",
    "django.middleware.common.CommonMiddleware",
    "django.middleware.csrf.CsrfViewMiddleware",
    "jichi.engines.accounts.middleware.ActorMiddleware",
    "jichi.design.middleware.RubyMiddleware",
    "jichi.engines.accounts.middleware.AccessMiddleware",
    "django.middleware.clickjacking.XFrameOptionsMiddleware",
]

TEMPLATES = [
    {
        "BACKEND": "django.template.backends.django.DjangoTemplates",
        "APP_DIRS": True,
        "OPTIONS": {
            "context_processors": [
                "django.template.context_processors.request",
                "django.template.context_processors.i18n",
                "django.template.context_processors.csrf",
                "jichi.design.context.page",
                "jichi.engines.accounts.menus.menus",
            ],
            "builtins": [
                "django.templatetags.i18n",
                "django.templatetags.static",
                "jichi.design.templatetags.jichi",
            ],
        },
    }
]
FORM_RENDERER = "django.forms.renderers.DjangoTemplates"

# Languages: in the path (/en/…), Japanese without a prefix. やさしい日本語 is a language of its own here.
LANGUAGE_CODE = "ja"
LANGUAGES = [
    ("ja", "日本語"),
    ("easy", "やさしい日本語"),
    ("en", "English"),
    ("zh-hans", "简体中文"),
    ("ko", "한국어"),
]
django.conf.locale.LANG_INFO.setdefault(
    "easy", {"bidi": False, "code": "easy", "name": "Plain Japanese", "name_local": "やさしい日本語"}
)
LANGUAGE_COOKIE_NAME = "jichi_language"
LANGUAGE_COOKIE_AGE = 365 * 24 * 3600
LANGUAGE_COOKIE_SAMESITE = "Lax"
LANGUAGE_COOKIE_HTTPONLY = True
LANGUAGE_COOKIE_SECURE = ENV.https
USE_I18N = True
USE_TZ = True
TIME_ZONE = "Asia/Tokyo"

AUTH_USER_MODEL = "eng_accounts.Account"
PASSWORD_HASHERS = ["django.contrib.auth.hashers.Argon2PasswordHasher"]
AUTH_PASSWORD_VALIDATORS = [
    {"NAME": "django.contrib.auth.password_validation.MinimumLengthValidator", "OPTIONS": {"min_length": 12}},
    {"NAME": "django.contrib.auth.password_validation.CommonPasswordValidator"},
]
AUTHENTICATION_BACKENDS = ["django.contrib.auth.backends.ModelBackend"]

SESSION_ENGINE = "jichi.engines.accounts.sessions"
SESSION_COOKIE_NAME = "__Host-jichi" if ENV.https else "jichi"
SESSION_COOKIE_HTTPONLY = True
SESSION_COOKIE_SAMESITE = "Lax"
SESSION_COOKIE_SECURE = ENV.https
# The row outlives the session, so that the next page knows whose it was and keeps what they had typed.
SESSION_COOKIE_AGE = 24 * 3600
JICHI_SESSION_ABSOLUTE = 12 * 3600
JICHI_SESSION_IDLE = 30 * 60
CSRF_COOKIE_NAME = "__Host-csrf" if ENV.https else "csrf"
CSRF_COOKIE_SECURE = ENV.https
CSRF_COOKIE_HTTPONLY = True
CSRF_TRUSTED_ORIGINS = [ENV.origin]
JICHI_ERROR_PAGES = "jichi.portals.resident.errors"
CSRF_FAILURE_VIEW = "jichi.portals.resident.errors.csrf_failure"
SECURE_SSL_REDIRECT = ENV.https
SECURE_HSTS_SECONDS = 31_536_000 if ENV.https else 0
SECURE_HSTS_INCLUDE_SUBDOMAINS = ENV.https
SECURE_HSTS_PRELOAD = ENV.https
SECURE_CONTENT_TYPE_NOSNIFF = True
SECURE_REFERRER_POLICY = "same-origin"
SECURE_PROXY_SSL_HEADER = ("HTTP_X_FORWARDED_PROTO", "https") if ENV.https else None
X_FRAME_OPTIONS = "DENY"
CONTENT_SECURITY_POLICY = {
    "DIRECTIVES": {
        "default-src": ["'self'"],
        "img-src": ["'self'", "data:"],
        "object-src": ["'none'"],
        "base-uri": ["'none'"],
        "frame-ancestors": ["'none'"],
        "form-action": ["'self'"],
    }
}
APPEND_SLASH = True
DATA_UPLOAD_MAX_MEMORY_SIZE = 2 * 1024 * 1024
DATA_UPLOAD_MAX_NUMBER_FIELDS = 1000
FILE_UPLOAD_MAX_MEMORY_SIZE = 1024 * 1024
FILE_UPLOAD_HANDLERS = [
    "jichi.engines.registry.uploads.RegisterUploadHandler",  # for the page of loads alone
    "jichi.engines.files.handlers.MeasuringUploadHandler",
]
JICHI_UPLOAD_MAX_BYTES = 10 * 1024 * 1024

STATIC_URL = "/static/"
STATIC_ROOT = ENV.static_root
STORAGES = {
    "default": {"BACKEND": "django.core.files.storage.FileSystemStorage", "OPTIONS": {"location": JICHI_FILES_ROOT}},
    "staticfiles": {
        # Hashed names and compressed copies need a collected folder; tests and tools do without one.
        "BACKEND": "whitenoise.storage.CompressedManifestStaticFilesStorage"
        if ENV.static_root
        else "django.contrib.staticfiles.storage.StaticFilesStorage"
    },
}
WHITENOISE_USE_FINDERS = ENV.static_root is None
WHITENOISE_AUTOREFRESH = DEBUG

# Mail: one gateway, internal address by configuration; the demo's sandbox listens on the loopback.
JICHI_SMTP = {
    "host": ENV.smtp_host,
    "port": ENV.smtp_port,
    "user": ENV.smtp_user,
    "password": ENV.smtp_password,
    "tls": ENV.smtp_tls,
    "from": ENV.mail_from,
}

# Payment firm, identity provider, carriers: by name, with their secrets; docs/operations.md says what each takes.
JICHI_PEERS = ENV.peers

# A load of the register that takes away more than this share of residents waits for a second official.
JICHI_REGISTER = {"drop_percent": 2.0}

# What is counted of pages: at all; of browsers that ask not to be; how long single events stay; which numbers
# are hidden.
JICHI_STATISTICS = {"count": True, "respect_do_not_track": True, "keep_months": 13, "hide_below": 5}

LOCALE_PATHS = [PACKAGE / "config" / "locale"]
SILENCED_SYSTEM_CHECKS: list[str] = []
LOGGING = {
    "version": 1,
    "disable_existing_loggers": False,
    "formatters": {
        "plain": {"()": "jichi.config.logs.PlainFormatter", "fmt": "%(asctime)s %(levelname)s %(name)s %(message)s"},
        "json": {"()": "jichi.config.logs.JsonFormatter"},
    },
    "handlers": {"stderr": {"class": "logging.StreamHandler", "formatter": ENV.log_format}},
    "root": {"handlers": ["stderr"], "level": "WARNING"},
    "loggers": {
        "jichi": {"level": "INFO"},
        "django.request": {"level": "ERROR"},
    },
}
PROCRASTINATE_IMPORT_PATHS: list[str] = []
