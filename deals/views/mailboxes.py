"""Mailboxes: one's own under the profile, the teams' under the settings; each is tried out before it is kept."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from django.conf import settings
from django.contrib import messages
from django.core.exceptions import PermissionDenied
from django.db.models import Prefetch
from django.shortcuts import get_object_or_404, redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET, require_http_methods, require_POST

from accounts.authority import ORGANISERS, managed_teams
from accounts.models import Role, Team
from accounts.refusals import Refused
from deals.intake.mailboxes.faults import MailboxFault
from deals.intake.mailboxes.providers import offered
from deals.mailbox_forms import MailboxForm
from deals.mailbox_states import state_of
from deals.models import Mailbox, MailFolder
from deals.services import mailboxes as service

if TYPE_CHECKING:
    from datetime import datetime

    from django.db.models import QuerySet
    from django.http import HttpResponse

    from accounts.models import User
    from accounts.requests import PersonRequest
    from deals.intake.mailboxes.folders import Folder


@require_GET
def mine(request: PersonRequest) -> HttpResponse:
    """One's own mailboxes, and how each is."""
    found = _all().filter(owner=request.user)
    context = {"own": _states(found, request.user, timezone.now()), "drop": settings.DROP_ADDRESS}
    return render(request, "deals/mailboxes/mine.html", context)


@require_GET
def of_teams(request: PersonRequest) -> HttpResponse:
    """The teams' mailboxes; admins also see how everybody's own are, and nothing else of them."""
    may_look(request)
    now, user = timezone.now(), request.user
    teams = _all().visible_to(user).filter(team__isnull=False)
    personal = _all().filter(owner__isnull=False) if user.role == Role.ADMIN else Mailbox.objects.none()
    context = {"of_teams": _states(teams, user, now), "personal": _states(personal, user, now), "may_add": teams_to_add_for(user).exists()}
    return render(request, "deals/mailboxes/teams.html", context)


@require_http_methods(["GET", "POST"])
def new(request: PersonRequest) -> HttpResponse:
    return _add(
        request, MailboxForm(request.POST if request.method == "POST" else None, initial={"address": request.user.email, "login": ""}), "mailboxes"
    )


@require_http_methods(["GET", "POST"])
def new_of_team(request: PersonRequest) -> HttpResponse:
    may_look(request)
    return _add(request, MailboxForm(request.POST if request.method == "POST" else None, teams=teams_to_add_for(request.user)), "team-mailboxes")


@require_http_methods(["GET", "POST"])
def edit(request: PersonRequest, pk: int) -> HttpResponse:
    mailbox = changeable(request, pk)
    form = MailboxForm(request.POST if request.method == "POST" else None, kept=mailbox)
    if request.method == "POST" and form.is_valid():
        try:
            secret = form.cleaned_data["secret"] or _kept_secret(mailbox, form)
            found = service.try_out(mailbox=Mailbox(**form.way_in), secret=secret)
            service.change(mailbox=mailbox, by=request.user, secret=form.cleaned_data["secret"], now=timezone.now(), **form.way_in)
        except (Refused, MailboxFault) as wrong:
            _blame(form, wrong)
        else:
            messages.success(request, _("The log-in works. ") + will_be_read(found, mailbox))
            return redirect(home_of(mailbox))
    return _form(request, form, home_of(mailbox), mailbox)


@require_POST
def pause(request: PersonRequest, pk: int) -> HttpResponse:
    mailbox = changeable(request, pk)
    service.pause(mailbox=mailbox, by=request.user)
    messages.success(request, _("%(address)s is read no more until you take it up again.") % {"address": mailbox.address})
    return redirect(home_of(mailbox))


@require_POST
def again(request: PersonRequest, pk: int) -> HttpResponse:
    """Take up a paused one; read one that waits at the next minute."""
    mailbox = changeable(request, pk)
    act = service.read_again if mailbox.is_active else service.take_up
    try:
        act(mailbox=mailbox, by=request.user, now=timezone.now())
    except Refused as refusal:
        messages.error(request, str(refusal))
    else:
        messages.success(request, _("%(address)s is read within a minute.") % {"address": mailbox.address})
    return redirect(home_of(mailbox))


@require_http_methods(["GET", "POST"])
def remove(request: PersonRequest, pk: int) -> HttpResponse:
    mailbox = changeable(request, pk)
    home = home_of(mailbox)
    if request.method == "POST":
        try:
            service.remove(mailbox=mailbox, by=request.user, now=timezone.now())
        except Refused as refusal:
            messages.error(request, str(refusal))
        else:
            messages.success(request, _("%(address)s is gone. What was said stays on its deals.") % {"address": mailbox.address})
        return redirect(home)
    return render(request, "deals/mailboxes/remove.html", {"mailbox": mailbox, "home": home})


def _add(request: PersonRequest, form: MailboxForm, home: str) -> HttpResponse:
    if request.method == "POST" and form.is_valid():
        secret = form.cleaned_data["secret"]
        try:
            found = service.try_out(mailbox=Mailbox(**form.way_in), secret=secret)
            service.add(by=request.user, team=form.cleaned_data.get("team"), secret=secret, now=timezone.now(), **form.way_in)
        except (Refused, MailboxFault) as wrong:
            _blame(form, wrong)
        else:
            messages.success(request, _("The log-in works. ") + will_be_read(found))
            return redirect(home)
    return _form(request, form, home, None)


def _form(request: PersonRequest, form: MailboxForm, home: str, mailbox: Mailbox | None) -> HttpResponse:
    if form.errors and form.data.get("secret"):
        form["secret"].help_text = _("Type it once more: what was typed is not sent back to your browser.")
    connect = "mailbox-connect" if home == "mailboxes" else "team-mailbox-connect"
    context = {"form": form, "home": home, "mailbox": mailbox, "days": settings.MAIL_FIRST_DAYS, "providers": offered(), "connect": connect}
    return render(request, "deals/mailboxes/form.html", context, status=422 if form.errors else 200)


def _kept_secret(mailbox: Mailbox, form: MailboxForm) -> str:
    """Raises Refused where it would go elsewhere than it was entered for, before anything is sent; MailboxFault where it cannot be read."""
    service.refuse_to_move(mailbox, form.way_in)
    return service.secret_of(mailbox)


def _blame(form: MailboxForm, wrong: Refused | MailboxFault) -> None:
    field = wrong.field if isinstance(wrong, MailboxFault) else ""
    form.add_error(field or None, str(wrong))


def will_be_read(found: list[Folder], mailbox: Mailbox | None = None) -> str:
    """``mailbox``: one that was here already."""
    if mailbox and not mailbox.is_active:
        return _("It is still paused: take it up to have it read.")
    sent = next((one.name for one in found if one.role == "sent"), "")
    if sent:
        return _("The inbox and “%(folder)s” are read within a minute.") % {"folder": sent}
    return _("The inbox is read within a minute. No folder of sent mail was found: answers you give elsewhere are not seen.")


def _all() -> Any:
    ordered = Prefetch("folders", queryset=MailFolder.objects.order_by("role"))
    return Mailbox.objects.filter(kind=Mailbox.Kind.IMAP).select_related("owner", "team").prefetch_related(ordered).order_by("address", "pk")


def _states(found: Any, user: User, now: datetime) -> list[Any]:
    managed = managed_teams(user)
    changeable = {one.pk for one in found if service.may_change(user, one, managed=managed)}
    return [state_of(one, one.folders.all(), may_change=one.pk in changeable, now=now) for one in found]


def changeable(request: PersonRequest, pk: int) -> Mailbox:
    mailbox: Mailbox = get_object_or_404(_all().visible_to(request.user), pk=pk)
    if not service.may_change(request.user, mailbox):
        raise PermissionDenied(_("A mailbox is changed by the person whose it is, a team’s by its manager or an admin."))
    return mailbox


def may_look(request: PersonRequest) -> None:
    if request.user.role not in ORGANISERS:
        raise PermissionDenied(_("The mailboxes of teams are set by managers and admins. Yours are in your profile."))


def teams_to_add_for(user: User) -> QuerySet[Team]:
    """The teams this person may add a mailbox for."""
    teams = Team.objects.order_by("name")
    return teams if user.role == Role.ADMIN else teams.filter(pk__in=managed_teams(user))


def home_of(mailbox: Mailbox) -> str:
    return "mailboxes" if mailbox.team_id is None else "team-mailboxes"
