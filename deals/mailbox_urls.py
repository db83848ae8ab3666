"""Routes of mailboxes and of the drop address."""

from django.urls import path

from deals.views import drop, mailbox_consent, mailboxes

urlpatterns = [
    path("profile/mailboxes/", mailboxes.mine, name="mailboxes"),
    path("profile/mailboxes/new/", mailboxes.new, name="mailbox-new"),
    path("settings/mailboxes/", mailboxes.of_teams, name="team-mailboxes"),
    path("settings/mailboxes/new/", mailboxes.new_of_team, name="team-mailbox-new"),
    path("profile/mailboxes/connect/<slug:provider>/", mailbox_consent.connect, name="mailbox-connect"),
    path("settings/mailboxes/connect/<slug:provider>/", mailbox_consent.connect_team, name="team-mailbox-connect"),
    # The redirect URI that operators enter with the provider.
    path("mailboxes/connected/<slug:provider>/", mailbox_consent.connected, name="mailbox-connected"),
    # Mailgun hands whole messages over only where the address ends so.
    path("mail/drop/mime", drop.receive, name="mail-drop"),
    path("mailboxes/<int:pk>/", mailboxes.edit, name="mailbox"),
    path("mailboxes/<int:pk>/connect/<slug:provider>/", mailbox_consent.connect_again, name="mailbox-connect-again"),
    path("mailboxes/<int:pk>/pause/", mailboxes.pause, name="mailbox-pause"),
    path("mailboxes/<int:pk>/again/", mailboxes.again, name="mailbox-again"),
    path("mailboxes/<int:pk>/remove/", mailboxes.remove, name="mailbox-remove"),
]
