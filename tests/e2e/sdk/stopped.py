"""A page whose clock stands still: what the SDK does after a while happens when a test lets that while pass.

Must never be used where a film plays: a player goes by the world's clock.
"""

from playwright.sync_api import Locator, Page

from tests.e2e.sdk.site import Message, Site
from tests.processes import wait_for

BEGAN_S = 1_800_000_000
"""When every such test takes place, in seconds since the epoch."""
STEP_S = 0.5
# What a page has asked for and was not answered yet.
LISTEN = """(() => {
  const { fetch } = window;
  window.asked = new Set();
  window.fetch = (...told) => {
    const answer = fetch(...told);
    const heard = answer.then(one => one.clone().text()).catch(() => {}).then(() => asked.delete(heard));
    asked.add(heard);
    return answer;
  };
})()"""
# What an answer leads to at once has begun a turn later; timers stand still, messages do not.
ANSWERED = """async () => {
  do {
    await Promise.all(window.asked ?? []);
    await new Promise(done => {
      const { port1, port2 } = new MessageChannel();
      port1.onmessage = done;
      port2.postMessage(0);
    });
  } while (window.asked?.size);
}"""


def stop_clock(page: Page) -> None:
    """Stop the clock of this tab, and of all of its context, before a page is opened."""
    page.clock.install(time=BEGAN_S)
    page.clock.pause_at(BEGAN_S + 1)
    page.context.add_init_script(LISTEN)


def let_pass(page: Page, seconds: float) -> None:
    """Let time pass for the page; return when all that it sent meanwhile has been answered.

    In steps, since what it does next may hang on the answer to what it did before.
    """
    left = seconds
    while left > 0:
        page.clock.run_for(round(1_000 * min(STEP_S, left)))
        for tab in page.context.pages:
            tab.evaluate(ANSWERED)
        left -= STEP_S


def let_come(page: Page, awaited: Locator) -> None:
    """Let no more time pass, by the millisecond, than it takes for something to be seen that is due now."""

    def look() -> bool:
        page.clock.run_for(1)
        return awaited.is_visible()

    wait_for(look, str(awaited))


def let_arrive(site: Site, page: Page, name: str) -> list[Message]:
    """Let as much time pass as it takes until messages of this name have arrived, and return them."""

    def look() -> list[Message]:
        let_pass(page, STEP_S)
        return site.messages(name)

    return wait_for(look, name)
