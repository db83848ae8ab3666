"""Routes of what came in: the Inbox, a message's own page, and calls."""

from __future__ import annotations

from django.urls import path

from deals.views import calls, letters, triage

urlpatterns = [
    path("triage/", triage.triage, name="triage"),
    path("triage/undo/", triage.take_back, name="triage-undo"),
    path("triage/<int:pk>/deal/", triage.new_deal, name="triage-deal"),
    path("triage/<int:pk>/attach/", triage.attach, name="triage-attach"),
    path("triage/<int:pk>/deals/", triage.deals, name="triage-deals"),
    path("triage/<int:pk>/not-for-us/", triage.refuse, name="triage-refuse"),
    path("mail/<int:pk>/", letters.mail, name="mail"),
    path("mail/<int:pk>/whole/", letters.whole, name="mail-whole"),
    path("mail/<int:pk>/html/", letters.html, name="mail-html"),
    path("mail/<int:pk>/raw/", letters.raw, name="mail-raw"),
    path("mail/<int:pk>/files/<int:position>/", letters.attachment, name="mail-attachment"),
    path("mail/<int:pk>/images/<int:position>/", letters.image, name="mail-image"),
    path("contacts/<int:pk>/reachable/", letters.works_again, name="contact-reachable"),
    path("call/<int:pk>/", calls.call, name="call"),
    path("log/at-once/", calls.at_once, name="log-at-once"),
]
