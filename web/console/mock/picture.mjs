// A picture to look at, made here: a folded panjabi, more or less.
import { crc32, deflateSync } from "node:zlib";

const [WIDTH, HEIGHT] = [640, 420];

function chunk(type, data) {
  const body = Buffer.concat([Buffer.from(type, "latin1"), data]);
  const head = Buffer.alloc(4);
  const tail = Buffer.alloc(4);
  head.writeUInt32BE(data.length);
  tail.writeUInt32BE(crc32(body));
  return Buffer.concat([head, body, tail]);
}

function colour(x, y) {
  const isCloth = Math.abs(x - 320) < 150 + y / 9 && y > 60 && y < 380;
  const isPlacket = isCloth && Math.abs(x - 320) < 16 && y < 230;
  const fold = 10 * Math.sin((x + y / 3) / 23);
  if (isPlacket) return [150, 148, 96];
  return isCloth ? [98 + fold, 104 + fold, 58 + fold / 2] : [226 - y / 14, 219 - y / 13, 207 - y / 12];
}

export function picture() {
  const rows = Buffer.alloc((WIDTH * 3 + 1) * HEIGHT);
  for (let y = 0; y < HEIGHT; y += 1) {
    for (let x = 0; x < WIDTH; x += 1) {
      const at = y * (WIDTH * 3 + 1) + 1 + x * 3;
      const [red, green, blue] = colour(x, y);
      rows[at] = red;
      rows[at + 1] = green;
      rows[at + 2] = blue;
    }
  }
  const size = Buffer.alloc(13);
  size.writeUInt32BE(WIDTH, 0);
  size.writeUInt32BE(HEIGHT, 4);
  size.set([8, 2, 0, 0, 0], 8);
  const signature = Buffer.from([0x89, 0x50, 0x4e, 0x47, 0x0d, 0x0a, 0x1a, 0x0a]);
  return Buffer.concat([signature, chunk("IHDR", size), chunk("IDAT", deflateSync(rows)), chunk("IEND", Buffer.alloc(0))]);
}
