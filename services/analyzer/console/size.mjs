/** Compares what the first page loads with its budget; charts load later and do not count. */
import { readFileSync } from "node:fs";

const read = (name) => JSON.parse(readFileSync(new URL(name, import.meta.url), "utf8"));
const manifest = read("dist/manifest.json");
const size = read("dist/first-load.json").reduce((sum, name) => sum + manifest[name].gzip, 0);
const budget = read("budget.json")["first load"];
console.log(`${size <= budget ? "ok  " : "OVER"} first load: ${size} of ${budget} bytes gzip`);
process.exit(size <= budget ? 0 : 1);
