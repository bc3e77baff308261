/** The look: light or dark, and the shop's accent made readable in either. */
import { BLACK, READABLE, WHITE, bright, contrast, parseHex, readableOn, toHex, type Rgb } from "./text/color";

export type Theme = "light" | "dark";
export type ThemeWish = Theme | "auto";

const ACCENT: Rgb = [11, 110, 95];
/** The surfaces accent-coloured text stands on (see styles/base.css). */
const SURFACES: Record<Theme, Rgb> = { light: [246, 244, 239], dark: [38, 43, 41] };
/** Thin coloured letters on a dark ground need more than the least that is allowed. */
const READABLE_ON_DARK = 6.5;
const INK: Rgb = [20, 24, 22];

/** Custom properties for one accent in one theme. */
export function accentProperties(accent: string | null, theme: Theme): Record<string, string> {
  const fill = (accent && parseHex(accent)) || ACCENT;
  const text = theme === "light" ? readableOn(fill, SURFACES.light, BLACK) : onDark(fill);
  return {
    "--accent": toHex(fill),
    "--on-accent": toHex(contrast(fill, WHITE) >= READABLE ? WHITE : contrast(fill, INK) >= READABLE ? INK : BLACK),
    "--accent-text": toHex(text),
  };
}

function onDark(color: Rgb): Rgb {
  const lighter = readableOn(color, SURFACES.dark, bright(color), READABLE_ON_DARK);
  return readableOn(lighter, SURFACES.dark, WHITE);
}

export function darkScheme(): MediaQueryList {
  return matchMedia("(prefers-color-scheme: dark)");
}

export function chooseTheme(wish: string | null): Theme {
  if (wish === "light" || wish === "dark") return wish;
  return darkScheme().matches ? "dark" : "light";
}
