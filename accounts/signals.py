"""What this app tells the apps above it."""

from __future__ import annotations

from django.dispatch import Signal

# Who answers for deals may be somebody else now: an absence, a departure, a suspension, another team or manager.
# Sent inside the transaction of the change. Keywords: user_ids (a set of ints: whose deals), now (the moment of the change).
presence_changed = Signal()

# What is known of customers changed so that their deals may be hot or not, or worth more or less: lifecycle, recurring
# value. Sent inside the transaction of the change. Keywords: account_ids (a set of ints), now (the moment of the change).
customers_changed = Signal()

# A team is about to go, and another one takes over what is its own. Sent inside the transaction of the change.
# Keywords: team, into (the team that takes over), now (the moment of the change).
team_dissolved = Signal()
