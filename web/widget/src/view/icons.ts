/** Path data of the widget's own line icons, 24 units square. */
export const ICONS = {
  /** A speech bubble with two rows of running stitch: kotha and kantha. */
  mark: [
    "M5.5 4h13A2.5 2.5 0 0 1 21 6.5v8a2.5 2.5 0 0 1-2.500 2.5H12l-4.600 3.600V17H5.500A2.500 2.500 0 0 1 3 14.500v-8A2.500 2.500 0 0 1 5.500 4Z",
    "M7 9h2.200M11 9h2.200M15 9h2.200",
    "M7 12.600h2.200M11 12.600h2.200",
  ],
  close: ["M6 6l12 12M18 6 6 18"],
  send: ["M5 12h13M12.500 5.500 19 12l-6.500 6.500"],
  down: ["M12 5v13M6 12.500l6 6 6-6"],
  clock: ["M12 4a8 8 0 1 0 0 16 8 8 0 0 0 0-16Z", "M12 8v4.300l2.800 1.700"],
  check: ["M5 12.800l4.300 4.200L19 7.500"],
  checks: ["M2 12.800l4.300 4.200L15.500 7.500", "M11.500 16.500l.6.500L22 7.500"],
  alert: ["M12 4a8 8 0 1 0 0 16 8 8 0 0 0 0-16Z", "M12 8v4.700M12 15.900v.1"],
} as const;
