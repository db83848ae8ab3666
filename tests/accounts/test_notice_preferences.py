"""What comes by mail: a person's choice, and what may not be silenced."""

import pytest
from django.db import transaction
from django.urls import reverse

from accounts.models import Notice, NoticePreference
from accounts.notice_kinds import KINDS, kinds_for
from accounts.services.notices import NewNotice, choose_mail, drain, tell
from deals.models import SignalEvent
from deals.risk.judging import HANDED
from deals.risk.telling import TOLD_OF

QUIET = {"signal_raised": False, "signal_climbed": False}


def told(user, key, now, kind="signal_raised", severity=2):
    tell([NewNotice(user.pk, kind, "thing:1", f"Title {key}", "", "/deals/1/", severity, now, key)])
    return Notice.objects.get(dedupe_key=key).mail


def test_a_silenced_kind_stands_under_the_bell_and_is_not_mailed(company, now, mailoutbox):
    choose_mail(user=company.owner, by_mail=QUIET)
    assert told(company.owner, "k1", now) == "none"
    assert told(company.teammate, "k2", now) == "pending"
    drain(now)
    assert [message.to for message in mailoutbox] == [["teammate@salvor.example"]]
    assert Notice.objects.filter(user=company.owner, read_at__isnull=True).count() == 1


@pytest.mark.parametrize(("severity", "mail"), [(3, "none"), (4, "pending")])
def test_what_climbed_and_is_critical_comes_by_mail_all_the_same(company, now, severity, mail):
    choose_mail(user=company.owner, by_mail=QUIET)
    assert told(company.owner, "k", now, kind="signal_climbed", severity=severity) == mail


def test_what_concerns_the_log_in_is_always_mailed(company, now):
    NoticePreference.objects.create(user=company.owner, kind="second_factor", by_mail=False)
    assert told(company.owner, "k", now, kind="second_factor") == "pending"


def test_a_kind_nobody_listed_is_mailed(company, now):
    NoticePreference.objects.create(user=company.owner, kind="new_one", by_mail=False)
    assert told(company.owner, "k", now, kind="new_one") == "pending"


def test_many_people_cost_one_question(company, now, django_assert_num_queries):
    people = [company.owner, company.teammate, company.manager, company.admin, company.executive]
    rows = [NewNotice(user.pk, "signal_raised", "", "Title", "", "", 2, now, f"k{user.pk}") for user in people]
    with transaction.atomic(), django_assert_num_queries(2):
        tell(rows)


def test_what_waits_to_be_mailed_when_one_chooses_otherwise_stays_at_home(company, now, mailoutbox):
    told(company.owner, "k1", now)
    told(company.owner, "k2", now, kind="signal_climbed", severity=4)
    choose_mail(user=company.owner, by_mail=QUIET)
    drain(now)
    assert "Title k2" in mailoutbox[0].subject
    assert Notice.objects.get(dedupe_key="k1").mail == "none"


def test_the_page_keeps_what_was_ticked(client, company):
    client.force_login(company.owner)
    client.post(reverse("profile-notices"), {"signal_raised": "on"})
    chosen = dict(NoticePreference.objects.filter(user=company.owner).values_list("kind", "by_mail"))
    assert chosen["signal_raised"] is True
    assert chosen["signal_climbed"] is False
    assert "second_factor" not in chosen
    client.post(reverse("profile-notices"), dict.fromkeys(KINDS, "on"))
    assert not NoticePreference.objects.filter(user=company.owner, by_mail=False).exists()


def test_the_page_says_what_is_always_mailed(client, company):
    client.force_login(company.owner)
    page = client.get(reverse("profile-notices")).content.decode()
    assert "critical always" in page
    assert all(str(kind.words) in page.replace("&#x27;", "'") for kind in kinds_for("rep"))
    assert "Sums of the pipeline" not in page


def test_every_kind_that_is_told_is_listed():
    assert {f"signal_{kind}" for kind in TOLD_OF} | {"second_factor"} <= set(KINDS)
    assert SignalEvent.Kind.CLIMBED in TOLD_OF
    assert HANDED in TOLD_OF


# --- go there -----------------------------------------------------------------------------------------------------


def test_going_there_marks_the_group_read(client, company, now):
    told(company.owner, "k1", now)
    told(company.owner, "k2", now)
    client.force_login(company.owner)
    answer = client.get(reverse("notice-go", args=[Notice.objects.get(dedupe_key="k1").pk]))
    assert answer.url == "/deals/1/"
    assert not Notice.objects.filter(read_at__isnull=True).exists()


@pytest.mark.parametrize("path", ["https://evil.example/", "//evil.example/", "javascript:alert(1)", "/\\evil.example", ""])
def test_a_notice_leads_nowhere_else(client, company, now, path):
    tell([NewNotice(company.owner.pk, "signal_raised", "", "Title", "", path, 2, now, "k")])
    client.force_login(company.owner)
    assert client.get(reverse("notice-go", args=[Notice.objects.get().pk])).url == reverse("notices")


def test_the_panel_shows_the_last_new_groups(client, company, now, django_assert_max_num_queries):
    for number in range(9):
        tell([NewNotice(company.owner.pk, "signal_raised", f"thing:{number}", f"Title {number}", "", "/deals/", 2, now, f"k{number}")])
    client.force_login(company.owner)
    client.get(reverse("notices"))
    with django_assert_max_num_queries(6):
        page = client.get(reverse("notices-panel"), headers={"hx-request": "true"}).content.decode()
    assert page.count("bell-line") == 6
    assert "All that is new" in page
