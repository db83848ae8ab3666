"""The lock files: whole, with hashes, and free of any machine's addresses."""

import re
import tomllib

import pytest

from config.embedded import ROOT

LOCKS = [ROOT / "requirements.lock", ROOT / "requirements-test.lock"]


@pytest.mark.parametrize("lock", LOCKS, ids=lambda path: path.name)
def test_no_address_of_an_index_or_folder_is_named(lock):
    assert not re.search(r"://|--(?:extra-)?index|--find-links|--trusted-host|file:", lock.read_text())


@pytest.mark.parametrize("lock", LOCKS, ids=lambda path: path.name)
def test_every_package_has_an_exact_version_and_hashes(lock):
    for block in re.split(r"\n(?=\S)", lock.read_text().strip()):
        assert re.match(r"[a-z0-9._-]+==\S+", block), block[:80]
        assert "--hash=sha256:" in block, block[:80]


def test_what_the_project_asks_for_is_locked():
    project = tomllib.loads((ROOT / "pyproject.toml").read_text())
    for asked, lock in [(project["project"]["dependencies"], LOCKS[0]), (project["dependency-groups"]["test"], LOCKS[1])]:
        locked = set(re.findall(r"^([a-z0-9._-]+)==", lock.read_text(), re.MULTILINE))
        assert {re.split(r"[\[><=]", one)[0].lower().replace("_", "-") for one in asked} <= locked


def test_packages_in_both_locks_have_one_version():
    versions = [dict(re.findall(r"^([a-z0-9._-]+)==(\S+)", lock.read_text(), re.MULTILINE)) for lock in LOCKS]
    assert {name: version for name, version in versions[1].items() if versions[0].get(name, version) != version} == {}
