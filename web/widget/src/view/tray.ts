/** Files on their way: chosen, dropped or pasted, uploaded at once, sent with the next message. */
import type { Locale } from "../i18n";
import { RefusedError, type Upload } from "../net/api";
import { FILE_LIMIT_BYTES, FILE_TYPES, MOST_FILES, type Attachment } from "../protocol";
import { MEGABYTE } from "../text/size";
import type { Key } from "../i18n";
import { button, h, icon, setAttributes } from "./dom";
import { ICONS } from "./icons";
import { drawPicture } from "./picture";

const THUMB_PX = 40;

export interface TrayActions {
  upload(file: File, onProgress: (share: number) => void, onStart: (upload: Upload) => void): Promise<Attachment>;
  /** What there is to send has changed. */
  changed(): void;
  problem(text: string): void;
}

interface Entry {
  readonly element: HTMLElement;
  attachment: Attachment | null;
  upload: Upload | null;
}

const REFUSALS: Readonly<Record<string, Key>> = {
  unsupported_type: "fail_file_type",
  broken_file: "fail_file_broken",
  file_too_large: "fail_file_large",
  image_too_large: "fail_file_large",
  too_many_uploads: "fail_file_unsent",
};

export class Tray {
  readonly element: HTMLElement;
  private entries: Entry[] = [];

  constructor(
    private readonly locale: Locale,
    private readonly actions: TrayActions,
  ) {
    this.element = h("ul", { class: "tray", "aria-label": locale.say("attached"), hidden: true });
  }

  get ready(): readonly Attachment[] {
    return this.entries.flatMap(({ attachment }) => attachment ?? []);
  }

  get isBusy(): boolean {
    return this.entries.some(({ attachment }) => attachment === null);
  }

  get isEmpty(): boolean {
    return this.entries.length === 0;
  }

  add(files: Iterable<File>): void {
    this.actions.problem("");
    for (const file of files) {
      const problem = this.problemWith(file);
      if (problem) this.actions.problem(problem);
      else void this.start(file);
    }
  }

  clear(): void {
    this.entries = [];
    this.element.replaceChildren();
    this.changed();
  }

  private problemWith(file: File): string | null {
    if (this.entries.length >= MOST_FILES) return this.locale.say("fail_file_many", { n: MOST_FILES });
    if (!FILE_TYPES.includes(file.type)) return this.words("unsupported_type", file);
    return file.size > FILE_LIMIT_BYTES ? this.words("file_too_large", file) : null;
  }

  private words(code: string, { name }: File): string {
    return this.locale.say(REFUSALS[code] ?? "fail_file_other", { name, n: FILE_LIMIT_BYTES / MEGABYTE });
  }

  private async start(file: File): Promise<void> {
    const bar = h("progress", { max: 1, value: 0, "aria-label": file.name });
    const entry: Entry = { element: this.chip(file, bar, () => this.drop(entry)), attachment: null, upload: null };
    this.entries = [...this.entries, entry];
    this.element.append(entry.element);
    this.changed();
    const progress = (share: number): void => setAttributes(bar, { value: share });
    try {
      entry.attachment = await this.actions.upload(file, progress, (upload) => (entry.upload = upload));
      entry.element.classList.add("ready");
      bar.remove();
      this.changed();
    } catch (error) {
      if (this.drop(entry)) this.actions.problem(this.words(error instanceof RefusedError ? error.error.code : "", file));
    }
  }

  private chip(file: File, bar: HTMLElement, drop: () => void): HTMLElement {
    const label = this.locale.say("remove_file", { name: file.name });
    const thumb = h("span", { class: "thumb", "aria-hidden": "true" }, icon(ICONS.page));
    if (file.type.startsWith("image/")) {
      const canvas = h("canvas");
      drawPicture(canvas, file, THUMB_PX).then(
        () => thumb.replaceChildren(canvas),
        () => {},
      );
    }
    return h(
      "li",
      {},
      thumb,
      h("span", { class: "file-words" }, h("span", { class: "file-name", dir: "auto" }, file.name), bar),
      button({ class: "drop", "aria-label": label, title: label }, drop, icon(ICONS.close)),
    );
  }

  /** False when it was gone already. */
  private drop(entry: Entry): boolean {
    if (!this.entries.includes(entry)) return false;
    this.entries = this.entries.filter((other) => other !== entry);
    entry.upload?.cancel();
    entry.element.remove();
    this.changed();
    return true;
  }

  private changed(): void {
    this.element.hidden = this.isEmpty;
    this.actions.changed();
  }
}
