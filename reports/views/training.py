"""Stories for training: managers play one step by step and see what Salvor would have said."""

from __future__ import annotations

from typing import TYPE_CHECKING

from django.core.exceptions import PermissionDenied
from django.http import Http404
from django.shortcuts import redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET, require_POST

from accounts.authority import SENIORS
from accounts.requests import typed_number
from reports.models import Playing
from reports.services.playing import ask_to_play, may_be_asked_again
from reports.training.bar import columns
from reports.training.shipped import stories
from reports.training.steps import beside, steps_of

if TYPE_CHECKING:
    from django.http import HttpResponse

    from accounts.requests import PersonRequest
    from reports.training.shipped import Shipped


def may_train(request: PersonRequest) -> None:
    if request.user.role not in SENIORS:
        raise PermissionDenied(_("Stories for training are for managers. Ask yours to play one with you."))


def story_named(slug: str) -> Shipped:
    found = stories().get(slug)
    if found is None:
        raise Http404
    return found


@require_GET
def training(request: PersonRequest) -> HttpResponse:
    """The stories Salvor brings."""
    may_train(request)
    return render(request, "reports/training.html", {"stories": list(stories().values())})


@require_GET
def story(request: PersonRequest, slug: str) -> HttpResponse:
    """One step of a story; before it was played, its beginning, and while it is, how far it is."""
    may_train(request)
    shipped = story_named(slug)
    playing = Playing.objects.filter(digest=shipped.digest).first()
    if playing is None or playing.result is None:
        again = playing is not None and may_be_asked_again(playing, timezone.now())
        return render(request, "reports/story_before.html", {"shipped": shipped, "playing": playing, "again": again})
    steps = steps_of(playing.result)
    number = min(max(typed_number(request.GET.get("step")) or 1, 1), len(steps))
    return render(
        request,
        "reports/story.html",
        {
            "shipped": shipped,
            "steps": steps,
            "step": steps[number - 1],
            "before": number - 1,
            "after": number + 1 if number < len(steps) else None,
            "columns": columns(steps, number),
            "beside": beside(playing.result),
            "held": playing.result["held"],
            "failed": playing.result["failed"],
        },
    )


@require_POST
def play(request: PersonRequest, slug: str) -> HttpResponse:
    """Have a worker play it."""
    may_train(request)
    ask_to_play(shipped=story_named(slug), now=timezone.now())
    return redirect("training-story", slug)
