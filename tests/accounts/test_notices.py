"""Notices: told once, read under the bell."""

from datetime import timedelta

import pytest
from django.db import transaction
from django.urls import reverse

from accounts.models import Notice
from accounts.services.notices import NewNotice, mark_read, tell, unread_count


def new(user, key, now, **fields):
    values = {"kind": "risk", "topic": "thing:1", "title": f"Title {key}", "body": "", "path": "/deals/1/", "severity": 2, **fields}
    return NewNotice(user_id=user.pk, created_at=now, dedupe_key=key, **values)


@pytest.fixture
def bell(client, company):
    client.force_login(company.owner)

    def read(**query):
        return client.get(reverse("notices"), query)

    return read


def test_many_are_written_at_once_and_each_once(company, now, django_assert_num_queries):
    rows = [new(company.owner, f"k{number}", now) for number in range(50)]
    with transaction.atomic(), django_assert_num_queries(2):
        tell(rows)
    tell([*rows, new(company.owner, "k50", now)])
    assert Notice.objects.count() == 51
    assert set(Notice.objects.values_list("mail", "next_attempt_at")) == {("pending", now)}


def test_a_long_title_is_cut_and_nothing_is_nothing(company, now):
    tell([new(company.owner, "k", now, title="x" * 400)])
    tell([])
    assert len(Notice.objects.get().title) == 300


def test_reading_counts_for_oneself_alone(company, now):
    tell([new(company.owner, "k1", now), new(company.owner, "k2", now, topic="thing:2"), new(company.teammate, "k3", now)])
    assert unread_count(company.owner) == 2
    assert mark_read(user=company.owner, now=now, topic="thing:1") == 1
    assert mark_read(user=company.owner, now=now) == 1
    assert mark_read(user=company.owner, now=now) == 0
    assert unread_count(company.teammate) == 1


def keys(groups):
    return [[notice.dedupe_key for notice in group.lines] for group in groups]


def test_the_page_groups_by_deal_the_one_told_of_last_first(bell, company, now):
    rows = [("k1", "thing:1", 3), ("k2", "thing:2", 2), ("k3", "thing:1", 1), ("k4", "", 4), ("k5", "", 5)]
    tell([new(company.owner, key, now - timedelta(hours=hours), topic=topic) for key, topic, hours in rows])
    assert keys(bell().context["groups"]) == [["k3", "k1"], ["k2"], ["k4"], ["k5"]]


def test_a_group_told_of_at_one_moment_stands_once(bell, company, now):
    tell([new(company.owner, f"k{number}", now) for number in range(3)])
    assert keys(bell().context["groups"]) == [["k2", "k1", "k0"]]


def test_of_what_is_told_at_one_moment_the_gravest_leads(bell, company, now):
    tell([new(company.owner, f"k{severity}", now, severity=severity) for severity in (2, 4, 1, 3)])
    assert keys(bell().context["groups"]) == [["k4", "k3", "k2", "k1"]]


def test_a_group_lists_its_last_lines_and_counts_the_rest(bell, company, now):
    tell([new(company.owner, f"k{number}", now - timedelta(minutes=number)) for number in range(30)])
    group = bell().context["groups"][0]
    assert (len(group.lines), group.more, group.earlier_count) == (12, 18, 29)


def test_the_page_shows_ones_own_alone(bell, company, now):
    tell([new(company.teammate, "k1", now, title="Not for Olaf")])
    assert "Not for Olaf" not in bell().content.decode()


def test_marked_read_a_notice_moves_to_the_seen_ones(bell, client, company, now):
    tell([new(company.owner, "k1", now), new(company.owner, "k2", now, topic="")])
    client.post(reverse("notices-read"), {"topic": "thing:1"})
    assert "Title k1" not in bell().content.decode()
    assert "Title k1" in bell(show="all").content.decode()
    client.post(reverse("notices-read"), {"notice": Notice.objects.get(dedupe_key="k2").pk})
    assert "Nothing new" in bell().content.decode()


@pytest.mark.parametrize("number", ["\u00b2", "x", "9" * 5000, "-1", ""])
def test_a_number_that_is_none_marks_nothing(bell, client, company, now, number):
    tell([new(company.owner, "k1", now)])
    assert client.post(reverse("notices-read"), {"notice": number}).status_code == 302
    assert unread_count(company.owner) == 1


def test_a_deal_shows_its_newest_line_and_folds_the_earlier_ones(bell, company, now):
    tell([new(company.owner, f"k{number}", now - timedelta(hours=8 * number)) for number in range(17)])
    newest, _fold, rest = bell().content.decode().partition('<details class="fold earlier">')
    assert "Title k0<" in newest
    assert "Title k1<" not in newest
    assert "and 16 earlier" in rest
    assert rest.partition("</details>")[0].count("Title k") == 11
    assert "and 5 more before that" in rest


def test_a_line_alone_folds_nothing(bell, company, now):
    tell([new(company.owner, "k1", now)])
    assert " earlier</summary>" not in bell().content.decode()


def test_nobody_marks_a_notice_of_somebody_else(bell, client, company, now):
    tell([new(company.teammate, "k1", now)])
    client.post(reverse("notices-read"), {"notice": Notice.objects.get().pk})
    client.post(reverse("notices-read"))
    assert unread_count(company.teammate) == 1


def test_pages_follow_each_other_without_gaps(bell, company, now):
    tell([new(company.owner, f"k{number:03}", now - timedelta(minutes=number // 2), topic="") for number in range(120)])
    seen, token = [], ""
    while True:
        page = bell(page=token).context["page"]
        seen += [notice.dedupe_key for notice in page.rows]
        if not page.later:
            break
        token = page.later
    assert len(seen) == len(set(seen)) == 120


def test_the_page_costs_the_same_for_one_and_for_fifty(bell, company, now, django_assert_max_num_queries):
    tell([new(company.owner, f"k{number}", now, topic=f"thing:{number}") for number in range(50)])
    bell()  # the first look of a process reads its calendars
    with django_assert_max_num_queries(9):
        bell()
