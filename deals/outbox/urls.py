"""Routes of the outbox."""

from __future__ import annotations

from django.urls import path

from deals.views import mail_templates, outgoing, writing

urlpatterns = [
    path("deals/<int:pk>/write/", writing.write, name="deal-write"),
    path("deals/<int:pk>/outgoing/", outgoing.on_deal, name="deal-outgoing"),
    path("outbox/<int:pk>/", outgoing.state, name="outgoing-state"),
    path("outbox/<int:pk>/edit/", writing.edit, name="outgoing-edit"),
    path("outbox/<int:pk>/back/", outgoing.back, name="outgoing-back"),
    path("outbox/<int:pk>/settle/", outgoing.settle, name="outgoing-settle"),
    path("profile/mail/", outgoing.mine, name="profile-mail"),
    path("settings/templates/", mail_templates.templates, name="mail-templates"),
    path("settings/templates/new/", mail_templates.new, name="mail-template-new"),
    path("settings/templates/<int:pk>/", mail_templates.edit, name="mail-template"),
    path("settings/templates/<int:pk>/retire/", mail_templates.retire, name="mail-template-retire"),
]
