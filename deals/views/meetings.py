"""A meeting: when, who comes, which deal it is about; and what a person decides about a doubtful change."""

from __future__ import annotations

from typing import TYPE_CHECKING

from django.contrib import messages
from django.db.models import Exists, OuterRef, Prefetch, Q
from django.shortcuts import get_object_or_404, redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST

from accounts.refusals import Refused
from deals.calendar_forms import DealForm
from deals.models import Deal, DealContact, Meeting, MeetingAttendee, MeetingDoubt
from deals.services.calendars.choosing import choose_deal, settle_doubt

if TYPE_CHECKING:
    from django.http import HttpResponse

    from accounts.requests import PersonRequest

MOST_DEALS = 30


@require_http_methods(["GET", "POST"])
def meeting(request: PersonRequest, pk: int) -> HttpResponse:
    """All about one meeting; another deal for it, and for the series it is of."""
    people = Prefetch("attendees", MeetingAttendee.objects.select_related("user", "contact").order_by("pk"))
    found = get_object_or_404(
        Meeting.objects.visible_to(request.user).select_related("deal__account", "account", "entry", "interaction").prefetch_related(people), pk=pk
    )  # fmt: skip
    deals = _offered(request, found)
    form = DealForm(request.POST if request.method == "POST" else None, deals=deals, initial={"deal": str(found.deal_id or DealForm.NONE)})
    if request.method == "POST" and form.is_valid():
        try:
            choose_deal(meeting=found, deal=form.chosen, by=request.user, now=timezone.now())
        except Refused as refusal:
            messages.error(request, str(refusal))
            return redirect("profile-calendars")
        if form.chosen is None:
            messages.success(request, _("The meeting belongs to no deal."))
            return redirect("profile-calendars")
        messages.success(request, _("The meeting belongs to %(deal)s now.") % {"deal": form.chosen.name})
        return redirect(form.chosen)
    context = {"meeting": found, "form": form, "typed": request.GET.get("q", "")[:100]}
    return render(request, "deals/meetings/page.html", context, status=422 if form.errors else 200)


def _offered(request: PersonRequest, found: Meeting) -> list[Deal]:
    """The deal it is about, the watched ones of whoever is invited and of their account, and those with the typed name."""
    seen = Deal.objects.visible_to(request.user)
    contacts = [one.contact_id for one in found.attendees.all() if one.contact_id is not None]
    part = DealContact.objects.filter(deal=OuterRef("pk"), contact__in=contacts)
    likely = seen.watched().filter(Q(account_id=found.account_id) | Q(Exists(part))) if found.account_id else seen.watched().filter(Exists(part))
    ids = [found.deal_id, *likely.order_by("-pk").values_list("pk", flat=True)[:MOST_DEALS]]
    typed = request.GET.get("q", "")[:100]
    if typed:
        ids += list(seen.watched().named(typed).order_by("-pk").values_list("pk", flat=True)[:MOST_DEALS])
    if request.method == "POST" and (asked := request.POST.get("deal", "")).isdecimal() and len(asked) < 19:
        ids.append(int(asked))
    return list(seen.filter(pk__in=[one for one in ids if one]).select_related("account").order_by("account__name", "name", "pk"))


@require_POST
def doubt(request: PersonRequest, pk: int) -> HttpResponse:
    """The change counts after all, or it does not."""
    seen = Meeting.objects.visible_to(request.user).filter(entry=OuterRef("entry_id"))
    found = get_object_or_404(MeetingDoubt.objects.filter(Exists(seen)).select_related("entry__deal"), pk=pk)
    try:
        settle_doubt(doubt=found, take_over=request.POST.get("counts") == "yes", by=request.user, now=timezone.now())
    except Refused as refusal:
        messages.error(request, str(refusal))
    else:
        messages.success(request, _("Settled."))
    deal = found.entry.deal
    return redirect(deal if deal is not None else "profile-calendars")
