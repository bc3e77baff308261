/** Path data of the widget's own line icons, 24 units square. */
export const ICONS = {
  /** A speech bubble with two rows of running stitch: kotha and kantha. */
  mark: [
    "M5.5 4h13A2.5 2.5 0 0 1 21 6.5v8a2.5 2.5 0 0 1-2.5 2.5H12l-4.6 3.6V17H5.5A2.5 2.5 0 0 1 3 14.5v-8A2.5 2.5 0 0 1 5.5 4Z",
    "M7 9h2.2M11 9h2.2M15 9h2.2",
    "M7 12.6h2.2M11 12.6h2.2",
  ],
  close: ["M6 6l12 12M18 6 6 18"],
  send: ["M5 12h13M12.5 5.5 19 12l-6.5 6.5"],
  down: ["M12 5v13M6 12.5l6 6 6-6"],
  clock: ["M12 4a8 8 0 1 0 0 16 8 8 0 0 0 0-16Z", "M12 8v4.3l2.8 1.7"],
  check: ["M5 12.8l4.3 4.2L19 7.5"],
  checks: ["M2 12.8l4.3 4.2L15.5 7.5", "M11.5 16.5l.6.5L22 7.5"],
  clip: ["M19 11.5l-7.2 7.2a4.6 4.6 0 0 1-6.5-6.5l7.6-7.6a3.1 3.1 0 0 1 4.4 4.4l-7.6 7.6a1.5 1.5 0 0 1-2.2-2.2l6.8-6.8"],
  page: ["M7 3.5h7l4 4v13H7Z", "M14 3.5v4h4M9.5 12.5h6M9.5 16h6"],
  star: ["M12 3.5l2.6 5.4 5.9.8-4.3 4.1 1 5.9L12 16.9l-5.2 2.8 1-5.9L3.5 9.7l5.9-.8Z"],
  alert: ["M12 4a8 8 0 1 0 0 16 8 8 0 0 0 0-16Z", "M12 8v4.7M12 15.9v.1"],
} as const;
