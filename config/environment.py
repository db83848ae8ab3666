"""Reading the process environment: every variable is checked once, and a wrong value stops the start.

Each reader raises ``ImproperlyConfigured`` with one plain sentence that names the variable, what is
wrong with its value and what to do about it.
"""

from __future__ import annotations

import os
import re
import zoneinfo
from urllib.parse import unquote, urlsplit

from django.core.exceptions import ImproperlyConfigured

TRUE_WORDS = {"1", "true", "yes", "on"}
LOG_LEVELS = ("DEBUG", "INFO", "WARNING", "ERROR", "CRITICAL")
FALSE_WORDS = {"0", "false", "no", "off", ""}


def text(name: str, default: str | None = None) -> str:
    """The variable as it stands; without a default an unset variable is an error."""
    value = os.environ.get(name, "").strip()
    if value:
        return value
    if default is None:
        raise ImproperlyConfigured(f"{name} is not set. Set it in the environment; docs/operators.md lists every variable.")
    return default


def flag(name: str, default: bool) -> bool:
    """A yes or no: 1, true, yes, on or 0, false, no, off."""
    value = os.environ.get(name, "").strip().lower()
    if not value:
        return default
    if value in TRUE_WORDS:
        return True
    if value in FALSE_WORDS:
        return False
    raise ImproperlyConfigured(f"{name} must be yes or no, not {value!r}. Use {name}=yes or {name}=no.")


def choice(name: str, among: tuple[str, ...], default: str) -> str:
    """One of a few words."""
    value = text(name, default).lower()
    if value not in among:
        raise ImproperlyConfigured(f"{name} must be one of {', '.join(among)}, not {value!r}.")
    return value


def number(name: str, default: int, *, low: int, high: int) -> int:
    """A whole number within stated bounds."""
    value = os.environ.get(name, "").strip()
    if not value:
        return default
    if not (value.isascii() and value.isdecimal()) or not low <= int(value) <= high:
        raise ImproperlyConfigured(f"{name} must be a whole number from {low} to {high}, not {value!r}.")
    return int(value)


def words(name: str, default: list[str]) -> list[str]:
    """A list separated by commas."""
    value = os.environ.get(name, "").strip()
    return [word.strip() for word in value.split(",") if word.strip()] if value else default


def url(name: str, *, schemes: tuple[str, ...], default: str | None = None) -> str:
    """An address with one of the schemes."""
    value = text(name, default)
    scheme = urlsplit(value).scheme
    if scheme not in schemes:
        allowed = ", ".join(f"{one}://" for one in schemes)
        raise ImproperlyConfigured(f"{name} must begin with one of {allowed}, but its scheme is {scheme or 'missing'!r}.")
    return value


def host_of(address: str) -> str:
    """The host of a web address as ALLOWED_HOSTS has it: without a port, an IPv6 address in brackets."""
    host = urlsplit(address).hostname or ""
    return f"[{host}]" if ":" in host else host


def time_zone(name: str, default: str) -> str:
    """A name of the time zone database."""
    value = text(name, default)
    if value not in zoneinfo.available_timezones():
        raise ImproperlyConfigured(f"{name} must be the name of a time zone such as Europe/Berlin, not {value!r}.")
    return value


def currency(name: str, default: str) -> str:
    """Three capital letters of ISO 4217."""
    value = text(name, default)
    if not re.fullmatch("[A-Z]{3}", value):
        raise ImproperlyConfigured(f"{name} must be a currency's three letters such as EUR, not {value!r}.")
    return value


def log_level(name: str, default: str) -> str:
    """How much is written to the log."""
    value = text(name, default).upper()
    if value not in LOG_LEVELS:
        raise ImproperlyConfigured(f"{name} must be one of {', '.join(LOG_LEVELS)}, not {value!r}.")
    return value


def address(name: str, default: str) -> str:
    """A bare e-mail address, or nothing."""
    value = text(name, default=default).strip()
    if value and (value.count("@") != 1 or any(sign in value for sign in ' <>,;"')):
        raise ImproperlyConfigured(f"{name} is no plain e-mail address; write it as sales@example.com.")
    return value


def mail(name: str, default: str) -> dict[str, object]:
    """Django's mail settings from one address: ``smtp://user:password@host:port``, ``smtps://…``,
    ``smtp+tls://…`` (STARTTLS), ``file:///folder`` or ``console://``."""
    value = url(name, schemes=("smtp", "smtps", "smtp+tls", "file", "console", "memory"), default=default)
    parts = urlsplit(value)
    if parts.scheme == "file":
        return {"EMAIL_BACKEND": "django.core.mail.backends.filebased.EmailBackend", "EMAIL_FILE_PATH": parts.path}
    if parts.scheme in ("console", "memory"):
        backend = {"console": "console", "memory": "locmem"}[parts.scheme]
        return {"EMAIL_BACKEND": f"django.core.mail.backends.{backend}.EmailBackend"}
    try:
        port = parts.port
    except ValueError as error:
        raise ImproperlyConfigured(f"{name} has a port that is no number; write it as smtp://host:25.") from error
    if not parts.hostname:
        raise ImproperlyConfigured(f"{name} names no host; write it as smtp://user:password@host:587.")
    return {
        "EMAIL_BACKEND": "django.core.mail.backends.smtp.EmailBackend",
        "EMAIL_HOST": parts.hostname,
        "EMAIL_PORT": port or {"smtp": 25, "smtps": 465, "smtp+tls": 587}[parts.scheme],
        "EMAIL_HOST_USER": unquote(parts.username or ""),
        "EMAIL_HOST_PASSWORD": unquote(parts.password or ""),
        "EMAIL_USE_SSL": parts.scheme == "smtps",
        "EMAIL_USE_TLS": parts.scheme == "smtp+tls",
    }
