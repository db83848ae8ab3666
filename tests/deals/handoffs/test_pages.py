"""The form, the offer's page, the banner on the deal, and the row on Today."""

import re
from datetime import timedelta

import pytest
from django.urls import reverse
from django.utils import timezone

from accounts.models import Absence, Departure
from deals.handoffs_on import may_hand_over
from deals.models import Deal, Handoff, Interaction, Task
from deals.services import handoffs
from tests.factories import DealFactory, InteractionFactory, SignalFactory, UserFactory


def seen(answer):
    return answer.content.decode()


@pytest.fixture
def form(company):
    return reverse("deal-hand-over", args=[company.deal.pk])


@pytest.fixture
def made(company):
    """An offer made now."""
    return handoffs.offer_handoff(
        deal=company.deal, to=company.stranger, brief="Priya waits for a price.\nCall her first.", by=company.owner, now=timezone.now()
    )


def test_the_form_offers_everybody_here_but_the_owner(client, company, form):
    UserFactory(name="Gone Gerda", is_active=False)
    client.force_login(company.owner)
    page = seen(client.get(form))
    assert all(name in page for name in ("Tara Teammate", "Sven Stranger", "Mona Manager"))
    assert "Gone Gerda" not in page
    assert f'value="{company.owner.pk}"' not in page


def test_it_says_who_is_away_leaves_or_is_behind(client, company, form):
    now = timezone.now()
    Absence.objects.create(user=company.teammate, cover=company.manager, starts_at=now, ends_at=now + timedelta(days=2))
    Departure.objects.create(user=company.stranger, last_day=now.date(), leaves_at=now + timedelta(days=1))
    for deal in (DealFactory(owner=company.stranger), DealFactory(owner=company.stranger)):
        SignalFactory(deal=deal, severity=3)
    client.force_login(company.owner)
    page = seen(client.get(form))
    assert "away, back" in page
    assert "Mona Manager covers" in page
    assert "leaves" in page
    assert "2 urgent things wait" in page
    assert f'value="{company.teammate.pk}" disabled' in page


def test_people_are_found_by_name_and_team_and_the_chosen_one_stays(client, company, form):
    client.force_login(company.owner)
    page = seen(client.get(f"{form}people/", {"q": "west", "person": company.manager.pk}))
    assert "Sven Stranger" in page
    assert "Mona Manager" in page
    assert "Tara Teammate" not in page


def test_people_stand_team_by_team_the_owners_first(client, company, form):
    UserFactory(name="Abel Amber", team=company.west)
    UserFactory(name="Nobody's Nora", team=None)
    client.force_login(company.owner)
    page = client.get(f"{form}people/").content.decode()
    teams = re.findall(r'<li class="cap">([^<]*)</li>', page)
    assert teams[0] == company.owner.team.name
    assert teams[-1] == "no team"
    assert len(teams) == len(set(teams)) > 2
    assert page.index("Tara Teammate") < page.index(f'"cap">{company.west.name}') < page.index("Abel Amber") < page.index("Sven Stranger")


def test_a_name_is_found_without_its_accents(client, company, form):
    UserFactory(name="Petra Nováková", team=company.west)
    client.force_login(company.owner)
    page = seen(client.get(f"{form}people/", {"q": "novak pet"}))
    assert "Petra Nováková" in page
    assert "Sven Stranger" not in page


def test_the_preview_is_what_they_will_see(client, company, form):
    SignalFactory(deal=company.deal, rule="no_contact", severity=3, facts={"since": timezone.now().isoformat(), "ever": True})
    client.force_login(company.owner)
    page = seen(client.post(f"{form}preview/", {"person": company.stranger.pk, "brief": "Call her <b>first</b>"}))
    assert "What Sven Stranger will see" in page
    assert "Olaf Owner offers you Clinics, two more" in page
    assert "Call her &lt;b&gt;first&lt;/b&gt;" in page
    assert "High" in page


def test_without_script_looking_and_finding_keep_what_was_typed(client, company, form):
    client.force_login(company.owner)
    for button in ("look", "find"):
        answer = client.post(form, {button: "1", "q": "west", "person": company.stranger.pk, "brief": "Call her first"})
        assert answer.status_code == 200
        assert "Call her first" in seen(answer)
    assert not Handoff.objects.exists()


def test_offering_leads_back_to_the_deal_and_says_so(client, company, form):
    client.force_login(company.owner)
    answer = client.post(form, {"person": company.stranger.pk, "brief": "Call her first"}, follow=True)
    assert answer.redirect_chain[-1][0] == company.deal.get_absolute_url()
    assert "Offered to Sven Stranger, who is told at once" in seen(answer)
    assert Handoff.objects.get().receiver == company.stranger


@pytest.mark.parametrize(("missing", "said"), [("person", "Choose who should take it over."), ("brief", "what they need to know")])
def test_what_is_missing_is_said_and_nothing_typed_is_lost(client, company, form, missing, said):
    typed = {"person": company.stranger.pk, "brief": "Call her first"} | {missing: ""}
    client.force_login(company.owner)
    answer = client.post(form, typed)
    assert answer.status_code == 422
    assert said in seen(answer)
    assert ("Call her first" in seen(answer)) == (missing != "brief")


def test_a_refusal_is_said_in_the_form(client, company, form):
    now = timezone.now()
    Absence.objects.create(user=company.stranger, starts_at=now, ends_at=now + timedelta(days=2))
    client.force_login(company.owner)
    answer = client.post(form, {"person": company.stranger.pk, "brief": "Call her first"})
    assert answer.status_code == 422
    assert "Sven Stranger is away" in seen(answer)


def test_while_an_offer_is_open_the_form_offers_to_take_it_back(client, company, form, made):
    client.force_login(company.owner)
    page = seen(client.get(form))
    assert "offered to <b>Sven Stranger</b> already" in page
    assert 'name="brief"' not in page


def test_the_receiver_reads_the_brief_who_waits_and_answers(client, company, made):
    client.force_login(company.stranger)
    page = seen(client.get(made.get_absolute_url()))
    assert "Olaf Owner offers you Clinics, two more" in page
    assert "Priya waits for a price." in page
    assert "Accept" in page
    assert "Decline" in page
    assert "Norwood Clinics" in page


@pytest.mark.parametrize(("who", "takes_back"), [("owner", True), ("manager", True), ("executive", True), ("admin", True), ("teammate", False)])
def test_others_see_the_offer_and_take_it_back_where_they_may(client, company, made, who, takes_back):
    client.force_login(getattr(company, who))
    page = seen(client.get(made.get_absolute_url()))
    assert "offered to Sven Stranger" in page
    assert ("Take it back" in page) is takes_back
    assert reverse("handoff-accept", args=[made.pk]) not in page


def test_a_stranger_sees_nothing_of_it(client, company, made):
    client.force_login(UserFactory(team=company.west))
    for route in ("handoff", "handoff-accept"):
        address = reverse(route, args=[made.pk])
        assert (client.get(address) if route == "handoff" else client.post(address)).status_code == 404


def test_accepting_leads_to_the_deal(client, company, made):
    client.force_login(company.stranger)
    answer = client.post(reverse("handoff-accept", args=[made.pk]), follow=True)
    assert answer.redirect_chain[-1][0] == company.deal.get_absolute_url()
    assert "Clinics, two more is yours now." in seen(answer)


def test_what_ended_meanwhile_is_said(client, company, made):
    handoffs.withdraw_handoff(handoff=made, by=company.owner, now=timezone.now())
    client.force_login(company.stranger)
    answer = client.post(reverse("handoff-accept", args=[made.pk]), follow=True)
    assert "Olaf Owner took the offer back." in seen(answer)


def test_declining_asks_why(client, company, made):
    client.force_login(company.stranger)
    address = reverse("handoff-decline", args=[made.pk])
    answer = client.post(address, {"reason": ""})
    assert answer.status_code == 422
    assert "Say why in a few words" in seen(answer)
    page = seen(client.post(address, {"reason": "Full until May"}, follow=True))
    assert "Declined. Olaf Owner is told why." in page
    assert "Full until May" in page


def test_what_was_declined_is_offered_to_somebody_else_with_the_same_brief(client, company, made):
    handoffs.decline_handoff(handoff=made, reason="Full until May", by=company.stranger, now=timezone.now())
    client.force_login(company.owner)
    address = f"{reverse('deal-hand-over', args=[company.deal.pk])}?again={made.pk}"
    assert address in seen(client.get(made.get_absolute_url()))
    assert "Priya waits for a price." in seen(client.get(address))


def test_the_brief_of_another_deal_is_not_taken_over(client, company, made):
    other = DealFactory(owner=company.owner)
    client.force_login(company.owner)
    page = seen(client.get(reverse("deal-hand-over", args=[other.pk]), {"again": made.pk}))
    assert "Priya waits for a price." not in page


def test_after_declining_the_facts_of_the_deal_are_gone_but_the_offer_can_be_read(client, company, made):
    handoffs.decline_handoff(handoff=made, reason="Full until May", by=company.stranger, now=timezone.now())
    client.force_login(company.stranger)
    page = seen(client.get(made.get_absolute_url()))
    assert "Priya waits for a price." in page
    assert "What waits there" not in page
    assert company.deal.get_absolute_url() not in page


def test_the_deal_shows_the_offer_to_everybody_who_sees_it(client, company, made):
    for who, words in (("owner", "It stays with you until Sven Stranger accepts."), ("teammate", "It stays with Olaf Owner until Sven Stranger")):
        client.force_login(getattr(company, who))
        page = seen(client.get(company.deal.get_absolute_url()))
        assert "Offered to Sven Stranger" in page
        assert words in page
        assert ("Take it back" in page) == (who == "owner")


def test_the_desk_leads_to_handing_over_while_nothing_is_offered(client, company):
    client.force_login(company.owner)
    address = reverse("deal-owed", args=[company.deal.pk])
    asked = {"HTTP_HX_REQUEST": "true", "HTTP_HX_TARGET": f"at-risk-{company.deal.pk}-form"}
    page = seen(client.get(address, **asked))
    assert reverse("deal-hand-over", args=[company.deal.pk]) in page


def test_a_link_to_declining_opens_the_form(client, company, made):
    client.force_login(company.stranger)
    assert 'id="decline" open' in seen(client.get(made.get_absolute_url(), {"decline": "1"}))


def test_the_receiver_sees_the_deal_while_it_is_offered_and_not_after(client, company, made):
    client.force_login(company.stranger)
    page = seen(client.get(company.deal.get_absolute_url()))
    assert "Olaf Owner offers you this deal" in page
    handoffs.decline_handoff(handoff=made, reason="No", by=company.stranger, now=timezone.now())
    assert client.get(company.deal.get_absolute_url()).status_code == 404


@pytest.mark.parametrize(("who", "words"), [("owner", "Hand over"), ("manager", "Hand over"), ("admin", "Hand over"), ("teammate", "Reassign")])
def test_the_deal_offers_to_hand_it_over_to_those_who_may(client, company, who, words):
    client.force_login(getattr(company, who))
    page = seen(client.get(company.deal.get_absolute_url()))
    assert [one for one in ("Hand over", "Reassign") if f"{one}</a>" in page] == [words]


def test_what_happened_tells_of_offers_and_their_ends(client, company, made):
    now = timezone.now()
    handoffs.decline_handoff(handoff=made, reason="Full <i>until</i> May", by=company.stranger, now=now)
    second = handoffs.offer_handoff(deal=company.deal, to=company.teammate, brief="Now you", by=company.owner, now=now)
    handoffs.accept_handoff(handoff=second, by=company.teammate, now=now + timedelta(minutes=1))
    client.force_login(company.manager)
    page = seen(client.get(company.deal.get_absolute_url()))
    assert "Offered to <b>Sven Stranger</b>" in page
    assert "<b>Sven Stranger</b> declined it" in page
    assert "“Full &lt;i&gt;until&lt;/i&gt; May”" in page
    assert "<b>Tara Teammate</b> accepted it and owns it now" in page


def test_today_shows_who_offers_what_and_since_when_they_wait(client, company, made):
    SignalFactory(deal=company.deal, rule="reply_overdue", severity=3, since=timezone.now() - timedelta(hours=30), facts={"messages": 1})
    client.force_login(company.stranger)
    page = seen(client.get(reverse("today")))
    assert "Olaf Owner offers you Clinics, two more" in page
    assert "Priya waits for a price." in page
    assert "They have waited since" in page
    assert reverse("handoff-accept", args=[made.pk]) in page


def test_today_leads_the_giver_to_the_offer_nobody_accepted_and_to_taking_it_back(client, company, made):
    SignalFactory(deal=company.deal, rule="handoff_pending", severity=3, facts={"handoff": made.pk, "receiver": "Sven Stranger"})
    client.force_login(company.owner)
    page = seen(client.get(reverse("today")))
    assert f'href="{made.get_absolute_url()}"' in page
    assert reverse("handoff-withdraw", args=[made.pk]) in page


def test_on_today_it_is_declined_in_its_row(client, company, made):
    client.force_login(company.stranger)
    key = f"offered-{made.pk}"
    page = seen(client.get(reverse("today"), {"open": key}))
    assert 'name="reason"' in page
    address = reverse("handoff-decline", args=[made.pk])
    answer = client.post(address, {"row": key, "reason": " "})
    assert answer.status_code == 422
    assert "Say why in a few words" in seen(answer)
    assert client.post(address, {"row": key, "reason": "Full"}).headers["Location"] == reverse("today")
    made.refresh_from_db()
    assert made.state == "declined"


def test_accepting_on_today_stays_there(client, company, made):
    client.force_login(company.stranger)
    answer = client.post(reverse("handoff-accept", args=[made.pk]), {"next": reverse("today")})
    assert answer.headers["Location"] == reverse("today")


def test_whom_they_turned_to_may_answer_or_pass_it_on(client, company):
    now = timezone.now()
    InteractionFactory(deal=company.deal, contact=company.contact, kind=Interaction.Kind.EMAIL, at=now, recorded_at=now, user=company.stranger)
    Task.objects.create(
        kind="answer_or_pass_on", title="Answer Priya", assignee=company.stranger, deal=company.deal, due_at=now + timedelta(hours=4), created_at=now
    )
    client.force_login(company.stranger)
    page = seen(client.get(reverse("today")))
    assert "Answer Priya" in page
    assert reverse("deal-write", args=[company.deal.pk]) in page
    assert reverse("deal-hand-over", args=[company.deal.pk]) in page
    assert client.get(reverse("deal-hand-over", args=[company.deal.pk])).status_code == 200
    deal_page = seen(client.get(company.deal.get_absolute_url()))
    assert "They turned to you" in deal_page
    assert "Pass it on" in deal_page
    client.force_login(company.owner)
    assert "They turned to you" not in seen(client.get(company.deal.get_absolute_url()))


@pytest.mark.parametrize(("who", "may"), [("west_manager", True), ("manager", False), ("executive", True)])
def test_the_line_of_the_owners_own_team_hands_over_and_not_that_of_the_deals(client, company, who, may):
    company.west_manager = company.west.manager = UserFactory(role="manager", team=company.west)
    company.west.save()
    Deal.objects.filter(pk=company.deal.pk).update(owner=company.stranger)
    deal, person = Deal.objects.get(pk=company.deal.pk), getattr(company, who)
    deal.turned_to = None
    assert (may_hand_over(person, deal), handoffs.may_offer(deal=deal, by=person, now=timezone.now())) == (may, may)
