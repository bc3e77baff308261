import { defineConfig } from "vite";

/** The widget: one classic script that holds everything, styles and catalogues included. */
export default defineConfig({
  publicDir: false,
  build: {
    target: "es2022",
    outDir: "dist",
    emptyOutDir: true,
    lib: { entry: "src/main.ts", formats: ["iife"], name: "KothaWidget", fileName: () => "kotha.js" },
  },
});
