"""Routes of calendars: those that are read, one's own, and the meetings of deals."""

from django.urls import path

from deals.views import meeting_asked, meeting_outcomes, meetings, own_calendars

urlpatterns = [
    path("profile/calendars/", own_calendars.calendars, name="profile-calendars"),
    path("profile/calendars/file/", own_calendars.file, name="profile-calendar-file"),
    path("profile/calendars/own/", own_calendars.make, name="own-calendar-make"),
    path("profile/calendars/own/revoke/", own_calendars.revoke, name="own-calendar-revoke"),
    path("profile/calendars/<int:pk>/pause/", own_calendars.pause, name="profile-calendar-pause"),
    path("profile/calendars/<int:pk>/again/", own_calendars.again, name="profile-calendar-again"),
    path("profile/calendars/<int:pk>/remove/", own_calendars.remove, name="profile-calendar-remove"),
    path("calendar/<str:token>.ics", own_calendars.feed, name="own-calendar"),
    path("meetings/<int:pk>/", meetings.meeting, name="meeting"),
    path("meetings/said/<int:pk>/", meeting_outcomes.said, name="meeting-said"),
    path("meetings/said/<int:pk>/apology/", meeting_outcomes.apology, name="meeting-apology"),
    path("meetings/said/<int:pk>/apology/remove/", meeting_outcomes.apology_remove, name="meeting-apology-remove"),
    path("meetings/said/<int:pk>/new-date/", meeting_outcomes.new_date, name="meeting-new-date"),
    path("went/<str:token>/", meeting_asked.asked, name="meeting-asked"),
    path("meetings/doubts/<int:pk>/", meetings.doubt, name="meeting-doubt"),
]
