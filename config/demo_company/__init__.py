"""Brightwater, the invented company that `make demo` shows: who may log in, and with what.

Everything here is made up; every address ends in ``.example`` and can never be delivered.
"""

from __future__ import annotations

from typing import NamedTuple


class Login(NamedTuple):
    role: str
    name: str
    email: str


COMPANY = "Brightwater"
DOMAIN = "brightwater.example"
# Marks the root team, so that a second load finds the first.
MARK = "demo-company"

DEMO_PASSWORD = "bright-water-demo"  # noqa: S105 - the demo's shared password, shown on purpose
DEMO_LOGINS: list[Login] = [
    Login("manager", "Erin Caldwell", f"manager@{DOMAIN}"),
    Login("rep", "Nadia Brooks", f"rep@{DOMAIN}"),
    Login("executive", "Vivian Stroud", f"executive@{DOMAIN}"),
    Login("admin", "Ines Calder", f"admin@{DOMAIN}"),
]

__all__ = ["COMPANY", "DEMO_LOGINS", "DEMO_PASSWORD", "DOMAIN", "MARK", "Login"]
