"""`kikkake import`: sends an operator's file to the running collector, with progress and the rejected rows beside it.

Never decides what a row means: the collector does, by the same rules for every client.
"""

import os
import time
from pathlib import Path
from typing import Annotated, Any

import httpx
import msgspec
import typer
from rich.console import Console
from rich.progress import BarColumn, Progress, TaskProgressColumn, TextColumn, TimeRemainingColumn

from services.collector.import_file import (
    REJECTED_COLUMNS,
    Block,
    NotReadableError,
    RejectedRows,
    find_format,
    read_blocks,
    write_body,
)
from shared.address import read_address
from shared.admission.imports import KINDS
from shared.admission.tables import NotATableError
from shared.supervisor.credentials import Credentials
from shared.wire.messages import ImportAnswer

app = typer.Typer(no_args_is_help=True)

PATIENCE_S = 60.0
"""How long a collector may be away, or ask for patience, before the command gives up."""
PAUSE_S = 0.5
"""Between two tries, unless the collector names a pause."""


class ImportFailedError(Exception):
    """The import cannot go on; the message says why and what to do."""


@app.command("import")
def import_file(
    file: Annotated[Path, typer.Argument(help="CSV, NDJSON or Parquet.", exists=True, dir_okay=False, readable=True)],
    kind: Annotated[str, typer.Option("--kind", help="events, orders, visits, customers or products.")],
    site: Annotated[str | None, typer.Option("--site", help="Id of the site; default: the key's own.")] = None,
    renamed: Annotated[
        list[str] | None, typer.Option("--map", help="theirs=ours: what a column is to be called; may be repeated.")
    ] = None,
    data_dir: Annotated[
        Path, typer.Option("--data-dir", envvar="KIKKAKE_DATA_DIR", help="Folder of an embedded installation.")
    ] = Path(".kikkake"),
    url: Annotated[str, typer.Option("--url", help="Address of a running collector.")] = "",
    key: Annotated[
        str, typer.Option("--key", envvar="KIKKAKE_KEY", help="Secret key of the site; default: the data folder's.")
    ] = "",
) -> None:
    """Import orders, visits, customers, products or events; importing again doubles nothing."""
    try:
        names = _read_names(renamed or [])
        if kind not in KINDS:
            raise ImportFailedError(f"there is no import of {kind!r}: one of {', '.join(KINDS)}")
        url, key = _find_collector(data_dir, url, key, site)
        sender = Sender(url, key, kind, site)
        accepted, rejected = send_file(file, sender, names)
    except (ImportFailedError, NotReadableError, NotATableError) as error:
        typer.echo(f"kikkake: {error}", err=True)
        raise typer.Exit(1) from None
    typer.echo(f"{file}: {accepted:,} rows accepted, {rejected:,} rejected")
    if rejected:
        typer.echo(f"rejected rows with reasons: {file}.rejected.csv")
        if not accepted:
            raise typer.Exit(1)


class Sender:
    """Sends bodies to one import route, and tries again while the collector is away: nothing doubles."""

    def __init__(self, url: str, key: str, kind: str, site: str | None) -> None:
        self._path = f"/v1/import/{kind}"
        self._query = {} if site is None else {"site": site}
        headers = {"authorization": f"Bearer {key}"}
        self._client = httpx.Client(base_url=url.rstrip("/"), headers=headers, timeout=httpx.Timeout(10, read=120))

    def close(self) -> None:
        """Let go of the connection."""
        self._client.close()

    def send(self, body: bytes, content_type: str) -> ImportAnswer:
        """Return the collector's answer. Raises `ImportFailedError` in words."""
        deadline = time.monotonic() + PATIENCE_S
        while True:
            pause_s = PAUSE_S
            try:
                answer = self._client.post(
                    self._path, params=self._query, content=body, headers={"content-type": content_type}
                )
                if answer.status_code == 200:
                    return msgspec.json.decode(answer.content, type=ImportAnswer)
                words = _read_words(answer)
                if answer.status_code not in (429, 503):
                    raise ImportFailedError(words)
                pause_s = float(answer.headers.get("retry-after", PAUSE_S))
            except httpx.HTTPError as error:
                words = f"the collector at {self._client.base_url} does not answer: {error}"
            if time.monotonic() + pause_s > deadline:
                raise ImportFailedError(words)
            time.sleep(pause_s)


def send_file(file: Path, sender: Sender, names: dict[str, str]) -> tuple[int, int]:
    """Send all of `file`; returns how many rows were accepted and how many rejected, which stand in a file beside."""
    accepted = rejected = 0
    kind = find_format(file)
    refused = RejectedRows(file)
    columns: list[str] | None = None
    bars = (TextColumn("{task.description}"), BarColumn(), TaskProgressColumn(), TimeRemainingColumn())
    try:
        with Progress(*bars, console=Console(stderr=True)) as progress:
            bar = progress.add_task(file.name, total=file.stat().st_size)
            for block in read_blocks(file, kind):
                if columns is None and block.rows:
                    columns = [] if kind == "ndjson" else list(block.rows[0].fields)
                    _check_names(names, columns)
                answer = ImportAnswer(accepted=0, rejected=0, errors=[])
                if block.rows:
                    answer = sender.send(*write_body(block, names, kind))
                accepted += answer.accepted
                rejected += answer.rejected + len(block.broken)
                _write_rejected(block, answer, refused, columns or [])
                progress.update(bar, completed=block.done_bytes)
    finally:
        refused.close()
        sender.close()
    return accepted, rejected


def _check_names(names: dict[str, str], columns: list[str]) -> None:
    missing = [name for name in names if columns and name not in columns]
    if missing:
        raise ImportFailedError(f"--map names {missing[0]!r}, and the columns are {', '.join(columns)}")


def _write_rejected(block: Block, answer: ImportAnswer, refused: RejectedRows, columns: list[str]) -> None:
    own = [name for name in columns if name not in REJECTED_COLUMNS]
    found: list[tuple[tuple[int, str, str, str], dict[str, Any], str]] = []
    for error in answer.errors:
        row = block.rows[error.index]
        column = error.pointer.removeprefix(f"/{error.index}").lstrip("/")
        text = "" if own else msgspec.json.encode(row.fields).decode()
        found.append(((row.index, column, error.code, error.detail), row.fields, text))
    found += [((row.index, "", row.code, row.detail), {}, row.text) for row in block.broken]
    for why, fields, text in sorted(found, key=lambda one: one[0][0]):
        refused.write(why, own, fields, text)


def _read_names(renamed: list[str]) -> dict[str, str]:
    names = {}
    for text in renamed:
        theirs, separator, ours = text.partition("=")
        if not separator or not theirs.strip() or not ours.strip():
            raise ImportFailedError(f"--map is theirs=ours, not {text!r}")
        names[theirs.strip()] = ours.strip()
    if len(set(names.values())) < len(names):
        raise ImportFailedError("--map gives two columns the same name")
    return names


def _find_collector(data_dir: Path, url: str, key: str, site: str | None) -> tuple[str, str]:
    """Return address and secret key: as they were given, else as the data folder knows them."""
    if url and not key:
        raise ImportFailedError("--url needs --key: the secret key of the site")
    found = url or read_address(data_dir, "collector") or ""
    if not found:
        where = f"no collector has run in {data_dir}"
        raise ImportFailedError(f"{where}: name the folder by --data-dir, or --url and --key")
    return found, key or _load_secret_key(data_dir, site)


def _load_secret_key(data_dir: Path, site: str | None) -> str:
    path = data_dir / "credentials.json"
    try:
        credentials = msgspec.json.decode(path.read_bytes(), type=Credentials)
    except (OSError, msgspec.DecodeError):
        raise ImportFailedError(f"there is no key in {path}: give the site's secret key by --key") from None
    if site is not None and site != credentials.site_id:
        raise ImportFailedError(f"{path} holds the key of {credentials.site_id!r} only: give that of {site!r} by --key")
    return credentials.secret_key


def _read_words(answer: httpx.Response) -> str:
    try:
        problem = answer.json()
        return ": ".join(part for part in (problem.get("title"), problem.get("detail")) if part)
    except (ValueError, AttributeError):
        return f"the collector answered {answer.status_code}{os.linesep}{answer.text[:200]}".strip()
