"""Runs the demo in the foreground: servers, tables, the demo company, then web, worker and beat until Ctrl-C.

Every refusal is one sentence with its remedy and exit code 1; after Ctrl-C or SIGTERM the code is 0 and
nothing is left running.
"""

from __future__ import annotations

import http.client
import os
import sys
import time
from contextlib import suppress
from pathlib import Path
from typing import TYPE_CHECKING

import redis
from django.core.exceptions import ImproperlyConfigured

from config import embedded, reachable
from config.demo import processes
from config.demo.address import Address
from config.demo.ending import Ended, Ending
from config.demo.folder import FolderInUse, only_demo_of
from config.demo_company import DEMO_LOGINS, DEMO_PASSWORD
from config.embedded.valkey import Valkey, running_at

if TYPE_CHECKING:
    from config.demo.processes import Child

SECONDS_TO_ANSWER = 60


def main(arguments: list[str]) -> int:
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "config.settings")
    ending = Ending()
    try:
        if arguments == ["--is-stopped"]:
            with only_demo_of(embedded.local_folder(), ""):
                return 0
        address = Address.from_environment()
        with only_demo_of(embedded.local_folder(), address.url) as last_was_killed:
            return run(address, ending, last_was_killed=last_was_killed)
    except Ended:
        return 0
    except FolderInUse as error:
        return complain(str(error))
    except ImproperlyConfigured as error:
        return complain(str(error))


def run(address: Address, ending: Ending, *, last_was_killed: bool) -> int:
    children: list[Child] = []
    valkey: Valkey | None = None
    folder = embedded.local_folder()
    logs = folder / "log"
    logs.mkdir(exist_ok=True)
    began = time.monotonic()
    try:
        address.check_free(patiently=last_was_killed)
        surroundings(address, folder)
        say("Starting Salvor's demo.")
        with ending.held_back():
            valkey = start_servers(folder)
        reachable.check_servers()
        with ending.held_back():
            prepare = processes.Child.start("prepare", [sys.executable, "-m", "config.demo.prepare"], logs, talks=True)
            children.append(prepare)
        if prepare.process.wait():
            return complain(f"{prepare.last_words()}\nThe demo could not be prepared. All it said is in {shown(prepare.log)}.")
        with ending.held_back():
            children = processes.start_all(logs)
        wait_for_the_page(address, children)
        say(welcome(address, folder, time.monotonic() - began))
        return watch(children)
    except Ended:
        say("\nStopping.")
        return 0
    finally:
        ending.no_more()
        heard = ending.asked
        processes.stop_all(children, impatient=lambda: ending.asked > heard)
        if valkey is not None:
            valkey.stop()
        embedded.stop_servers()
        if ending.asked:
            say("Salvor's demo has stopped.")


def surroundings(address: Address, folder: Path) -> None:
    """The demo's own settings, where the environment says nothing else."""
    os.environ["SALVOR_EMBEDDED"] = "yes"
    for name, value in {
        "HOST": address.host,
        "PORT": str(address.port),
        "SITE_URL": address.url,
        "ALLOWED_HOSTS": address.allowed_hosts,
        "SECRET_KEY": embedded.secret_key(folder),
        "EMAIL_URL": f"file://{folder / 'mail'}",
        "MEDIA_ROOT": str(folder / "media"),
        "ACCESS_LOG": str(folder / "log" / "access.log"),
    }.items():
        if not os.environ.get(name, "").strip():
            os.environ[name] = value


def start_servers(folder: Path) -> Valkey | None:
    """PostgreSQL and Valkey, unless the environment names others. The Valkey is published for commands beside the demo."""
    valkey = None
    if not os.environ.get("REDIS_URL"):
        end_left_behind(folder)
        valkey = Valkey(folder)
        valkey.start()
        valkey.publish()
        os.environ["REDIS_URL"] = valkey.address
    try:
        embedded.start_servers()
    except BaseException:
        if valkey is not None:
            valkey.stop()
        raise
    return valkey


def end_left_behind(folder: Path) -> None:
    """A demo that was killed may have left its Valkey where the kernel cannot tie it to its parent."""
    address = running_at(folder)
    if address is not None:
        with suppress(redis.RedisError):
            redis.Redis.from_url(address).shutdown(nosave=True)


def wait_for_the_page(address: Address, children: list[Child]) -> None:
    deadline = time.monotonic() + SECONDS_TO_ANSWER
    while time.monotonic() < deadline:
        with suppress(OSError, http.client.HTTPException):
            connection = http.client.HTTPConnection(address.reached_by.strip("[]"), address.port, timeout=10)
            connection.request("GET", "/account/login/", headers={"Host": f"{address.reached_by}:{address.port}"})
            if connection.getresponse().status == http.client.OK:
                return
        if processes.fallen(children):
            break
        time.sleep(0.1)
    culprit = processes.fallen(children) or children[0]
    raise ImproperlyConfigured(f"{culprit.last_words()}\nThe page does not answer. What {culprit.name} said is in {shown(culprit.log)}.")


def watch(children: list[Child]) -> int:
    """Until one of them ends by itself, which is a failure of all, or somebody asks for the end."""
    while True:
        time.sleep(0.5)
        child = processes.fallen(children)
        if child is not None:
            return complain(f"{child.last_words()}\nThe {child.name} has stopped by itself. All it said is in {shown(child.log)}.")


def welcome(address: Address, folder: Path, seconds: float) -> str:
    people = "\n".join(f"  {login.role:<11}{login.email:<34}{login.name}" for login in DEMO_LOGINS)
    lines = [
        "",
        f"Salvor is ready after {seconds:.0f} seconds:  {os.environ['SITE_URL']}",
        "",
        "Log in as one of these. The password of all of them is  " + DEMO_PASSWORD,
        "",
        people,
        "",
        f"Mail that Salvor sends is written to {shown(folder / 'mail')}, logs to {shown(folder / 'log')}.",
        "Ctrl-C stops everything.",
    ]
    if not address.this_machine_only:
        lines.insert(-1, f"Mind that everybody who reaches {address.host}:{address.port} can log in with this password.")
    return "\n".join(lines)


def shown(path: Path) -> str:
    """A path as short as it can be said here."""
    return str(path.relative_to(Path.cwd())) if path.is_relative_to(Path.cwd()) else str(path)


def say(words: str) -> None:
    with suppress(OSError):  # a closed terminal must not stop the stopping
        print(words, flush=True)


def complain(words: str) -> int:
    with suppress(OSError):
        print(words, file=sys.stderr, flush=True)
    return 1


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
