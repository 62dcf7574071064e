"""Takes the pictures of the README from a running demo: `python -m examples.shop.pictures` while `make demo` runs.

Needs the test packages (`make test` installs them) and a Chromium or Chrome on the path.
"""

import argparse
import json
import os
import shutil
import sys
from pathlib import Path
from typing import Any

from playwright.sync_api import Browser, sync_playwright

from examples.shop.visitors.catalog import load_catalog

TARGET = Path(__file__).resolve().parents[2] / "docs" / "images"
BROWSERS = ("chromium", "chromium-browser", "google-chrome", "google-chrome-stable")


def take_picture(browser: Browser, ready: dict[str, Any], language: str, target: Path) -> None:
    """Log in to the console and take the film's page in one language."""
    context = browser.new_context(
        locale={"en": "en-GB", "ja": "ja-JP"}[language], viewport={"width": 1280, "height": 900}
    )
    page = context.new_page()
    page.goto(f"{ready['analyzer']}/console")
    page.fill("input[type=password]", ready["console_password"])
    page.keyboard.press("Enter")
    page.locator("nav a").first.wait_for()
    page.goto(f"{ready['analyzer']}/console/videos/{load_catalog().video}")
    page.locator(".chart svg").nth(1).wait_for()
    page.evaluate(
        """() => new Promise((done) => {
            const player = document.querySelector("video");
            if (!player) return done();
            player.addEventListener("seeked", () => done(), { once: true });
            player.currentTime = 30;
        })"""
    )
    page.wait_for_timeout(1_000)  # the player takes its spinner away a moment later
    page.screenshot(path=target / f"console-{language}.png")
    context.close()


def main() -> int:
    """Take every picture."""
    parser = argparse.ArgumentParser(description="Take the README's pictures from a running demo.")
    parser.add_argument("--ready-file", type=Path, default=Path(".kikkake/demo/ready.json"))
    chosen = parser.parse_args()
    executable = next(filter(None, map(shutil.which, BROWSERS)), None)
    if executable is None:
        print("no Chromium or Chrome on the path", file=sys.stderr)
        return 1
    ready = json.loads(chosen.ready_file.read_text())
    TARGET.mkdir(parents=True, exist_ok=True)
    flags = ["--disable-background-networking", "--disable-component-update", "--disable-sync", "--no-first-run"]
    with sync_playwright() as playwright:
        sandbox = ["--no-sandbox"] if os.geteuid() == 0 else []
        browser = playwright.chromium.launch(executable_path=executable, args=[*flags, *sandbox])
        for language in ("en", "ja"):
            take_picture(browser, ready, language, TARGET)
            print(f"{TARGET / f'console-{language}.png'}")
        browser.close()
    return 0


if __name__ == "__main__":
    sys.exit(main())
