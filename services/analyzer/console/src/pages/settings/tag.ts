/** Returns the line that a site puts into its pages. */
export function writeTag(collector: string, engager: string, writeKey: string): string {
  const base = (collector || "COLLECTOR").replace(/\/$/, "");
  const more = engager && engager !== collector ? ` data-engager="${engager}"` : "";
  return `<script async src="${base}/sdk/kikkake.js" data-write-key="${writeKey}"${more}></script>`;
}
