/** The service counts Unicode code points, not UTF-16 units: an emoji is one. */
export function countCodePoints(text: string): number {
  let count = 0;
  for (let at = 0; at < text.length; count++) at += text.codePointAt(at)! > 0xffff ? 2 : 1;
  return count;
}

/** Nothing to see in it: the service refuses such a message as empty. */
export function isBlank(text: string): boolean {
  return /^[\p{Cc}\p{Cf}\p{Zs}\p{Zl}\p{Zp}]*$/u.test(text);
}

/** Text as it can be sent and kept: without U+0000 and halves of surrogate pairs, which no keyboard
 * makes but a paste can hold. Everything else stays as it was written. */
export function sendable(text: string): string {
  return text.replaceAll("\0", "").replace(/\p{Cs}/gu, "\ufffd");
}

export function byteLength(text: string): number {
  return new TextEncoder().encode(text).length;
}
