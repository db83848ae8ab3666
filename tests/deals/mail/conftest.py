"""Messages of our own making, and the shared collections where they are beside the project."""

from pathlib import Path

import pytest

SHARED = Path(__file__).resolve().parents[3].parent / "shared" / "data"


@pytest.fixture
def shared():
    """The folder of collected mail; it lies beside the project on some machines only."""
    if not SHARED.is_dir():
        pytest.skip("the shared collections are not on this machine")
    return SHARED
