/**
 * The page "what Kikkake sees about you": asks the shop's server every two seconds about this browser's own id.
 * Must never show anything as HTML: what comes back are the visitor's own words and addresses.
 */
(() => {
  const root = document.getElementById("you");
  const texts = JSON.parse(root.dataset.texts);
  const EVERY_MS = 2000;
  let id = "";
  let shown = "";

  const make = (parent, tag, className, text) => {
    const element = parent.appendChild(document.createElement(tag));
    if (className) element.className = className;
    if (text !== undefined) element.textContent = text;
    return element;
  };
  const clock = (at) => new Date(at).toLocaleTimeString(document.documentElement.lang);
  const describe = ({ title, name, position, price, revenue, campaign_id, path }) =>
    [
      title ?? name ?? campaign_id ?? path,
      position === undefined ? undefined : `${Math.floor(position / 60)}:${String(Math.floor(position % 60)).padStart(2, "0")}`,
      price ?? revenue,
    ]
      .filter((part) => part !== undefined && part !== null)
      .join(" · ");

  const showFacts = ({ id: own, sessions, channel, device, facts }) => {
    const list = document.getElementById("you-facts");
    const rows = [
      [texts.id, own],
      [texts.sessions, sessions],
      [texts.channel, channel],
      [texts.device, device],
      ...Object.entries(facts),
    ];
    list.replaceChildren();
    for (const [name, value] of rows) {
      if (value === null || value === undefined) continue;
      const row = make(list, "div");
      make(row, "dt", "", name);
      make(row, "dd", "", typeof value === "object" ? JSON.stringify(value) : value);
    }
  };
  const showEvents = ({ events }) => {
    const list = document.getElementById("you-events");
    list.replaceChildren();
    for (const event of events) {
      const row = make(list, "li");
      make(row, "time", "", clock(event.at));
      make(row, "b", "", event.event);
      make(row, "span", "", describe(event));
    }
  };
  const showDecisions = ({ decisions }) => {
    const list = document.getElementById("you-decisions");
    list.replaceChildren();
    for (const decision of decisions) {
      const row = make(list, "li");
      make(row, "time", "", clock(decision.at));
      make(row, "b", "", decision.trigger);
      const words = make(row, "span");
      const groups = new Map();
      for (const { campaign_id, outcome } of decision.candidates) {
        groups.set(outcome, [...(groups.get(outcome) ?? []), campaign_id]);
      }
      const shownFirst = [...groups].sort(([a], [b]) => (b === "served") - (a === "served"));
      for (const [outcome, campaigns] of shownFirst) {
        const className = `outcome ${outcome === "served" ? "served" : ""}`;
        make(words, "span", className, `${texts[outcome] ?? outcome}: ${campaigns.join(", ")}`);
      }
      if (!decision.candidates.length) words.textContent = texts.nothing;
    }
  };

  const ask = async () => {
    if (!id || document.hidden) return;
    try {
      const answer = await fetch(`/api/you?id=${encodeURIComponent(id)}`, { cache: "no-store" });
      const text = await answer.text();
      if (!answer.ok || text === shown) return;
      shown = text;
      const seen = JSON.parse(text);
      for (const show of [showFacts, showEvents, showDecisions]) show(seen);
      root.dataset.state = "known";
    } catch {
      // The next turn asks again.
    }
  };

  if (root.dataset.state === "off") return;
  window.kikkake = window.kikkake || [];
  for (const type of ["page", "track"]) {
    window.kikkake.push([
      "on",
      type,
      (message) => {
        id = message.anonymousId;
        ask();
      },
    ]);
  }
  // The page view may have been told before this script came: this one is told after.
  window.kikkake.push(["track", "Own Profile Viewed", {}]);
  setInterval(ask, EVERY_MS);
})();
