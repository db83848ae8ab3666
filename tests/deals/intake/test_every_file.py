"""Every file of the shared collections, for every kind: a result or a plain sentence, in bounded time and memory."""

import json
import os
import subprocess
import sys
from pathlib import Path

import pytest

KINDS = ("people", "products", "accounts", "contacts", "deals", "activities")
ROOT = Path(__file__).resolve().parents[3]
# One process for all files of a folder, so that its memory is what an import takes and not what the tests take.
TRY = """
import json, resource, sys, time
from pathlib import Path
import django
django.setup()
from django.utils import timezone
from accounts.refusals import Refused
from deals.intake.files.plan import Options
from deals.services import imports

said, slowest, results = [], 0, 0
for path in sorted(one for one in Path(sys.argv[1]).rglob("*") if one.is_file()):
    for kind in sys.argv[2].split(","):
        began = time.monotonic()
        try:
            planned = imports.planned(kind=kind, path=path, options=Options(), now=timezone.now())
            imports.preview(imported=planned, now=timezone.now(), path=path, rows=2000)
            results += 1
        except Refused as refusal:
            said.append(str(refusal))
        slowest = max(slowest, time.monotonic() - began)
peak = [resource.getrusage(who).ru_maxrss // 1024 for who in (resource.RUSAGE_SELF, resource.RUSAGE_CHILDREN)]
print(json.dumps({"said": said, "results": results, "slowest": slowest, "peak": peak}))
"""


@pytest.mark.django_db(transaction=True, serialized_rollback=True)
@pytest.mark.parametrize(
    "folder",
    [
        "import/calamine",
        "import/roo",
        "import/frictionless",
        "import/csv-spectrum",
        "import/django-import-export",
        "import/derived-maven",
        "opportunities",
    ],
)
def test_a_result_or_a_plain_sentence(shared, folder):
    from django.db import connection

    settings = connection.settings_dict
    address = (
        f"postgresql://{settings['USER']}:{settings['PASSWORD']}@{settings['HOST'] or 'localhost'}:{settings['PORT'] or 5432}/{settings['NAME']}"
    )
    if settings["HOST"].startswith("/"):
        address = (
            f"postgresql://{settings['USER']}:{settings['PASSWORD']}@/{settings['NAME']}?host={settings['HOST']}&port={settings['PORT'] or 5432}"
        )
    environment = {**os.environ, "DATABASE_URL": address, "DJANGO_SETTINGS_MODULE": "config.settings", "PYTHONPATH": str(ROOT)}
    tried = subprocess.run(
        [sys.executable, "-c", TRY, str(shared / folder), ",".join(KINDS)],
        cwd=ROOT,
        env=environment,
        capture_output=True,
        text=True,
        timeout=500,
        check=False,
    )
    assert tried.returncode == 0, tried.stderr[-2000:]
    found = json.loads(tried.stdout.strip().splitlines()[-1])
    assert all(sentence.endswith(".") and "\n" not in sentence and "Traceback" not in sentence for sentence in found["said"])
    assert max(found["peak"]) < 500, "MiB"
    assert found["slowest"] < 60, "seconds"
    assert found["said"] or found["results"]
