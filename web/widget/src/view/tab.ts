/** Opens an address that has to be asked for first. */

/** False when there is no address or the browser allows no new tab. */
export async function openTab(link: () => Promise<string>): Promise<boolean> {
  // At once, while the click still counts: browsers block tabs that are opened after waiting.
  const tab = window.open("", "_blank");
  if (!tab) return false;
  tab.opener = null;
  try {
    tab.location.replace(await link());
    return true;
  } catch {
    tab.close();
    return false;
  }
}
