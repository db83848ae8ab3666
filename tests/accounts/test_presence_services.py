"""Absences and departures: who is away, who covers, who leaves when."""

import threading
from datetime import UTC, date, datetime, timedelta

import pytest
from django.db import connection

from accounts.models import Absence, Departure, WorkingCalendar
from accounts.refusals import Refused
from accounts.services.absences import cancel_absence, edit_absence, record_absence
from accounts.services.departures import cancel_departure, record_departure
from accounts.services.people import suspend
from accounts.signals import presence_changed
from tests.factories import UserFactory, make_company

DAY = timedelta(days=1)


@pytest.fixture
def told():
    heard = []

    def receiver(user_ids, now, **_rest):
        heard.append((user_ids, now, connection.in_atomic_block))

    presence_changed.connect(receiver)
    yield heard
    presence_changed.disconnect(receiver)


@pytest.fixture
def away(company, now):
    """away(cover, from_day, days): the owner is away from so many days after now."""

    def record(cover=None, after=1, days=5, user=company.owner):
        starts_at = now + after * DAY
        return record_absence(user=user, starts_at=starts_at, ends_at=starts_at + days * DAY, cover=cover, by=company.manager, now=now)

    return record


def test_an_absence_is_recorded_and_told_inside_the_transaction(company, now, away, told):
    absence = away(company.teammate)
    assert absence.recorded_by == company.manager
    assert told == [({company.owner.pk}, now, True)]


def test_who_covers_for_others_is_told_with_them(company, now, away, told):
    away(company.teammate)
    away(user=company.teammate, after=30)
    assert told[-1][0] == {company.teammate.pk, company.owner.pk}


def test_overlapping_absences_are_refused_with_the_days(company, away):
    away(after=1, days=5)
    with pytest.raises(Refused, match="Olaf Owner is already away from 5 March 2026 to 10 March 2026"):
        away(after=5, days=5)


def test_one_absence_may_follow_the_other(company, away):
    away(after=1, days=5)
    away(after=6, days=5)
    assert Absence.objects.count() == 2


def test_the_days_are_those_of_the_persons_own_calendar(company, now):
    company.east.calendar = WorkingCalendar.objects.create(name="Auckland", time_zone="Pacific/Auckland")
    company.east.save()
    span = {"starts_at": datetime(2026, 3, 4, 11, tzinfo=UTC), "ends_at": datetime(2026, 3, 6, 11, tzinfo=UTC)}
    record_absence(user=company.owner, **span, cover=None, by=company.owner, now=now)
    with pytest.raises(Refused, match="from 5 March 2026 to 6 March 2026"):
        record_absence(user=company.owner, **span, cover=None, by=company.owner, now=now)


def test_an_absence_ends_after_it_starts(company, now):
    with pytest.raises(Refused, match="ends after it starts"):
        record_absence(user=company.owner, starts_at=now, ends_at=now, cover=None, by=company.owner, now=now)


def test_nobody_covers_for_themselves(company, away):
    with pytest.raises(Refused, match="Nobody covers for themselves"):
        away(company.owner)


def test_a_cover_must_be_there(company, now, away):
    away(user=company.teammate, after=4, days=1)
    with pytest.raises(Refused, match="Tara Teammate is away too, from 8 March 2026"):
        away(company.teammate)
    suspend(user=company.stranger, by=company.admin, now=now)
    with pytest.raises(Refused, match="Sven Stranger will not be here"):
        away(company.stranger)


def test_a_cover_who_leaves_meanwhile_is_refused(company, now, away):
    record_departure(user=company.teammate, last_day=(now + 3 * DAY).date(), mail_to=None, by=company.admin, now=now)
    with pytest.raises(Refused, match="will not be here for all of it"):
        away(company.teammate)


def test_an_absence_is_changed(company, now, away, told):
    absence = away()
    edit_absence(absence=absence, starts_at=now + DAY, ends_at=now + 9 * DAY, cover=company.teammate, by=company.owner, now=now)
    absence.refresh_from_db()
    assert (absence.ends_at, absence.cover) == (now + 9 * DAY, company.teammate)
    assert len(told) == 2


def test_a_changed_absence_may_not_overlap_another(company, now, away):
    away(after=10)
    with pytest.raises(Refused, match="already away"):
        edit_absence(absence=away(), starts_at=now, ends_at=now + 11 * DAY, cover=None, by=company.owner, now=now)


def test_what_is_over_stays_as_it_was(company, now, away):
    absence = away(after=1, days=1)
    with pytest.raises(Refused, match="is over"):
        edit_absence(absence=absence, starts_at=now, ends_at=now + DAY, cover=None, by=company.owner, now=now + 3 * DAY)
    with pytest.raises(Refused, match="is over"):
        cancel_absence(absence=absence, by=company.owner, now=now + 3 * DAY)


def test_an_absence_not_begun_is_taken_back(company, now, away):
    cancel_absence(absence=away(), by=company.owner, now=now)
    assert not Absence.objects.exists()


def test_an_absence_somebody_took_back_is_not_changed_any_more(company, now, away):
    absence = away()
    cancel_absence(absence=Absence.objects.get(pk=absence.pk), by=company.manager, now=now)
    with pytest.raises(Refused, match="gone already"):
        edit_absence(absence=absence, starts_at=now + DAY, ends_at=now + 2 * DAY, cover=None, by=company.manager, now=now)


def test_who_comes_back_early_was_away_until_then(company, now, away, told):
    absence = away()
    cancel_absence(absence=absence, by=company.owner, now=now + 3 * DAY)
    absence.refresh_from_db()
    assert absence.ends_at == now + 3 * DAY
    assert len(told) == 2


@pytest.mark.django_db(transaction=True)
def test_of_two_absences_recorded_at_once_one_is_refused(now):
    company = make_company()
    refused, start = [], threading.Barrier(2)

    def record():
        start.wait()
        try:
            record_absence(user=company.owner, starts_at=now, ends_at=now + DAY, cover=None, by=company.owner, now=now)
        except Refused as refusal:
            refused.append(str(refusal))
        finally:
            connection.close()

    threads = [threading.Thread(target=record) for _ in range(2)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert len(refused) == 1
    assert "already away" in refused[0]


# --- leaving ------------------------------------------------------------------------------------------------------


def test_a_departure_counts_from_the_end_of_the_day_where_the_person_works(company, now, told):
    company.sales.calendar = WorkingCalendar.objects.create(name="New York", time_zone="America/New_York")
    company.sales.save()
    departure = record_departure(user=company.owner, last_day=date(2026, 3, 31), mail_to=company.teammate, by=company.manager, now=now)
    assert departure.leaves_at == datetime(2026, 4, 1, 4, tzinfo=UTC)
    assert told == [({company.owner.pk}, now, True)]


def test_a_departure_recorded_again_has_the_new_day(company, now):
    for day in (20, 27):
        record_departure(user=company.owner, last_day=date(2026, 3, day), mail_to=None, by=company.manager, now=now)
    assert Departure.objects.get().last_day == date(2026, 3, 27)


def test_mail_goes_to_somebody_who_stays(company, now):
    with pytest.raises(Refused, match="somebody who stays"):
        record_departure(user=company.owner, last_day=date(2026, 3, 31), mail_to=company.owner, by=company.manager, now=now)
    suspend(user=company.teammate, by=company.admin, now=now)
    with pytest.raises(Refused, match="not here any more"):
        record_departure(user=company.owner, last_day=date(2026, 3, 31), mail_to=company.teammate, by=company.manager, now=now)


def test_mail_goes_to_nobody_who_leaves_first(company, now):
    record_departure(user=company.teammate, last_day=date(2026, 3, 20), mail_to=company.owner, by=company.manager, now=now)
    with pytest.raises(Refused, match="leaves as well"):
        record_departure(user=company.owner, last_day=date(2026, 3, 31), mail_to=company.teammate, by=company.manager, now=now)
    record_departure(user=company.owner, last_day=date(2026, 3, 19), mail_to=company.teammate, by=company.manager, now=now)


def test_the_last_admin_cannot_leave(company, now):
    with pytest.raises(Refused, match="last admin"):
        record_departure(user=company.admin, last_day=date(2026, 3, 31), mail_to=None, by=company.admin, now=now)
    UserFactory(role="admin")
    record_departure(user=company.admin, last_day=date(2026, 3, 31), mail_to=None, by=company.admin, now=now)


def test_somebody_stays_after_all(company, now, told):
    record_departure(user=company.owner, last_day=date(2026, 3, 31), mail_to=None, by=company.manager, now=now)
    cancel_departure(user=company.owner, by=company.manager, now=now)
    assert not Departure.objects.exists()
    assert len(told) == 2
    with pytest.raises(Refused, match="No departure"):
        cancel_departure(user=company.owner, by=company.manager, now=now)
