"""Template filters and tags that turn facts into words: amounts, moments, severities, people, icons, bars.

A builtin library: every template has it. Everything is escaped through ``format_html``; no tag writes a style.
"""

from __future__ import annotations

from datetime import date, datetime, timedelta, tzinfo
from decimal import Decimal, InvalidOperation
from functools import lru_cache
from typing import TYPE_CHECKING, Any
from urllib.parse import urlencode

from django import template
from django.conf import settings
from django.forms import Select
from django.templatetags.static import static
from django.utils import timezone
from django.utils.formats import number_format
from django.utils.html import conditional_escape, escape, format_html
from django.utils.safestring import SafeString
from django.utils.translation import get_language, gettext_lazy, ngettext
from django.utils.translation import gettext as _

from accounts.models.users import initials
from deals.models.signals import Severity
from deals.templatetags.written import written_day, written_moment, written_number

if TYPE_CHECKING:
    from django.forms.boundfield import BoundField
    from django.http import QueryDict

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
        amount = value if isinstance(value, Decimal) else Decimal(str(value))
    except InvalidOperation:
        return str(value)
    text = written_number(amount, 0 if amount == amount.to_integral_value() else 2)
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
    return written_number(value or 0)


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
    local = timezone.localtime(value).date() if isinstance(value, datetime) else value
    return written_day(local, "j F" if local.year == timezone.localdate().year else "j F Y")


@register.filter
def clock(value: datetime) -> str:
    """``16:30`` in the reader's time zone."""
    return f"{timezone.localtime(value):%H:%M}"


def relative(value: datetime, now: datetime) -> str:
    """A moment in plain words as seen from ``now``: ``just now``, ``12 min ago``, ``today 09:30``, ``in 3 days``, ``20 Feb``."""
    zone = timezone.get_current_timezone()
    return _relative(value.astimezone(zone), now.astimezone(zone))


def _relative(local: datetime, here: datetime) -> str:
    away = local - here
    minutes = round(abs(away) / timedelta(minutes=1))
    if minutes < 1:
        return _("just now")
    if minutes < 60:
        return _("in %(n)s min") % {"n": minutes} if away > timedelta(0) else _("%(n)s min ago") % {"n": minutes}
    today, day = here.date(), local.date()
    near = _near(day, today)
    return f"{near} {local:%H:%M}" if near else _distant(day, today)


def _near(day: date, today: date) -> str:
    """Today, yesterday or tomorrow as a word; empty for every other day."""
    days = (day - today).days
    return _("today") if days == 0 else _("yesterday") if days == -1 else _("tomorrow") if days == 1 else ""


def _distant(day: date, today: date) -> str:
    """A day that is neither today nor beside it: ``3 days ago``, ``30 Apr``."""
    days = (day - today).days
    if -15 < days < 0:
        return ngettext("%(n)s day ago", "%(n)s days ago", -days) % {"n": -days}
    if 0 < days < 15:
        return ngettext("in %(n)s day", "in %(n)s days", days) % {"n": days}
    return _dated(day, today)


def _dated(day: date, today: date) -> str:
    return written_day(day, "j M" if day.year == today.year else "j M Y")


def timed(value: datetime, words: str) -> SafeString:
    """Words for a moment as a ``<time>`` with the exact one in its title."""
    return _timed(timezone.localtime(value), words)


def _timed(local: datetime, words: str) -> SafeString:
    # A moment's own writing needs no escaping; names of months and words might.
    return SafeString(f'<time datetime="{local.isoformat(timespec="seconds")}" title="{escape(written_moment(local))}">{escape(words)}</time>')


@register.filter
def ago(value: datetime | date | None) -> SafeString | str:
    """A moment as a ``<time>`` with relative words; the exact one in its title."""
    if value is None:
        return NOTHING
    if not isinstance(value, datetime):
        return day_seen(value, timezone.localdate(), get_language())
    zone = timezone.get_current_timezone()
    local = value.astimezone(zone)
    return _timed(local, _relative(local, timezone.now().astimezone(zone)))


@register.filter
def ago_short(value: datetime | None) -> SafeString | str:
    """Like ``ago`` for a narrow column: yesterday and tomorrow without the hour, which the title has."""
    if value is None:
        return NOTHING
    zone = timezone.get_current_timezone()
    local, here = value.astimezone(zone), timezone.now().astimezone(zone)
    day, today = local.date(), here.date()
    near = _near(day, today) if day != today and abs(local - here) >= timedelta(hours=1) else ""
    return _timed(local, near or _relative(local, here))


@register.filter
def moment(value: datetime | None) -> SafeString | str:
    """A moment as a ``<time>`` for a timeline: ``today 09:30``, ``20 Feb 16:30``."""
    if value is None:
        return NOTHING
    return moment_on(timezone.localtime(value), timezone.localdate())


def moment_on(local: datetime, today: date) -> SafeString:
    """A moment in the reader's zone, as ``moment`` has it on that day of theirs."""
    return _timed(local, f"{_near(local.date(), today) or _dated(local.date(), today)} {local:%H:%M}")


def since_day(value: datetime) -> SafeString:
    """The day of a past moment as a ``<time>``: ``today``, ``yesterday``, ``4 Nov``; the exact moment in its title."""
    local, today = timezone.localtime(value), timezone.localdate()
    day = local.date()
    return _timed(local, (_near(day, today) if day <= today else "") or _dated(day, today))


# A moment further away than this is neither today nor beside it: what is said of it stays the same all day.
FAR = timedelta(days=2)


@lru_cache(maxsize=4096)
def day_seen(value: date, today: date, _language: str | None) -> SafeString:
    """``ago`` of a day, as seen on another."""
    words = _near(value, today) or _distant(value, today)
    return SafeString(f'<time datetime="{value.isoformat()}" title="{escape(written_day(value, "l j F Y"))}">{escape(words)}</time>')


@lru_cache(maxsize=16384)
def far_moment(value: datetime, zone: tzinfo, today: date, _language: str | None) -> SafeString:
    """``ago`` and ``ago_short`` of a moment more than ``FAR`` away."""
    local = value.astimezone(zone)
    return _timed(local, _distant(local.date(), today))


@lru_cache(maxsize=16384)
def far_day(value: datetime, zone: tzinfo, today: date, _language: str | None) -> SafeString:
    """``since_day`` of a moment more than ``FAR`` ago."""
    local = value.astimezone(zone)
    return _timed(local, _dated(local.date(), today))


@register.simple_tag
def icon(name: str, css: str = "", label: str = "") -> SafeString:
    """A Lucide icon of the sprite. Decoration unless it has a label."""
    return _icon(_sprite(), name, css, str(label))


@lru_cache(maxsize=1)
def _sprite() -> str:
    """The address of the icons, which never changes while the process lives."""
    return static(ICONS)


@lru_cache(maxsize=1024)
def _icon(sprite: str, name: str, css: str, label: str) -> SafeString:
    spoken = format_html('role="img" aria-label="{}"', label) if label else SafeString('aria-hidden="true"')
    return format_html('<svg class="icon {}" {}><use href="{}#{}"></use></svg>', css, spoken, sprite, name)


@register.filter
def key(value: object) -> str:
    """An id or a number for a machine to read, in an address, a form or an attribute: never grouped as numbers for people are."""
    return str(value)


@register.filter
def severity_class(value: int) -> str:
    """The CSS class of a severity; ``ok`` for none."""
    return SEVERITY_CLASSES.get(value, "ok")


@register.simple_tag
def severity(value: int) -> SafeString | str:
    """Ring and word, never colour alone. Nothing for no severity."""
    if not value:
        return ""
    return _sev(value, str(Severity(value).label))


@lru_cache(maxsize=64)
def _sev(value: int, words: str) -> SafeString:
    return format_html('<span class="sev {}"><i></i>{}</span>', severity_class(value), words)


@register.simple_tag
def signal_chip(value: int, words: str) -> SafeString:
    """A small mark for one signal: ring and words, the severity said for those who cannot see it."""
    return _chip(value, str(words), get_language())


@lru_cache(maxsize=1024)
def _chip(value: int, words: str, _language: str | None) -> SafeString:
    level = Severity(value).label
    return format_html('<span class="chip {}"><i></i><span class="visually-hidden">{}: </span>{}</span>', severity_class(value), level, words)


@register.simple_tag
def face(person: User | Contact | None, words: str = "") -> SafeString:
    """A person as a small avatar with the name; nobody is shown too."""
    if person is None:
        return _who("face nobody", "?", words or _("Nobody yet"))
    return _who("face", person.initials, words or person.name)


def who(name: str | None) -> SafeString:
    """The same for somebody of whom the name alone is at hand; None is nobody."""
    return _who("face nobody", "?", _("Nobody yet")) if name is None else _who("face", initials(name), name)


def _who(css: str, initials: str, name: str) -> SafeString:
    mark = f'<span class="{css}" aria-hidden="true">{escape(initials)}</span>'
    return SafeString(f'<span class="who">{mark}<span class="clip">{conditional_escape(name)}</span></span>')


@register.simple_tag
def avatar(person: User | Contact, css: str = "") -> SafeString:
    """The initials alone, where the name stands beside it."""
    return format_html('<span class="face {}" aria-hidden="true">{}</span>', css, person.initials)


@register.simple_tag
def bar(share: float, label: str, css: str = "", mark: float | None = None) -> SafeString:
    """A bar as SVG. ``share`` and ``mark`` are parts of the whole width, 0 to 1; ``label`` says it in words."""
    width = f"{max(0.0, min(share, 1.0)) * 100:.1f}%"
    line = f'<rect class="mark" x="{mark * 100:.1f}%" width="2" height="9"></rect>' if mark is not None else ""
    return SafeString(
        f'<svg class="bar {escape(css)}" role="img" aria-label="{conditional_escape(label)}">'
        f'<rect class="track" y="2" width="100%" height="5" rx="2.5"></rect>'
        f'<rect class="fill" y="2" width="{width}" height="5" rx="2.5"></rect>{line}</svg>'
    )


@register.simple_tag
def ageing_bar(times: float, label: str) -> SafeString:
    """How much of a limit is used up: ``times`` is 1.0 at the limit, whose mark stands at three fifths."""
    return _ageing_bar(min(round(times * LIMIT_MARK, 1), 100.0), _over(times), label)


def _over(times: float) -> str:
    return "ok" if times < 1 else "low" if times < 1.5 else "medium" if times < 2 else "high"


@lru_cache(maxsize=8192)
def _ageing_bar(percent: float, css: str, label: str) -> SafeString:
    return bar(percent / 100, label, css, LIMIT_MARK / 100)


@register.simple_tag(takes_context=True)
def with_query(context: template.Context, **changes: Any) -> str:
    """The page's query string with some parts changed; an empty value takes a part out. Starts with ``?``."""
    return changed(context["request"].GET, **changes)


def changed(query: QueryDict, **changes: Any) -> str:
    """The same of a query at hand."""
    parts = [(key, value) for key, values in query.lists() if key not in changes for value in values]
    parts += [(key, str(value)) for key, value in changes.items() if value not in (None, "")]
    return f"?{urlencode(parts)}"


@register.simple_tag(takes_context=True)
def without(context: template.Context, name: str) -> str:
    """The page's query string without one part, from the first page on."""
    return str(with_query(context, **{name: "", "page": ""}))


@register.filter
def dressed(field: BoundField) -> SafeString:
    """A plain form field in Bootstrap's classes."""
    select = isinstance(field.field.widget, Select)
    return field.as_widget(attrs={"class": "form-select" if select else "form-control"})
