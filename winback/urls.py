"""Routes of winback."""

from django.urls import path

from winback.views import losses

urlpatterns = [
    path("deals/<int:pk>/lost/", losses.lose, name="deal-lost"),
    path("deals/<int:pk>/losses/", losses.losses, name="deal-losses"),
]
