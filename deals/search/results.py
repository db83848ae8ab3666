"""What a search answers with: groups of results, the group with the best one first."""

from __future__ import annotations

from dataclasses import dataclass, field
from functools import lru_cache
from heapq import nsmallest
from typing import TYPE_CHECKING, Any

from django.db.models import F
from django.db.models.functions import Greatest
from django.urls import NoReverseMatch, get_script_prefix, reverse
from django.utils.http import urlencode
from django.utils.translation import gettext as _

from accounts.models import KnownWord
from accounts.plain import plain
from deals.models import Deal
from deals.search.asked import Spelling
from deals.search.commands import Command, asked_for, commands
from deals.search.deals import Candidate, deals
from deals.search.finding import Name, accounts_beside, beside_of, names
from deals.search.marking import marked
from deals.search.ranking import Fit, fit
from deals.search.sight import customers_in_sight
from deals.search.spelling import spellings

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence

    from django.utils.safestring import SafeString

    from accounts.models import User
    from deals.search.asked import Asked
    from deals.search.sight import CustomersInSight

# With fewer found than this, other spellings are tried as well.
FEW = 3
# So many accounts and contacts bring their deals along.
BRINGING = 12
ICONS = {"deal": "handshake", "account": "building-2", "contact": "contact-round", "person": "users"}


@dataclass(frozen=True, slots=True)
class Result:
    """``title`` and ``sub`` are HTML with the match marked. ``thing``: the deal, name or command itself."""

    how: Fit
    url: str
    title: SafeString
    sub: SafeString
    thing: Any


@dataclass(frozen=True, slots=True)
class Found:
    """What may be shown, in its place: made a result only if it is. ``person``: the name of the contact that brought a deal."""

    how: Fit
    order: tuple[Any, ...]
    thing: Name | Candidate
    person: str = ""


@dataclass(frozen=True, slots=True)
class Group:
    kind: str
    words: str
    results: list[Result] = field(default_factory=list)


def way(route: str, pk: int, otherwise: dict[str, str]) -> str:
    """The page of a thing, or the pipeline narrowed to it."""
    page = _page(route, get_script_prefix())
    return f"{page[0]}{pk}{page[1]}" if page else f"{reverse('pipeline')}?{urlencode(otherwise)}"


@lru_cache(maxsize=64)
def _page(route: str, _prefix: str) -> tuple[str, str] | None:
    """What stands around the number in the address of a thing's page, as a search shows many. None where there is no such page."""
    try:
        before, _id, after = reverse(route, args=[0]).rpartition("0")
    except NoReverseMatch:
        return None
    return before, after


def search_for(asked: Asked, user: User, *, size: int, deals_alone: bool = False) -> list[Group]:
    """At most ``size`` results a group, of what the user may see. At most seven queries, however much there is."""
    if not asked:
        return []
    as_typed = [Spelling(word) for word in asked.words]
    sight = customers_in_sight(user)
    beside = accounts_beside(asked, sight)
    found = _look(asked, dict.fromkeys(KnownWord.Kind.values, as_typed), sight, beside, user)
    marks = list(asked.words)
    if sum(map(len, found.values())) < FEW:
        spelled = spellings(asked.words)
        also = _look(asked, spelled, sight, beside, user, corrected=True)
        found = {kind: {**also[kind], **found[kind]} for kind in found}
        marks += [other for each in spelled.values() for one in each for other in one.others]
    words = {"deal": _("Deals"), "account": _("Accounts"), "contact": _("People at customers"), "person": _("Our people")}
    groups = []
    for kind in ["deal"] if deals_alone else words:
        best = nsmallest(size, found[kind].values(), key=_order)
        groups.append(Group(kind, words[kind], [_shown(asked, one, marks) for one in best]))
    if not deals_alone:
        groups.append(Group("command", _("Commands"), [_command(how, one, asked.words) for how, one in asked_for(asked, user)[:size]]))
    return sorted((group for group in groups if group.results), key=_best)


def _order(one: Found) -> tuple[Any, ...]:
    return one.order


def _best(group: Group) -> tuple[Fit, int]:
    """Of two groups with equally good results deals come first; found by less than its beginning, a name is more likely meant."""
    how = group.results[0].how
    return how, 1 if group.kind == "deal" and how > Fit.INITIALS else 0


def _look(
    asked: Asked,
    spelled: dict[str, list[Spelling]],
    sight: CustomersInSight,
    beside: dict[frozenset[str], list[int]],
    user: User,
    *,
    corrected: bool = False,
) -> dict[str, dict[int, Found]]:
    """By kind and id. Two queries."""
    found: dict[str, dict[int, Found]] = {"deal": {}, "account": {}, "contact": {}, "person": {}}
    for name in names(asked, spelled, sight, beside_of(spelled["person"], beside), corrected=corrected):
        found[name.kind][name.pk] = _name(asked, name, user)
    best = [
        one.thing for kind in ("account", "contact") for one in nsmallest(BRINGING, found[kind].values(), key=_order) if isinstance(one.thing, Name)
    ]
    people = {name.pk: name.name for name in best if name.kind == "contact"}
    marks = [*asked.words, *(other for each in spelled.values() for one in each for other in one.others)]
    for deal in deals(spelled["deal"], user, found=best, beside=beside_of(spelled["deal"], beside), corrected=corrected):
        found["deal"][deal.pk] = _deal(asked, deal, people.get(deal.person_id or 0, ""), marks, user)
    return found


def _name(asked: Asked, name: Name, user: User) -> Found:
    how = fit(asked, name.name, f"{name.around} {name.account if name.kind == 'contact' else ''}")
    how = Fit.SIMILAR if how is None else how
    return Found(how, (how, name.owner_id != user.pk, len(name.name), name.name, name.pk), name)


def _deal(asked: Asked, deal: Candidate, person: str, marks: Sequence[str], user: User) -> Found:
    how = fit(asked, deal.name, deal.account)
    if how is None:
        how = Fit.SIMILAR if any(mark in plain(f"{deal.name} {deal.account}") for mark in marks) else Fit.THROUGH
    order = (how, not deal.is_watched, deal.values["owner_id"] != user.pk, -deal.values["value_at_stake"], -deal.pk)
    return Found(how, order, deal, person)


def _shown(asked: Asked, found: Found, marks: Sequence[str]) -> Result:
    if isinstance(found.thing, Candidate):
        deal = found.thing.shown()
        sub = " · ".join(part for part in (found.thing.account or _("no account yet"), found.person) if part)
        return Result(found.how, way("deal", deal.pk, {}), marked(deal.name, marks), marked(sub, marks), deal)
    name = found.thing
    if name.kind == "account":
        url, sub = way("customer", name.pk, {"state": "all", "q": name.name}), ""
    elif name.kind == "contact":
        url = way("contact", name.pk, {"state": "all", "q": name.account or name.name})
        sub = " · ".join(part for part in (name.account, name.around.strip()) if part)
    else:
        url, sub = way("person", name.pk, {"owner": str(name.pk)}), name.around
    return Result(found.how, url, marked(name.name, marks, asked.initials), marked(sub, marks), name)


def _command(how: Fit, command: Command, words: Sequence[str]) -> Result:
    return Result(how=how, url=command.url, title=marked(command.words, words), sub=marked("", ()), thing=command)


def lately(user: User, *, size: int, account_id: int | None = None) -> Group:
    """What somebody with an empty box most likely wants: their own open deals with the latest contact.

    Who owns none gets those of the people in sight, the ones last spoken about or moved first. With an account that is
    known already, its deals in sight come instead, if it has any open.
    """
    if account_id is not None and (of_account := _lately_of(user, account_id, size=size)).results:
        return of_account
    watched = Deal.objects.visible_to(user).watched().select_related("account", "owner", "stage")
    mine = list(watched.filter(owner=user).order_by(F("last_contact_at").desc(nulls_last=True), "-pk")[:size])
    touched = mine or list(watched.order_by(Greatest("last_contact_at", "stage_entered_at").desc(), "-pk")[:size])
    return Group("deal", _("Your deals, the latest contact first") if mine else _("Deals of your people, the latest first"), _as_results(touched))


def _lately_of(user: User, account_id: int, *, size: int) -> Group:
    watched = Deal.objects.visible_to(user).watched().filter(account=account_id).select_related("account", "owner", "stage")
    deals = list(watched.order_by(F("last_contact_at").desc(nulls_last=True), "-pk")[:size])
    account = deals[0].account if deals else None
    return Group("deal", _("Open deals of %(account)s") % {"account": account.name if account else ""}, _as_results(deals))


def _as_results(deals: Iterable[Deal]) -> list[Result]:
    return [
        Result(
            Fit.WORDS, deal.get_absolute_url(), marked(deal.name, ()), marked(deal.account.name if deal.account else _("no account yet"), ()), deal
        )
        for deal in deals
    ]


def all_commands(user: User) -> Group:
    """For an empty palette: everything it can do."""
    return Group("command", _("Commands"), [_command(Fit.WORDS, one, ()) for one in commands(user)])
