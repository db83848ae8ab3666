"""What stands in a person's Inbox, for whom, and how it is counted."""

import pytest
from django.urls import reverse

from deals.inbox.listing import inbox
from deals.models import Mailbox
from deals.services.stages import move_deal
from deals.shell import Shell
from tests.factories import DealFactory, stage

STRANGER = "Beatrix Nolan <b.nolan@alder.example>"


def waits_for(user):
    return [row.subject for row in inbox(user).rows]


@pytest.fixture
def team_box(company, just_now):
    return Mailbox.objects.create(address="east@salvor.example", team=company.east, host="imap.salvor.example", login="east", created_at=just_now)


@pytest.fixture
def two_deals(company):
    """Somebody new at the customer may mean either."""
    company.account.domains.create(domain="norwood.example")
    DealFactory(account=company.account, owner=company.owner)


def test_an_inquiry_waits_for_its_owner_until_it_is_a_deal(company, arrives, just_now):
    message = arrives(sender=STRANGER, subject="Four baths")
    (row,) = inbox(company.owner).rows
    assert (row.subject, row.sender_name, row.deal_id, row.due_at is not None) == ("Four baths", "Beatrix Nolan", message.deal_id, True)
    move_deal(deal=message.deal, stage=stage("Qualification"), by=company.owner, now=just_now)
    assert waits_for(company.owner) == []


def test_mail_that_fits_two_deals_waits_and_says_why(company, arrives, two_deals):
    arrives(sender="new@norwood.example", subject="Which of them?")
    (row,) = inbox(company.owner).rows
    assert (row.status, row.deal_id, row.account) == ("unmatched", None, "Norwood Clinics")
    assert "2 open deals" in row.reason


def test_mail_on_a_deal_does_not_wait(company, arrives):
    arrives()
    assert waits_for(company.owner) == []


@pytest.mark.parametrize("who", ["teammate", "manager", "executive", "stranger"])
def test_personal_mail_of_no_deal_is_shown_to_nobody_else_whatever_the_rank(company, arrives, two_deals, who, signed_in):
    message = arrives(sender="new@norwood.example", subject="Private")
    user = getattr(company, who)
    assert waits_for(user) == []
    for route in ("mail", "mail-whole", "mail-html", "mail-raw", "triage-deal", "triage-attach"):
        assert signed_in(user).get(reverse(route, args=[message.pk])).status_code == 404
    assert signed_in(user).post(reverse("triage-refuse", args=[message.pk])).status_code == 404


def test_a_teams_mailbox_waits_for_the_team_and_those_who_lead_it(company, arrives, team_box, two_deals):
    arrives(sender="new@norwood.example", to="east@salvor.example", subject="For the team", into=team_box)
    assert [waits_for(user) for user in (company.owner, company.teammate, company.manager, company.executive)] == [["For the team"]] * 4
    assert waits_for(company.stranger) == []


def test_mail_to_nobody_of_ours_is_left_to_the_admins(company, arrives, files, two_deals):
    arrives(sender="new@norwood.example", to="nobody@elsewhere.example", subject="Lost", into=files)
    assert waits_for(company.admin) == ["Lost"]
    assert waits_for(company.owner) == []


def test_a_thread_is_one_row_at_its_latest_message(company, arrives, two_deals):
    arrives(sender="new@norwood.example", subject="Which?", message_id="<w1@norwood.example>")
    arrives(sender="new@norwood.example", subject="Re: Which?", in_reply_to="<w1@norwood.example>")
    assert waits_for(company.owner) == ["Re: Which?"]


def test_pages_go_on_where_the_one_before_ended(company, arrives, just_now):
    for number in range(5):
        arrives(sender=f"Someone {number} <s{number}@alder{number}.example>", subject=f"Letter {number}")
    first = inbox(company.owner, size=2)
    second = inbox(company.owner, size=2, token=first.later)
    third = inbox(company.owner, size=2, token=second.later)
    subjects = [row.subject for page in (first, second, third) for row in page.rows]
    assert sorted(subjects) == [f"Letter {number}" for number in range(5)]
    assert (first.earlier, third.later) == ("", "")
    assert [row.pk for row in inbox(company.owner, size=2, token=third.earlier).rows] == [row.pk for row in second.rows]


def test_the_navigation_counts_what_the_page_lists(company, arrives, two_deals):
    arrives(sender=STRANGER)
    arrives(sender="new@norwood.example", subject="Which?", message_id="<w1@norwood.example>")
    arrives(sender="new@norwood.example", subject="Re: Which?", in_reply_to="<w1@norwood.example>")
    assert Shell(company.owner, "/").inbox == len(inbox(company.owner).rows) == 2
    assert Shell(company.stranger, "/").inbox == 0


@pytest.mark.parametrize("who", ["owner", "manager", "executive", "admin"])
def test_the_page_takes_a_few_queries(company, arrives, two_deals, signed_in, who, django_assert_max_num_queries):
    arrives(sender=STRANGER)
    arrives(sender="new@norwood.example")
    client = signed_in(getattr(company, who))
    client.get(reverse("triage"))
    with django_assert_max_num_queries(15):
        assert client.get(reverse("triage")).status_code == 200


def test_an_empty_page_teaches(company, signed_in):
    page = signed_in(company.owner).get(reverse("triage")).content.decode()
    assert "Nothing waits for your decision." in page
    assert "Nothing waits for a decision" in page


def test_a_persons_mail_does_not_say_that_no_machine_wrote_it(company, arrives, signed_in):
    arrives(sender=STRANGER)
    page = signed_in(company.owner).get(reverse("triage")).content.decode()
    assert "Nobody has written from this address before." in page
    assert "machine" not in page


def test_what_strangers_typed_is_escaped(company, arrives, signed_in):
    arrives(sender='"<script>alert(1)</script>" <evil@alder.example>', subject="<img src=x onerror=alert(2)>", body="<b>three</b>")
    page = signed_in(company.owner).get(reverse("triage")).content.decode()
    assert "<script>alert" not in page
    assert "<img src=x" not in page
    assert "<b>three" not in page
    assert "&lt;img src=x onerror=alert(2)&gt;" in page
