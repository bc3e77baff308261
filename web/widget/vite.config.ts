import { defineConfig, type Plugin } from "vite";

/** A script without a charset is read in the encoding of the page that loads it: with ASCII alone it
 * reads the same everywhere, also when a shop hosts a copy itself. */
const asciiOnly: Plugin = {
  name: "ascii-only",
  enforce: "post",
  generateBundle(_options, bundle) {
    for (const chunk of Object.values(bundle)) {
      if (chunk.type === "chunk") chunk.code = chunk.code.replace(/[^\x00-\x7f]/g, escape);
    }
  },
};

function escape(unit: string): string {
  return `\\u${unit.charCodeAt(0).toString(16).padStart(4, "0")}`;
}

/** The widget: one classic script that holds everything, styles and catalogues included. */
export default defineConfig({
  publicDir: false,
  plugins: [asciiOnly],
  build: {
    target: "es2022",
    outDir: "dist",
    emptyOutDir: true,
    lib: { entry: "src/main.ts", formats: ["iife"], name: "KothaWidget", fileName: () => "kotha.js" },
  },
});
