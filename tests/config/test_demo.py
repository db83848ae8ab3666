"""What the demo refuses, and that it leaves nothing behind."""

import os
import re
import signal
import socket
import subprocess
import sys
import time
import urllib.request
from contextlib import suppress
from pathlib import Path

import psutil
import pytest
from django.core.exceptions import ImproperlyConfigured

from config.demo import processes
from config.demo.address import Address
from config.demo.ending import Ended, Ending
from config.demo.folder import FolderInUse, only_demo_of
from config.demo_company import DEMO_LOGINS, DEMO_PASSWORD
from config.embedded import ROOT


def demo(folder, **environment):
    """`make demo` as far as its refusal."""
    return subprocess.run(
        [sys.executable, "-m", "config.demo"],
        env={**os.environ, "SALVOR_LOCAL": str(folder), "PORT": str(free_port()), **environment},
        cwd=ROOT,
        capture_output=True,
        text=True,
        timeout=60,
    )


def free_port():
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return probe.getsockname()[1]


@pytest.fixture
def taken():
    with socket.socket() as other:
        other.bind(("127.0.0.1", 0))
        other.listen()
        yield other.getsockname()[1]


def test_a_taken_port_is_said_with_a_free_one(taken):
    with pytest.raises(ImproperlyConfigured, match=rf"Port {taken} is taken by another program\. .*PORT=\d+ make demo"):
        Address("127.0.0.1", taken).check_free(patiently=False)


def test_after_a_killed_demo_its_port_is_waited_for(monkeypatch, taken):
    waits = []
    monkeypatch.setattr(time, "sleep", waits.append)
    monkeypatch.setattr("config.demo.address.SECONDS_FOR_THE_LAST_DEMO", 0.05)
    with pytest.raises(ImproperlyConfigured):
        Address("127.0.0.1", taken).check_free(patiently=True)
    assert waits


def test_a_host_that_is_not_ours_is_said():
    with pytest.raises(ImproperlyConfigured, match=r"HOST=203\.0\.113\.9 is no address of this machine"):
        Address("203.0.113.9", 8000).check_free(patiently=False)


@pytest.mark.parametrize(
    ("host", "url", "alone"),
    [
        ("127.0.0.1", "http://127.0.0.1:8000", True),
        ("::1", "http://[::1]:8000", True),
        ("0.0.0.0", "http://127.0.0.1:8000", False),
        ("192.0.2.7", "http://192.0.2.7:8000", False),
    ],
)
def test_the_address_is_written_as_a_browser_wants_it(host, url, alone):
    address = Address(host, 8000)
    assert (address.url, address.this_machine_only) == (url, alone)


def test_by_default_only_this_machine_is_answered(monkeypatch):
    monkeypatch.delenv("HOST", raising=False)
    monkeypatch.delenv("PORT", raising=False)
    assert Address.from_environment() == Address("127.0.0.1", 8000)


def test_a_second_demo_of_a_folder_is_told_where_the_first_one_is(tmp_path):
    with only_demo_of(tmp_path, "http://127.0.0.1:8007") as last_was_killed:
        assert not last_was_killed
        with pytest.raises(FolderInUse, match=r"http://127\.0\.0\.1:8007"), only_demo_of(tmp_path, "http://127.0.0.1:8008"):
            pass
    with only_demo_of(tmp_path, "") as last_was_killed:
        assert not last_was_killed


def test_a_killed_demo_is_noticed_by_the_next(tmp_path):
    (tmp_path / "demo.lock").write_text("http://127.0.0.1:8000")
    with only_demo_of(tmp_path, "http://127.0.0.1:8000") as last_was_killed:
        assert last_was_killed


@pytest.mark.parametrize(
    ("environment", "words"),
    [
        ({"PORT": "abc"}, "PORT must be a whole number from 1 to 65535, not 'abc'."),
        ({"DATABASE_URL": "mysql://x/y"}, "DATABASE_URL must begin with one of postgres://, postgresql://"),
        ({"DATABASE_URL": "postgresql://u:secret@127.0.0.1:9/none"}, "PostgreSQL at 127.0.0.1:9/none cannot be used"),
        ({"REDIS_URL": "redis://:secret@127.0.0.1:9/0"}, "Redis at 127.0.0.1:9/0 cannot be used"),
    ],
)
def test_a_refusal_is_one_sentence(tmp_path, environment, words):
    done = demo(tmp_path, **environment)
    assert done.returncode == 1
    assert words in done.stderr
    assert len(done.stderr.strip().splitlines()) == 1
    assert "secret" not in done.stderr


def test_signals_are_held_back_while_a_server_starts():
    before = {number: signal.getsignal(number) for number in (signal.SIGINT, signal.SIGTERM, signal.SIGHUP)}
    try:
        ending, finished = Ending(), []
        with pytest.raises(Ended), ending.held_back():
            os.kill(os.getpid(), signal.SIGTERM)
            finished.append(True)
        assert finished
    finally:
        for number, handler in before.items():
            signal.signal(number, handler)


def test_the_second_signal_is_counted_and_does_not_interrupt_the_stop():
    before = {number: signal.getsignal(number) for number in (signal.SIGINT, signal.SIGTERM, signal.SIGHUP)}
    try:
        ending = Ending()
        with pytest.raises(Ended):
            os.kill(os.getpid(), signal.SIGINT)
        os.kill(os.getpid(), signal.SIGINT)
        assert ending.asked == 2
    finally:
        for number, handler in before.items():
            signal.signal(number, handler)


def still_there(pids):
    return [pid for pid in pids if psutil.pid_exists(pid) and psutil.Process(pid).status() != psutil.STATUS_ZOMBIE]


def gone(pids, seconds=5):
    deadline = time.monotonic() + seconds
    while still_there(pids) and time.monotonic() < deadline:
        time.sleep(0.05)
    return not still_there(pids)


def family(child):
    deadline = time.monotonic() + 5
    while not (found := psutil.Process(child.process.pid).children(recursive=True)) and time.monotonic() < deadline:
        time.sleep(0.02)
    return [child.process.pid, *[one.pid for one in found]]


def test_a_program_that_does_not_stop_is_killed_with_all_it_started(tmp_path, monkeypatch):
    monkeypatch.setattr(processes, "SECONDS_TO_STOP", 0.2)
    child = processes.Child.start("deaf", ["/bin/sh", "-c", "trap '' TERM; sleep 60 & wait; wait; sleep 60"], tmp_path)
    pids = family(child)
    processes.stop_all([child], impatient=lambda: False)
    assert gone(pids)


def test_a_second_ctrl_c_does_not_wait(tmp_path):
    child = processes.Child.start("deaf", ["/bin/sh", "-c", "trap '' TERM; sleep 60"], tmp_path)
    family(child)
    began = time.monotonic()
    processes.stop_all([child], impatient=lambda: True)
    assert time.monotonic() - began < 5


def test_programs_end_when_the_demo_is_killed(tmp_path):
    code = (
        "import sys, time; from pathlib import Path; from config.demo.processes import Child;"
        f"child = Child.start('sleeper', ['sleep', '60'], Path({str(tmp_path)!r})); print(child.process.pid, flush=True); time.sleep(60)"
    )
    parent = subprocess.Popen([sys.executable, "-c", code], cwd=ROOT, stdout=subprocess.PIPE, text=True)
    pid = int(parent.stdout.readline())
    parent.kill()
    parent.wait()
    assert gone([pid])


def test_the_first_to_fall_is_named_with_its_last_words(tmp_path):
    child = processes.Child.start("web", ["/bin/sh", "-c", "echo one; echo two >&2; exit 3"], tmp_path)
    child.process.wait()
    assert processes.fallen([child]) is child
    assert child.last_words(1) == "two"


def test_every_program_of_the_procfile_is_on_the_path_of_the_demo():
    assert list(processes.procfile()) == ["web", "worker", "beat"]
    for command in processes.procfile().values():
        assert (Path(sys.executable).parent / command.split()[0]).exists()


def ready(process):
    """What the demo has said, up to the end of its welcome."""
    said = []
    for line in process.stdout:
        said.append(line)
        if "Ctrl-C" in line:
            return "".join(said)
    pytest.fail(f"The demo did not start: {''.join(said)}")


@pytest.fixture
def start(tmp_path):
    """Starts a demo of the test's own folder and servers; whatever comes of it ends with the test."""
    without = ("DATABASE_URL", "REDIS_URL", "SALVOR_TESTS_REDIS", "ALLOWED_HOSTS", "EMAIL_URL")
    environment = {name: value for name, value in os.environ.items() if name not in without}
    environment |= {"SALVOR_LOCAL": str(tmp_path), "PORT": str(free_port()), "DEMO_DEALS": "100", "SITE_URL": ""}
    started = []

    def make():
        process = subprocess.Popen(
            [sys.executable, "-m", "config.demo"],
            env=environment,
            cwd=ROOT,
            stdout=subprocess.PIPE,
            stderr=subprocess.STDOUT,
            text=True,
            start_new_session=True,
        )
        started.append(process)
        return process

    yield make
    for process in started:
        process.kill()
        process.communicate()
    for pid in running_from(tmp_path):
        with suppress(ProcessLookupError):
            os.kill(pid, signal.SIGQUIT)


def running_from(folder):
    """Processes that know this folder by their surroundings or stand in it."""
    found = []
    for process in psutil.process_iter():
        with suppress(psutil.Error):
            if process.environ().get("SALVOR_LOCAL") == str(folder) or str(process.cwd()).startswith(str(folder)):
                found.append(process.pid)
    return found


def test_it_starts_is_killed_recovers_and_stops_leaving_nothing(start, tmp_path):
    first = start()
    welcome = ready(first)
    assert DEMO_PASSWORD in welcome
    assert all(login.email in welcome for login in DEMO_LOGINS)
    with urllib.request.urlopen(re.search(r"http://\S+", welcome)[0] + "/account/login/") as page:
        assert b"Log in" in page.read()
    os.kill(first.pid, signal.SIGKILL)
    first.wait()
    second = start()
    assert "is there already" in ready(second)
    os.killpg(second.pid, signal.SIGINT)
    assert second.wait(timeout=30) == 0
    assert gone(running_from(tmp_path))
    assert not {"valkey.url", "postgres.unfinished"} & {path.name for path in tmp_path.iterdir()}
    assert (tmp_path / "demo.lock").read_text() == ""


def test_stopped_while_it_starts_it_leaves_nothing_either(start, tmp_path):
    process = start()
    assert process.stdout.readline() == "Starting Salvor's demo.\n"
    process.terminate()
    assert process.wait(timeout=60) == 0
    assert gone(running_from(tmp_path))
