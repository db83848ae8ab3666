"""Which deals: one set of filters for the list, and for every view of deals to come. It lives in the URL."""

from __future__ import annotations

from datetime import date, timedelta
from typing import TYPE_CHECKING, Any

import django_filters
from django import forms
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from accounts.models import Team, User
from accounts.sight import subtree
from deals.models import Deal, Pipeline, Product, RiskSignal, Severity, Stage
from deals.risk.sentences import RULE_NAMES

if TYPE_CHECKING:
    from django.db.models import QuerySet

    from accounts.requests import PersonRequest
    from deals.querysets import DealQuerySet

STATES = [
    ("open", _("Open deals alone")),
    ("inquiry", _("Inquiries alone")),
    ("won", _("Won")),
    ("lost", _("Lost")),
    ("all", _("All there ever were")),
]
CLOSING = [
    ("passed", _("Close date passed")),
    ("month", _("Closing this month")),
    ("quarter", _("Closing this quarter")),
    ("next_quarter", _("Closing next quarter")),
    ("none", _("No close date")),
]
# What the URL carries besides the filters.
NO_FILTERS = frozenset({"sort", "page"})


def teams(request: PersonRequest) -> QuerySet[Team]:
    return Team.objects.visible_to(request.user).order_by("name")


def people(request: PersonRequest) -> QuerySet[User]:
    return User.objects.visible_to(request.user).order_by("name")


def quarter(day: date, ahead: int = 0) -> tuple[date, date]:
    """The first and the last day of the quarter ``day`` lies in, or of one ``ahead``."""
    number = day.year * 4 + (day.month - 1) // 3 + ahead
    first = date(number // 4, number % 4 * 3 + 1, 1)
    number += 1
    return first, date(number // 4, number % 4 * 3 + 1, 1) - timedelta(days=1)


def month(day: date) -> tuple[date, date]:
    first = day.replace(day=1)
    return first, (first + timedelta(days=32)).replace(day=1) - timedelta(days=1)


def day_field(**options: Any) -> django_filters.DateFilter:
    return django_filters.DateFilter(widget=forms.DateInput(attrs={"type": "date"}), **options)


class DealFilter(django_filters.FilterSet):  # type: ignore[misc] # the library is not typed
    """Filters of deals. The queryset it is given must be of ``visible_to``."""

    q = django_filters.CharFilter(label=_("Name, account or person"), method="by_text")
    state = django_filters.ChoiceFilter(label=_("State"), choices=STATES, empty_label=_("Open deals and inquiries"), method="by_state")
    owner = django_filters.ModelChoiceFilter(label=_("Owner"), queryset=people, empty_label=_("Anybody"), null_label=_("Nobody"), null_value="nobody")
    team = django_filters.ModelChoiceFilter(label=_("Team, with all below"), queryset=teams, empty_label=_("Any team"), method="by_team")
    pipeline = django_filters.ModelChoiceFilter(label=_("Pipeline"), queryset=Pipeline.objects.all(), empty_label=_("Any pipeline"))
    stage = django_filters.ModelChoiceFilter(label=_("Stage"), queryset=Stage.objects.select_related("pipeline"), empty_label=_("Any stage"))
    signal = django_filters.ChoiceFilter(label=_("Signal"), choices=list(RULE_NAMES.items()), empty_label=_("Any or none"), method="by_signal")
    severity = django_filters.ChoiceFilter(
        label=_("Severity, at least"),
        choices=[(level.value, level.label) for level in Severity],
        empty_label=_("Any"),
        field_name="worst_severity",
        lookup_expr="gte",
    )
    product = django_filters.ModelChoiceFilter(label=_("Product"), queryset=Product.objects.order_by("name"), empty_label=_("Any product"))
    value_from = django_filters.NumberFilter(label=_("Value from"), field_name="value", lookup_expr="gte", min_value=0, max_digits=14)
    value_to = django_filters.NumberFilter(label=_("Value to"), field_name="value", lookup_expr="lte", min_value=0, max_digits=14)
    source = django_filters.ChoiceFilter(label=_("Source"), choices=Deal.Source.choices, empty_label=_("Any source"))
    closing = django_filters.ChoiceFilter(label=_("Close"), choices=CLOSING, empty_label=_("Any time"), method="by_closing")
    close_from = day_field(label=_("Close from"), field_name="expected_close_on", lookup_expr="gte")
    close_to = day_field(label=_("Close to"), field_name="expected_close_on", lookup_expr="lte")
    opened_from = day_field(label=_("Opened from"), field_name="opened_on", lookup_expr="gte")
    opened_to = day_field(label=_("Opened to"), field_name="opened_on", lookup_expr="lte")
    no_account = django_filters.BooleanFilter(
        label=_("No account yet"), field_name="account", lookup_expr="isnull", widget=forms.CheckboxInput, method="by_no_account"
    )

    class Meta:
        model = Deal
        fields: list[str] = []

    def filter_queryset(self, queryset: DealQuerySet) -> DealQuerySet:
        """Watched deals, unless a state is asked for."""
        found: DealQuerySet = super().filter_queryset(queryset)
        return found if self.form.cleaned_data.get("state") else found.watched()

    def by_text(self, queryset: DealQuerySet, _name: str, value: str) -> DealQuerySet:
        return queryset.named(value)

    def by_state(self, queryset: DealQuerySet, _name: str, value: str) -> DealQuerySet:
        return queryset if value == "all" else queryset.filter(status=value)

    def by_team(self, queryset: DealQuerySet, _name: str, team: Team) -> DealQuerySet:
        return queryset.filter(team_id__in=subtree({team.pk}, Team.objects.values_list("pk", "parent_id")))

    def by_signal(self, queryset: DealQuerySet, _name: str, rule: str) -> DealQuerySet:
        return queryset.filter(pk__in=RiskSignal.objects.filter(state=RiskSignal.State.RAISED, rule=rule).values("deal_id"))

    def by_no_account(self, queryset: DealQuerySet, _name: str, value: bool) -> DealQuerySet:
        return queryset.filter(account__isnull=True) if value else queryset

    def by_closing(self, queryset: DealQuerySet, _name: str, value: str) -> DealQuerySet:
        today = timezone.localdate()
        if value == "none":
            return queryset.filter(expected_close_on__isnull=True)
        if value == "passed":
            return queryset.filter(expected_close_on__lt=today)
        span = month(today) if value == "month" else quarter(today, 1 if value == "next_quarter" else 0)
        return queryset.filter(expected_close_on__range=span)

    def in_words(self) -> list[tuple[str, str, str]]:
        """What is asked for, each as (name in the URL, label, value in words)."""
        found: list[tuple[str, str, str]] = []
        for name, value in self.form.cleaned_data.items():
            if value in (None, "", False):
                continue
            found.append((name, str(self.filters[name].label), self._words(name, value)))
        return found

    def _words(self, name: str, value: Any) -> str:
        if value is True:
            return str(_("yes"))
        if value == "nobody":
            return str(_("Nobody"))
        choices = dict(getattr(self.form.fields[name], "choices", ())) if not hasattr(value, "pk") else {}
        return str(choices.get(value, choices.get(str(value), value)))
