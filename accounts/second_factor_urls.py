"""Routes of the second step at log-in: allauth's views with Salvor's pages; what is not used has no route."""

from allauth.mfa.base import views as base
from allauth.mfa.recovery_codes import views as recovery_codes
from allauth.mfa.totp import views as totp
from allauth.mfa.webauthn import views as passkeys
from django.contrib.auth.decorators import login_not_required
from django.urls import path, reverse_lazy

from accounts.views.passkeys import RemovePasskeyView

INDEX = reverse_lazy("mfa_index")

urlpatterns = [
    path("", base.index, name="mfa_index"),
    # Between the password and being in nobody is logged in yet; the views look for the log-in that was begun.
    path("authenticate/", login_not_required(base.authenticate), name="mfa_authenticate"),
    path("reauthenticate/", base.reauthenticate, name="mfa_reauthenticate"),
    path("app/", totp.activate_totp, name="mfa_activate_totp"),
    path("app/remove/", totp.deactivate_totp, name="mfa_deactivate_totp"),
    path("recovery-codes/", recovery_codes.view_recovery_codes, name="mfa_view_recovery_codes"),
    path("recovery-codes/new/", recovery_codes.generate_recovery_codes, name="mfa_generate_recovery_codes"),
    path("recovery-codes/download/", recovery_codes.download_recovery_codes, name="mfa_download_recovery_codes"),
    path("passkeys/add/", passkeys.add_webauthn, name="mfa_add_webauthn"),
    path("passkeys/reauthenticate/", passkeys.reauthenticate_webauthn, name="mfa_reauthenticate_webauthn"),
    path("passkeys/log-in/", login_not_required(passkeys.login_webauthn), name="mfa_login_webauthn"),
    path("passkeys/<int:pk>/", passkeys.EditWebAuthnView.as_view(success_url=INDEX), name="mfa_edit_webauthn"),
    path("passkeys/<int:pk>/remove/", RemovePasskeyView.as_view(success_url=INDEX), name="mfa_remove_webauthn"),
]
