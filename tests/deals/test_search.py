"""Search finds what one may see, the best match first, and nothing else."""

from datetime import timedelta
from random import Random

import pytest
from django.db.models import Q
from django.urls import reverse
from django.utils import timezone
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from accounts.models import Absence, Account, AccountDomain, Contact, User
from deals.models import DealContact
from deals.search.asked import ask
from deals.search.results import search_for
from deals.search.sight import customers_in_sight
from tests.factories import AccountFactory, ContactFactory, DealFactory, SignalFactory, TeamFactory, UserFactory, stage

pytestmark = pytest.mark.django_db


@pytest.fixture
def town(company):
    """More to find, all in sight of the owner."""
    halvorsen = AccountFactory(name="Halvorsen Foods", owner=company.owner)
    AccountDomain.objects.create(account=halvorsen, domain="halvorsen.example")
    jonas = ContactFactory(name="Jonas Berg", email="jonas@halvorsen.example", phone="+49 (0)30 123-4567", account=halvorsen)
    ContactFactory(name="João São Pedro", account=halvorsen)
    ContactFactory(name="Annegret Müller-Lüdenscheid", account=halvorsen)
    DealContact.objects.create(deal=DealFactory(name="Sourcing 2027", account=halvorsen, owner=company.owner), contact=jonas)
    return company


def found(words, who, size=5):
    return [
        (group.kind, [one.thing.name if group.kind != "command" else one.thing.words for one in group.results])
        for group in search_for(ask(words), who, size=size)
    ]


def first(words, who):
    groups = found(words, who)
    return groups[0][0], groups[0][1][0]


@pytest.mark.parametrize(
    ("words", "kind", "name"),
    [
        ("nor", "account", "Norwood Clinics"),
        ("NORWOOD", "account", "Norwood Clinics"),
        ("pri", "contact", "Priya Raman"),
        ("priya@nor", "contact", "Priya Raman"),
        ("ram", "contact", "Priya Raman"),
        # a slip of the finger
        ("prj", "contact", "Priya Raman"),
        ("rpi", "contact", "Priya Raman"),
        ("piya", "contact", "Priya Raman"),
        ("pryia", "contact", "Priya Raman"),
        ("norwod", "account", "Norwood Clinics"),
        ("halverson", "account", "Halvorsen Foods"),
        # accents
        ("sao", "contact", "João São Pedro"),
        ("são", "contact", "João São Pedro"),
        ("muller", "contact", "Annegret Müller-Lüdenscheid"),
        ("ludenscheid", "contact", "Annegret Müller-Lüdenscheid"),
        # initials
        ("jb", "contact", "Jonas Berg"),
        ("pr", "contact", "Priya Raman"),
        # a part of the domain
        ("halvorsen.ex", "account", "Halvorsen Foods"),
        ("@halvorsen.example", "account", "Halvorsen Foods"),
        # words in any order, of the name and of the account
        ("raman priya", "contact", "Priya Raman"),
        ("berg halv", "contact", "Jonas Berg"),
        ("halv berg", "contact", "Jonas Berg"),
        ("sourcing halv", "deal", "Sourcing 2027"),
        ("two mo", "deal", "Clinics, two more"),
        ("more clinics", "deal", "Clinics, two more"),
        # a phone number
        ("1234567", "contact", "Jonas Berg"),
        ("030 123", "contact", "Jonas Berg"),
        # inside a word
        ("orwood", "account", "Norwood Clinics"),
        # colleagues and commands
        ("tara", "person", "Tara Teammate"),
        ("log out", "command", "Log out"),
        ("dark", "command", "Dark look"),
    ],
)
def test_the_first_result(town, words, kind, name):
    assert first(words, town.owner) == (kind, name)


def test_the_account_of_a_domain_comes_with_its_contacts(town):
    groups = dict(found("halvorsen.ex", town.owner))
    assert groups["account"] == ["Halvorsen Foods"]
    assert "Jonas Berg" in groups["contact"]


def test_a_deal_is_found_by_its_account_and_its_people_too(town):
    DealFactory(name="Something else", owner=town.owner)
    for words in ("norwood", "priya", "two more"):
        assert dict(found(words, town.owner))["deal"] == ["Clinics, two more"]


def test_open_deals_come_before_closed_ones_and_mine_before_others(company):
    DealFactory(name="Boiler, won", owner=company.owner, stage=stage("Won"), value_at_stake=900)
    DealFactory(name="Boiler of Tara", owner=company.teammate, value_at_stake=500)
    DealFactory(name="Boiler of mine", owner=company.owner, value_at_stake=1)
    assert dict(found("boiler", company.owner))["deal"] == ["Boiler of mine", "Boiler of Tara", "Boiler, won"]


def test_better_matches_come_first(company):
    for name in ("Annex Tarbert", "Bertold Bau", "Robert Tal", "Berta"):
        AccountFactory(name=name, owner=company.owner)
    assert dict(found("bert", company.owner))["account"] == ["Berta", "Bertold Bau", "Robert Tal", "Annex Tarbert"]
    assert dict(found("berta", company.owner))["account"][0] == "Berta"


@pytest.mark.parametrize("words", ["clinics", "norwood", "priya", "prj", "olaf", "norwod", "jonas", "berg halv", "1234567", "halvorsen.example"])
def test_a_stranger_finds_nothing(town, words):
    kinds = {kind for kind, _names in found(words, town.stranger)}
    assert kinds <= {"command"}


@pytest.mark.parametrize("who", ["owner", "teammate", "manager", "executive", "admin"])
def test_everybody_in_whose_sight_it_is_finds_it(town, who):
    for words, name in (("priya", "Priya Raman"), ("jonas", "Jonas Berg"), ("prj", "Priya Raman")):
        assert name in dict(found(words, getattr(town, who)))["contact"]


def test_a_guest_on_a_deal_in_sight_is_found_whose_account_is_not(company):
    guest = ContactFactory(name="Gwen Guest", account=AccountFactory(name="Elsewhere", owner=company.stranger))
    assert "contact" not in dict(found("gwen", company.owner))
    DealContact.objects.create(deal=company.deal, contact=guest)
    assert dict(found("gwen", company.owner))["contact"] == ["Gwen Guest"]


def test_a_large_part_is_looked_at_row_by_row_with_the_same_result(town, monkeypatch):
    monkeypatch.setattr("deals.search.sight.SMALL_PART", 0)
    for who in (town.owner, town.stranger, town.manager, town.executive):
        for words in ("priya", "jonas", "norwood", "berg halv", "tara"):
            large = found(words, who)
            with monkeypatch.context() as small:
                small.setattr("deals.search.sight.SMALL_PART", 2000)
                assert found(words, who) == large


@pytest.mark.parametrize("small_part", [0, 2000])
@pytest.mark.parametrize("seed", [1, 2])
def test_a_search_sees_whom_the_pages_show(company, monkeypatch, seed, small_part):
    """The sight of a search and ``visible_to`` say the same, of a company at random."""
    monkeypatch.setattr("deals.search.sight.SMALL_PART", small_part)
    draw, now = Random(seed), timezone.now()
    teams = [company.sales, company.east, company.west, TeamFactory(parent=company.west), None]
    reps = [UserFactory(team=draw.choice(teams)) for _ in range(5)]
    people = [*reps, UserFactory(role="manager", team=teams[3]), UserFactory(role="executive")]
    people += [company.owner, company.manager, company.executive, company.admin, company.stranger]
    Absence.objects.create(user=reps[0], cover=reps[1], starts_at=now - timedelta(hours=1), ends_at=now + timedelta(days=1))
    accounts = [AccountFactory(owner=draw.choice([*people, None])) for _ in range(25)]
    contacts = [ContactFactory(account=draw.choice([*accounts, None])) for _ in range(50)]
    for _ in range(25):
        introducer = draw.choice([*contacts, None, None])
        deal = DealFactory(account=draw.choice([*accounts, None]), owner=draw.choice([*people, None]), introduced_by=introducer)
        DealContact.objects.create(deal=deal, contact=draw.choice(contacts))
        if draw.random() < 0.3:
            SignalFactory(deal=deal, responsible=draw.choice(people)).told.set(draw.sample(people, 1))
    for one in people:
        sight = customers_in_sight(one)
        assert set(sight.accounts(Q())) == set(Account.objects.visible_to(one)), one.role
        assert {*sight.contacts(Q()), *sight.guests(Q())} == set(Contact.objects.visible_to(one)), one.role
        assert set(sight.people(Q())) == set(User.objects.visible_to(one)), one.role


def test_many_deals_with_the_word_show_the_most_valuable(company):
    for number in range(30):
        DealFactory(name=f"Boiler {number}", owner=company.owner, value_at_stake=number)
    assert dict(found("boiler", company.owner))["deal"] == [f"Boiler {number}" for number in (29, 28, 27, 26, 25)]


@pytest.mark.parametrize("who", ["owner", "admin"])
@pytest.mark.parametrize("words", ["norwood", "norwod clinic", "prj", "xqzt wvut"])
@pytest.mark.parametrize("live", [{}, {"live": "1"}])
def test_it_takes_at_most_fifteen_queries(client, company, django_assert_max_num_queries, who, words, live):
    for number in range(25):
        account = AccountFactory(name=f"Norwood {number}", owner=company.owner)
        DealFactory(name=f"Norwood {number}", account=account, owner=company.owner)
        ContactFactory(name=f"Norwood {number}", account=account)
    client.force_login(getattr(company, who))
    client.get(reverse("log-deals"))  # the first request of a session is noted
    with django_assert_max_num_queries(15):
        client.get(reverse("search"), {"q": words, **live})


@settings(max_examples=60, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(
    words=st.one_of(
        st.text(max_size=40),
        st.text(alphabet="%_\\'\"\x00\n\t ()|&!:*<>-@.äß€😀prniya", max_size=30),
        st.sampled_from(["x" * 10_000, "%" * 300, "a " * 300]),
    )
)
def test_whatever_is_typed_gets_an_answer(client, company, words):
    client.force_login(company.owner)
    for query in ({"q": words}, {"q": words, "live": "1"}):
        assert client.get(reverse("search"), query).status_code == 200
    assert client.get(reverse("log-deals"), {"q": words}).status_code == 200
    assert client.get(reverse("pipeline"), {"q": words}).status_code == 200


@pytest.mark.parametrize("words", ["%", "_", "'", "\\", "<>", "%%%", "\x00"])
def test_signs_are_no_wildcards(company, words):
    assert found(words, company.admin) == []


@pytest.mark.parametrize(
    ("name", "field"),
    [("search", "q"), ("account-names", "account"), ("contact-names", "introduced_by"), ("people", "q"), ("pipeline", "q"), ("log-anywhere", "q")],
)
def test_a_nul_breaks_no_search(client, company, name, field):
    client.force_login(company.manager)
    for words in ("\x00", "Nor\x00wood"):
        assert client.get(reverse(name), {field: words}).status_code == 200


@pytest.mark.parametrize(("name", "field"), [("account-names", "account"), ("contact-names", "introduced_by")])
def test_names_offered_while_typing_are_those_one_may_see(client, company, name, field):
    word = {"account": "norw", "introduced_by": "pri"}[field]
    client.force_login(company.owner)
    assert b"<option" in client.get(reverse(name), {field: word}).content
    client.force_login(company.stranger)
    assert client.get(reverse(name), {field: word}).content == b""


def test_a_new_name_and_a_changed_one_are_forgiven_their_typing_at_once(company):
    contact = ContactFactory(name="Zbigniew", account=company.account)
    assert first("zbignew", company.owner) == ("contact", "Zbigniew")
    contact.name = "Wolfgang"
    contact.save()
    assert first("wolfgnag", company.owner) == ("contact", "Wolfgang")
    assert not found("zbignew", company.owner)


def test_people_one_may_not_see_suggest_nothing(company):
    UserFactory(name="Quentin", team=company.west)
    assert not found("quentni", company.owner)
