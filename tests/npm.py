"""What tests need from npm, installed once into tests/clients from its lock file."""

import fcntl
import shutil
import subprocess
from pathlib import Path

CLIENTS = Path(__file__).resolve().parent / "clients"


def install_packages() -> Path:
    """Return the folder of the installed packages; installs them when they are not there or the lock has changed."""
    lock = CLIENTS / "package-lock.json"
    marker = CLIENTS / "node_modules" / ".installed"
    with (CLIENTS / "package.json").open() as held:
        fcntl.flock(held, fcntl.LOCK_EX)  # test processes run side by side
        if not marker.exists() or marker.stat().st_mtime < lock.stat().st_mtime:
            npm = shutil.which("npm")
            assert npm is not None, "npm is installed by `make setup`"
            subprocess.run([npm, "ci", "--silent", "--no-audit", "--no-fund"], cwd=CLIENTS, check=True)
            marker.touch()
    return CLIENTS / "node_modules"
