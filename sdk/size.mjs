/**
 * Compares the built files with the budget.
 * Must never pass a file that has no budget, or a budget that has no file.
 */
import { readFileSync } from "node:fs";

const read = (file) => JSON.parse(readFileSync(new URL(file, import.meta.url), "utf8"));
const manifest = read("dist/manifest.json");
const budget = read("budget.json");

const plain = (file) => file.replace(/-[0-9a-f]{10}\.js$/, ".js");
const sizes = Object.fromEntries(Object.entries(manifest).map(([file, { gzip }]) => [plain(file), gzip]));

let failed = false;
for (const name of new Set([...Object.keys(sizes), ...Object.keys(budget)])) {
  const fits = sizes[name] !== undefined && budget[name] !== undefined && sizes[name] <= budget[name];
  failed ||= !fits;
  console.log(
    `${fits ? "ok  " : "OVER"} ${name}: ${sizes[name] ?? "missing"} of ${budget[name] ?? "no"} bytes gzip`,
  );
}
process.exitCode = failed ? 1 : 0;
