# ruff: noqa: E501 - running text: a sentence a line reads better than a broken one
"""How deals are lost: in whose words, for what reasons, to whom."""

from __future__ import annotations

from typing import NamedTuple

from winback.models import LossReason as Why
from winback.models.losses import Loss

COMPETITORS = ("Clearline Systems", "Aquavigil", "Hydromon", "PipeSense", "a local installer")


class Story(NamedTuple):
    """``weight``: how often. ``competitor``: whether one is named."""

    weight: int
    kind: str
    reasons: tuple[str, ...]
    customer_words: str
    our_view: str
    competitor: bool = False


K = Loss.Kind
STORIES = (
    Story(9, K.COMPETITOR, (Why.PRICE,), "You were the better offer, but a fifth more expensive. I could not get it past finance.", "We never spoke to finance ourselves.", True),
    Story(6, K.COMPETITOR, (Why.PRODUCT,), "The others read our old meters as well. With you we would have had two systems.", "The meter interface was asked for three times this year.", True),
    Story(5, K.COMPETITOR, (Why.LOYAL_TO_COMPETITOR,), "They have been in the building for ten years. In the end nobody wanted to change.", "We were the second offer from the start.", True),
    Story(5, K.COMPETITOR, (Why.OUR_SILENCE,), "We asked for a split price and waited nine days. The others came by the next morning.", "True. The question sat in a mailbox during the holidays.", True),
    Story(4, K.COMPETITOR, (Why.PRICE, Why.TIMING), "They can install before the audit and charge less for it.", "Our installers were booked out.", True),
    Story(3, K.COMPETITOR, (Why.OUR_PERSON,), "We did not feel that your colleague had understood how a kitchen runs.", "Two changes of salesperson in four months.", True),
    Story(3, K.COMPETITOR, (Why.CONTACT_GONE, Why.LOYAL_TO_COMPETITOR), "My predecessor liked you. I have worked with the others before.", "We learned of the change from the mail footer.", True),
    Story(3, K.COMPETITOR, (Why.COVERAGE,), "You have no engineer within two hours of us. They have one in town.", "No service partner in that region yet.", True),
    Story(9, K.NO_DECISION, (Why.BUDGET,), "The money went into the roof. Ask us again after the next budget round.", "The roof was known in spring; we should have asked."),
    Story(8, K.NO_DECISION, (Why.PRIORITY,), "The board has put everything aside that is not the new wing.", "Nobody on the board knew the numbers."),
    Story(6, K.NO_DECISION, (Why.TIMING,), "Not this year. The lease is up for renewal and we do not know whether we stay."  , "Revisit when the lease is signed."),
    Story(4, K.NO_DECISION, (Why.CONTACT_GONE,), "Whoever started this is no longer here. I have no papers on it.", "Only one contact, and that one left."),
    Story(4, K.NO_DECISION, (Why.BUDGET, Why.PRIORITY), "We keep on reading the loggers by hand. It is only one morning a week.", "We did not show what the morning costs."),
    Story(3, K.NO_DECISION, (Why.OTHER,), "The owner has sold the building.", "Ask the new owner in half a year."),
    Story(4, K.NOT_INVITED, (Why.LOYAL_TO_COMPETITOR,), "We gave it to the firm that did the other site. It was quicker that way.", "We heard of it after the order.", True),
    Story(2, K.NOT_INVITED, (Why.OUR_SILENCE,), "We had not heard from you since the visit and took you off the list.", "No follow-up after the site visit.", True),
    Story(5, K.DECLINED_BY_US, (Why.COVERAGE,), "A pity. We would have liked one supplier for all sites.", "Three of five sites are out of reach for service."),
    Story(3, K.DECLINED_BY_US, (Why.PRODUCT,), "We need drinking water and waste water in one system.", "Waste water is not what we do."),
)  # fmt: skip
LAPSED = (
    Story(4, K.LAPSED, (Why.PRICE,), "After the second increase we looked around.", "The index clause was never explained.", True),
    Story(
        4,
        K.LAPSED,
        (Why.CONTACT_GONE,),
        "I do not know what this contract is for, so I did not renew it.",
        "No contact with the new manager for five months.",
    ),
    Story(3, K.LAPSED, (Why.OUR_SILENCE,), "In a year we only heard from you with the invoice.", "No review meeting was held."),
    Story(3, K.LAPSED, (Why.PRIORITY,), "The building is being closed.", "Nothing to be done."),
    Story(2, K.LAPSED, (Why.PRODUCT,), "Too many alarms at night for nothing.", "Thresholds were never tuned after installation."),
)
