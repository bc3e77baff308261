/** Keeps a shop's accent colour readable: WCAG contrast, lightened or darkened as far as needed. */

export type Rgb = readonly [number, number, number];
export const WHITE: Rgb = [255, 255, 255];
export const BLACK: Rgb = [0, 0, 0];
/** WCAG 2.2 AA for text of normal size. */
export const READABLE = 4.5;
const STEPS = 40;

/** "#0a7" or "#00aa77"; null for anything else. */
export function parseHex(value: string): Rgb | null {
  const hex = /^#?([\da-f]{3}|[\da-f]{6})$/i.exec(value.trim())?.[1];
  if (!hex) return null;
  const full = hex.length === 3 ? [...hex].map((digit) => digit + digit).join("") : hex;
  const part = (at: number): number => parseInt(full.slice(at, at + 2), 16);
  return [part(0), part(2), part(4)];
}

export function toHex(color: Rgb): string {
  return `#${color.map((part) => Math.round(part).toString(16).padStart(2, "0")).join("")}`;
}

export function contrast(a: Rgb, b: Rgb): number {
  const [bright, dark] = [luminance(a), luminance(b)].sort((x, y) => y - x) as [number, number];
  return (bright + 0.05) / (dark + 0.05);
}

/** `color`, moved towards `towards` only as far as it takes to be readable on `background`. */
export function readableOn(color: Rgb, background: Rgb, towards: Rgb, least = READABLE): Rgb {
  for (let step = 0; step <= STEPS; step++) {
    const mixed = mix(color, towards, step / STEPS);
    if (contrast(mixed, background) >= least) return mixed;
  }
  return towards;
}

/** A bright relative of `color`. On the way to it a colour gets lighter without turning grey. */
export function bright(color: Rgb): Rgb {
  const strongest = Math.max(...color, 1);
  const [red, green, blue] = color.map((part) => (part * 255) / strongest) as [number, number, number];
  return mix([red, green, blue], WHITE, 0.4);
}

export function mix(a: Rgb, b: Rgb, share: number): Rgb {
  const at = (index: 0 | 1 | 2): number => Math.round(a[index] + (b[index] - a[index]) * share);
  return [at(0), at(1), at(2)];
}

function luminance(color: Rgb): number {
  const [red, green, blue] = color.map((part) => {
    const value = part / 255;
    return value <= 0.04045 ? value / 12.92 : ((value + 0.055) / 1.055) ** 2.4;
  }) as [number, number, number];
  return 0.2126 * red + 0.7152 * green + 0.0722 * blue;
}
