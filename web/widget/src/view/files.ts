/** The files of a message: pictures with their place kept free, other files by name. Both open in a tab. */
import type { Locale } from "../i18n";
import type { Attachment } from "../protocol";
import { sizeOf } from "../text/size";
import { button, h, hidden, icon } from "./dom";
import { ICONS } from "./icons";
import { drawPicture, whenNear } from "./picture";
import { openTab } from "./tab";

/** Larger than this a picture pushes the conversation away. */
const LARGEST_PX = 240;
const SMALLEST_PX = 56;
/** A tab has read its file by then. */
const KEPT_FOR_TAB_MS = 60_000;

export interface FileActions {
  fileOf(attachment: Attachment): Promise<Blob>;
}

export function filesView(attachments: readonly Attachment[], locale: Locale, actions: FileActions): HTMLElement {
  return h("div", { class: "files" }, ...attachments.map((attachment) => fileView(attachment, locale, actions)));
}

function fileView(attachment: Attachment, locale: Locale, actions: FileActions): HTMLElement {
  const failed = h("p", { class: "file-failed", role: "alert" });
  const open = async (): Promise<void> => {
    failed.textContent = "";
    if (!(await openTab(() => addressOf(attachment, actions)))) failed.textContent = locale.say("file_failed");
  };
  const isPicture = attachment.type.startsWith("image/") && attachment.width !== null && attachment.height !== null;
  const opener = isPicture ? picture(attachment, locale, actions, open) : row(attachment, locale, open);
  return h("div", { class: "file" }, opener, failed);
}

async function addressOf(attachment: Attachment, actions: FileActions): Promise<string> {
  const address = URL.createObjectURL(await actions.fileOf(attachment));
  setTimeout(() => URL.revokeObjectURL(address), KEPT_FOR_TAB_MS);
  return address;
}

function picture(attachment: Attachment, locale: Locale, actions: FileActions, open: () => Promise<void>): HTMLElement {
  const canvas = h("canvas", { "aria-hidden": "true" });
  const label = `${locale.say("image", { name: attachment.name })} (${locale.say("new_window")})`;
  const opener = button({ class: "picture", "aria-label": label, title: attachment.name }, () => void open(), canvas);
  const { width, height } = shownSize(attachment.width ?? 1, attachment.height ?? 1);
  opener.style.setProperty("--width", `${width}px`);
  opener.style.setProperty("--ratio", `${width} / ${height}`);
  whenNear(opener, () => {
    actions
      .fileOf(attachment)
      .then((file) => drawPicture(canvas, file, LARGEST_PX))
      .then(() => opener.classList.add("drawn"))
      .catch(() => opener.classList.add("broken"));
  });
  return opener;
}

/** What a picture takes on the screen, known before it is there, so that nothing jumps. */
export function shownSize(width: number, height: number): { width: number; height: number } {
  const scale = Math.min(1, LARGEST_PX / Math.max(width, height, 1));
  const clamp = (side: number): number => Math.max(SMALLEST_PX, Math.round(side * scale));
  return { width: clamp(width), height: clamp(height) };
}

function row(attachment: Attachment, locale: Locale, open: () => Promise<void>): HTMLElement {
  return button(
    { class: "file-row", title: attachment.name },
    () => void open(),
    icon(ICONS.page),
    h(
      "span",
      { class: "file-words" },
      hidden(locale.say("file", { name: "" })),
      h("span", { class: "file-name", dir: "auto" }, attachment.name),
      h("span", { class: "file-size" }, `${attachment.type.split("/")[1]?.slice(0, 4).toUpperCase()} · ${sizeOf(attachment.size, locale)}`),
      hidden(` (${locale.say("new_window")})`),
    ),
  );
}
