"""A company of any size, made of random numbers: for measuring, never for showing. ``manage.py generate`` runs it.

The same number of deals, seed and moment give the same rows. Rows are made in batches and written by COPY, so that a
million deals take no more memory than ten thousand. What the risk rules say of them is left to the rules.
"""

from __future__ import annotations

DOMAIN = "generated.example"
# Begins the external id of every generated company's root team; its number follows.
MARK = "generated-"

__all__ = ["DOMAIN", "MARK"]
