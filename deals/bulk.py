"""Which deals somebody chose on the list, as its forms carry them, and what is said of what was done with them."""

from __future__ import annotations

from collections import Counter
from datetime import datetime
from typing import TYPE_CHECKING

from django.core import signing
from django.http import QueryDict
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from accounts.refusals import Refused
from accounts.requests import way_to
from deals.models import Deal
from deals.narrowed import narrowed
from deals.orders import order_of
from deals.services.bulk import MOST, Seen
from deals.templatetags.words import count
from deals.way_back import GOOD_FOR

if TYPE_CHECKING:
    from accounts.models import User
    from accounts.requests import PersonRequest
    from deals.services.bulk import Outcome

SALT = "deals.bulk"
NAMED = 3


def chosen(request: PersonRequest) -> list[Seen]:
    """The deals of the form: those ticked, those of the step before, or with ``all`` the first ``MOST`` that fit the address."""
    if request.POST.get("all"):
        query = QueryDict(request.POST.get("query", "")[:2000])
        found = narrowed(request, query)
        order = order_of(query.get("sort", ""), state=str(found.given.get("state", "")))
        rows = found.qs.annotate(**order.annotations).order_by(*order.keys).only("owner_id", "stage_id")[:MOST]
        return [Seen(deal.pk, deal.owner_id, deal.stage_id) for deal in rows]
    typed = [*request.POST.getlist("deal"), *request.POST.get("deals", "").split()]
    return [one for one in map(Seen.read, typed[: MOST + 1]) if one is not None]


def carried(deals: list[Seen]) -> str:
    """The chosen deals for a hidden field of the next step."""
    return " ".join(map(str, deals))


def names_of(request: PersonRequest, deals: list[Seen]) -> list[str]:
    """Their names, those out of sight left out; one query."""
    visible = Deal.objects.visible_to(request.user).filter(pk__in=[one.pk for one in deals])
    return list(visible.order_by("name", "pk").values_list("name", flat=True))


def next_of(request: PersonRequest) -> str:
    """The list the deals were chosen on; for an undo, where the button stands or else where the doing was."""
    return way_to(request, request.POST.get("next") or request.GET.get("next")) or reverse("pipeline")


def told(found: Outcome, words: str) -> str:
    """``20 deals are Petra's now. 1 was skipped: Depot scanners (closed meanwhile).`` ``words``: what is said where any was done."""
    return f"{words if found.done else _('Nothing was changed.')} {skipped(found)}".strip()


def skipped(found: Outcome) -> str:
    if not found.skipped:
        return ""
    reasons = Counter(found.skipped)
    lines = [f"{name} ({why})" if times == 1 else f"{times} × {name} ({why})" for (name, why), times in reasons.items()]
    rest = len(lines) - NAMED
    names = ", ".join(lines[:NAMED])
    if rest > 0:
        names = _("%(names)s and %(n)s more") % {"names": names, "n": count(rest)}
    n = len(found.skipped)
    return ngettext("%(n)s was skipped: %(names)s.", "%(n)s were skipped: %(names)s.", n) % {"n": count(n), "names": names}


def way_back(found: Outcome, owner: User, by: User, now: datetime) -> str:
    """What giving the deals back needs, for as long as a move can be undone, for whoever did it and nobody else."""
    by_owner: dict[int, list[int]] = {}
    for pk, former in found.before.items():
        by_owner.setdefault(former or 0, []).append(pk)
    return signing.dumps([by.pk, owner.pk, now.isoformat(), list(by_owner.items())], salt=SALT, compress=True)


def read_way_back(token: str, by: User) -> tuple[int, datetime, dict[int, int | None]]:
    """(the owner it went to, when, whose each was). Refused where it is somebody else's, not ours at all or too old."""
    try:
        did_it, owner_id, since, by_owner = signing.loads(token, salt=SALT, max_age=GOOD_FOR)
    except (signing.BadSignature, ValueError):
        did_it = None
    if did_it != by.pk:
        raise Refused(_("This can be undone for an hour only. Choose the deals and give them to somebody else."))
    return owner_id, datetime.fromisoformat(since), {pk: former or None for former, pks in by_owner for pk in pks}
