"""Routes of winback."""

from django.urls import path

from winback.views import decline_requests, declines, losses, many_losses, reasons

urlpatterns = [
    path("deals/bulk/lost/", many_losses.lose_many, name="deals-lost-many"),
    path("deals/<int:pk>/lost/", losses.lose, name="deal-lost"),
    path("deals/<int:pk>/decline/", declines.decline, name="deal-decline"),
    path("deals/<int:pk>/decline/preview/", declines.preview, name="deal-decline-preview"),
    path("declines/<int:pk>/", decline_requests.one, name="decline"),
    path("declines/<int:pk>/approve/", decline_requests.approve, name="decline-approve"),
    path("declines/<int:pk>/refuse/", decline_requests.refuse, name="decline-refuse"),
    path("declines/<int:pk>/withdraw/", decline_requests.withdraw, name="decline-withdraw"),
    path("declines/<int:pk>/said/", decline_requests.said, name="decline-said"),
    path("deals/<int:pk>/losses/", losses.losses, name="deal-losses"),
    path("settings/loss-reasons/", reasons.reasons, name="loss-reasons"),
    path("settings/loss-reasons/new/", reasons.new, name="loss-reason-new"),
    path("settings/loss-reasons/<int:pk>/", reasons.edit, name="loss-reason"),
    path("settings/loss-reasons/<int:pk>/order/", reasons.order, name="loss-reason-order"),
    path("settings/loss-reasons/<int:pk>/retire/", reasons.retire, name="loss-reason-retire"),
    path("settings/loss-reasons/<int:pk>/again/", reasons.again, name="loss-reason-again"),
]
