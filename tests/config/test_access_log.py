"""What opens something for whoever has it stands in no log."""

import pytest

from config.access_log import veiled

TOKEN = "k3Jx0m-Q_s8dW2vZ7yBtLr4cNf6HgPaE1uXoVi9TzYw"


@pytest.mark.parametrize("line", [f"GET /calendar/{TOKEN}.ics HTTP/1.1", f"GET /calendar/{TOKEN}.ics?x=1 HTTP/1.1"])
def test_the_address_of_a_persons_calendar_is_veiled(line):
    assert TOKEN not in veiled(line)
    assert veiled(line).startswith("GET /calendar/….ics")


def test_what_a_provider_sends_along_is_veiled():
    line = f"GET /mailboxes/connected/google/?state=abc&code={TOKEN}&scope=x HTTP/1.1"
    assert veiled(line) == "GET /mailboxes/connected/google/?… HTTP/1.1"


@pytest.mark.parametrize("line", ["GET /deals/17/ HTTP/1.1", "GET /profile/calendars/ HTTP/1.1"])
def test_everything_else_stays(line):
    assert veiled(line) == line
