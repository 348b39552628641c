"""Every setting, once. What the environment may change is read at the head; see docs/settings.md.

Two modes: *embedded* (the default: everything on one machine, secrets made on the first start) and
*production*, which refuses to start with a default that is not safe on the internet.
"""

from __future__ import annotations

import sys
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

from django.core.exceptions import ImproperlyConfigured

from liveclass import env, keys, media_env, whisper_env
from liveclass.database import POSTGRES_SCHEMES, database
from liveclass.logs import logging_config
from liveclass.mail import mail_settings
from realtime.http_limits import HttpLimits

BASE_DIR = Path(__file__).resolve().parent.parent

# --- what the environment may change ---------------------------------------------------------

ENVIRONMENT = env.choice(
    "LIVECLASS_ENV",
    "embedded",
    "production refuses defaults that are unsafe on the internet",
    of=("embedded", "production"),
)
PRODUCTION = ENVIRONMENT == "production"
DEBUG = env.flag("DEBUG", False, "Django's error pages with source code; never in production")
HOST = env.text("HOST", "127.0.0.1", "address the web process listens on")
PORT = env.integer(
    "PORT", 8000, "TCP port of the web process; the next two are the media process'",
    low=1, high=65533,
)  # fmt: skip
keys.write_privately(sys.argv)
DATA_DIR = env.folder(
    "DATA_DIR",
    BASE_DIR / "data",
    "database, secrets, jobs, mail and collected static files; relative to the project's folder",
    base=BASE_DIR,
    shown="data",
)
keys.close_to_others(DATA_DIR)
MEDIA_RECORDINGS = env.folder(
    "MEDIA_RECORDINGS",
    DATA_DIR / "recordings",
    "where the media process keeps what is recorded and web reads it",
    base=BASE_DIR,
    shown="DATA_DIR/recordings",
)
DATABASE_URL = env.url(
    "DATABASE_URL",
    f"sqlite:///{DATA_DIR / 'db.sqlite3'}",
    "postgresql://user:password@host:port/name?sslmode=require, or sqlite:////absolute/path",
    schemes=("sqlite", *POSTGRES_SCHEMES),
    shown="SQLite in DATA_DIR",
)
DATABASE_POOL = env.integer(
    "DATABASE_POOL", 8, "most PostgreSQL connections of one process; 0 opens one per thread",
    low=0, high=200,
)  # fmt: skip
SQLITE_SYNCHRONOUS = env.choice(
    "SQLITE_SYNCHRONOUS",
    "NORMAL",
    "NORMAL keeps every commit when a process is killed; FULL also when the power goes",
    of=("NORMAL", "FULL"),
)
REDIS_URLS = env.names(
    "REDIS_URL",
    [],
    "redis://host:6379/0; needed for more than one web process, shares cache and job queue; "
    "several, separated by commas, share the rooms",
    shown="none",
)
for _address in REDIS_URLS:
    if urlsplit(_address).scheme not in ("redis", "rediss", "unix"):
        env.refuse("REDIS_URL", _address, "is a list of addresses with redis, rediss or unix")
REDIS_URL = REDIS_URLS[0] if REDIS_URLS else ""
"""The server of cache and job queue; the bus between processes uses all of them."""
SECRET_KEY = env.text(
    "SECRET_KEY",
    "",
    "signs sessions and tickets, at least 50 characters; required in production",
    shown="made on the first start, in DATA_DIR/secret_key",
)
ALLOWED_HOSTS = env.names(
    "ALLOWED_HOSTS",
    [],
    "host names under which the site is reached; required in production, without *",
    shown="this machine when HOST is a loopback address, else *",
)
HTTPS = env.flag("HTTPS", False, "the site is reached over https: secure cookies, redirect, HSTS")
TRUSTED_PROXIES = env.integer(
    "TRUSTED_PROXIES", 0, "how many proxies in front append to X-Forwarded-For", low=0, high=5
)
LANGUAGE = env.choice(
    "LANGUAGE_DEFAULT", "zh-hans", "language before somebody chose one", of=("zh-hans", "en")
)
TIME_ZONE = env.time_zone("TIME_ZONE", "Asia/Shanghai", "clock of a new organisation")
METRICS_TOKEN = env.text(
    "METRICS_TOKEN",
    "",
    "bearer token that opens /metrics to other machines, at least 32 characters",
    shown="none: this machine only",
)
EMAIL_URL = env.url(
    "EMAIL_URL",
    "",
    "smtp://user:password@host:587 or smtps://host:465",
    schemes=("smtp", "smtps"),
    shown="one file per mail in DATA_DIR/mail",
)
MAIL_FROM = env.text("MAIL_FROM", "LiveClass <liveclass@localhost>", "sender of mails")
STATIC_ROOT = env.folder(
    "STATIC_ROOT",
    DATA_DIR / "static",
    "where collectstatic puts the files that are served",
    base=BASE_DIR,
    shown="DATA_DIR/static",
)
LOG_LEVEL = env.choice(
    "LOG_LEVEL", "INFO", "least important log line that is written",
    of=("DEBUG", "INFO", "WARNING", "ERROR"),
)  # fmt: skip
LOG_FORMAT = env.choice("LOG_FORMAT", "keyvalue", "form of log lines", of=("keyvalue", "json"))

MEDIA_HTTP_PORT = env.port(
    "MEDIA_HTTP_PORT", PORT + 1, "TCP port of the media process", shown="PORT + 1"
)
MEDIA_URL_INTERNAL = env.url(
    "MEDIA_URL_INTERNAL",
    f"http://127.0.0.1:{MEDIA_HTTP_PORT}",
    "where web reaches the media process; browsers reach it through web under /media/",
    schemes=("http", "https"),
    shown="http://127.0.0.1:<MEDIA_HTTP_PORT>",
)
MEDIA_UDP_PORT = env.port(
    "MEDIA_UDP_PORT", PORT + 2, "the one UDP port of sound and picture", shown="PORT + 2"
)
MEDIA_HOOK_URL = env.url(
    "MEDIA_HOOK_URL",
    f"http://127.0.0.1:{PORT}/hooks/media",
    "where the media process reports who is live",
    schemes=("http", "https"),
    shown="http://127.0.0.1:<PORT>/hooks/media",
)
MEDIA_ENGINE, MEDIA_WORKERS = media_env.MEDIA_ENGINE, media_env.MEDIA_WORKERS
MEDIA_EXTERNAL, MEDIA_PROFILE = media_env.EXTERNAL, media_env.MEDIA_PROFILE
MEDIA_SECRET, MEDIA_ANNOUNCED_ADDRESS = media_env.MEDIA_SECRET, media_env.MEDIA_ANNOUNCED_ADDRESS
TURN_URLS, TURN_SECRET = media_env.TURN_URLS, media_env.TURN_SECRET
DEMO_PASSWORD = env.text(
    "LIVECLASS_DEMO_PASSWORD",
    "",
    "password of all demo accounts, for tests; never set it on a machine others can reach",
    shown="a new one at every loading, printed once",
)

if not SECRET_KEY and not PRODUCTION:
    SECRET_KEY = keys.kept_secret(DATA_DIR / "secret_key")
LOOPBACK = HOST in {"127.0.0.1", "::1", "localhost"}
if not ALLOWED_HOSTS and not PRODUCTION:
    ALLOWED_HOSTS = ["localhost", "127.0.0.1", "[::1]"] if LOOPBACK else ["*"]


def _unsafe() -> list[str]:
    """What makes this configuration unfit for the internet, one sentence each."""
    rules = (
        (DEBUG, "DEBUG must be 0: error pages would show source code and settings."),
        (len(SECRET_KEY) < 50, "SECRET_KEY must be set, with 50 random characters or more."),
        (not ALLOWED_HOSTS or "*" in ALLOWED_HOSTS, "ALLOWED_HOSTS must name the site's hosts."),
        (not HTTPS, "HTTPS must be 1: browsers give camera and microphone to https pages only."),
        (bool(DEMO_PASSWORD), "LIVECLASS_DEMO_PASSWORD must not be set: it is known to others."),
        (0 < len(MEDIA_SECRET) < 32, "MEDIA_SECRET must have 32 characters or more."),
        (0 < len(TURN_SECRET) < 32, "TURN_SECRET must have 32 characters or more."),
        (0 < len(METRICS_TOKEN) < 32, "METRICS_TOKEN must have 32 characters or more."),
    )
    return [sentence for broken, sentence in rules if broken]


if PRODUCTION and (problems := _unsafe()):
    raise ImproperlyConfigured("LIVECLASS_ENV=production cannot start.\n" + "\n".join(problems))
MEDIA_SECRET = MEDIA_SECRET or keys.derived_secret(SECRET_KEY, "media")
WHISPER_SECRETS = whisper_env.secrets(DATA_DIR, production=PRODUCTION)
WHISPER_DAYS, WHISPER_ANONYMITY = whisper_env.WHISPER_DAYS, whisper_env.WHISPER_ANONYMITY
WHISPER_GUARDIANS = whisper_env.WHISPER_GUARDIANS

# --- the house -------------------------------------------------------------------------------

INSTALLED_APPS = [
    "django.contrib.auth",
    "django.contrib.contenttypes",
    "django.contrib.sessions",
    "django.contrib.messages",
    "django.contrib.staticfiles",
    "allauth",
    "allauth.account",
    "huey.contrib.djhuey",
    "members",
    "courses",
    "liveclass",
]
MIDDLEWARE = [
    "django.middleware.security.SecurityMiddleware",
    "members.middleware.ContentSecurityPolicy",
    "servestatic.middleware.ServeStaticMiddleware",
    "members.middleware.PrivateAnswers",
    "django.contrib.sessions.middleware.SessionMiddleware",
    "django.middleware.locale.LocaleMiddleware",
    "django.middleware.common.CommonMiddleware",
    "django.middleware.csrf.CsrfViewMiddleware",
    "django.contrib.auth.middleware.AuthenticationMiddleware",
    "members.middleware.RememberedPreferences",
    "django.contrib.messages.middleware.MessageMiddleware",
    "allauth.account.middleware.AccountMiddleware",
    "django.middleware.clickjacking.XFrameOptionsMiddleware",
]
ROOT_URLCONF = "liveclass.urls"
ASGI_APPLICATION = "liveclass.asgi.application"
APPEND_SLASH = True
DEFAULT_AUTO_FIELD = "django.db.models.BigAutoField"
TEMPLATES: list[dict[str, Any]] = [
    {
        "BACKEND": "django.template.backends.django.DjangoTemplates",
        "DIRS": [BASE_DIR / "templates"],
        "APP_DIRS": True,
        "OPTIONS": {
            "context_processors": [
                "django.template.context_processors.request",
                "django.contrib.auth.context_processors.auth",
                "django.contrib.messages.context_processors.messages",
                "members.context.site",
                "liveclass.context.navigation",
            ],
            "builtins": ["members.templatetags.parts"],
        },
    }
]

DATABASES = {"default": database(DATABASE_URL, synchronous=SQLITE_SYNCHRONOUS, pool=DATABASE_POOL)}
CACHES: dict[str, dict[str, Any]] = {
    # One web process shares with nobody. What must outlive it (the sign-in lockout) is a table.
    "default": {"BACKEND": "django.core.cache.backends.redis.RedisCache", "LOCATION": REDIS_URL}
    if REDIS_URL
    else {"BACKEND": "django.core.cache.backends.locmem.LocMemCache"}
}
HUEY: dict[str, Any] = {
    "name": "liveclass",
    "immediate": False,
    **(
        {"huey_class": "huey.RedisHuey", "connection": {"url": REDIS_URL}}
        if REDIS_URL
        else {"huey_class": "huey.SqliteHuey", "filename": str(DATA_DIR / "jobs.sqlite3")}
    ),
    "consumer": {"workers": 1, "worker_type": "thread", "check_worker_health": True},
}

# --- people ----------------------------------------------------------------------------------

AUTH_USER_MODEL = "members.Member"
AUTHENTICATION_BACKENDS = ["members.accounts.backends.StaffNumberOrEmail"]
PASSWORD_HASHERS = [
    "django.contrib.auth.hashers.Argon2PasswordHasher",
    "django.contrib.auth.hashers.PBKDF2PasswordHasher",  # for passwords brought along by an import
]
AUTH_PASSWORD_VALIDATORS = [
    {
        "NAME": "django.contrib.auth.password_validation.UserAttributeSimilarityValidator",
        "OPTIONS": {"user_attributes": ("staff_no", "name", "name_latin", "email")},
    },
    {
        "NAME": "django.contrib.auth.password_validation.MinimumLengthValidator",
        "OPTIONS": {"min_length": 10},
    },
    {"NAME": "django.contrib.auth.password_validation.CommonPasswordValidator"},
]
LOGIN_URL = "account_login"
LOGIN_REDIRECT_URL = "/"
LOGOUT_REDIRECT_URL = "account_login"

ACCOUNT_ADAPTER = "members.accounts.adapter.AccountAdapter"
ACCOUNT_FORMS = {
    "login": "members.accounts.forms.SignInForm",
    "change_password": "members.accounts.forms.NewPasswordForm",
}
ACCOUNT_USER_MODEL_USERNAME_FIELD = "staff_no"
ACCOUNT_USER_MODEL_EMAIL_FIELD = "email"
ACCOUNT_LOGIN_METHODS = {"username"}  # SignInForm turns an e-mail address into the staff number
ACCOUNT_SIGNUP_FIELDS = ["username*", "password1*"]
ACCOUNT_EMAIL_VERIFICATION = "none"
ACCOUNT_EMAIL_NOTIFICATIONS = False
ACCOUNT_PRESERVE_USERNAME_CASING = False
ACCOUNT_LOGOUT_REDIRECT_URL = "/accounts/login/"
ACCOUNT_RATE_LIMITS = {
    # A company signs in from one address within a minute before a class: generous per address.
    # Guessing at one account is stopped by members.accounts.lockout, which survives a restart.
    "login": "600/m/ip",
    "login_failed": "200/15m/ip",
    "change_password": "10/m/user",
    "reauthenticate": "10/m/user",
}
ALLAUTH_TRUSTED_PROXY_COUNT = TRUSTED_PROXIES
ALLAUTH_USER_CODE_FORMAT = {"numeric": False, "dashed": True, "length": 8}

# --- sessions, cookies, headers --------------------------------------------------------------

SESSION_COOKIE_AGE = 30 * 24 * 3600
SESSION_COOKIE_HTTPONLY = True
SESSION_COOKIE_SAMESITE = "Lax"
SESSION_COOKIE_SECURE = CSRF_COOKIE_SECURE = LANGUAGE_COOKIE_SECURE = HTTPS
CSRF_COOKIE_SAMESITE = "Lax"
CSRF_FAILURE_VIEW = "liveclass.views.csrf_failure"
CSRF_TRUSTED_ORIGINS = [
    f"https://{host.replace('.', '*.', 1) if host.startswith('.') else host}"
    for host in ALLOWED_HOSTS
    if HTTPS and host != "*"
]
LANGUAGE_COOKIE_AGE = 365 * 24 * 3600
LANGUAGE_COOKIE_SAMESITE = "Lax"
X_FRAME_OPTIONS = "DENY"
SECURE_CONTENT_TYPE_NOSNIFF = True
SECURE_REFERRER_POLICY = "same-origin"
SECURE_CROSS_ORIGIN_OPENER_POLICY = "same-origin"
SECURE_SSL_REDIRECT = HTTPS
# asked by machines, by neighbours on plain http
MACHINE_PATHS = ("/healthz", "/hooks/media", "/metrics")
SECURE_REDIRECT_EXEMPT = [f"^{path[1:]}$" for path in MACHINE_PATHS]
SECURE_HSTS_SECONDS = 365 * 24 * 3600 if HTTPS else 0
SECURE_PROXY_SSL_HEADER = ("HTTP_X_FORWARDED_PROTO", "https") if HTTPS else None
DATA_UPLOAD_MAX_MEMORY_SIZE = 1024 * 1024
DATA_UPLOAD_MAX_NUMBER_FIELDS = 1100  # a quiz: at most 100 questions of 10 fields
# What the server keeps of a request before anybody looks at it, by the beginning of the path.
HTTP_LIMITS = HttpLimits(
    body=DATA_UPLOAD_MAX_MEMORY_SIZE,
    sizes={
        "/media/": 64 * 1024,
        "/hooks/": 64 * 1024,
        "/ws/": 0,
        "/organisation/": 4 * 1024 * 1024,  # so that the form can say that a logo is too large
        "/courses/questions/": 4 * 1024 * 1024,  # and here that a spreadsheet is
    },
    uploads={},  # what may take longer than a minute is named here, with its size
    # A proxy collects slow requests itself, and all of its connections come from one address.
    waiting_per_address=0 if TRUSTED_PROXIES else 64,
)

# --- languages, time, static files, mail, logs -----------------------------------------------

LANGUAGE_CODE = LANGUAGE
LANGUAGES = [("zh-hans", "中文"), ("en", "English")]
LOCALE_PATHS = [BASE_DIR / "locale"]
USE_I18N = True
USE_TZ = True

STATIC_URL = "/static/"
STATICFILES_DIRS: list[Path] = []
# While collecting, the names with a digest are being made.
_COLLECTED = (STATIC_ROOT / "staticfiles.json").exists() or "collectstatic" in sys.argv
MEDIA_ROOT = DATA_DIR / "uploads"  # the logo; served by a view, not by address
STORAGES = {
    "default": {"BACKEND": "django.core.files.storage.FileSystemStorage"},
    "staticfiles": {
        # Names with a digest, cached for ever, once files were collected; before that
        # (tests, development) files are found where they were written.
        "BACKEND": "servestatic.storage.CompressedManifestStaticFilesStorage"
        if _COLLECTED
        else "django.contrib.staticfiles.storage.StaticFilesStorage"
    },
}
SERVESTATIC_USE_FINDERS = not _COLLECTED
SERVESTATIC_AUTOREFRESH = DEBUG

EMAIL_BACKEND = (
    "django.core.mail.backends.smtp.EmailBackend"
    if EMAIL_URL
    else "django.core.mail.backends.filebased.EmailBackend"
)
EMAIL_FILE_PATH = DATA_DIR / "mail"
if EMAIL_URL:
    globals().update(mail_settings(EMAIL_URL))
DEFAULT_FROM_EMAIL = SERVER_EMAIL = MAIL_FROM

LOGGING_CONFIG = "logging.config.dictConfig"
LOGGING = logging_config(LOG_LEVEL, LOG_FORMAT)
