"""`kikkake`: the commands of the installation itself, and those that services bring along.

Never does a service's work here.
"""

import asyncio
import os
import sys
from importlib.metadata import entry_points
from pathlib import Path
from typing import Annotated

import typer

from shared.supervisor.up import UpError, UpOptions, run_installation

COMMANDS_GROUP = "kikkake.commands"

app = typer.Typer(
    help="Kikkake: which moment of a video turns a viewer into a buyer, and a prompt for the next one at that moment.",
    no_args_is_help=True,
    add_completion=False,
    pretty_exceptions_enable=False,
)


@app.command()
def up(
    data_dir: Annotated[Path, typer.Option(envvar="KIKKAKE_DATA_DIR", help="Folder of the installation.")] = Path(
        ".kikkake"
    ),
    host: Annotated[str, typer.Option(help="Address to listen on.")] = "127.0.0.1",
    port_base: Annotated[
        int, typer.Option(help="Port N: demo shop N, collector N+1, engager N+2, analyzer N+3.", min=1, max=65532)
    ] = 8000,
    ready_file: Annotated[
        Path | None, typer.Option(help="File to write when all is ready: addresses, keys and process ids as JSON.")
    ] = None,
    demo: Annotated[bool, typer.Option("--demo", help="Also run the demo shop.")] = False,
) -> None:
    """Run the engine and the three services on this machine until Ctrl-C."""
    options = UpOptions(data_dir=data_dir, host=host, port_base=port_base, ready_file=ready_file, demo=demo)
    try:
        asyncio.run(run_installation(options, lambda line: typer.echo(f"kikkake: {line}")))
    except UpError as error:
        typer.echo(f"kikkake: {error}", err=True)
        raise typer.Exit(1) from None


def _add_service_command(name: str, words: str) -> None:
    @app.command(name, help=words)
    def run_service() -> None:
        os.execv(sys.executable, [sys.executable, "-m", f"services.{name}"])  # noqa: S606


for _name, _words in (
    ("collector", "Run one collector (for a container); settings come from KIKKAKE_* variables."),
    ("engager", "Run one engager (for a container); settings come from KIKKAKE_* variables."),
    ("analyzer", "Run the analyzer (for a container); settings come from KIKKAKE_* variables."),
):
    _add_service_command(_name, _words)


def _add_entry_points() -> None:
    for entry in entry_points(group=COMMANDS_GROUP):
        commands: typer.Typer = entry.load()
        app.registered_commands.extend(commands.registered_commands)
        app.registered_groups.extend(commands.registered_groups)


def run() -> None:
    """Entry point of the `kikkake` executable."""
    _add_entry_points()
    app()
