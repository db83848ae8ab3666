"""The stages of a deal in their order, as HTML; each but the one it is in is a button that moves it there."""

from __future__ import annotations

from typing import TYPE_CHECKING

from django.urls import reverse
from django.utils.html import escape
from django.utils.safestring import SafeString
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from deals.templatetags.words import day

if TYPE_CHECKING:
    from collections.abc import Iterable

    from deals.models import Deal
    from deals.stages_of_deal import Step


def path_html(deal: Deal, path: Iterable[Step], csrf_token: str) -> SafeString:
    """``path``: see :func:`deals.stages_of_deal.path_of`."""
    form = f'<form method="post" action="{reverse("deal-stage", args=[deal.pk])}" hx-boost="true">'
    form += f'<input type="hidden" name="csrfmiddlewaretoken" value="{escape(csrf_token)}"><input type="hidden" name="from" value="{deal.stage_id}">'
    made = "".join(_here(deal, step) if step.now else _there(step, form) for step in path)
    return SafeString(f'<ol class="path" aria-label="{escape(_("Stages of the deal"))}">{made}</ol>')


def _here(deal: Deal, step: Step) -> str:
    days = ngettext("%(n)s d", "%(n)s d", step.days) % {"n": step.days}
    since = day(deal.closed_on) if deal.closed_on else days
    words = f"{escape(step.name)} · {escape(since)}"
    return f'<li class="now {escape(deal.status)}"><span class="at" aria-current="step">{words}</span></li>'


def _there(step: Step, form: str) -> str:
    name = escape(step.name)
    title = _("Move to %(stage)s") % {"stage": name}
    words = f'<span class="visually-hidden">{escape(_("Move to"))} </span>{name}'
    button = f'<button name="stage" value="{step.pk}" title="{title}">{words}</button>'
    return f'<li class="{"done" if step.done else ""}">{form}{button}</form></li>'
