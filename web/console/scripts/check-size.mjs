// Fails the build when the first view of the console grows past what a slow line loads in a few seconds.
import { readFileSync, readdirSync } from "node:fs";
import { gzipSync } from "node:zlib";

/** Bytes after gzip: the script and style of the first view, without fonts. About four seconds on slow 3G (400 kbit/s). */
const FIRST_LOAD_LIMIT = 240 * 1024;
const dist = new URL("../dist/", import.meta.url);
const page = readFileSync(new URL("index.html", dist), "utf8");
const size = (name) => gzipSync(readFileSync(new URL(name, dist)), { level: 9 }).length;

const first = [...page.matchAll(/(?:src|href)="\/console\/(assets\/[^"]+\.(?:js|css))"/g)].map(([, name]) => name);
const total = first.reduce((sum, name) => sum + size(name), 0);
const rest = readdirSync(new URL("assets/", dist)).filter((name) => /\.(js|css)$/.test(name) && !first.includes(`assets/${name}`));
const later = rest.reduce((sum, name) => sum + size(`assets/${name}`), 0);
console.log(`first view: ${total} bytes after gzip (limit ${FIRST_LOAD_LIMIT}); loaded when needed: ${later} in ${rest.length} files`);
if (total > FIRST_LOAD_LIMIT) {
  console.error("The first view is too large: load a part of it only when it is opened.");
  process.exit(1);
}
