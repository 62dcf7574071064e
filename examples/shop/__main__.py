"""Runs the demo shop: `python -m examples.shop --collector URL --engager URL --write-key KEY`.

Must never end otherwise than with 0 when it is asked to.
"""

from __future__ import annotations

import argparse
import os
import signal
import sys

import uvicorn

from examples.shop.pages import Tag
from examples.shop.server import build_app
from examples.shop.you import Analyzer

DRAIN_S = 2
SECRET_KEY = "KIKKAKE_SHOP_SECRET_KEY"  # noqa: S105 - the name of a variable


def main() -> int:
    """Serve until SIGTERM or Ctrl-C."""
    parser = argparse.ArgumentParser(prog="python -m examples.shop", description="The demo shop.")
    parser.add_argument("--host", default="127.0.0.1")
    parser.add_argument("--port", type=int, default=8000)
    parser.add_argument("--collector", required=True, help="address of the collector")
    parser.add_argument("--engager", required=True, help="address of the engager")
    parser.add_argument("--write-key", required=True, help="the site's public key")
    parser.add_argument("--analyzer", help=f"address of the analyzer, for the page /you; needs {SECRET_KEY}")
    options = parser.parse_args()
    # From the environment: a command line can be read by everybody on the machine.
    secret_key = os.environ.get(SECRET_KEY)
    analyzer = Analyzer(options.analyzer.rstrip("/"), secret_key) if options.analyzer and secret_key else None
    tag = Tag(options.collector.rstrip("/"), options.engager.rstrip("/"), options.write_key)
    # uvicorn stops on these by itself and then raises them again for whoever came before it: that is us, content.
    for number in (signal.SIGTERM, signal.SIGINT):
        signal.signal(number, lambda *_: None)
    uvicorn.run(
        build_app(tag, analyzer),
        host=options.host,
        port=options.port,
        log_level="warning",
        access_log=False,
        timeout_graceful_shutdown=DRAIN_S,
    )
    return 0


if __name__ == "__main__":
    sys.exit(main())
