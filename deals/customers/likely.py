"""Records that may be the one somebody is typing, or the one they look at: candidates by index, judged by ``duplicates``."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from django.contrib.postgres.search import TrigramSimilarity
from django.db import connection, transaction
from django.db.models import Prefetch, Q
from django.db.models.functions import Lower
from django.utils.translation import gettext as _

from accounts.domains import domain_in
from accounts.models import Account, AccountDomain, Contact, ContactAddress
from accounts.plain import LikeAny, Plain, PlainContact, begins_a_word, every_word, plain
from deals.customers.duplicates import SURE, TELLING, Likeness, Organisation, Person, Reason, company_words, of_organisations, of_people, person_words

if TYPE_CHECKING:
    from collections.abc import Iterable

    from django.db.models import QuerySet

    from accounts.models import User

# So many candidates are looked at, and so many likely ones are shown.
CANDIDATES, SHOWN = 60, 5
# Names less like each other than this are not looked at.
SIMILAR = 0.4


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
    """Accounts the user may see that may be this one, the likeliest first. A few queries, each of at most ``CANDIDATES``."""
    asked = Organisation(name, frozenset(domain for text in domains if (domain := domain_in(text))))
    seen = Account.objects.visible_to(user).exclude(pk=but).prefetch_related("domains").select_related("owner")
    found: dict[int, Account] = {}
    if asked.domains:
        holders = AccountDomain.objects.filter(domain__in=asked.domains).values_list("account_id", flat=True)
        _keep(found, seen.filter(pk__in=list(holders[:CANDIDATES])))
    words = company_words(name)
    if words and len(" ".join(words)) >= 3:
        _keep(found, seen.filter(pk__in=_accounts_like(" ".join(words), next((word for word in words if len(word) >= TELLING), ""))))
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
        more = ContactAddress.objects.filter(email__in=asked.addresses).values_list("contact_id")
        same = Contact.objects.alias(low=Lower("email")).filter(low__in=asked.addresses).values_list("pk")
        _keep(found, seen.filter(pk__in=[pk for (pk,) in same.union(more)[:CANDIDATES]]))
    words = person_words(name)
    if words and len(" ".join(words)) >= 3:
        if account is not None:
            _keep(found, seen.filter(pk__in=_contacts_at(account, " ".join(words))))
        _keep(found, seen.filter(pk__in=_called(name)))
    judged = (Likely(one, of_people(asked, Person(one.name, addresses_of(one), one.phone, one.account_id))) for one in found.values())
    return _best(judged)


def addresses_of(contact: Contact) -> frozenset[str]:
    """Every address they write from, lower case."""
    return frozenset({contact.email.lower(), *(one.email for one in contact.addresses.all())} - {""})


def _domains(account: Account) -> frozenset[str]:
    return frozenset(one.domain for one in account.domains.all())


def _accounts_like(words: str, word: str) -> list[int]:
    """The ids of the accounts most like these words, by the trigram index: similar as a whole, or with this word in it.

    Of everybody's: who may see them is asked of these few alone, which costs a hundredth of asking it of all.
    """
    wanted = Q(plain_name__trigram_similar=plain(words))
    if len(word) >= TELLING:
        wanted |= Q(LikeAny(Plain("name"), [begins_a_word(plain(word))]))
    rows = Account.objects.alias(plain_name=Plain("name")).filter(wanted)
    similar = TrigramSimilarity(Plain("name"), plain(words))
    with transaction.atomic(), connection.cursor() as cursor:
        # For this look-up alone: the index then leaves out most of what would be thrown away after it.
        cursor.execute("SELECT set_config('pg_trgm.similarity_threshold', %s, true)", [str(SIMILAR)])
        return list(rows.order_by(similar.desc(), "pk").values_list("pk", flat=True)[:CANDIDATES])


def _contacts_at(account: Account, words: str) -> list[int]:
    """The ids of the people at an account, those most like these words first."""
    similar = TrigramSimilarity(Plain("name"), plain(words))
    return list(Contact.objects.filter(account=account).order_by(similar.desc(), "pk").values_list("pk", flat=True)[:CANDIDATES])


def _called(name: str) -> list[int]:
    """The ids of contacts anywhere with every word of this name; elsewhere only a whole name says anything."""
    wanted = every_word(PlainContact("name", "email", "phone"), plain(name).split())
    return list(Contact.objects.filter(wanted).values_list("pk", flat=True)[:CANDIDATES])


def _keep(found: dict[int, Any], rows: QuerySet[Any]) -> None:
    found.update((row.pk, row) for row in rows[:CANDIDATES])


def _best(judged: Iterable[Likely]) -> list[Likely]:
    likely = [one for one in judged if one.likeness.likely]
    return sorted(likely, key=lambda one: (-one.likeness.score, one.one.name, one.one.pk))[:SHOWN]
