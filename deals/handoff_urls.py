"""Routes of handing deals over."""

from __future__ import annotations

from django.urls import path

from deals.views import handoffs

urlpatterns = [
    path("deals/<int:pk>/hand-over/", handoffs.hand_over, name="deal-hand-over"),
    path("deals/<int:pk>/hand-over/people/", handoffs.people, name="deal-hand-over-people"),
    path("deals/<int:pk>/hand-over/preview/", handoffs.preview, name="deal-hand-over-preview"),
    path("handoffs/<int:pk>/", handoffs.handoff, name="handoff"),
    path("handoffs/<int:pk>/accept/", handoffs.accept, name="handoff-accept"),
    path("handoffs/<int:pk>/decline/", handoffs.decline, name="handoff-decline"),
    path("handoffs/<int:pk>/withdraw/", handoffs.withdraw, name="handoff-withdraw"),
]
