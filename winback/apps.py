from django.apps import AppConfig
from django.utils.translation import gettext_lazy as _


class WinbackConfig(AppConfig):
    name = "winback"
    label = "winback"
    verbose_name = _("What we do about it")

    def ready(self) -> None:
        from winback import leaving, notice_kinds, receivers  # noqa: F401 - receivers connects itself

        leaving.register_holdings()
        notice_kinds.register_kinds()
