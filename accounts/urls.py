"""Routes of people, teams and notices; of allauth only what Salvor uses: there is no sign-up and no address book."""

from allauth.account import views as allauth
from django.urls import include, path, re_path

from accounts.views import leaving, notices, people, presence, teams

urlpatterns = [
    path("account/login/", allauth.login, name="account_login"),
    path("account/logout/", allauth.logout, name="account_logout"),
    path("account/password/change/", allauth.password_change, name="account_change_password"),
    path("account/password/reset/", allauth.password_reset, name="account_reset_password"),
    path("account/password/reset/done/", allauth.password_reset_done, name="account_reset_password_done"),
    re_path(
        r"^account/password/reset/key/(?P<uidb36>[0-9A-Za-z]+)-(?P<key>.+)/$",
        allauth.password_reset_from_key,
        name="account_reset_password_from_key",
    ),
    path("account/password/reset/key/done/", allauth.password_reset_from_key_done, name="account_reset_password_from_key_done"),
    path("account/reauthenticate/", allauth.reauthenticate, name="account_reauthenticate"),
    path("account/2fa/", include("accounts.second_factor_urls")),
    path("profile/", include("accounts.profile_urls")),
    # under the bell
    path("notices/", notices.notices, name="notices"),
    path("notices/panel/", notices.panel, name="notices-panel"),
    path("notices/<int:pk>/go/", notices.go, name="notice-go"),
    path("notices/read/", notices.notices_read, name="notices-read"),
    # people
    path("people/", people.people, name="people"),
    path("people/invite/", people.person_invite, name="person-invite"),
    path("people/<int:pk>/", people.person, name="person"),
    path("people/<int:pk>/edit/", people.person_edit, name="person-edit"),
    path("people/<int:pk>/invite/", people.person_invite_again, name="person-invite-again"),
    path("people/<int:pk>/role/", people.person_role, name="person-role"),
    path("people/<int:pk>/suspend/", people.person_suspend, name="person-suspend"),
    path("people/<int:pk>/second-factor/off/", people.person_second_factor_off, name="person-second-factor-off"),
    path("people/<int:pk>/readmit/", people.person_readmit, name="person-readmit"),
    path("people/<int:pk>/away/", presence.absence_new, name="absence-new"),
    path("people/<int:pk>/departure/", leaving.departure, name="departure"),
    path("people/<int:pk>/departure/holdings/", leaving.holdings, name="departure-holdings"),
    path("people/<int:pk>/departure/plan/", leaving.plan, name="departure-plan"),
    path("people/<int:pk>/departure/done/", leaving.done, name="departure-done"),
    path("people/<int:pk>/departure/cancel/", leaving.departure_cancel, name="departure-cancel"),
    path("absences/<int:pk>/", presence.absence_edit, name="absence"),
    path("absences/<int:pk>/cancel/", presence.absence_cancel, name="absence-cancel"),
    # teams and their working hours
    path("teams/", teams.team_list, name="teams"),
    path("teams/new/", teams.team_new, name="team-new"),
    path("teams/<int:pk>/", teams.team_edit, name="team"),
    path("teams/<int:pk>/remove/", teams.team_remove, name="team-remove"),
    path("calendars/", teams.calendar_list, name="calendars"),
    path("calendars/new/", teams.calendar_new, name="calendar-new"),
    path("calendars/<int:pk>/", teams.calendar_edit, name="calendar"),
    path("calendars/<int:pk>/remove/", teams.calendar_remove, name="calendar-remove"),
    path("calendars/<int:pk>/days/", teams.calendar_day_new, name="calendar-day-new"),
    path("calendar-days/<int:pk>/remove/", teams.calendar_day_remove, name="calendar-day-remove"),
]
