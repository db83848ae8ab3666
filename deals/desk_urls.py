"""Routes of the risk desk, of what is done from it, and of the limits behind it."""

from django.urls import path

from deals.views import risk_desk, signals, thresholds

urlpatterns = [
    path("risk/", risk_desk.risk_desk, name="risk-desk"),
    path("signals/<int:pk>/take/", signals.take, name="signal-take"),
    path("signals/<int:pk>/park/", signals.park, name="signal-park"),
    path("signals/<int:pk>/unpark/", signals.unpark, name="signal-unpark"),
    path("deals/<int:pk>/owed/", signals.owed, name="deal-owed"),
    path("deals/<int:pk>/owner/", signals.owner, name="deal-owner"),
    path("settings/thresholds/", thresholds.thresholds, name="thresholds"),
]
