"""What a search answers with: groups of results, the group with the best one first."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

from django.db.models import F
from django.db.models.functions import Greatest
from django.urls import NoReverseMatch, reverse
from django.utils.http import urlencode
from django.utils.translation import gettext as _

from accounts.models import KnownWord
from accounts.plain import plain
from deals.models import Deal
from deals.search.asked import Spelling
from deals.search.commands import Command, asked_for, commands
from deals.search.finding import Name, accounts_beside, deals, names
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
    order: tuple[Any, ...] = ()


@dataclass(frozen=True, slots=True)
class Group:
    kind: str
    words: str
    results: list[Result] = field(default_factory=list)


def way(route: str, pk: int, otherwise: dict[str, str]) -> str:
    """The page of a thing, or the pipeline narrowed to it."""
    try:
        return reverse(route, args=[pk])
    except NoReverseMatch:
        return f"{reverse('pipeline')}?{urlencode(otherwise)}"


def search_for(asked: Asked, user: User, *, size: int, deals_alone: bool = False) -> list[Group]:
    """At most ``size`` results a group, of what the user may see. At most eight queries, however much there is."""
    if not asked:
        return []
    as_typed = [Spelling(word) for word in asked.words]
    sight = customers_in_sight(user)
    beside = accounts_beside(asked, sight)
    found = _look(asked, dict.fromkeys(KnownWord.Kind.values, as_typed), sight, beside)
    if sum(map(len, found.values())) < FEW:
        spelled = spellings(asked.words)
        also = _look(asked, spelled, sight, beside, corrected=True)
        found = {kind: _together(found[kind], also[kind]) for kind in found}
    words = {"deal": _("Deals"), "account": _("Accounts"), "contact": _("People at customers"), "person": _("Our people")}
    kinds = ["deal"] if deals_alone else list(words)
    groups = [Group(kind, words[kind], sorted(found[kind], key=lambda one: one.order)[:size]) for kind in kinds]
    if not deals_alone:
        groups.append(Group("command", _("Commands"), [_command(how, one, asked.words) for how, one in asked_for(asked, user)[:size]]))
    return sorted((group for group in groups if group.results), key=_best)


def _best(group: Group) -> tuple[Fit, int]:
    """Of two groups with equally good results deals come first; found by less than its beginning, a name is more likely meant."""
    how = group.results[0].how
    return how, 1 if group.kind == "deal" and how > Fit.INITIALS else 0


def _together(first: Iterable[Result], more: Iterable[Result]) -> list[Result]:
    known = {one.url: one for one in [*more, *first]}
    return list(known.values())


def _look(
    asked: Asked, spelled: dict[str, list[Spelling]], sight: CustomersInSight, beside: dict[frozenset[str], list[int]], *, corrected: bool = False
) -> dict[str, list[Result]]:
    found: dict[str, list[Result]] = {"deal": [], "account": [], "contact": [], "person": []}
    marks = [*asked.words, *(other for each in spelled.values() for one in each for other in one.others)]
    user = sight.user
    for name in names(asked, spelled, sight, beside):
        if (result := _name(asked, name, marks, user)) is not None:
            found[name.kind].append(result)
    best = [one.thing for kind in ("account", "contact") for one in sorted(found[kind], key=lambda one: one.order)[:BRINGING]]
    people = {name.pk: name.name for name in best if name.kind == "contact"}
    for deal in deals(spelled["deal"], user, found=best, beside=beside, corrected=corrected):
        found["deal"].append(_deal(asked, deal, people.get(deal.person_id, ""), marks, user))  # type: ignore[attr-defined] # annotated
    return found


def _name(asked: Asked, name: Name, marks: Sequence[str], user: User) -> Result | None:
    how = fit(asked, name.name, f"{name.around} {name.account if name.kind == 'contact' else ''}")
    if how is None:
        how = Fit.SIMILAR
    mine = name.owner_id == user.pk
    urls = {
        "account": lambda: way("customer", name.pk, {"state": "all", "q": name.name}),
        "contact": lambda: way("contact", name.pk, {"state": "all", "q": name.account or name.name}),
        "person": lambda: way("person", name.pk, {"owner": str(name.pk)}),
    }
    sub = {"account": "", "contact": " · ".join(part for part in (name.account, name.around.strip()) if part), "person": name.around}[name.kind]
    return Result(
        how=how,
        url=urls[name.kind](),
        title=marked(name.name, marks, asked.initials),
        sub=marked(sub, marks),
        thing=name,
        order=(how, not mine, len(name.name), name.name, name.pk),
    )


def _deal(asked: Asked, deal: Deal, person: str, marks: Sequence[str], user: User) -> Result:
    account = deal.account.name if deal.account else ""
    how = fit(asked, deal.name, account)
    if how is None:
        how = Fit.SIMILAR if any(mark in plain(f"{deal.name} {account}") for mark in marks) else Fit.THROUGH
    sub = " · ".join(part for part in (account or _("no account yet"), person) if part)
    return Result(
        how=how,
        url=deal.get_absolute_url(),
        title=marked(deal.name, marks),
        sub=marked(sub, marks),
        thing=deal,
        order=(how, not deal.is_watched, deal.owner_id != user.pk, -deal.value_at_stake, -deal.pk),
    )


def _command(how: Fit, command: Command, words: Sequence[str]) -> Result:
    return Result(how=how, url=command.url, title=marked(command.words, words), sub=marked("", ()), thing=command)


def lately(user: User, *, size: int) -> Group:
    """What somebody with an empty box most likely wants: their own open deals with the latest contact.

    Who owns none gets those of the people in sight, the ones last spoken about or moved first.
    """
    watched = Deal.objects.visible_to(user).watched().select_related("account", "owner", "stage")
    mine = list(watched.filter(owner=user).order_by(F("last_contact_at").desc(nulls_last=True), "-pk")[:size])
    touched = mine or list(watched.order_by(Greatest("last_contact_at", "stage_entered_at").desc(), "-pk")[:size])
    results = [
        Result(
            Fit.WORDS, deal.get_absolute_url(), marked(deal.name, ()), marked(deal.account.name if deal.account else _("no account yet"), ()), deal
        )
        for deal in touched
    ]
    return Group("deal", _("Your deals, in touch last") if mine else _("Deals of your people, touched last"), results)


def all_commands(user: User) -> Group:
    """For an empty palette: everything it can do."""
    return Group("command", _("Commands"), [_command(Fit.WORDS, one, ()) for one in commands(user)])
