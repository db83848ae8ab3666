"""Every file of the shared collections, for every kind: a result or a plain sentence, in bounded time and memory."""

import json
import os
import subprocess
import sys
from pathlib import Path
from urllib.parse import urlsplit, urlunsplit

import pytest
from django.db import connection

KINDS = ("people", "products", "accounts", "contacts", "deals", "activities")
# Workbooks of no trade at all: one kind that needs little of a file, and one that needs much.
FEW = ("products", "deals")
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
# Since this program began: ru_maxrss of it would count the process of the tests, too, from which it was started.
own = int(next(line for line in Path("/proc/self/status").read_text().splitlines() if line.startswith("VmHWM")).split()[1]) // 1024
peak = [own, resource.getrusage(resource.RUSAGE_CHILDREN).ru_maxrss // 1024]
print(json.dumps({"said": said, "results": results, "slowest": slowest, "peak": peak}))
"""


@pytest.mark.django_db(transaction=True)
@pytest.mark.parametrize(
    ("folder", "kinds"),
    [
        ("import/calamine", FEW),
        ("import/roo", FEW),
        ("import/frictionless", FEW),
        ("import/csv-spectrum", FEW),
        ("import/django-import-export", FEW),
        ("import/derived-maven", KINDS),
        ("opportunities", KINDS),
    ],
)
def test_a_result_or_a_plain_sentence(shared, folder, kinds):
    name = connection.settings_dict["NAME"]
    address = urlunsplit(urlsplit(os.environ["DATABASE_URL"])._replace(path=f"/{name}"))
    environment = {**os.environ, "DATABASE_URL": address, "DJANGO_SETTINGS_MODULE": "config.settings", "PYTHONPATH": str(ROOT)}
    tried = subprocess.run(
        [sys.executable, "-c", TRY, str(shared / folder), ",".join(kinds)],
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
