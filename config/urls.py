"""Every route of Salvor."""

from importlib.util import find_spec

from django.urls import include, path

from config import health

SCREENS = ["accounts.urls", "deals.urls", "deals.desk_urls", "deals.intake.urls", "winback.urls"]

urlpatterns = [
    path("health/", health.health, name="health"),
    *[path("", include(screen)) for screen in SCREENS if find_spec(screen)],
]
