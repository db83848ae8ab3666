"""Which sign stands between the cells of a text file."""

from __future__ import annotations

import csv
from collections import Counter
from math import log

DELIMITERS = (",", ";", "\t", "|")
SAMPLE_RECORDS = 200


def delimiter_of(sample: list[str]) -> str:
    """The sign that cuts the sampled lines into the most even rows; a comma where nothing is cut.

    ``sample`` are raw lines with their ends. Excel's own first line ``sep=;`` settles it.
    """
    if sample and sample[0].strip().lower().startswith("sep=") and len(sample[0].strip()) == 5:
        return sample[0].strip()[4]
    if sample and sample[0].rstrip("\r\n").lower() == "sep=\t":
        return "\t"
    return max(DELIMITERS, key=lambda delimiter: (_evenness(sample, delimiter), -DELIMITERS.index(delimiter)))


def _evenness(sample: list[str], delimiter: str) -> float:
    """How large a share of the records has the commonest width, weighed by that width; 0 where nothing is cut."""
    widths: Counter[int] = Counter()
    try:
        for record, _number in zip(csv.reader(sample, delimiter=delimiter, skipinitialspace=delimiter != "\t"), range(SAMPLE_RECORDS), strict=False):
            if record:
                widths[len(record)] += 1
    except csv.Error:
        return 0.0
    best = max(((width, count) for width, count in widths.items() if width > 1), key=lambda pair: pair[1] * log(pair[0] + 1), default=None)
    return best[1] / sum(widths.values()) * log(best[0] + 1) if best else 0.0
