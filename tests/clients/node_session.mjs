// One visit told by the real @segment/analytics-node: page, a whole video session, an order.
// Arguments: collector URL, write key, prefix of ids, JSON list of [type, event or null, properties].
import { Analytics } from "@segment/analytics-node";

const [host, writeKey, prefix, steps] = process.argv.slice(2);
const analytics = new Analytics({ writeKey, host, flushAt: 5 });
let failed = null;
analytics.on("error", (error) => {
  failed = error;
});
JSON.parse(steps).forEach(([type, event, properties], number) => {
  const shared = {
    anonymousId: `${prefix}-visitor`,
    messageId: `${prefix}-${number}`,
    properties,
    // Ten seconds apart, the last ones a moment ago.
    timestamp: new Date(Date.now() - 120_000 + 10_000 * number),
  };
  if (type === "page") analytics.page({ ...shared, name: "Home" });
  else analytics.track({ ...shared, event });
});
await analytics.closeAndFlush();
if (failed) {
  console.error(failed);
  process.exit(1);
}
