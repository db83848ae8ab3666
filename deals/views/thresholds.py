"""The limits of the rules: per stage, per team, for the company."""

from __future__ import annotations

from typing import TYPE_CHECKING

from django.contrib import messages
from django.core.exceptions import PermissionDenied
from django.db import transaction
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils import timezone
from django.utils.http import urlencode
from django.utils.translation import gettext as _
from django.utils.translation import ngettext
from django.views.decorators.http import require_http_methods

from accounts.authority import ORGANISERS, SENIORS
from accounts.models import Role, Team
from accounts.refusals import Refused
from accounts.sight import sight_of
from deals.limit_forms import LimitsForm
from deals.limits import Limits
from deals.models import Pipeline
from deals.services.thresholds import set_threshold

if TYPE_CHECKING:
    from collections.abc import Mapping

    from django.http import HttpResponse

    from accounts.models import User
    from accounts.requests import PersonRequest


@require_http_methods(["GET", "POST"])
def thresholds(request: PersonRequest) -> HttpResponse:
    """What holds for ``?team=`` (empty: the company, for admins) in ``?pipeline=``; managers and admins may change it."""
    may_set = request.user.role in ORGANISERS
    if request.user.role not in SENIORS or (request.method == "POST" and not may_set):
        raise PermissionDenied(_("Limits are set by managers, for their teams."))
    teams = {team.pk: team for team in Team.objects.order_by("name", "pk")}
    offered = [team for pk, team in teams.items() if sight_of(request.user).everything or pk in sight_of(request.user).team_ids]
    team = _team(request, offered)
    pipelines = list(Pipeline.objects.all())
    pipeline = _pipeline(request, pipelines)
    limits = Limits(pipeline, team, teams)
    form = LimitsForm(_typed(request) if request.method == "POST" else None, cells=limits.cells())
    if request.method == "POST" and form.is_valid() and _save(request, form, team):
        return redirect(f"{reverse('thresholds')}?{urlencode({'team': team.pk if team else '', 'pipeline': pipeline.pk})}")
    context = {
        "form": form,
        "limits": limits,
        "team": team,
        "teams": offered,
        "company": request.user.role == Role.ADMIN,
        "pipeline": pipeline,
        "pipelines": pipelines,
        "may_set": may_set,
    }
    return render(request, "deals/thresholds/page.html", context, status=422 if form.errors else 200)


def _team(request: PersonRequest, offered: list[Team]) -> Team | None:
    """The team asked for; the first of the user's own where none is. None: the company, for admins alone."""
    asked = request.GET.get("team", "")
    if asked:
        return get_object_or_404(Team, pk=int(asked) if asked in {str(team.pk) for team in offered} else 0)
    if request.user.role == Role.ADMIN:
        return None
    if not offered:
        raise PermissionDenied(_("You have no team to set limits for. Ask an admin to give you one."))
    return _own(request.user, offered)


def _own(user: User, offered: list[Team]) -> Team:
    """The topmost team of the user's: its limits hold for all below."""
    ids = {team.pk for team in offered}
    return min(offered, key=lambda team: (team.parent_id in ids, team.pk != user.team_id, team.name))


def _pipeline(request: PersonRequest, pipelines: list[Pipeline]) -> Pipeline:
    asked = request.GET.get("pipeline", "")
    if asked:
        return get_object_or_404(Pipeline, pk=int(asked) if asked in {str(one.pk) for one in pipelines} else 0)
    return next((one for one in pipelines if one.is_default), pipelines[0])


def _typed(request: PersonRequest) -> Mapping[str, str]:
    """What was typed; a "back to" button empties its own field on the way."""
    data = request.POST.copy()
    if reset := data.get("reset"):
        data[reset] = ""
    return data


def _save(request: PersonRequest, form: LimitsForm, team: Team | None) -> bool:
    now = timezone.now()
    changed = form.changed()
    concerned: dict[int | None, int] = {}
    try:
        with transaction.atomic():
            for cell, value in changed:
                stage_id = cell.stage.pk if cell.stage else None
                concerned[stage_id] = set_threshold(setting=cell.setting.key, value=value, stage=cell.stage, team=team, by=request.user, now=now)
    except Refused as refusal:
        form.add_error(None, str(refusal))
        return False
    messages.success(request, _said(len(changed), concerned.get(None) or sum(concerned.values())))
    return True


def _said(changed: int, deals: int) -> str:
    """What was saved, and how many deals are looked at again because of it."""
    if not changed:
        return _("Nothing was changed.")
    saved = ngettext("One limit saved.", "%(n)d limits saved.", changed) % {"n": changed}
    again = ngettext("One deal is looked at again within a minute.", "%(n)d deals are looked at again within a minute.", deals) % {"n": deals}
    return f"{saved} {again}"
