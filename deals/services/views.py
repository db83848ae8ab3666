"""Saved views: keeping what a screen was narrowed to, sharing it, and beginning the day with it."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from django.db import IntegrityError, transaction
from django.utils.translation import gettext as _

from accounts.authority import SENIORS
from accounts.models import Role, Team
from accounts.refusals import Refused, constraint_of, still_there
from deals.models import SavedView, StartPage

if TYPE_CHECKING:
    from datetime import datetime

    from accounts.models import User

LONGEST = 2000
Sharing = SavedView.Sharing


@dataclass(frozen=True, slots=True)
class Removed:
    """A view as it was, by the names of its columns, and the ids of those whose day began with it."""

    view: dict[str, Any]
    began: list[int]


@transaction.atomic
def save_view(*, owner: User, name: str, screen: str, query: str, sharing: str, now: datetime) -> SavedView:
    """Keep a screen's address under a name of one's own. Refused for a name one has used, and for sharing one may not."""
    view = SavedView(owner=owner, screen=screen, created_at=now)
    return _write(view, name=name, query=query, sharing=sharing, by=owner)


@transaction.atomic
def change_view(*, view: SavedView, by: User, name: str | None = None, query: str | None = None, sharing: str | None = None) -> SavedView:
    """Another name, another address or other readers. Refused for anybody but its owner."""
    view = still_there(SavedView.objects.select_for_update().filter(pk=view.pk).first())
    if view.owner_id != by.pk:
        raise Refused(_("This view is %(name)s’s. Save it under a name of your own.") % {"name": view.owner.name})
    return _write(
        view,
        name=view.name if name is None else name,
        query=view.query if query is None else query,
        sharing=view.sharing if sharing is None else sharing,
        by=by,
    )


@transaction.atomic
def remove_view(*, view: SavedView, by: User) -> Removed:
    """Away with it, and with the beginnings of days that lead to it. Admins may remove what is shared with everybody."""
    view = still_there(SavedView.objects.select_for_update().filter(pk=view.pk).first())
    if view.owner_id != by.pk and not (by.role == Role.ADMIN and view.sharing == Sharing.EVERYBODY):
        raise Refused(_("This view is %(name)s’s. Ask them to remove it.") % {"name": view.owner.name})
    began = StartPage.objects.filter(view=view).values_list("user_id", flat=True)
    removed = Removed({field.attname: getattr(view, field.attname) for field in SavedView._meta.concrete_fields}, list(began))
    view.delete()
    return removed


@transaction.atomic
def put_back(*, removed: Removed) -> SavedView:
    """The view as it was, at its old address; whoever begins the day elsewhere by now goes on to. Refused where it has no place any more."""
    view = SavedView(**removed.view)
    if view.team_id is not None and not Team.objects.filter(pk=view.team_id).exists():
        raise Refused(_("The team that saw “%(name)s” is not there any more. Save it anew.") % {"name": view.name})
    try:
        with transaction.atomic():
            view.save(force_insert=True)
    except IntegrityError as error:
        raise Refused(_("“%(name)s” is back already, or another view has its name by now.") % {"name": view.name}) from error
    StartPage.objects.bulk_create([StartPage(user_id=pk, view=view) for pk in removed.began], ignore_conflicts=True)
    return view


@transaction.atomic
def start_with(*, user: User, view: SavedView | None) -> None:
    """Begin at this view from now on; None: at what everybody in this role begins with. Refused for one that is gone by now."""
    if view is None:
        StartPage.objects.filter(user=user).delete()
    else:
        view = still_there(SavedView.objects.select_for_update(no_key=True).filter(pk=view.pk).first())
        StartPage.objects.update_or_create(user=user, defaults={"view": view})


def _write(view: SavedView, *, name: str, query: str, sharing: str, by: User) -> SavedView:
    name = " ".join(name.split())
    if not name:
        raise Refused(_("Give the view a name."))
    if len(query) > LONGEST:
        raise Refused(_("That is more than a view can keep. Take a filter away."))
    taken = _("You have a view called “%(name)s”. Choose another name, or change that one.") % {"name": name}
    if SavedView.objects.filter(owner=view.owner_id, name__iexact=name).exclude(pk=view.pk).exists():
        raise Refused(taken)
    if sharing == Sharing.EVERYBODY and by.role not in SENIORS:
        raise Refused(_("Managers share views with everybody. Share it with your team, or keep it for yourself."))
    if sharing == Sharing.TEAM and by.team_id is None:
        raise Refused(_("You are in no team. Keep the view for yourself, or ask an admin to put you into a team."))
    view.name, view.query, view.sharing = name, query, sharing
    view.team_id = by.team_id if sharing == Sharing.TEAM else None
    try:
        with transaction.atomic():
            view.save()
    except IntegrityError as error:  # in the other tab, a moment ago
        if constraint_of(error) != "saved_view_name_once":
            raise
        raise Refused(taken) from error
    return view
