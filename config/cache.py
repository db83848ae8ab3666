"""The cache, which may be away: what only counts attempts and remembers sums must not keep people out."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import redis
import structlog
from django.core.cache.backends.redis import RedisCache, RedisCacheClient

if TYPE_CHECKING:
    from collections.abc import Callable

log = structlog.get_logger(__name__)


class ClientThatMayBeAway(RedisCacheClient):
    """An empty cache, which keeps nothing, for as long as Redis does not answer."""

    def add(self, *args: Any) -> bool:
        return bool(_or(True, super().add, *args))

    def get(self, key: Any, default: Any) -> Any:
        return _or(default, super().get, key, default)

    def set(self, *args: Any) -> None:
        _or(None, super().set, *args)

    def touch(self, *args: Any) -> bool:
        return bool(_or(False, super().touch, *args))

    def delete(self, *args: Any) -> bool:
        return bool(_or(False, super().delete, *args))

    def get_many(self, *args: Any) -> dict[Any, Any]:
        return dict(_or({}, super().get_many, *args))

    def has_key(self, *args: Any) -> bool:
        return bool(_or(False, super().has_key, *args))

    def incr(self, key: Any, delta: Any) -> Any:
        return _or(delta, super().incr, key, delta)

    def set_many(self, *args: Any) -> None:
        _or(None, super().set_many, *args)

    def delete_many(self, *args: Any) -> None:
        _or(None, super().delete_many, *args)


class CacheThatMayBeAway(RedisCache):
    def __init__(self, server: str, params: dict[str, Any]) -> None:
        super().__init__(server, params)
        self._class = ClientThatMayBeAway


def _or(away: Any, act: Callable[..., Any], *args: Any) -> Any:
    try:
        return act(*args)
    except redis.RedisError as error:
        log.error("cache_away", error=str(error))
        return away
