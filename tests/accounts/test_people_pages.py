"""The pages of people, absences, departures, teams and calendars."""

from datetime import timedelta

import pytest
from django.core import mail
from django.urls import reverse
from django.utils import timezone

from accounts.models import Absence, CalendarDay, Departure, Team, User, WorkingCalendar
from accounts.people import State, with_state
from accounts.services.absences import record_absence
from accounts.services.departures import record_departure
from tests.factories import DealFactory, TeamFactory, UserFactory
from tests.pages import as_shown

DAY = timedelta(days=1)


@pytest.fixture
def admin(client_of, company):
    return client_of(company.admin)


@pytest.fixture
def manager(client_of, company):
    return client_of(company.manager)


def listed(browser, **query):
    return [person.name for person in browser.get(reverse("people"), query).context["page"].rows]


def words(answer):
    return answer.content.decode()


def said(answer):
    return [str(message) for message in answer.context["messages"]]


# --- the list -----------------------------------------------------------------------------------------------------


def test_everybody_sees_their_own_part(company, client_of):
    assert listed(client_of(company.owner)) == ["Mona Manager", "Olaf Owner", "Tara Teammate"]
    assert listed(client_of(company.manager)) == ["Mona Manager", "Olaf Owner", "Tara Teammate"]
    assert listed(client_of(company.stranger)) == ["Sven Stranger"]
    assert len(listed(client_of(company.executive))) == 5
    assert len(listed(client_of(company.admin))) == 6


def test_only_who_may_add_is_offered_it(company, client_of):
    for who in ("owner", "executive"):
        assert "Add somebody" not in words(client_of(getattr(company, who)).get(reverse("people")))
    for who in ("manager", "admin"):
        assert "Add somebody" in words(client_of(getattr(company, who)).get(reverse("people")))


def test_a_manager_who_leads_no_team_is_said_to_and_adds_nobody(company, client_of):
    Team.objects.filter(manager=company.manager).update(manager=None)
    person = words(client_of(company.admin).get(reverse("person", args=[company.manager.pk])))
    assert "manages no team yet" in person
    assert f'<a class="link" href="{reverse("team", args=[company.manager.team_id])}">no team yet</a>' in person
    manager = client_of(company.manager)
    assert "Add somebody" not in words(manager.get(reverse("people")))
    assert manager.get(reverse("person-invite")).status_code == 403


@pytest.mark.parametrize(
    ("query", "names"),
    [
        ({"q": "TARA"}, ["Tara Teammate"]),
        ({"q": "stranger@"}, ["Sven Stranger"]),
        ({"q": "%"}, []),
        ({"role": "manager"}, ["Mona Manager"]),
        ({"role": "nonsense"}, ["Ada Admin", "Edda Executive", "Mona Manager", "Olaf Owner", "Sven Stranger", "Tara Teammate"]),
        ({"state": "away"}, []),
    ],
)
def test_the_list_is_narrowed(admin, query, names):
    assert listed(admin, **query) == names


def test_the_list_is_narrowed_to_a_team(admin, company):
    assert listed(admin, team=company.west.pk) == ["Sven Stranger"]


def test_long_lists_have_pages(admin):
    UserFactory.create_batch(150, name="Same Name")
    first = admin.get(reverse("people")).context["page"]
    second = admin.get(reverse("people"), {"page": first.later}).context["page"]
    assert len(first.rows) == 100
    assert len({person.pk for person in [*first.rows, *second.rows]}) == 156


def test_the_list_costs_the_same_for_many(admin, company, django_assert_max_num_queries):
    for number in range(20):
        person = UserFactory(team=TeamFactory(parent=company.sales if number % 2 else company.east))
        record_absence(
            user=person, starts_at=timezone.now() - DAY, ends_at=timezone.now() + DAY, cover=company.owner, by=company.admin, now=timezone.now()
        )
    with django_assert_max_num_queries(15):
        admin.get(reverse("people"))


def state(person):
    return with_state(User.objects.filter(pk=person.pk), timezone.now()).get().state


def test_states(company):
    now = timezone.now()
    person = UserFactory(email=None)
    person.set_unusable_password()
    person.save()
    assert state(person) == State.NO_ADDRESS
    User.objects.filter(pk=person.pk).update(email="new@salvor.example")
    assert state(person) == State.NOT_INVITED
    User.objects.filter(pk=person.pk).update(invited_at=now)
    assert state(person) == State.INVITED
    User.objects.filter(pk=person.pk).update(last_login=now)
    assert state(person) == State.IN
    record_absence(user=person, starts_at=now - DAY, ends_at=now + DAY, cover=None, by=company.admin, now=now)
    assert state(person) == State.AWAY
    User.objects.filter(pk=person.pk).update(is_active=False)
    assert state(person) == State.SUSPENDED
    record_departure(user=person, last_day=(now - 3 * DAY).date(), mail_to=None, by=company.admin, now=now)
    assert state(person) == State.LEFT


# --- one person ---------------------------------------------------------------------------------------------------


def test_a_stranger_finds_nobody(company, client_of):
    assert client_of(company.stranger).get(reverse("person", args=[company.owner.pk])).status_code == 404


@pytest.mark.parametrize(("who", "offered"), [("teammate", False), ("executive", False), ("manager", True), ("admin", True)])
def test_who_may_look_but_not_change_is_offered_nothing(company, client_of, who, offered):
    page = words(client_of(getattr(company, who)).get(reverse("person", args=[company.owner.pk])))
    for door in ("person-edit", "absence-new", "departure", "person-suspend"):
        assert (reverse(door, args=[company.owner.pk]) in page) is offered
    assert (reverse("person-role", args=[company.owner.pk]) in page) is (who == "admin")


def test_a_manager_adds_and_invites_a_rep(manager, company):
    form = {"name": "Nadia Brooks", "email": "nadia@salvor.example", "team": company.east.pk, "role": "rep", "send_invitation": "on"}
    answer = manager.post(reverse("person-invite"), form, follow=True)
    added = User.objects.get(name="Nadia Brooks")
    assert (added.team, added.role) == (company.east, "rep")
    assert added.invited_at is not None
    assert mail.outbox[0].to == ["nadia@salvor.example"]
    assert said(answer) == ["An invitation is on its way to nadia@salvor.example."]


@pytest.mark.parametrize("change", [{"role": "admin"}, {"team": "west"}, {"team": ""}])
def test_a_manager_cannot_reach_beyond_with_a_made_up_form(manager, company, change):
    if change.get("team") == "west":
        change = {"team": company.west.pk}
    form = {"name": "Nadia Brooks", "email": "", "team": company.east.pk, "role": "rep", **change}
    assert manager.post(reverse("person-invite"), form).status_code == 200
    assert not User.objects.filter(name="Nadia Brooks").exists()


def test_a_refusal_keeps_what_was_typed(admin):
    answer = admin.post(reverse("person-invite"), {"name": "Nadia Brooks", "email": "owner@salvor.example", "role": "rep"})
    assert "already uses the address" in words(answer)
    assert 'value="Nadia Brooks"' in words(answer)


def test_a_person_is_edited(admin, company):
    form = {"name": "Olaf the Owner", "email": "olaf@salvor.example", "team": company.west.pk, "time_zone": "Europe/Berlin"}
    admin.post(reverse("person-edit", args=[company.owner.pk]), form)
    company.owner.refresh_from_db()
    assert (company.owner.name, company.owner.email, company.owner.team) == ("Olaf the Owner", "olaf@salvor.example", company.west)


def test_stale_forms_of_people_and_teams_write_back_nothing_that_was_left_alone(admin, company):
    person, team = reverse("person-edit", args=[company.owner.pk]), reverse("team", args=[company.east.pk])
    shown = {url: as_shown(admin.get(url)) for url in (person, team)}
    User.objects.filter(pk=company.owner.pk).update(email="olaf@salvor.example", team=company.west, time_zone="Europe/Berlin")
    Team.objects.filter(pk=company.east.pk).update(manager=company.executive)
    for url, form in shown.items():
        assert admin.post(url, {**form, "name": "Another name"}).status_code == 302
    company.owner.refresh_from_db()
    company.east.refresh_from_db()
    assert (company.owner.name, company.owner.email, company.owner.team) == ("Another name", "olaf@salvor.example", company.west)
    assert company.owner.time_zone == "Europe/Berlin"
    assert (company.east.name, company.east.manager, company.east.parent) == ("Another name", company.executive, company.sales)


def test_a_manager_cannot_take_over_who_stands_above(manager, company):
    """An executive in one's own team: an address changed there would be a way to their log-in."""
    boss = UserFactory(role="executive", team=company.east)
    for door in ("person-edit", "person-invite-again", "person-suspend", "departure"):
        assert manager.post(reverse(door, args=[boss.pk]), {"name": "x", "email": "mona@evil.example"}).status_code == 403


def test_a_role_that_is_none_is_refused(admin, company):
    assert said(admin.post(reverse("person-role", args=[company.owner.pk]), {"role": "king"}, follow=True)) == ["Choose one of the roles."]


def test_suspending_and_letting_in_again(admin, company, client_of):
    owner = client_of(company.owner)
    admin.post(reverse("person-suspend", args=[company.owner.pk]))
    assert owner.get(reverse("notices")).status_code == 302
    admin.post(reverse("person-readmit", args=[company.owner.pk]))
    assert owner.get(reverse("notices")).status_code == 200


def test_suspending_says_beforehand_for_whom_the_deals_will_wait(admin, company):
    DealFactory(owner=company.owner, team=company.east)
    page = reverse("person", args=[company.owner.pk])
    assert "what is due on them waits for Mona Manager" in words(admin.get(page))
    Team.objects.update(manager=None)
    assert "what is due on them waits for nobody" in words(admin.get(page))


# --- away and gone ------------------------------------------------------------------------------------------------

AWAY = {"first_day": "2031-03-03", "last_day": "2031-03-07"}


def test_everybody_says_themselves_when_they_are_away(company, client_of):
    company.sales.calendar = WorkingCalendar.objects.create(name="New York", time_zone="America/New_York")
    company.sales.save()
    client_of(company.owner).post(reverse("absence-new", args=[company.owner.pk]), {**AWAY, "cover": company.teammate.pk})
    absence = Absence.objects.get()
    assert (absence.user, absence.cover) == (company.owner, company.teammate)
    assert (absence.starts_at.isoformat(), absence.ends_at.isoformat()) == ("2031-03-03T05:00:00+00:00", "2031-03-08T05:00:00+00:00")


def test_nobody_says_it_for_a_teammate(company, client_of):
    assert client_of(company.teammate).post(reverse("absence-new", args=[company.owner.pk]), AWAY).status_code == 403


def test_an_overlap_is_said_on_the_form(manager, company):
    for _twice in range(2):
        answer = manager.post(reverse("absence-new", args=[company.owner.pk]), AWAY)
    assert "already away from 3 March 2031 to 7 March 2031" in words(answer)


def test_days_the_wrong_way_round_are_said_at_the_field(manager, company):
    answer = manager.post(reverse("absence-new", args=[company.owner.pk]), {"first_day": "2031-03-07", "last_day": "2031-03-03"})
    assert "last day is before the first" in words(answer)


def test_a_cover_out_of_sight_is_no_choice(manager, company):
    answer = manager.post(reverse("absence-new", args=[company.owner.pk]), {**AWAY, "cover": company.stranger.pk})
    assert answer.status_code == 200
    assert not Absence.objects.exists()


def test_an_absence_is_changed_and_taken_back(manager, company):
    manager.post(reverse("absence-new", args=[company.owner.pk]), AWAY)
    absence = Absence.objects.get()
    assert 'value="2031-03-07"' in words(manager.get(reverse("absence", args=[absence.pk])))
    manager.post(reverse("absence", args=[absence.pk]), {**AWAY, "last_day": "2031-03-10"})
    absence.refresh_from_db()
    assert absence.ends_at.day == 11
    manager.post(reverse("absence-cancel", args=[absence.pk]))
    assert not Absence.objects.exists()


def test_a_last_day_is_recorded_and_taken_back(manager, company):
    manager.post(reverse("departure", args=[company.owner.pk]), {"last_day": "2031-03-31", "mail_to": company.teammate.pk})
    assert Departure.objects.get().mail_to == company.teammate
    assert "Last day: 31 March 2031" in words(manager.get(reverse("person", args=[company.owner.pk])))
    manager.post(reverse("departure-cancel", args=[company.owner.pk]))
    assert not Departure.objects.exists()


# --- teams and calendars ------------------------------------------------------------------------------------------


def test_an_admin_makes_moves_and_removes_a_team(admin, company):
    admin.post(reverse("team-new"), {"name": "North", "parent": company.sales.pk, "manager": company.manager.pk})
    north = Team.objects.get(name="North")
    url = reverse("team", args=[north.pk])
    admin.post(url, {**as_shown(admin.get(url)), "parent": company.east.pk, "manager": ""})
    north.refresh_from_db()
    assert (north.parent, north.manager) == (company.east, None)
    admin.post(reverse("team-remove", args=[north.pk]))
    assert not Team.objects.filter(name="North").exists()


def test_a_team_with_people_stays_and_it_is_said_why(admin, company):
    answer = admin.post(reverse("team-remove", args=[company.east.pk]), {"into": ""})
    assert answer.status_code == 422
    assert "This field is required" in answer.content.decode()


def test_a_calendar_is_made_with_its_days(admin):
    week = {f"day{number}": "9-12:30, 13:30-17" for number in range(5)}
    admin.post(reverse("calendar-new"), {"name": "Berlin", "time_zone": "Europe/Berlin", "country": "DE", "subdivision": "BE", **week})
    calendar = WorkingCalendar.objects.get(name="Berlin")
    assert calendar.week == [[["09:00", "12:30"], ["13:30", "17:00"]]] * 5 + [[], []]
    admin.post(reverse("calendar-day-new", args=[calendar.pk]), {"date": "2030-12-24", "name": "Christmas Eve", "periods": "09:00-12:00"})
    day = CalendarDay.objects.get()
    assert "Christmas Eve" in words(admin.get(reverse("calendar", args=[calendar.pk])))
    admin.post(reverse("calendar-day-remove", args=[day.pk]))
    admin.post(reverse("calendar-remove", args=[calendar.pk]))
    assert not WorkingCalendar.objects.filter(name="Berlin").exists()


@pytest.mark.parametrize(
    ("hours", "error"), [("nine to five", "Write hours like"), ("17:00-09:00", "must end after it starts"), ("25-26", "no time of day")]
)
def test_hours_that_make_no_sense_are_said_on_the_form(admin, hours, error):
    answer = admin.post(reverse("calendar-new"), {"name": "Berlin", "time_zone": "Europe/Berlin", "day0": hours})
    assert error in words(answer)
    assert hours in words(answer)


def test_a_day_that_makes_no_sense_is_said(admin):
    usual = WorkingCalendar.objects.get(is_default=True)
    answer = admin.post(reverse("calendar-day-new", args=[usual.pk]), {"date": "9999-12-31", "name": "The end"})
    assert "Choose a date closer to today." in words(answer)


def test_a_day_that_is_refused_keeps_what_was_typed(admin):
    usual = WorkingCalendar.objects.get(is_default=True)
    address = reverse("calendar-day-new", args=[usual.pk])
    answer = admin.post(address, {"date": "2030-12-24", "name": "Christmas Eve", "periods": "9-1"})
    assert answer.status_code == 422
    assert all(typed in words(answer) for typed in ('value="2030-12-24"', 'value="Christmas Eve"', 'value="9-1"', "must end after it starts"))
    assert words(answer).count('id="id_name"') == 1
    assert admin.get(address).url == reverse("calendar", args=[usual.pk])


def test_a_day_that_is_over_is_shown_and_can_be_taken_back(admin):
    usual = WorkingCalendar.objects.get(is_default=True)
    admin.post(reverse("calendar-day-new", args=[usual.pk]), {"date": "2025-01-02", "name": "Bridge day"})
    page = words(admin.get(reverse("calendar", args=[usual.pk])))
    assert "Days that are over" in page
    assert reverse("calendar-day-remove", args=[CalendarDay.objects.get(name="Bridge day").pk]) in page


def test_the_head_count_names_those_who_cannot_be_here(client, company):
    client.force_login(company.admin)
    company.owner.is_active = False
    company.owner.save(update_fields=["is_active"])
    words = client.get("/people/").content.decode()
    assert '<a class="link" href="?state=suspended">One is suspended</a>' in words


def test_a_manager_of_one_team_need_not_choose_it(client, company):
    client.force_login(company.manager)
    team = client.get("/people/invite/").context["form"]["team"]
    assert [str(value) for value, _words in team.field.choices] == [str(company.east.pk)]
    assert str(team.value()) == str(company.east.pk)
