/** What an agent has begun to write in each conversation, kept in the browser until it is sent. */
import type { Attachment, Uuid } from "../api/types";

export type Mode = "reply" | "note";
export interface Draft {
  readonly text: string;
  readonly attachments: readonly Attachment[];
}

export const NO_DRAFT: Draft = { text: "", attachments: [] };

type Storage = Pick<globalThis.Storage, "getItem" | "setItem" | "removeItem">;

export class Drafts {
  constructor(
    private readonly prefix: string,
    private readonly storage: Storage,
  ) {}

  read(conversation: Uuid, mode: Mode): Draft {
    try {
      const draft = JSON.parse(this.storage.getItem(this.key(conversation, mode)) ?? "null") as Draft | null;
      return draft && typeof draft.text === "string" && Array.isArray(draft.attachments) ? draft : NO_DRAFT;
    } catch {
      return NO_DRAFT;
    }
  }

  write(conversation: Uuid, mode: Mode, draft: Draft): void {
    const key = this.key(conversation, mode);
    try {
      if (draft.text || draft.attachments.length > 0) this.storage.setItem(key, JSON.stringify(draft));
      else this.storage.removeItem(key);
    } catch {
      // The browser's storage is full or closed: the draft lives as long as the page.
    }
  }

  has(conversation: Uuid): boolean {
    return this.read(conversation, "reply") !== NO_DRAFT;
  }

  private key(conversation: Uuid, mode: Mode): string {
    return `${this.prefix}${mode}:${conversation}`;
  }
}
