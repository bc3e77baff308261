/** How components look and behave here unless a view says otherwise. */
import { mergeThemeOverrides, type MantineThemeOverride } from "@mantine/core";

/** Scroll locking writes a <style> element, which the content policy refuses; the page itself never scrolls. */
const noLock = { lockScroll: false };
/** Inside the page's main part, where readers of landmarks find it. */
const inMain = { target: "#main" };
const quick = { duration: 120, transition: "fade" as const };

export function defaults(theme: MantineThemeOverride): MantineThemeOverride {
  return mergeThemeOverrides(theme, {
    components: {
      Modal: { defaultProps: { ...noLock, centered: true, transitionProps: quick, radius: "lg", overlayProps: { backgroundOpacity: 0.45 } } },
      Drawer: { defaultProps: { ...noLock, transitionProps: { duration: 140 } } },
      Tooltip: {
        defaultProps: {
          openDelay: 350,
          withArrow: false,
          transitionProps: quick,
          events: { hover: true, focus: true, touch: false },
          portalProps: inMain,
        },
      },
      Menu: { defaultProps: { shadow: "md", transitionProps: quick, position: "bottom-end", portalProps: inMain, withInitialFocusPlaceholder: false } },
      Popover: { defaultProps: { shadow: "md", transitionProps: quick, portalProps: inMain } },
      Button: { defaultProps: { size: "xs" } },
      ActionIcon: { defaultProps: { variant: "subtle", color: "gray", size: 32 } },
      TextInput: { defaultProps: { size: "sm" } },
      Select: { defaultProps: { size: "sm", checkIconPosition: "right", comboboxProps: { shadow: "md" } } },
    },
  });
}
