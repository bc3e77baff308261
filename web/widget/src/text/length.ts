/** The service counts Unicode code points, not UTF-16 units: an emoji is one. */
export function countCodePoints(text: string): number {
  let count = 0;
  for (let at = 0; at < text.length; count++) at += text.codePointAt(at)! > 0xffff ? 2 : 1;
  return count;
}

export function byteLength(text: string): number {
  return new TextEncoder().encode(text).length;
}
