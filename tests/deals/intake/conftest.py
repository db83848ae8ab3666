"""Files to import, and the shared exports where they are beside the project."""

from pathlib import Path

import pytest

from deals.intake.files.plan import Options
from deals.services import imports

SHARED = Path(__file__).resolve().parents[3].parent / "shared" / "data"


@pytest.fixture
def shared():
    """The folder of real exports; it lies beside the project on some machines only."""
    if not SHARED.is_dir():
        pytest.skip("the shared exports are not on this machine")
    return SHARED


@pytest.fixture
def write(tmp_path):
    """Write a file and get its path: ``write("deals.csv", "a,b\\n1,2\\n")``; bytes stay as they are."""

    def written(name, content):
        path = tmp_path / name
        path.write_bytes(content if isinstance(content, bytes) else content.encode())
        return path

    return written


@pytest.fixture
def bring(write, now, db):
    """Import a file's text at once: ``bring("deals", "Id,Name\\n1,x\\n")``; gives the import that is done."""

    def brought(kind, content, name=None, at=None, **options):
        path = content if isinstance(content, Path) else write(name or f"{kind}.csv", content)
        return imports.import_file(kind=kind, path=path, options=Options(**options), now=at or now)

    return brought
