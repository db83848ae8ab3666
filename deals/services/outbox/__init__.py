"""Mail that people write here: written, taken back while it waits, sent exactly once or said not to be known.

``sending`` is committed before the server is told anything. What is found in that state after a while belonged to a worker that
died: its fate is unknown, and a person decides (:mod:`deals.services.outbox.deciding`). Nothing is ever sent again by itself
once its words were under way.
"""

from __future__ import annotations

from deals.services.outbox.deciding import it_was_sent, may_decide, send_again
from deals.services.outbox.draining import drain
from deals.services.outbox.writing import change, take_back, throw_away, write

__all__ = ["change", "drain", "it_was_sent", "may_decide", "send_again", "take_back", "throw_away", "write"]
