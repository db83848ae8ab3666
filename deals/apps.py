from django.apps import AppConfig
from django.utils.translation import gettext_lazy as _


class DealsConfig(AppConfig):
    name = "deals"
    label = "deals"
    verbose_name = _("Deals and their risks")

    def ready(self) -> None:
        from django.db.models.signals import post_migrate

        from deals import money
        from deals.services import presence  # noqa: F401 - connects itself

        post_migrate.connect(money.keep_base_currency, sender=self)
