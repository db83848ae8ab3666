"""Routes of people, teams and notices; of allauth only what Salvor uses: there is no sign-up and no address book."""

from allauth.account import views as allauth
from django.urls import path, re_path

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
]
