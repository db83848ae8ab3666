"""Routes of mailboxes and of the drop address."""

from django.urls import path

from deals.views import drop, mailboxes

urlpatterns = [
    path("profile/mailboxes/", mailboxes.mine, name="mailboxes"),
    path("profile/mailboxes/new/", mailboxes.new, name="mailbox-new"),
    path("settings/mailboxes/", mailboxes.of_teams, name="team-mailboxes"),
    path("settings/mailboxes/new/", mailboxes.new_of_team, name="team-mailbox-new"),
    # Mailgun hands whole messages over only where the address ends so.
    path("mail/drop/mime", drop.receive, name="mail-drop"),
    path("mailboxes/<int:pk>/", mailboxes.edit, name="mailbox"),
    path("mailboxes/<int:pk>/pause/", mailboxes.pause, name="mailbox-pause"),
    path("mailboxes/<int:pk>/again/", mailboxes.again, name="mailbox-again"),
    path("mailboxes/<int:pk>/remove/", mailboxes.remove, name="mailbox-remove"),
]
