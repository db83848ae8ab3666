"""Routes of one's own profile."""

from django.urls import path

from accounts.views import profile

urlpatterns = [
    path("", profile.profile, name="profile"),
    path("hours/", profile.hours, name="profile-hours"),
    path("notices/", profile.notices, name="profile-notices"),
    path("sessions/", profile.sessions, name="profile-sessions"),
    path("sessions/end-others/", profile.end_others, name="profile-sessions-end-others"),
    path("sessions/<int:pk>/end/", profile.end_one, name="profile-session-end"),
]
