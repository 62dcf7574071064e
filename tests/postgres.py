"""A real PostgreSQL of a test's own; root may not run one, so then its own user does."""

import os
import pwd
import shutil
import subprocess
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest

from tests.processes import find_free_port, wait_for


def find_postgres() -> Path | None:
    """Return the folder of PostgreSQL's programs, None without one."""
    found = shutil.which("initdb")
    places = (
        [Path(found).resolve().parent] if found else sorted(Path("/usr/lib/postgresql").glob("*/bin"), reverse=True)
    )
    return next((place for place in places if (place / "initdb").exists() and (place / "postgres").exists()), None)


@contextmanager
def run_postgres() -> Iterator[int]:
    """Run a server for the duration of a block and yield its port; skips, by name, where there is none."""
    binaries = find_postgres()
    if binaries is None:
        pytest.skip("no PostgreSQL on this machine")
    user = None
    if os.geteuid() == 0:
        try:
            user = pwd.getpwnam("postgres").pw_name
        except KeyError:
            pytest.skip("root cannot run PostgreSQL, and there is no user postgres")
    with tempfile.TemporaryDirectory(prefix="kkpg", ignore_cleanup_errors=True) as folder:
        if user:
            shutil.chown(folder, user)
        cluster = f"{folder}/cluster"
        options = ["-D", cluster, "-U", "kikkake", "-A", "trust", "-E", "UTF8", "--no-sync"]
        quiet = {"stdout": subprocess.DEVNULL, "stderr": subprocess.DEVNULL, "cwd": folder}
        subprocess.run([binaries / "initdb", *options], check=True, user=user, **quiet)  # type: ignore[call-overload]
        port = find_free_port()
        serve = [binaries / "postgres", "-D", cluster, "-p", str(port), "-h", "127.0.0.1", "-k", folder, "-F"]
        server = subprocess.Popen(serve, user=user, **quiet)  # type: ignore[call-overload]
        ready = [binaries / "pg_isready", "-h", "127.0.0.1", "-p", str(port)]
        try:
            wait_for(lambda: subprocess.run(ready, **quiet).returncode == 0, "PostgreSQL")  # type: ignore[call-overload]
            yield port
        finally:
            server.terminate()
            server.wait()
