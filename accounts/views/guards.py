"""How a view fetches a person: only those in sight, and only for those who may. A stranger gets 404."""

from __future__ import annotations

from typing import TYPE_CHECKING

from django.core.exceptions import PermissionDenied
from django.http import Http404
from django.shortcuts import get_object_or_404

from accounts.authority import may_change, may_record_absence
from accounts.models import Role, User

if TYPE_CHECKING:
    from accounts.requests import PersonRequest


def person_in_sight(request: PersonRequest, pk: int) -> User:
    found: User = get_object_or_404(User.objects.visible_to(request.user).select_related("team", "departure"), pk=pk)
    return found


def person_to_change(request: PersonRequest, pk: int) -> User:
    """404 for a stranger, 403 for somebody who may look but not change."""
    person = person_in_sight(request, pk)
    if not may_change(request.user, person):
        raise PermissionDenied
    return person


def person_to_excuse(request: PersonRequest, pk: int) -> User:
    """Somebody whose absence the reader may record: themselves, or those they may change."""
    person = person_in_sight(request, pk)
    if not may_record_absence(request.user, person):
        raise PermissionDenied
    return person


def admins_only(request: PersonRequest) -> None:
    """Places that are about the whole company do not exist for anybody else."""
    if request.user.role != Role.ADMIN:
        raise Http404
