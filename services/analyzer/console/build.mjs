/**
 * Builds the console into dist/: hashed files, their compressed forms, one page, and a manifest the analyzer serves by.
 * Must never load anything from another host: everything a page needs lies beside it.
 */
import { createHash } from "node:crypto";
import { mkdirSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { brotliCompressSync, gzipSync } from "node:zlib";
import { build } from "esbuild";

const root = new URL(".", import.meta.url).pathname;
const dist = `${root}dist`;
const sdk = new URL("../../../sdk/dist/", import.meta.url);

const shared = {
  absWorkingDir: root,
  outdir: "dist",
  bundle: true,
  write: false,
  metafile: true,
  minify: true,
  format: "esm",
  target: "es2022",
  charset: "utf8",
  jsx: "automatic",
  jsxImportSource: "preact",
  legalComments: "none",
  entryNames: "[name]-[hash]",
  chunkNames: "[name]-[hash]",
  assetNames: "[name]-[hash]",
};
/** The frame in which a prompt is previewed is a page of its own, and draws with the very files that sites load. */
const promptFiles = Object.keys(JSON.parse(readFileSync(new URL("manifest.json", sdk), "utf8"))).filter(
  (name) => name !== "kikkake.js" && !name.startsWith("video-"),
);
const promptFile = promptFiles.find((name) => name.startsWith("prompt-"));
const preview = await build({
  ...shared,
  entryPoints: { preview: "src/preview/frame.ts" },
  define: { PROMPT_FILE: JSON.stringify(promptFile) },
});
const [previewFile] = preview.outputFiles.map((file) => file.path.slice(dist.length + 1));
const result = await build({
  ...shared,
  entryPoints: { console: "src/main.tsx" },
  splitting: true,
  alias: { react: "preact/compat", "react-dom": "preact/compat" },
  define: { PREVIEW_FILE: JSON.stringify(previewFile) },
});

rmSync(dist, { recursive: true, force: true });
mkdirSync(dist, { recursive: true });
const manifest = {};
function write(name, content) {
  const gzip = gzipSync(content, { level: 9 });
  writeFileSync(`${dist}/${name}`, content);
  writeFileSync(`${dist}/${name}.gz`, gzip);
  writeFileSync(`${dist}/${name}.br`, brotliCompressSync(content));
  const sha256 = createHash("sha256").update(content).digest("hex");
  manifest[name] = { bytes: content.length, gzip: gzip.length, sha256 };
}

for (const name of promptFiles) write(name, readFileSync(new URL(name, sdk)));
for (const file of [...preview.outputFiles, ...result.outputFiles])
  write(file.path.slice(dist.length + 1), Buffer.from(file.contents));
const script = Object.keys(manifest).find((name) => /^console-.*\.js$/.test(name));
const style = Object.keys(manifest).find((name) => /^console-.*\.css$/.test(name));

/** What the page loads before it shows anything: the entry and what it imports at once. */
const outputs = result.metafile.outputs;
const first = new Set();
const visit = (path) => {
  if (first.has(path)) return;
  first.add(path);
  for (const { path: next, kind } of outputs[path]?.imports ?? [])
    if (kind === "import-statement") visit(next);
};
visit(`dist/${script}`);
const preload = [...first].map((path) => path.slice(5)).filter((name) => name !== script);

write(
  "index.html",
  Buffer.from(`<!doctype html>
<html lang="en">
<head>
<meta charset="utf-8">
<meta name="viewport" content="width=device-width, initial-scale=1, viewport-fit=cover">
<meta name="color-scheme" content="light dark">
<title>Kikkake</title>
<link rel="icon" href="data:image/svg+xml,%3Csvg xmlns='http://www.w3.org/2000/svg' viewBox='0 0 32 32'%3E%3Crect width='32' height='32' rx='8' fill='%23b3402a'/%3E%3Cpath d='M12 9v14l12-7z' fill='%23fff'/%3E%3C/svg%3E">
<link rel="stylesheet" href="/console/${style}">
${preload.map((name) => `<link rel="modulepreload" href="/console/${name}">`).join("\n")}
<script type="module" src="/console/${script}"></script>
</head>
<body><div id="app"></div><noscript>The console needs JavaScript.</noscript></body>
</html>
`),
);
const firstLoad = [...first].map((path) => path.slice(5)).concat(style, "index.html");
writeFileSync(`${dist}/manifest.json`, `${JSON.stringify(manifest, null, 2)}\n`);
writeFileSync(`${dist}/first-load.json`, JSON.stringify(firstLoad));
