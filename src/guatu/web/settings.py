"""Settings of the web system; each ``GUATU_…`` is explained in docs/settings.md."""

from __future__ import annotations

from pathlib import Path

from guatu.web.env import (
    MIB,
    env_database,
    env_flag,
    env_folder,
    env_list,
    env_number,
    env_origins,
    env_size,
    secret_key,
)

# ------------------------------------------------------------- where things are
DATA = env_folder("GUATU_DATA", default=Path.home() / "guatu-data")
DATABASES = {"default": env_database("GUATU_DATABASE", default=f"sqlite:///{DATA}/guatu.db")}
UPLOADS = DATA / "uploads"
MEDIA_ROOT = UPLOADS
# Uploads have no address of their own: a view looks who asks before it hands one out.
MEDIA_URL = ""

# ------------------------------------------------------------------ this server
DEBUG = env_flag("GUATU_DEBUG", default=False)
ALLOWED_HOSTS = env_list("GUATU_HOSTS", default=("localhost", "127.0.0.1", "[::1]"))
CSRF_TRUSTED_ORIGINS = env_origins("GUATU_ORIGINS")
HTTPS = env_flag("GUATU_HTTPS", default=False)
UPLOAD_LIMIT = env_size("GUATU_UPLOAD_LIMIT", default=50 * MIB)
SESSION_MINUTES = env_number("GUATU_SESSION_MINUTES", default=240, least=5, most=24 * 60)
SERVER_THREADS = env_number("GUATU_THREADS", default=8, least=1, most=64)
JOB_LEASE_SECONDS = env_number("GUATU_JOB_LEASE", default=20, least=2, most=600)
BEHIND_PROXY = env_flag("GUATU_BEHIND_PROXY", default=False)
SECRET_KEY = secret_key(DATA)

# --------------------------------------------------------------------- the apps
# The desk's own apps, lowest first: each may import those before it (LAYOUT). A new app is one
# word here; its urls.py, and what its desk.py hangs into the frame, are found by its name.
DESK_APPS = (
    "page", "people", "plans", "projects", "annual", "reporting", "supervision", "bulletins",
    "board",
)  # fmt: skip

INSTALLED_APPS = [
    *(f"guatu.web.{name}" for name in DESK_APPS),
    "django.contrib.auth",
    "django.contrib.contenttypes",
    "django.contrib.sessions",
    "django.contrib.messages",
    "django.contrib.staticfiles",
    "django_htmx",
    "template_partials",
    "axes",
    "csp",
]

MIDDLEWARE = [
    "django.middleware.security.SecurityMiddleware",
    "whitenoise.middleware.WhiteNoiseMiddleware",
    "csp.middleware.CSPMiddleware",
    "django.contrib.sessions.middleware.SessionMiddleware",
    "django.middleware.common.CommonMiddleware",
    "django.middleware.csrf.CsrfViewMiddleware",
    "django.contrib.auth.middleware.AuthenticationMiddleware",
    "django.contrib.messages.middleware.MessageMiddleware",
    "django.middleware.clickjacking.XFrameOptionsMiddleware",
    "django_htmx.middleware.HtmxMiddleware",
    "guatu.web.page.middleware.RequestId",
    "guatu.web.page.middleware.UploadLimit",
    "guatu.web.page.middleware.SignInFirst",
    "guatu.web.people.middleware.OwnPasswordFirst",
    "guatu.web.page.middleware.LivingSession",
    "guatu.web.page.middleware.MessagesForParts",
    "axes.middleware.AxesMiddleware",
]

ROOT_URLCONF = "guatu.web.urls"
WSGI_APPLICATION = "guatu.web.wsgi.application"
DEFAULT_AUTO_FIELD = "django.db.models.BigAutoField"

TEMPLATES = [
    {
        "BACKEND": "django.template.backends.django.DjangoTemplates",
        "APP_DIRS": True,
        "OPTIONS": {
            "context_processors": [
                "django.template.context_processors.request",
                "django.contrib.auth.context_processors.auth",
                "django.contrib.messages.context_processors.messages",
                "guatu.web.page.frame.frame",
            ],
            "builtins": ["guatu.web.page.templatetags.guatu"],
        },
    }
]
FORM_RENDERER = "django.forms.renderers.DjangoTemplates"

# ------------------------------------------------------------- place and language
LANGUAGE_CODE = "zh-hans"
LANGUAGES = [("zh-hans", "简体中文")]
TIME_ZONE = "Asia/Shanghai"
USE_TZ = True
USE_I18N = True
# Our own filters write the figures: 1,234 for money, 2026-11-05 in tables.
USE_THOUSAND_SEPARATOR = False

# ---------------------------------------------------------------- scripts and styles
STATIC_URL = "/static/"
STATIC_ROOT = DATA / "static"
STORAGES = {
    "default": {"BACKEND": "django.core.files.storage.FileSystemStorage"},
    "staticfiles": {
        "BACKEND": (
            "django.contrib.staticfiles.storage.StaticFilesStorage"
            if DEBUG
            else "whitenoise.storage.CompressedManifestStaticFilesStorage"
        )
    },
}
WHITENOISE_USE_FINDERS = DEBUG
WHITENOISE_AUTOREFRESH = DEBUG

# ------------------------------------------------------------------------- sign-in
AUTH_USER_MODEL = "people.User"
LOGIN_URL = "people:sign-in"
LOGIN_REDIRECT_URL = "page:workbench"
LOGOUT_REDIRECT_URL = "people:sign-in"
AUTHENTICATION_BACKENDS = [
    "axes.backends.AxesStandaloneBackend",
    "django.contrib.auth.backends.ModelBackend",
]
AUTH_PASSWORD_VALIDATORS = [
    {"NAME": "guatu.web.people.passwords.NotLikeOneself"},
    {"NAME": "guatu.web.people.passwords.LongEnough", "OPTIONS": {"min_length": 10}},
    {"NAME": "guatu.web.people.passwords.NotCommon"},
    {"NAME": "guatu.web.people.passwords.NotOnlyDigits"},
]
# Five wrong passwords for one name from one address: both wait a quarter of an hour.
AXES_FAILURE_LIMIT = 5
AXES_COOLOFF_TIME = 0.25  # hours
AXES_LOCKOUT_PARAMETERS = [["username", "ip_address"]]
AXES_RESET_ON_SUCCESS = True
AXES_LOCKOUT_CALLABLE = "guatu.web.people.views.locked_out"
AXES_ENABLE_ADMIN = False
AXES_VERBOSE = False
# A single address that fails for many names is trying passwords: it waits as well.
SIGN_IN_FAILURES_PER_ADDRESS = 30

SESSION_ENGINE = "django.contrib.sessions.backends.db"
SESSION_COOKIE_AGE = SESSION_MINUTES * 60
SESSION_COOKIE_NAME = "guatu_session"
SESSION_COOKIE_HTTPONLY = True
SESSION_COOKIE_SAMESITE = "Lax"
CSRF_COOKIE_NAME = "guatu_csrf"
CSRF_COOKIE_HTTPONLY = True
CSRF_COOKIE_SAMESITE = "Lax"
CSRF_FAILURE_VIEW = "guatu.web.page.errors.stale_form"
MESSAGE_STORAGE = "django.contrib.messages.storage.session.SessionStorage"

# ------------------------------------------------------------------------ security
CONTENT_SECURITY_POLICY = {
    "DIRECTIVES": {
        "default-src": ["'self'"],
        "img-src": ["'self'", "data:"],
        "base-uri": ["'none'"],
        "object-src": ["'none'"],
        "form-action": ["'self'"],
        "frame-ancestors": ["'none'"],
    }
}
X_FRAME_OPTIONS = "DENY"
SECURE_CONTENT_TYPE_NOSNIFF = True
SECURE_REFERRER_POLICY = "same-origin"
SECURE_CROSS_ORIGIN_OPENER_POLICY = "same-origin"
SESSION_COOKIE_SECURE = CSRF_COOKIE_SECURE = HTTPS
if HTTPS:
    SECURE_HSTS_SECONDS = 30 * 24 * 3600
    SECURE_SSL_REDIRECT = True
if BEHIND_PROXY:
    SECURE_PROXY_SSL_HEADER = ("HTTP_X_FORWARDED_PROTO", "https")

# What a form may carry: a sheet of 150 projects with 30 fields is 4,500 fields.
DATA_UPLOAD_MAX_NUMBER_FIELDS = 20_000
DATA_UPLOAD_MAX_MEMORY_SIZE = 10 * MIB
FILE_UPLOAD_MAX_MEMORY_SIZE = 2 * MIB
FILE_UPLOAD_PERMISSIONS = 0o600

# ------------------------------------------------------------------------- the log
LOGGING = {
    "version": 1,
    "disable_existing_loggers": False,
    "formatters": {"plain": {"format": "%(asctime)s %(levelname)s %(name)s %(message)s"}},
    "handlers": {"console": {"class": "logging.StreamHandler", "formatter": "plain"}},
    "root": {"handlers": ["console"], "level": "WARNING"},
    "loggers": {
        "django.request": {"level": "ERROR"},
        "axes": {"level": "ERROR"},
        "guatu": {"level": "INFO"},
    },
}
# waitress reports our axes settings at each start otherwise.
SILENCED_SYSTEM_CHECKS = ["axes.W001", "axes.W003"]
