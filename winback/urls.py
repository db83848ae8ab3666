"""Routes of winback."""

from django.urls import path

from winback.views import losses, many_losses, reasons

urlpatterns = [
    path("deals/bulk/lost/", many_losses.lose_many, name="deals-lost-many"),
    path("deals/<int:pk>/lost/", losses.lose, name="deal-lost"),
    path("deals/<int:pk>/losses/", losses.losses, name="deal-losses"),
    path("settings/loss-reasons/", reasons.reasons, name="loss-reasons"),
    path("settings/loss-reasons/new/", reasons.new, name="loss-reason-new"),
    path("settings/loss-reasons/<int:pk>/", reasons.edit, name="loss-reason"),
    path("settings/loss-reasons/<int:pk>/order/", reasons.order, name="loss-reason-order"),
    path("settings/loss-reasons/<int:pk>/retire/", reasons.retire, name="loss-reason-retire"),
    path("settings/loss-reasons/<int:pk>/again/", reasons.again, name="loss-reason-again"),
]
