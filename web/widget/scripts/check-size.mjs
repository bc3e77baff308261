// Fails the build when the widget grows past what a shop's page should have to load.
import { readFileSync } from "node:fs";
import { gzipSync } from "node:zlib";

const LIMIT = 30 * 1024; // bytes after gzip: the promise of docs/widget.md
const script = readFileSync(new URL("../dist/kotha.js", import.meta.url));
const size = gzipSync(script, { level: 9 }).length;
const line = `kotha.js: ${script.length} bytes, ${size} after gzip (limit ${LIMIT})`;
if (size > LIMIT) {
  console.error(`${line}: too large`);
  process.exit(1);
}
console.log(line);
