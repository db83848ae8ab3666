"""Template filters and tags that turn facts into words: amounts, moments, severities, people, icons, bars.

A builtin library: every template has it. Everything is escaped through ``format_html``; no tag writes a style.
"""

from __future__ import annotations

from datetime import date, datetime, timedelta
from decimal import Decimal, InvalidOperation
from typing import TYPE_CHECKING, Any

from django import template
from django.conf import settings
from django.forms import Select
from django.template.defaultfilters import date as date_filter
from django.templatetags.static import static
from django.utils import timezone
from django.utils.formats import number_format
from django.utils.html import format_html
from django.utils.safestring import SafeString
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, ngettext

from deals.models.signals import Severity

if TYPE_CHECKING:
    from django.forms.boundfield import BoundField

    from accounts.models import Contact, User

register = template.Library()

ICONS = "vendor/lucide-1.62.0/icons.svg"
SEVERITY_CLASSES = {0: "ok", Severity.LOW: "low", Severity.MEDIUM: "medium", Severity.HIGH: "high", Severity.CRITICAL: "critical"}
NOTHING = "\N{EN DASH}"
SPELLED = [
    gettext_lazy("none"),
    gettext_lazy("one"),
    gettext_lazy("two"),
    gettext_lazy("three"),
    gettext_lazy("four"),
    gettext_lazy("five"),
    gettext_lazy("six"),
    gettext_lazy("seven"),
    gettext_lazy("eight"),
    gettext_lazy("nine"),
    gettext_lazy("ten"),
    gettext_lazy("eleven"),
    gettext_lazy("twelve"),
    gettext_lazy("thirteen"),
    gettext_lazy("fourteen"),
    gettext_lazy("fifteen"),
    gettext_lazy("sixteen"),
    gettext_lazy("seventeen"),
    gettext_lazy("eighteen"),
    gettext_lazy("nineteen"),
    gettext_lazy("twenty"),
]
# Where the mark of the limit stands on an ageing bar, in percent of its width.
LIMIT_MARK = 60


@register.filter
def money(value: Any, currency: str = "") -> str:
    """``265,000``; cents only where there are some, the currency only where it is not the company's own."""
    if value is None or value == "":
        return NOTHING
    try:
        amount = Decimal(str(value))
    except InvalidOperation:
        return str(value)
    whole = amount == amount.to_integral_value()
    text = number_format(amount, decimal_pos=0 if whole else 2, use_l10n=True, force_grouping=True)
    return f"{currency} {text}" if currency and currency != settings.BASE_CURRENCY else text


@register.filter
def base_money(value: Any) -> str:
    """``USD 265,000``: a sum, with the base currency said."""
    text = money(value)
    return text if text == NOTHING else f"{settings.BASE_CURRENCY} {text}"


@register.filter
def rate(value: Decimal) -> str:
    """``1.0832``: as many decimals as it has, four at least."""
    decimals = max(4, -int(value.normalize().as_tuple().exponent))
    return number_format(value, decimal_pos=min(decimals, 8), use_l10n=True, force_grouping=True)


@register.filter
def count(value: int | None) -> str:
    """``2,473``."""
    return number_format(value or 0, decimal_pos=0, use_l10n=True, force_grouping=True)


@register.filter
def in_fours(value: str) -> str:
    """``ABCD EFGH``: a key or code in groups a person can copy."""
    return " ".join(value[start : start + 4] for start in range(0, len(value), 4))


@register.filter
def spelled(value: int) -> str:
    """Small counts as words: ``eleven``; from twenty-one on in figures."""
    return str(SPELLED[value]) if 0 <= value < len(SPELLED) else count(value)


@register.filter
def capital(value: Any) -> str:
    """The first letter large, the rest as it is."""
    text = str(value)
    return text[:1].upper() + text[1:]


@register.filter
def day(value: date | datetime | None) -> str:
    """``30 April``, with the year where it is another one than this."""
    if value is None:
        return NOTHING
    local = timezone.localtime(value) if isinstance(value, datetime) else value
    return date_filter(local, "j F" if local.year == timezone.localdate().year else "j F Y")


@register.filter
def clock(value: datetime) -> str:
    """``16:30`` in the reader's time zone."""
    return date_filter(timezone.localtime(value), "H:i")


def relative(value: datetime, now: datetime) -> str:
    """A moment in plain words as seen from ``now``: ``just now``, ``12 min ago``, ``today 09:30``, ``in 3 days``, ``20 Feb``."""
    local, here = timezone.localtime(value), timezone.localtime(now)
    away = value - now
    minutes = round(abs(away) / timedelta(minutes=1))
    if minutes < 1:
        return _("just now")
    if minutes < 60:
        return _("in %(n)s min") % {"n": minutes} if away > timedelta(0) else _("%(n)s min ago") % {"n": minutes}
    days = (local.date() - here.date()).days
    words = {0: _("today"), -1: _("yesterday"), 1: _("tomorrow")}
    if days in words:
        return f"{words[days]} {clock(value)}"
    if -15 < days < 0:
        return ngettext("%(n)s day ago", "%(n)s days ago", -days) % {"n": -days}
    if 0 < days < 15:
        return ngettext("in %(n)s day", "in %(n)s days", days) % {"n": days}
    return date_filter(local, "j M" if local.year == here.year else "j M Y")


def timed(value: datetime, words: str) -> SafeString:
    """Words for a moment as a ``<time>`` with the exact one in its title."""
    local = timezone.localtime(value)
    return format_html('<time datetime="{}" title="{}">{}</time>', local.isoformat(timespec="seconds"), date_filter(local, "l j F Y, H:i e"), words)


@register.filter
def ago(value: datetime | date | None) -> SafeString | str:
    """A moment as a ``<time>`` with relative words; the exact one in its title."""
    if value is None:
        return NOTHING
    if not isinstance(value, datetime):
        return format_html('<time datetime="{}" title="{}">{}</time>', value.isoformat(), date_filter(value, "l j F Y"), near_day(value))
    return timed(value, relative(value, timezone.now()))


@register.filter
def ago_short(value: datetime | None) -> SafeString | str:
    """Like ``ago`` for a narrow column: yesterday and tomorrow without the hour, which the title has."""
    if value is None:
        return NOTHING
    now = timezone.now()
    days = (timezone.localtime(value).date() - timezone.localtime(now).date()).days
    near = {-1: _("yesterday"), 1: _("tomorrow")}.get(days) if abs(value - now) >= timedelta(hours=1) else None
    return timed(value, near or relative(value, now))


@register.filter
def moment(value: datetime | None) -> SafeString | str:
    """A moment as a ``<time>`` for a timeline: ``today 09:30``, ``20 Feb 16:30``."""
    if value is None:
        return NOTHING
    local, here = timezone.localtime(value), timezone.localtime()
    days = (local.date() - here.date()).days
    near = {0: _("today"), -1: _("yesterday"), 1: _("tomorrow")}.get(days)
    return timed(value, f"{near or date_filter(local, 'j M' if local.year == here.year else 'j M Y')} {clock(value)}")


def since_day(value: datetime) -> SafeString:
    """The day of a past moment as a ``<time>``: ``today``, ``yesterday``, ``4 Nov``; the exact moment in its title."""
    local, here = timezone.localtime(value), timezone.localtime()
    near = {0: _("today"), 1: _("yesterday")}.get((here.date() - local.date()).days)
    return timed(value, near or date_filter(local, "j M" if local.year == here.year else "j M Y"))


def near_day(value: date) -> str:
    """A day in plain words: ``today``, ``3 days ago``, ``30 Apr``."""
    days = (value - timezone.localdate()).days
    words = {0: _("today"), -1: _("yesterday"), 1: _("tomorrow")}
    if days in words:
        return words[days]
    if -15 < days < 0:
        return ngettext("%(n)s day ago", "%(n)s days ago", -days) % {"n": -days}
    if 0 < days < 15:
        return ngettext("in %(n)s day", "in %(n)s days", days) % {"n": days}
    return date_filter(value, "j M" if value.year == timezone.localdate().year else "j M Y")


@register.simple_tag
def icon(name: str, css: str = "", label: str = "") -> SafeString:
    """A Lucide icon of the sprite. Decoration unless it has a label."""
    spoken = format_html('role="img" aria-label="{}"', label) if label else SafeString('aria-hidden="true"')
    return format_html('<svg class="icon {}" {}><use href="{}#{}"></use></svg>', css, spoken, static(ICONS), name)


@register.filter
def severity_class(value: int) -> str:
    """The CSS class of a severity; ``ok`` for none."""
    return SEVERITY_CLASSES.get(value, "ok")


@register.simple_tag
def severity(value: int) -> SafeString | str:
    """Ring and word, never colour alone. Nothing for no severity."""
    if not value:
        return ""
    return format_html('<span class="sev {}"><i></i>{}</span>', severity_class(value), Severity(value).label)


@register.simple_tag
def signal_chip(value: int, words: str) -> SafeString:
    """A small mark for one signal: ring and words, the severity said for those who cannot see it."""
    return format_html(
        '<span class="chip {}"><i></i><span class="visually-hidden">{}: </span>{}</span>', severity_class(value), Severity(value).label, words
    )


@register.simple_tag
def face(person: User | Contact | None, words: str = "") -> SafeString:
    """A person as a small avatar with the name; nobody is shown too."""
    if person is None:
        nobody = words or _("Nobody yet")
        return format_html('<span class="who"><span class="face nobody" aria-hidden="true">?</span><span class="clip">{}</span></span>', nobody)
    return format_html(
        '<span class="who"><span class="face" aria-hidden="true">{}</span><span class="clip">{}</span></span>', person.initials, words or person.name
    )


@register.simple_tag
def avatar(person: User | Contact, css: str = "") -> SafeString:
    """The initials alone, where the name stands beside it."""
    return format_html('<span class="face {}" aria-hidden="true">{}</span>', css, person.initials)


@register.simple_tag
def bar(share: float, label: str, css: str = "", mark: float | None = None) -> SafeString:
    """A bar as SVG. ``share`` and ``mark`` are parts of the whole width, 0 to 1; ``label`` says it in words."""
    width = f"{max(0.0, min(share, 1.0)) * 100:.1f}%"
    line = format_html('<rect class="mark" x="{}%" width="2" height="9"></rect>', f"{mark * 100:.1f}") if mark is not None else ""
    return format_html(
        '<svg class="bar {}" role="img" aria-label="{}"><rect class="track" y="2" width="100%" height="5" rx="2.5"></rect>'
        '<rect class="fill" y="2" width="{}" height="5" rx="2.5"></rect>{}</svg>',
        css,
        label,
        width,
        line,
    )


@register.simple_tag
def ageing_bar(times: float, label: str) -> SafeString:
    """How much of a limit is used up: ``times`` is 1.0 at the limit, whose mark stands at three fifths."""
    css = "ok" if times < 1 else "low" if times < 1.5 else "medium" if times < 2 else "high"
    return bar(times * LIMIT_MARK / 100, label, css, LIMIT_MARK / 100)


@register.simple_tag(takes_context=True)
def with_query(context: template.Context, **changes: Any) -> str:
    """The page's query string with some parts changed; an empty value takes a part out. Starts with ``?``."""
    query = context["request"].GET.copy()
    for key, value in changes.items():
        query.pop(key, None)
        if value not in (None, ""):
            query[key] = str(value)
    return "?" + str(query.urlencode())


@register.simple_tag(takes_context=True)
def without(context: template.Context, name: str) -> str:
    """The page's query string without one part, from the first page on."""
    return str(with_query(context, **{name: "", "page": ""}))


@register.filter
def dressed(field: BoundField) -> SafeString:
    """A plain form field in Bootstrap's classes."""
    select = isinstance(field.field.widget, Select)
    return field.as_widget(attrs={"class": "form-select" if select else "form-control"})
