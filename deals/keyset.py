"""Pages by key live in :mod:`accounts.keyset`, where the people's pages need them too."""

from accounts.keyset import Page, page

__all__ = ["Page", "page"]
