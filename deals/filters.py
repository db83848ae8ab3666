"""Which deals: the one definition of filters, for the list, the board, the risk desk and the export. It lives in the URL."""

from __future__ import annotations

from datetime import date, timedelta
from decimal import Decimal
from functools import cached_property
from typing import TYPE_CHECKING, Any

import django_filters
from django import forms
from django.db.models import Q
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from accounts.models import Team, User
from accounts.sight import parents_of_teams, subtree
from deals.filter_fields import NAMED, NamedChoiceFilter, look_up, tell
from deals.models import Deal, Pipeline, Product, RiskSignal, SavedView, Severity, Stage
from deals.risk.sentences import RULE_NAMES
from deals.templatetags.words import day, money

if TYPE_CHECKING:
    from collections.abc import Collection

    from django.db.models import QuerySet
    from django.http import QueryDict

    from accounts.requests import PersonRequest
    from deals.querysets import DealQuerySet

STATES = [
    ("open", _("Open deals alone")),
    ("inquiry", _("Inquiries alone")),
    ("won", _("Won")),
    ("lost", _("Lost")),
    ("all", _("All there ever were")),
]
# Deals that are closed, or may be.
CLOSED_STATES = frozenset({"won", "lost", "all"})
CLOSING = [
    ("passed", _("Close date passed")),
    ("month", _("Closing this month")),
    ("quarter", _("Closing this quarter")),
    ("next_quarter", _("Closing next quarter")),
    ("none", _("No close date")),
]
# What the URL carries besides the filters: order, columns, page, tab of the desk, the saved view, and "count it now".
NO_FILTERS = frozenset({"sort", "page", "cols", "by", "view", "count", "format", "screen"})
# Asked of one raised signal together: a deal fits that has one of this rule, this severity and this responsible.
OF_SIGNALS = ("signal", "severity", "person", "older")
# What addresses of before called them.
OLD_NAMES = {"rule": "signal", "text": "q"}
NOBODY = "nobody"
# What is known of a stage that is asked for.
NAMED_STAGE = (*NAMED, "pipeline_id")
# What is known of the saved view an address names.
VIEW = ("id", "name", "screen", "query", "owner_id", "sharing", "team_id")


def teams(request: PersonRequest) -> QuerySet[Team]:
    return Team.objects.visible_to(request.user).order_by("name")


def people(request: PersonRequest) -> QuerySet[User]:
    return User.objects.visible_to(request.user).order_by("name")


def stages(_request: PersonRequest) -> QuerySet[Stage]:
    """The stages of pipelines in use; a retired one is offered nowhere."""
    return Stage.objects.filter(retired_at__isnull=True, pipeline__retired_at__isnull=True).select_related("pipeline")


def as_named_now(query: QueryDict) -> QueryDict:
    """An address with the names of today: links of before keep working. A NUL, which no text can hold, is asked for nowhere."""
    for name in ("q", "text"):
        if "\x00" in "".join(query.getlist(name)):
            query = query.copy()
            query.setlist(name, [value.replace("\x00", "") for value in query.getlist(name)])
    if not (OLD_NAMES.keys() & query.keys() or query.get("person") == "0"):
        return query
    renamed = query.copy()
    for old, new in OLD_NAMES.items():
        for value in renamed.pop(old, [])[-1:]:
            renamed.setdefault(new, value)
    if renamed.get("person") == "0":
        renamed["person"] = NOBODY
    return renamed


def asks_for_nothing(query: QueryDict, *, mine: bool, besides: Collection[str] = ()) -> bool:
    """Whether no deal is filtered away. ``mine``: one's own are what is to be seen; ``besides``: what filters nothing on this page."""
    return not {name for name, value in query.items() if value} - NO_FILTERS - {*besides} - ({"owner"} if mine else set())


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
    """Filters of deals, over those its request's person may see."""

    q = django_filters.CharFilter(label=_("Name, account or person"), method="by_text", max_length=100)
    state = django_filters.ChoiceFilter(label=_("State"), choices=STATES, empty_label=_("Open deals and inquiries"), method="by_state")
    owner = NamedChoiceFilter(label=_("Owner"), queryset=people, empty_label=_("Anybody"), null_label=_("Nobody"), null_value=NOBODY)
    team = NamedChoiceFilter(label=_("Team, with all below"), queryset=teams, empty_label=_("Any team"), method="by_team")
    pipeline = NamedChoiceFilter(label=_("Pipeline"), queryset=Pipeline.objects.filter(retired_at__isnull=True), empty_label=_("Any pipeline"))
    stage = NamedChoiceFilter(label=_("Stage"), queryset=stages, empty_label=_("Any stage"))
    signal = django_filters.ChoiceFilter(label=_("Signal"), choices=list(RULE_NAMES.items()), empty_label=_("Any or none"))
    severity = django_filters.ChoiceFilter(
        label=_("Severity, at least"), choices=[(str(level.value), level.label) for level in Severity], empty_label=_("Any")
    )
    person = NamedChoiceFilter(label=_("Waits for"), queryset=people, empty_label=_("Anybody or nobody"), null_label=_("Nobody"), null_value=NOBODY)
    product = NamedChoiceFilter(label=_("Product"), queryset=Product.objects.order_by("name"), empty_label=_("Any product"))
    value_from = django_filters.NumberFilter(label=_("Value from"), field_name="value", lookup_expr="gte", min_value=0, max_digits=14)
    value_to = django_filters.NumberFilter(label=_("Value to"), field_name="value", lookup_expr="lte", min_value=0, max_digits=14)
    currency = django_filters.CharFilter(label=_("Currency"), max_length=3, method="by_currency")
    source = django_filters.ChoiceFilter(label=_("Source"), choices=Deal.Source.choices, empty_label=_("Any source"))
    closing = django_filters.ChoiceFilter(label=_("Close"), choices=CLOSING, empty_label=_("Any time"), method="by_closing")
    close_from = day_field(label=_("Close from"), field_name="expected_close_on", lookup_expr="gte")
    close_to = day_field(label=_("Close to"), field_name="expected_close_on", lookup_expr="lte")
    opened_from = day_field(label=_("Opened from"), field_name="opened_on", lookup_expr="gte")
    opened_to = day_field(label=_("Opened to"), field_name="opened_on", lookup_expr="lte")
    no_account = django_filters.BooleanFilter(
        label=_("No account yet"), field_name="account", lookup_expr="isnull", widget=forms.CheckboxInput, method="by_no_account"
    )

    older = django_filters.BooleanFilter(label=_("Older than any deal you have won"), widget=forms.CheckboxInput)

    class Meta:
        model = Deal
        fields: list[str] = []

    # The saved view the address names; None where it names none, or one that is not for this person.
    view: SavedView | None = None

    def __init__(self, data: QueryDict, *, request: PersonRequest, whole: bool = False) -> None:
        """``whole``: with every field, to be shown as a form. Otherwise only what is asked for is made: making all takes a while."""
        if not whole:
            self.base_filters: dict[str, django_filters.Filter] = {name: one for name, one in self.base_filters.items() if data.get(name)}
        super().__init__(data, queryset=Deal.objects.none(), request=request)

    @property
    def form(self) -> forms.Form:
        """The form; what it names by id is looked up at once, the saved view with it."""
        if not hasattr(self, "_form"):
            form: forms.Form = super().form
            choices = {name: form.fields[name].queryset for name, kind in self.filters.items() if isinstance(kind, NamedChoiceFilter)}  # type: ignore[attr-defined] # a choice among rows
            asked: dict[str, tuple[QuerySet[Any], str, tuple[str, ...]]] = {
                name: (rows, self.data[name], NAMED_STAGE if rows.model is Stage else NAMED) for name, rows in choices.items() if self.data.get(name)
            }
            if self.data.get("view"):
                asked["view"] = (SavedView.objects.visible_to(self.request.user), self.data["view"], VIEW)
            found = look_up(asked, self.request.user)
            view = found.pop("view", None)
            self.view = view if isinstance(view, SavedView) else None
            tell(form, self.data, found)
        return super().form  # type: ignore[no-any-return] # the library is not typed

    @cached_property
    def given(self) -> dict[str, Any]:
        """What is asked for, by its name in the URL; what could not be understood is not in it."""
        form = self.form
        form.is_valid()  # which fills what is understood
        return {name: value for name, value in form.cleaned_data.items() if value not in (None, "", False)}

    @cached_property
    def qs(self) -> DealQuerySet:
        """The deals the person may see of those that are asked for."""
        return self.filter_queryset(Deal.objects.visible_to(self.request.user))

    def filter_queryset(self, queryset: DealQuerySet) -> DealQuerySet:
        """Watched deals, unless a state is asked for."""
        found = self.with_signals(self.of_deals(queryset))
        return found if "state" in self.given else found.watched()

    def of_deals(self, queryset: DealQuerySet, *, names: Collection[str] | None = None) -> DealQuerySet:
        """What the deals themselves must be; ``names``: of these filters alone."""
        for name, value in self.given.items():
            if name not in OF_SIGNALS and (names is None or name in names):
                queryset = self.filters[name].filter(queryset, value)
        return queryset

    def with_signals(self, queryset: DealQuerySet) -> DealQuerySet:
        """What must be raised on them."""
        if self.asks_of_signals:
            return queryset.filter(pk__in=RiskSignal.objects.filter(self.signal_terms(), state=RiskSignal.State.RAISED).values("deal_id"))
        return queryset.filter(risk__worst_severity__gte=self.given["severity"]) if "severity" in self.given else queryset

    @property
    def asks_for_closed(self) -> bool:
        return self.given.get("state") in CLOSED_STATES

    @property
    def key(self) -> list[tuple[str, str]]:
        """What is asked for as plain words: the same for the same question."""
        return sorted((name, str(getattr(value, "pk", value))) for name, value in self.given.items())

    @property
    def asks_of_deals(self) -> bool:
        return bool(self.given.keys() - set(OF_SIGNALS))

    @property
    def of_signals(self) -> bool:
        """Whether only deals with a raised signal can fit."""
        return bool(self.given.keys() & set(OF_SIGNALS))

    @property
    def asks_of_signals(self) -> bool:
        """Whether more is asked of the signals than their severity, which the deal itself knows."""
        return bool(self.given.keys() & {"signal", "person", "older"})

    def signal_terms(self, relation: str = "", *, without: str = "") -> Q:
        """What one signal must be; ``relation`` is the way to it ("signals__"), ``without`` the one that is not asked."""
        given = {name: value for name, value in self.given.items() if name != without}
        terms = Q()
        if "person" in given:
            terms &= Q(**{f"{relation}responsible": None if given["person"] == NOBODY else given["person"]})
        if "signal" in given:
            terms &= Q(**{f"{relation}rule": given["signal"]})
        if "severity" in given:
            terms &= Q(**{f"{relation}severity__gte": given["severity"]})
        if "older" in given:
            terms &= Q(**{f"{relation}rule": "stage_overdue", f"{relation}facts__contains": {"older_than_any_won": True}})
        return terms

    def by_text(self, queryset: DealQuerySet, _name: str, value: str) -> DealQuerySet:
        return queryset.named(value)

    def by_state(self, queryset: DealQuerySet, _name: str, value: str) -> DealQuerySet:
        return queryset if value == "all" else queryset.filter(status=value)

    def by_team(self, queryset: DealQuerySet, _name: str, team: Team) -> DealQuerySet:
        return queryset.filter(team_id__in=self.teams_below(team))

    def teams_below(self, team: Team) -> set[int]:
        """The ids of a team and of all below it."""
        return subtree({team.pk}, parents_of_teams(self.request.user).items())

    def by_no_account(self, queryset: DealQuerySet, _name: str, value: bool) -> DealQuerySet:
        return queryset.filter(account__isnull=True) if value else queryset

    def by_currency(self, queryset: DealQuerySet, _name: str, value: str) -> DealQuerySet:
        return queryset.filter(currency=value.upper())

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
        said = [(name, str(self.filters[name].label), self._words(name, value)) for name, value in self.given.items()]
        # "Closing next quarter" needs no label before it.
        return [(name, words, "") if name == "closing" else (name, label, words) for name, label, words in said]

    def _words(self, name: str, value: Any) -> str:
        if value is True:
            return ""
        if name == "q":
            return f"“{value}”"
        if value == NOBODY:
            return str(_("Nobody"))
        if isinstance(value, date):
            return day(value)
        if isinstance(value, Decimal):
            return money(value)
        choices = dict(getattr(self.form.fields[name], "choices", ())) if not hasattr(value, "pk") else {}
        return str(choices.get(value, choices.get(str(value), value)))
