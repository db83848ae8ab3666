"""Every route of Salvor."""

from django.urls import include, path

from config import health

urlpatterns = [
    path("health/", health.health, name="health"),
    path("", include("accounts.urls")),
    path("", include("deals.urls")),
    path("", include("deals.today_urls")),
    path("", include("deals.inbox_urls")),
    path("", include("deals.board_urls")),
    path("", include("deals.desk_urls")),
    path("", include("deals.view_urls")),
    path("", include("deals.customer_urls")),
    path("", include("deals.calendar_urls")),
    path("", include("deals.settings_urls")),
    path("", include("deals.mailbox_urls")),
    path("", include("deals.intake.urls")),
    path("", include("deals.audit.urls")),
    path("", include("winback.urls")),
    path("", include("reports.urls")),
]
