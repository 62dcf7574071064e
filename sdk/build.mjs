/**
 * Builds the tag and its lazy modules into dist/, with their compressed forms and a manifest.
 * Must never differ from one build to the next for the same sources: file names carry the hash of their content.
 */
import { createHash } from "node:crypto";
import { mkdirSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { brotliCompressSync, constants, gzipSync } from "node:zlib";
import { build } from "esbuild";

const root = new URL(".", import.meta.url).pathname;
const dist = `${root}dist`;
const { version } = JSON.parse(readFileSync(`${root}package.json`, "utf8"));

const sha256 = (content) => createHash("sha256").update(content).digest("hex");

async function bundle(entry, options) {
  const result = await build({
    absWorkingDir: root,
    entryPoints: [entry],
    bundle: true,
    write: false,
    minify: true,
    // Private members begin with an underscore; the modules meet only through names that do not.
    mangleProps: /^_/,
    target: "es2020",
    charset: "utf8",
    legalComments: "none",
    ...options,
  });
  return Buffer.from(result.outputFiles[0].contents);
}

const manifest = {};

function write(file, content) {
  const gzip = gzipSync(content, { level: 9 });
  const brotli = brotliCompressSync(content, {
    params: { [constants.BROTLI_PARAM_QUALITY]: 11, [constants.BROTLI_PARAM_SIZE_HINT]: content.length },
  });
  writeFileSync(`${dist}/${file}`, content);
  writeFileSync(`${dist}/${file}.gz`, gzip);
  writeFileSync(`${dist}/${file}.br`, brotli);
  manifest[file] = { bytes: content.length, gzip: gzip.length, sha256: sha256(content) };
}

async function writeModule(name, define = {}) {
  const content = await bundle(`src/${name}/index.ts`, { format: "esm", define });
  const file = `${name}-${sha256(content).slice(0, 10)}.js`;
  write(file, content);
  return JSON.stringify(file);
}

rmSync(dist, { recursive: true, force: true });
mkdirSync(dist, { recursive: true });
const define = {
  VERSION: JSON.stringify(version),
  VIDEO_FILE: await writeModule("video"),
  PROMPT_FILE: await writeModule("prompt", { SURVEY_FILE: await writeModule("survey") }),
};
write("kikkake.js", await bundle("src/index.ts", { format: "iife", define }));
writeFileSync(`${dist}/manifest.json`, `${JSON.stringify(manifest, null, 2)}\n`);
