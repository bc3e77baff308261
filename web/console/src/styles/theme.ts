/** The console's colours and shapes, as Mantine's components know them; `tokens.css` has the rest. */
import { createTheme, type MantineColorsTuple } from "@mantine/core";

/** Kotha's green, from a wash to almost black; 7 is the brand colour. */
const kotha: MantineColorsTuple = ["#ecf8f5", "#d8efe9", "#aedfd3", "#80cebb", "#57bda5", "#2fa48a", "#138470", "#0b6e5f", "#0a5a4e", "#07463d"];

/** Greys with a breath of green, so that the brand colour sits among relatives. */
const gray: MantineColorsTuple = ["#f7f8f7", "#eff1f0", "#e4e8e6", "#d5dad7", "#bcc3bf", "#909994", "#656e69", "#4a524e", "#313835", "#1b201e"];
const dark: MantineColorsTuple = ["#e3e8e5", "#b4bcb8", "#98a19c", "#6a736e", "#414946", "#333a37", "#272d2b", "#1d2220", "#161a18", "#0f1211"];

export const FONT =
  '"Inter Variable", "Noto Sans Bengali Variable", "Segoe UI", Roboto, "Noto Sans", "Noto Sans Bengali", "Nirmala UI", system-ui, sans-serif';

export const theme = createTheme({
  primaryColor: "kotha",
  primaryShade: { light: 7, dark: 6 },
  colors: { kotha, gray, dark },
  autoContrast: true,
  luminanceThreshold: 0.25,
  fontFamily: FONT,
  headings: { fontFamily: FONT, fontWeight: "620" },
  defaultRadius: "md",
  radius: { xs: "3px", sm: "5px", md: "7px", lg: "10px", xl: "14px" },
  fontSizes: { xs: "12px", sm: "13px", md: "14px", lg: "16px", xl: "20px" },
  cursorType: "pointer",
  respectReducedMotion: true,
  focusRing: "auto",
});
