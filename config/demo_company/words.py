# ruff: noqa: E501 - running text: a sentence a line reads better than a broken one
"""What people write and say, by the phase a deal is in.

An exchange is a subject and its turns, ``<`` from them and ``>`` from us. Filled in: {them} and {me} (first names),
{account}, {site}, {thing} (what is sold, "the monitoring"), {day} (a weekday soon), {month} (one to come), {n}.
"""

from __future__ import annotations

from typing import NamedTuple


class Exchange(NamedTuple):
    subject: str
    turns: tuple[str, ...]


def _exchange(text: str) -> Exchange:
    subject, *turns = [line.strip() for line in text.strip().splitlines()]
    return Exchange(subject, tuple(turns))


def _exchanges(text: str) -> tuple[Exchange, ...]:
    """Blocks apart by empty lines: the subject first, then a line a turn."""
    return tuple(_exchange(block) for block in text.strip().split("\n\n"))


INQUIRIES = _exchanges("""
Request for a quote
< Could you send us a quote for {thing} at the {site}? We would like to decide before the end of {month}.
> Thank you for asking. To size it I need to know how many outlets you have there and who takes the samples today. Could we speak for ten minutes on {day}?
< {day} before noon suits me. Roughly {n}40 outlets, samples are taken by a contractor.

Water safety at the {site}
< Our auditor asked for continuous temperature records at the {site}. Is that something you do, and from what price on?
> It is exactly what we do. I attach two examples of a similar size; both came in below what the audit round had cost them. Shall I call you on {day}?
< Yes please, after ten.

Question after your talk
< I heard your talk on hot water returns. We have the same trouble at the {site}. What would a first look cost us?
> The first look costs nothing: half a day with an engineer, and you keep the findings. Which day would suit you?

Demo of {product}
< A colleague at another site uses {product} and is happy with it. May we see a demo for the {site}?
> Gladly. I have put together half an hour with data from a building like yours. Would {day} at ten work?
< That works. Two people from our side.

Recommended to us
< Your name came up when I asked around for {thing}. We have {n}2 sites and no overview. Where do we start?
> With one site, and with the riskiest one. I will send you three questions today, and from your answers a first plan.

Price list
< Please send your price list for {thing} and the usual delivery time.
> Attached is the list; delivery takes three weeks, installation one day for each {n}0 outlets. What is the occasion, if I may ask?
< A notice from the health office about the {site}. So not much time.
""")

QUALIFICATION = _exchanges("""
{site}: three questions
> To see whether we fit: how are readings taken today, who signs the yearly report, and is there money set aside for this year?
< By hand, every Monday. I sign it, reluctantly. Budget is in the plan for {month}, but I need a business case.
> That helps. I will bring one from a comparable site on {day}.

Who should be at the table
> Who besides you decides on a project like this? I would rather meet everyone once than explain it three times.
< Our finance lead and the safety officer. I will ask them for {day}.

Site plan of the {site}
< Here are the drawings of the {site}. The risers in the east wing are not on them, sorry.
> Thank you, that is enough to count the measuring points. I make it {n}8; may our engineer check it on site?
< Yes, he should ask for me at the desk.

Timing
> When does it have to be running? I ask because installations in {month} are nearly booked.
< Before the audit, which is in the second week of {month}.
> Then we should agree by the end of the month. I will plan backwards from there.

Your current supplier
> May I ask what you have in place now, and what made you look around?
< Loggers from 2016 that somebody must read out with a cable. Half of them are dead and nobody noticed for a quarter.

Access to the {site}
< Facilities want to know whether your sensors need our network.
> They do not: they carry their own radio, and the gateway uses a mobile line. I attach the page for your IT people.
< They read it and have no objections. Good.
""")

DISCOVERY = _exchanges("""
Findings from the visit
> Thank you for showing us round. Three things stood out: the return line in the cellar runs at 48 degrees, two dead legs, and a calorifier nobody feels responsible for. Report attached.
< That is more honest than I expected. The dead legs are known, the calorifier is not. Can you price all three?
> Yes, as one package and separately. You will have it by {day}.

Data from the trial sensors
> The four trial sensors have been in for a week. Two outlets were never flushed on Sunday. I can show you the curve on {day}.
< Please do. I will bring the head of maintenance, he does not believe it yet.

Question from IT
< IT asks where the data is kept and who can read it.
> In the region of your choice, encrypted, and only your people and our two support engineers can read it. The full answers to your form are attached.
< Thank you, they will come back to me by {day}.

References
< Could we speak to somebody who has run {product} for more than a year?
> Two customers have agreed. I will put you in touch with both; ask them about the first winter.
< Spoke to one. Good words, also about your support. He said to insist on spare batteries.

Numbers for the business case
> I have put the cost of the sampling rounds against ours: it pays back in {n}2 months, without counting a single incident.
< Our controller wants to see it with the contractor's price from last year. I will send you that figure.
> With his figure it is {n}1 months. Sheet attached, all formulas open.

Scope: only the {site}?
< We wonder whether to start with the {site} only, or with everything at once.
> Start with the {site}. After three months you know what you need, and the price per point stays the same for the rest.
< That is what I hoped to hear.

Photos of the plant room
> Could somebody send me photos of the plant room, so that I need not come twice?
< Attached, seven of them. The grey box on the left is the one nobody dares to open.

Battery life
> Our test lab has the new figures: {n} years at one reading every ten minutes. I attach the report.
< Thank you, maintenance will like that.

Workshop agenda
> For {day} I suggest: what you measure today, what the rules ask for, what alarms should go to whom. Two hours.
< Fine. Please add who answers alarms at night, that is our sore point.
""")

PROPOSAL = _exchanges("""
Our offer for the {site}
> Attached is our offer for {thing}: {n}8 measuring points, installation, training for your team, and the first year of service. It holds for 60 days.
< Thank you, well laid out. Two questions: is calibration included, and can payment be split over two budget years?
> Calibration is included. Splitting is possible, half on order and half on acceptance. I have updated page 4.

Offer: a few questions
< Finance asks why the second year costs more than the first.
> Because the first year of service is free in the price. From the second on it is {n} percent of the hardware a year, fixed for three years. I have made that clearer on page 3.
< Clear now. It goes to the board on {day}.

Comparison
< We have a second offer that is about a tenth cheaper. It leaves out installation, though.
> Then the two are close. I attach a table with both side by side; the lines they do not mention are marked.
< Helpful. I will use it with the board, with the logo off if you do not mind.
> Not at all.

Board paper
< Could you give me one page for our board? They never read more.
> Here it is: the risk, what it costs to leave it, what it costs to fix it, and who has done it before.
< Perfect. They meet on {day}.

Variant without the {site}
< What would it be without the dosing part?
> About a third less. You would lose the automatic flushing, so somebody has to do that by hand every week. Both variants are attached.
< Then we keep it in. Nobody here wants that job.

Certificate
> The drinking water certificate you asked about is attached, valid for {n} more years.
< Thank you, that closes the list from our side.

Visit to a running site
> Would it help the board to see a running system? There is one half an hour from you.
< Two of them would come along. {day} afternoon?
> Confirmed with the people there. I send you the address.

Start date
> If you order by the end of the month our installers can be with you in the second week of {month}. After that it gets tight.
< Understood. I am waiting for one signature.
""")

NEGOTIATION = _exchanges("""
Contract draft
> Here is the draft. Changes from our usual terms are marked: liability as you asked, notice of three months.
< Legal has four remarks, attached. None of them should be hard.
> Three are accepted. For the fourth I suggest the wording in green; our insurer asks for it.
< Agreed with the green wording.

Last question on price
< If you can come down by {n} percent I can sign without another round.
> I can do that if we agree on two years and use you as a reference. Would that help you?
< It would. Please send the final version.

Order form
< Purchasing needs our order number on every page and your bank details on letterhead.
> Both done, new version attached. Is there anything else they need before {day}?
< No, that was all. It is in the signature run.

Service level
< We need an answer within four hours on alarms at the {site}, also at night.
> In the contract it now says four hours, around the clock, with a named engineer. It adds {n} percent to the yearly fee.
< Worth it. Thank you for not arguing.

Warranty
> As promised: the warranty letter, {n} years on all parts, with the list of what counts as wear.
< Received and filed with the contract.

Acceptance
> For the acceptance I suggest two weeks of readings without a gap. Would you agree?
< Agreed, please put it into the annex.
> It is in there now.

Installation plan
> To keep your date I have reserved the team from the 2nd Monday of {month}, without obligation for you.
< Good of you. The signature should come this week; our director is back on {day}.

Security annex
< Our data protection officer wants the list of subcontractors in the annex.
> Added: there are two, with addresses. Please see annex B.
""")

RENEWAL = _exchanges("""
Your contract ends in {month}
> Your contract for {thing} at the {site} runs out at the end of {month}. May I show you how it was used this year before we speak about the next?
< Please. We are content, but our new controller will ask what we get for it.
> Then I will bring the {n} alarms that saved somebody a weekend.

Use over the year
> The summary of the year is attached: 99.{n} percent of readings arrived, eleven alarms, all answered. Three sensors are due for a new battery; we do that on the next visit.
< Good numbers. The two empty floors can come out of the contract from next year.
> Taken out, new sum attached.

Price for next year
< You raise the price by {n} percent. Others did not.
> It follows the index in the contract. If you renew for two years I can hold today's price.
< Two years is fine if we may add sites at the same price.
> You may. I will send the form.

Renewal form
> Here is the form for the next term, as agreed. Two signatures on page 3, please.
< We have moved: please change the invoice address first.
> Changed, new form attached.
""")

EXCHANGES = {
    "Inquiry": INQUIRIES,
    "Qualification": QUALIFICATION,
    "Discovery": DISCOVERY,
    "Proposal": PROPOSAL,
    "Negotiation": NEGOTIATION,
    "Renewal due": RENEWAL[:2],
    "Terms sent": RENEWAL[2:3],
    "In signature": RENEWAL[3:],
}

# The first exchange of these comes first.
BEGIN_WITH = frozenset({"Proposal", "Negotiation", "Renewal due", "Terms sent"})

# Notes of calls that reached somebody.
CALLS = {
    "Inquiry": ("Asked what prompted the question. {them} has the authority to look, not to buy. Sends the drawings.",),
    "Qualification": (
        "{them} confirmed the budget line. Decision would be by three people, safety officer included.",
        "Went through the five questions. Pain is real: two failed samples since spring. No deadline yet.",
        "{them} wants to start small at the {site}. I said that is how most begin.",
        "Short call. Facilities is for it, finance has not been asked yet. {them} will do that before {day}.",
    ),
    "Discovery": (
        "Talked through the findings. {them} will bring maintenance to the next meeting, they must like it too.",
        "IT questions answered on the phone, form follows. No objection in principle.",
        "{them} asked about alarms at night. Explained the on-call service, will send the sheet.",
        "Checked the count of measuring points: {n}8, not {n}2. Price changes a little, {them} is fine with that.",
        "Asked who else they look at: one local firm, without references so far.",
    ),
    "Proposal": (
        "Walked through the offer page by page. Only the service fee raised an eyebrow. Sends questions in writing.",
        "{them} says we are ahead, but the board wants two offers on the table. Ours is one of them.",
        "Board meeting moved to {day}. {them} will call afterwards.",
        "Finance joined for ten minutes: payment in two parts would settle it.",
    ),
    "Negotiation": (
        "Legal and {them} on the line. One clause left, we find wording by {day}.",
        "Price is settled. Waiting for the director's signature, back on {day}.",
        "{them} asked for a start in {month}. Installers are reserved.",
        "Purchasing wants the framework terms. Sent to our legal, no obstacle expected.",
    ),
    "Renewal due": (
        "{them} is content and will renew if two floors come out.",
        "New controller asks for a justification. Sending the summary of the year.",
        "They plan to add the {site} and want one contract for all of it.",
    ),
    "Terms sent": ("Terms are with purchasing. {them} sees no obstacle.", "{them} asked to hold the price for two years. Agreed within my limit."),
    "In signature": ("Form is in the signature run, back by {day}.", "{them} promised the signed form for this week."),
}

SHORT_CALLS = (
    "Short call, nothing new. {them} will come back to me on {day}.",
    "{them} was between two meetings. We speak on {day}.",
    "Asked where it stands. It is on the agenda of their next round.",
    "{them} had one question about the service, answered on the spot.",
    "Still on their list, says {them}. Holidays in the team slow it down.",
    "Waiting for a word from their finance people. {them} will ask them.",
    "{them} wants to look at it again on {day} with a colleague.",
    "Good mood, no news. I try again after {day}.",
    "Agreed to wait for their internal meeting in {month}.",
)

# Meetings: (subject, notes afterwards).
MEETINGS = {
    "Inquiry": (("First call", "Thirty minutes. They have the problem and a date. Worth qualifying."),),
    "Qualification": (
        ("First meeting", "Four people. They described the last audit at length. Good will, budget plausible. {them} leads it."),
        ("Introduction at {account}", "Showed two similar sites. The safety officer asked the best questions. Next: walk through the {site}."),
    ),
    "Discovery": (
        ("Site visit, {site}", "Walked the whole line with maintenance. {n}8 measuring points, two dead legs. They were surprised, in a good way."),
        ("Workshop on alarms", "Agreed who is called when. Nights are still open. {them} takes it to the works council."),
        ("Demo of {product}", "Live data from the trial sensors. Maintenance convinced. Finance stayed to the end."),
    ),
    "Proposal": (
        ("Going through the offer", "Line by line. They want the second variant. Board decides on {day}."),
        ("Presentation to the board", "Fifteen minutes, six questions, none of them about price. {them} was pleased afterwards."),
    ),
    "Negotiation": (
        ("Contract talk", "Liability and notice agreed. Annex B left. Tone friendly."),
        ("Kick-off planning", "Dates for installation noted, subject to signature."),
    ),
    "Renewal due": (("Review of the year", "Eleven alarms, all answered. They want monthly reports instead of quarterly. No complaint."),),
    "Terms sent": (("Terms for the next two years", "Index clause explained. {them} will recommend to sign."),),
    "In signature": (("Signing", "Form complete, signature expected within days."),),
}

NEXT_STEPS = {
    "Inquiry": ("Call back with first questions", "Send two examples of this size"),
    "Qualification": ("Ask who decides and by when", "Send the questions on budget and timing", "Meet the safety officer", "Agree the site visit", "Call {them} after the budget round"),
    "Discovery": ("Send the report of the visit", "Call {them} about the trial data", "Site visit at the {site}", "Answer the IT form", "Workshop on alarms", "Send the business case to finance"),
    "Proposal": ("Call {them} after the board meeting", "Send the second variant", "Go through the offer with finance", "Answer the questions from purchasing", "Ask where we stand with the other offer"),
    "Negotiation": ("Send the revised contract", "Call legal about clause 7", "Confirm the installation date", "Collect the signed order form", "Call {them} about the last signature"),
    "Renewal due": ("Send the summary of the year", "Call {them} about the renewal", "Review meeting"),
    "Terms sent": ("Call purchasing about the terms", "Ask {them} for the order form"),
    "In signature": ("Collect the signed form", "Call {them} about the signature"),
}  # fmt: skip

VOICEMAILS = (
    "Left word that the figures are ready and asked for a call back.",
    "Asked {them} to call back about the date for the {site}.",
    "Left my number and said I will try again on {day}.",
)
INTERNAL_NOTES = (
    "Engineering says {n}8 points can be done in two days. No scaffolding needed.",
    "Discount of {n} percent approved, not more.",
    "Same building type as the one we did in spring, reuse that plan.",
    "Credit check is fine.",
    "Installer capacity is tight in {month}; reserve early.",
    "The other vendor was seen on site last week, says our engineer.",
)
AUTOMATIC_REPLIES = (
    ("Automatic reply: {subject}", "I am out of the office until {day}. In urgent cases please call the front desk."),
    ("Out of office: {subject}", "Thank you for your message. I am travelling with limited access to mail and will answer after {day}."),
    ("Automatic reply: {subject}", "I am on leave. Your message is not forwarded."),
)

# Questions of theirs, and how we answer them when we do: (subject, question, answer).
QUESTIONS = {
    "Inquiry": (
        ("Request for a quote", "Could you quote {thing} for the {site}? We need a figure for the budget round in {month}.", "Gladly. To size it I need the number of outlets and a floor plan. May I call you on {day}?"),
        ("Question about {product}", "Does {product} work in old buildings with cast iron pipes? If so I would like to see it at the {site}.", "It does, we have a dozen such buildings. Two examples are attached. Shall we look at yours on {day}?"),
        ("Water safety at the {site}", "The health office has asked for continuous records. What would {thing} cost us, and how soon could it run?", "About three weeks from order to first readings. A range of prices is attached; the exact sum after a look at the drawings."),
    ),
    "Qualification": (
        ("Can we move the visit?", "The safety officer can only do {day}. Does that work for you, and how long will you need?", "That works. We need two hours and somebody with the keys to the plant room."),
        ("Budget sheet", "Finance needs a rough figure for the {site} by {day}. Plus or minus twenty percent is fine. Can you give me one?", "Attached, with what would make it go up or down. Please treat it as an estimate."),
    ),
    "Discovery": (
        ("Night alarms", "The works council asks who is called at night and how often that happened elsewhere. What can I tell them?", "In buildings like yours {n} times a year. The on-call sheet is attached; our engineer is called first, not your people."),
        ("Drawings of the {site}", "Attached are the corrected drawings. Does this change the number of points, and with it the price?", "By {n} points, so hardly. The new count is in the attached table."),
    ),
    "Proposal": (
        ("Page 4 of your offer", "The board would like the price split by building before it decides on {day}. Could you send that over?", "The split is on the new page 4, sums unchanged. Good luck on {day}."),
        ("Validity of the offer", "Your offer runs out before our next board meeting. Can you extend it by three weeks, in writing please?", "Extended by a month, letter attached."),
    ),
    "Negotiation": (
        ("Clause 7", "Legal cannot accept clause 7 as it stands. Do you have another wording? We are ready to sign otherwise.", "Our legal suggests the wording attached. If it suits you, the contract is final."),
        ("Start of installation", "Our shutdown has been moved forward by two weeks. Can your installers still make it? We must tell the plant by {day}.", "They can: I have moved the team. Please confirm the gate and the contact on site."),
    ),
    "Renewal due": (("Renewal: number of sensors", "We closed one floor. Can you send the sum for next year without it?", "Attached. It comes to {n} percent less."),),
    "Terms sent": (("Index clause", "Purchasing asks how the index clause is worked out. Could you explain it in two lines?", "The index of March over that of the March before, never more than {n} percent. That is all."),),
    "In signature": (("Wrong address on the form", "The form carries our old address. Please send a new one so that it can be signed.", "New form attached, sorry for that."),),
}  # fmt: skip
LATE_ANSWER = "I am sorry that you had to wait for this. "
REMINDERS = (
    "Did my question from last week reach you? We would like to move on.",
    "I have not heard from you. Could you let me know by {day} whether we can count on an answer?",
    "We have a decision to take. If you are no longer interested, a short word would do.",
)
CALLED_FOR_AN_ANSWER = "Asked for a call back about the open question. Sounded impatient."

# What we asked and they did not answer.
WE_ASKED = {
    "Qualification": ("Checking in", "Did you get to speak to finance? If it helps I can join for ten minutes."),
    "Discovery": ("Date for the workshop", "I have three dates for the workshop: which one suits your people best?"),
    "Proposal": ("Our offer", "Has the board had a chance to look at the offer? I am glad to answer anything that came up."),
    "Negotiation": ("Contract: where are we?", "The draft has been with your legal for a while. Is there a point we should talk about?"),
    "Renewal due": ("Your renewal", "The contract ends soon. May I put a date in the diary for the review?"),
    "Terms sent": ("Terms for next year", "Did the terms reach the right person? I can call them if you give me a name."),
    "In signature": ("Signed form", "Could you tell me when the form will be back? I hold the price until then."),
}
WE_ASKED_AGAIN = (
    ("Following up", "I know it is a busy time. A one-line answer is enough: shall we go on this month or later?"),
    ("One more try", "I do not want to clutter your inbox. If it has become less important, tell me, and I will come back when you say."),
)

BRIEF = (
    "You know their sector better than I do. The technical questions are answered, the price is not discussed yet. "
    "They expect a word about dates by {day}."
)
NO = {
    "thanks": "Thank you for asking us, and for the time you took to show us the site.",
    "reason": "We have nobody who could be with you within a day, and your plant cannot wait longer than that when an alarm goes off.",
    "helpers": "Northern Labs have a service van twenty minutes from you. Ask for Ms Holm, and say that I sent you.",
    "door": "We open an office up there next year. I will write to you then, and until then I am glad about every question.",
}
NO_TO_INTRODUCER = (
    "Dear {name},\n\nYou brought us together with {customer}, so I want you to hear this from me: we are too far away to serve them"
    " well, and I have told them so, and who else may help.\n\nThank you for thinking of us."
)
PARK_REASONS = (
    "Public tender: no contact allowed until the bids are opened.",
    "Their plant is shut down for the yearly overhaul, nobody is in.",
    "{them} is on leave and asked us to wait for the return.",
    "Board decides next week, agreed not to chase before.",
    "Waiting for their new budget, date confirmed by phone.",
)
