"""`python -m examples.shop.visitors`: a month of visitors through the public API, with progress."""

import asyncio
import time
from typing import Annotated

import typer
from rich.progress import BarColumn, MofNCompleteColumn, Progress, TextColumn, TimeRemainingColumn

from examples.shop.visitors.catalog import load_catalog
from examples.shop.visitors.deliver import DeliveryError, build_batches, deliver
from examples.shop.visitors.journeys import DAY_S, tell_month


def send_month(*, collector: str, write_key: str, visitors: int, seed: int, days: int, end_s: float) -> int:
    """Send the month that ends at `end_s` (seconds since the epoch); returns the number of messages."""
    catalog = load_catalog()
    columns = (TextColumn("{task.description}"), BarColumn(), MofNCompleteColumn(), TimeRemainingColumn())
    with Progress(*columns) as progress:
        telling = progress.add_task("telling their stories", total=None)
        messages = list(tell_month(catalog, visitors=visitors, seed=seed, start_s=end_s - days * DAY_S, end_s=end_s))
        batches = build_batches(messages)
        progress.update(telling, total=len(messages), completed=len(messages))
        sending = progress.add_task("sending them", total=len(messages))
        asyncio.run(
            deliver(
                batches,
                collector=collector,
                write_key=write_key,
                on_sent=lambda count: progress.advance(sending, count),
            )
        )
    return len(messages)


def main(
    collector: Annotated[str, typer.Option(help="Address of the collector.")],
    write_key: Annotated[str, typer.Option(help="Write key of the shop's site.")],
    visitors: Annotated[int, typer.Option(help="How many visitors.", min=1)] = 10_000,
    days: Annotated[int, typer.Option(help="Over how many days, up to now.", min=1, max=365)] = 30,
    seed: Annotated[int, typer.Option(help="The same seed gives the same visitors.")] = 7,
) -> None:
    """Send a month of visitors of the demo shop."""
    started = time.monotonic()
    try:
        count = send_month(
            collector=collector, write_key=write_key, visitors=visitors, seed=seed, days=days, end_s=time.time()
        )
    except DeliveryError as error:
        typer.echo(str(error), err=True)
        raise typer.Exit(1) from None
    typer.echo(f"{count} messages of {visitors} visitors in {time.monotonic() - started:.0f} s")


if __name__ == "__main__":
    typer.run(main)
