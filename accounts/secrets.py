"""Secrets that must be used again (a mailbox's password, a calendar's address): encrypted in the database.

The key is made from ``SECRET_KEY``. To change that one, put the old value into ``SECRET_KEY_FALLBACKS``: what was encrypted
with it is still read. Without it, the secrets have to be entered anew.
"""

from __future__ import annotations

from base64 import urlsafe_b64encode
from functools import lru_cache
from hashlib import sha256

from cryptography.fernet import Fernet, InvalidToken, MultiFernet
from django.conf import settings


class UnreadableError(Exception):
    """No key of ours fits: SECRET_KEY was changed without keeping the old one."""


@lru_cache(maxsize=16)
def _ciphers(purpose: str, keys: tuple[str, ...]) -> MultiFernet:
    return MultiFernet([Fernet(urlsafe_b64encode(sha256(f"salvor {purpose} {key}".encode()).digest())) for key in keys])


def ciphers(purpose: str) -> MultiFernet:
    """Encrypts with the present key, reads with those of before too. What is encrypted for one purpose is not read for another."""
    return _ciphers(purpose, (settings.SECRET_KEY, *settings.SECRET_KEY_FALLBACKS))


def keep(purpose: str, text: str) -> str:
    return ciphers(purpose).encrypt(text.encode()).decode()


def read(purpose: str, kept: str) -> str:
    """Raises :class:`UnreadableError`."""
    try:
        return ciphers(purpose).decrypt(kept.encode()).decode()
    except InvalidToken as error:
        raise UnreadableError from error
