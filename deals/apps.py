from django.apps import AppConfig
from django.utils.translation import gettext_lazy as _


class DealsConfig(AppConfig):
    name = "deals"
    label = "deals"
    verbose_name = _("Deals and their risks")

    def ready(self) -> None:
        from django.db.models.signals import post_migrate

        from deals import money, notice_kinds
        from deals.services import calendars, customers, leaving, presence  # noqa: F401 - the others connect themselves

        notice_kinds.register_kinds()
        leaving.register_holdings()
        post_migrate.connect(money.keep_base_currency, sender=self)
