"""Small stories, and a way to play one: in this process (with real transactions), or by the command in a process of its own."""

import os
import subprocess
import sys
from pathlib import Path

from django.conf import settings

from reports.replay.apart import empty_place
from reports.replay.playing import play
from reports.replay.reading import read_story
from tests.processes import database_url

SCENARIOS = Path(settings.BASE_DIR) / "tests" / "scenarios"
HEAD = """\
title: A small story
timezone: Europe/Berlin
teams:
  - {key: company, name: Company, manager: noor}
  - {key: emea, name: EMEA, parent: company, manager: tomas}
users:
  - {key: noor, name: Noor Haddad, email: noor@gantry.example, role: executive, team: company}
  - {key: tomas, name: Tomas Brandt, email: tomas@gantry.example, role: manager, team: emea}
  - {key: kurt, name: Kurt Adler, email: kurt@gantry.example, role: rep, team: emea}
  - {key: petra, name: Petra Novak, email: petra@gantry.example, role: rep, team: emea}
accounts:
  - {key: halvorsen, name: Halvorsen Foods, domains: [halvorsen.example]}
contacts:
  - {key: jonas, account: halvorsen, name: Jonas Berg, email: jonas@halvorsen.example}
deals:
  - {key: plan, name: Sourcing plan, account: halvorsen, owner: kurt, stage: qualification, opened: 2026-09-10}
steps:
"""
STEPS_BEGIN = HEAD.count("\n") + 1


def story(*steps, head=HEAD):
    """Each step one line of YAML, such as ``at: 2026-09-14 10:00, call: {…}``."""
    return head + "".join(f"  - {{{step}}}\n" for step in steps)


def played(*steps, head=HEAD):
    """Play these steps here and now."""
    with empty_place():
        return play(read_story(story(*steps, head=head)))


def command(*arguments, stdin=None):
    """``manage.py replay`` against the database of this test, as (exit status, what it wrote, what it complained of)."""
    done = subprocess.run(
        [sys.executable, str(Path(settings.BASE_DIR) / "manage.py"), "replay", *map(str, arguments)],
        env={**os.environ, "DATABASE_URL": database_url()},
        input=stdin,
        capture_output=True,
        text=True,
        timeout=300,
        check=False,
    )
    return done.returncode, done.stdout, done.stderr
