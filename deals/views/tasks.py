"""Tasks: a reminder added, done, put off."""

from __future__ import annotations

from typing import TYPE_CHECKING

from django.contrib import messages
from django.http import HttpResponseRedirect
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST

from accounts.answering import answers_for
from accounts.refusals import Refused
from accounts.requests import typed_number
from deals.models import Deal, Task
from deals.services.tasks import add_task, finish_task, move_task
from deals.templatetags.words import day
from deals.today.forms import AnotherDayForm, TaskForm
from deals.views.today import back, today_page, with_undo

if TYPE_CHECKING:
    from django.http import HttpResponse

    from accounts.requests import PersonRequest


@require_http_methods(["GET", "POST"])
def new(request: PersonRequest) -> HttpResponse:
    """Remind me; ``deal`` names the deal it is about. From Today the form is Today's own, else it has a page."""
    now = timezone.now()
    asked = request.POST.get("deal") or request.GET.get("deal")
    deal = get_object_or_404(Deal.objects.visible_to(request.user), pk=typed_number(asked) or 0) if asked else None
    form = TaskForm(request.POST if request.method == "POST" else None)
    if request.method == "POST" and form.is_valid():
        try:
            task = add_task(title=form.cleaned_data["title"], assignee=request.user, due_at=form.due_at(now), by=request.user, now=now, deal=deal)
        except Refused as refusal:
            form.add_error(None, str(refusal))
        else:
            words = _("You will be reminded: %(what)s, %(day)s.") % {"what": task.title, "day": day(task.due_at)}
            to = deal.get_absolute_url() if deal else reverse("today")
            messages.success(request, with_undo(words, "task_added", task.pk, back_to=to))
            return HttpResponseRedirect(to)
    if request.method == "POST" and deal is None:
        return today_page(request, reminder=form)
    return render(request, "deals/today/task.html", {"form": form, "deal": deal}, status=422 if form.errors else 200)


@require_POST
def done(request: PersonRequest, pk: int) -> HttpResponse:
    """It is done; what came with a signal says what settles it."""
    task = _task(request, pk)
    try:
        finish_task(task=task, by=request.user, now=timezone.now())
    except Refused as refusal:
        messages.error(request, str(refusal))
    else:
        messages.success(request, with_undo(_("Done: %(what)s.") % {"what": task.title}, "task_done", task.pk, back_to=back(request)))
    return HttpResponseRedirect(back(request))


@require_POST
def move(request: PersonRequest, pk: int) -> HttpResponse:
    """Another day."""
    task, now = _task(request, pk), timezone.now()
    form = AnotherDayForm(request.POST)
    if form.is_valid():
        before = task.due_at
        try:
            moved = move_task(task=task, due_at=form.due_at(now), by=request.user, now=now)
        except Refused as refusal:
            form.add_error("day", str(refusal))
        else:
            words = _("%(what)s comes back on %(day)s.") % {"what": task.title, "day": day(moved.due_at)}
            messages.success(request, with_undo(words, "task_moved", task.pk, before.isoformat()))
            return redirect("today")
    return today_page(request, opened=f"task-{pk}", form=form)


def _task(request: PersonRequest, pk: int) -> Task:
    """A person's own, and those of people they answer for; nobody else ticks off what somebody is to do."""
    return get_object_or_404(Task.objects.filter(assignee__in=answers_for(request.user).people), pk=pk)
