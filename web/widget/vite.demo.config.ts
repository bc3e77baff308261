import { defineConfig } from "vite";

/** The demo shop page, served at /demo/ under a policy without inline scripts or styles. */
export default defineConfig({
  root: "demo",
  base: "/demo/",
  publicDir: false,
  build: {
    target: "es2022",
    outDir: "../dist/demo",
    emptyOutDir: true,
    assetsInlineLimit: 0,
    modulePreload: { polyfill: false },
  },
});
