import react from "@vitejs/plugin-react";
import { convertCssVariables, defaultCssVariablesResolver, mergeMantineTheme, DEFAULT_THEME } from "@mantine/core";
import { defineConfig, type Plugin } from "vite";
import { theme } from "./src/styles/theme";

const THEME_CSS = "virtual:theme.css";

/** Mantine writes its variables into a <style> element at run time, which a strict content policy refuses:
 * here they become a file at build time. */
const themeFile: Plugin = {
  name: "theme-file",
  resolveId: (id) => (id === THEME_CSS ? `\0${THEME_CSS}` : null),
  load: (id) =>
    id === `\0${THEME_CSS}` ? convertCssVariables(defaultCssVariablesResolver(mergeMantineTheme(DEFAULT_THEME, theme))) : null,
};

/** The console: one page below /console/, its views loaded when they are first opened. */
export default defineConfig({
  base: "/console/",
  plugins: [react(), themeFile],
  build: { target: "es2022", outDir: "dist", emptyOutDir: true, assetsInlineLimit: 0, chunkSizeWarningLimit: 700 },
});
