// Before anything is painted: the colour scheme of the last visit, so that a dark room stays dark.
(function () {
  var wish = null;
  try {
    wish = localStorage.getItem("kotha:theme");
  } catch (_) {
    wish = null;
  }
  var dark = wish === "dark" || (wish !== "light" && matchMedia("(prefers-color-scheme: dark)").matches);
  document.documentElement.setAttribute("data-mantine-color-scheme", dark ? "dark" : "light");
})();
