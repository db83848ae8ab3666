from django.apps import AppConfig
from django.db.models.signals import post_migrate
from django.utils.translation import gettext_lazy as _


class AccountsConfig(AppConfig):
    name = "accounts"
    label = "accounts"
    verbose_name = _("Who is who")

    def ready(self) -> None:
        from accounts import tracking
        from accounts.history_functions import replace_functions
        from accounts.services import leaving, second_factors  # noqa: F401 - second_factors connects itself

        leaving.register_holdings()
        tracking.reads_go_without_context()
        post_migrate.connect(replace_functions, sender=self, dispatch_uid="history_functions")
