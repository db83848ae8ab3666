"""Records that may be the one somebody is typing, or the one they look at: candidates by index, judged by ``duplicates``."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from django.db.models import Prefetch, Q
from django.db.models.functions import Lower, Upper
from django.utils.translation import gettext as _

from accounts.domains import domain_in
from accounts.models import Account, AccountDomain, Contact, ContactAddress
from deals.customers.duplicates import SURE, TELLING, Likeness, Organisation, Person, Reason, company_words, of_organisations, of_people, person_words

if TYPE_CHECKING:
    from collections.abc import Iterable

    from django.db.models import QuerySet

    from accounts.models import User

# So many candidates are looked at, and so many likely ones are shown.
CANDIDATES, SHOWN = 40, 5


@dataclass(frozen=True, slots=True)
class Likely:
    """One record that may be the same. ``one`` is an account or a contact."""

    one: Any
    likeness: Likeness

    @property
    def sure(self) -> bool:
        return self.likeness.score >= SURE

    @property
    def why(self) -> str:
        words = {
            Reason.EMAIL: _("same e-mail address"),
            Reason.DOMAIN: _("same mail domain"),
            Reason.NAME: _("same name"),
            Reason.SIMILAR: _("similar name"),
            Reason.PART: _("part of the name"),
            Reason.PHONE: _("same phone number"),
        }
        return ", ".join(words[reason] for reason in self.likeness.reasons)


def likely_accounts(user: User, *, name: str, domains: Iterable[str] = (), but: int | None = None) -> list[Likely]:
    """Accounts the user may see that may be this one, the likeliest first. Three queries at most, each of at most ``CANDIDATES``."""
    asked = Organisation(name, frozenset(domain for text in domains if (domain := domain_in(text))))
    seen = Account.objects.visible_to(user).exclude(pk=but).prefetch_related("domains").select_related("owner")
    found: dict[int, Account] = {}
    if asked.domains:
        _keep(found, seen.filter(pk__in=AccountDomain.objects.filter(domain__in=asked.domains).values("account_id")))
    words = company_words(name)
    if words and len(" ".join(words)) >= 3:
        _keep(found, _named_like(seen, " ".join(words), max(words, key=len)))
    judged = (Likely(one, of_organisations(asked, Organisation(one.name, _domains(one)))) for one in found.values())
    return _best(judged)


def likely_contacts(
    user: User, *, name: str, email: str = "", phone: str = "", account: Account | None = None, but: int | None = None
) -> list[Likely]:
    """Contacts the user may see that may be this person."""
    asked = Person(name, frozenset({email.strip().lower()} - {""}), phone, account.pk if account else None)
    seen = Contact.objects.visible_to(user).exclude(pk=but).select_related("account")
    seen = seen.prefetch_related(Prefetch("addresses", queryset=ContactAddress.objects.only("contact_id", "email")))
    found: dict[int, Contact] = {}
    if asked.addresses:
        more = ContactAddress.objects.filter(email__in=asked.addresses).values("contact_id")
        _keep(found, seen.alias(low=Lower("email")).filter(low__in=asked.addresses))
        _keep(found, seen.filter(pk__in=more))
    words = person_words(name)
    if words and len(" ".join(words)) >= 3:
        if account is not None:
            _keep(found, _named_like(seen.filter(account=account), " ".join(words), words[-1]))
        _keep(found, _named_like(seen, " ".join(words), ""))
    judged = (Likely(one, of_people(asked, Person(one.name, addresses_of(one), one.phone, one.account_id))) for one in found.values())
    return _best(judged)


def addresses_of(contact: Contact) -> frozenset[str]:
    """Every address they write from, lower case."""
    return frozenset({contact.email.lower(), *(one.email for one in contact.addresses.all())} - {""})


def _domains(account: Account) -> frozenset[str]:
    return frozenset(one.domain for one in account.domains.all())


def _named_like(rows: QuerySet[Any], words: str, word: str) -> QuerySet[Any]:
    """By the trigram index on the name in capitals: similar as a whole, or with this word in it."""
    rows = rows.alias(capitals=Upper("name"))
    wanted = Q(capitals__trigram_similar=words.upper())
    return rows.filter(wanted | Q(name__icontains=word) if len(word) >= TELLING else wanted)


def _keep(found: dict[int, Any], rows: QuerySet[Any]) -> None:
    found.update((row.pk, row) for row in rows[:CANDIDATES])


def _best(judged: Iterable[Likely]) -> list[Likely]:
    likely = [one for one in judged if one.likeness.likely]
    return sorted(likely, key=lambda one: (-one.likeness.score, one.one.name, one.one.pk))[:SHOWN]
