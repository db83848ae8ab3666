"""docker-compose.yml, the Procfile, the settings and the operators' page say the same."""

import re
import shlex

import pytest
import yaml

from config.demo.processes import procfile
from config.embedded import ROOT

COMPOSE = yaml.safe_load((ROOT / "docker-compose.yml").read_text())
SERVICES = COMPOSE["services"]
OURS = ["migrate", "web", "worker", "beat"]
SOURCES = [*(ROOT / "config").glob("*.py"), *(ROOT / "config" / "embedded").glob("*.py"), *(ROOT / "config" / "demo").glob("*.py")]
# Variables of the shell or of the tests, which nobody sets for Salvor.
NOT_OURS = {"PATH", "DJANGO_SETTINGS_MODULE"}


def variables_read():
    """Every variable that config/ reads from the environment."""
    readers = r"environment\.(?:text|flag|choice|number|words|url|mail|address|time_zone|currency|log_level)|os\.environ\.(?:get|setdefault)"
    reader = rf"""(?:{readers})\(\s*["']([A-Z_]+)["']|os\.environ\[["']([A-Z_]+)["']\]"""
    found = {name for source in SOURCES for pair in re.findall(reader, source.read_text()) for name in pair if name}
    return found | set(re.findall(r"\$\{([A-Z_]+)", (ROOT / "Procfile").read_text())) - NOT_OURS


def variables_documented():
    page = (ROOT / "docs" / "operators.md").read_text()
    return set(re.findall(r"^\| `([A-Z_]+)`", page, re.MULTILINE))


@pytest.mark.parametrize("name", ["web", "worker", "beat"])
def test_a_container_runs_what_the_procfile_runs(name):
    shell_quoted = re.sub(r'"(\$\{[^}]+\})"', r"\1", procfile()[name])
    assert SERVICES[name]["command"] == shlex.split(shell_quoted)


def test_every_container_says_whether_it_is_well():
    for name, service in SERVICES.items():
        check = service["healthcheck"]
        assert check.get("test") or (name == "migrate" and check == {"disable": True}), name


def test_the_tables_are_made_before_anything_uses_them():
    for name in ("web", "worker", "beat"):
        assert SERVICES[name]["depends_on"]["migrate"]["condition"] == "service_completed_successfully"


@pytest.mark.parametrize("name", OURS)
def test_a_container_gets_only_variables_that_are_read(name):
    assert set(SERVICES[name]["environment"]) <= variables_read()


# What a container has of its own, or what is for the embedded servers and the demo alone.
NOT_IN_A_CONTAINER = {"ACCESS_LOG", "DEBUG", "DEMO_DEALS", "MEDIA_ROOT", "SALVOR_EMBEDDED", "SALVOR_LOCAL"}


def test_what_is_set_beside_the_file_reaches_the_containers():
    passed_on = set(re.findall(r"\$\{([A-Z_]+)", (ROOT / "docker-compose.yml").read_text())) | set(SERVICES["web"]["environment"])
    assert variables_documented() - NOT_IN_A_CONTAINER <= passed_on


def test_no_secret_stands_in_the_file():
    for service in SERVICES.values():
        for name, value in service["environment"].items() if "environment" in service else []:
            if "SECRET" in name or "PASSWORD" in name:
                assert str(value).startswith("${"), name
    assert "@postgres" in SERVICES["web"]["environment"]["DATABASE_URL"]
    assert "${POSTGRES_PASSWORD" in SERVICES["web"]["environment"]["DATABASE_URL"]


def test_every_variable_is_explained_to_operators_and_none_that_is_not_there():
    assert variables_documented() == variables_read() - NOT_OURS


def test_the_image_has_every_app():
    copied = set(re.findall(r"^COPY (\w+) \1$", (ROOT / "Dockerfile").read_text(), re.MULTILINE))
    apps = {path.parent.name for path in ROOT.glob("*/apps.py")}
    assert apps | {"config", "templates", "static", "locale"} <= copied
