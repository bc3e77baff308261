/** The field itself: draft kept, shortcuts offered, files taken from everywhere, Enter sends. */
import { ActionIcon, Button, Textarea, Tooltip } from "@mantine/core";
import { IconPaperclip, IconSend2, IconSlash } from "@tabler/icons-react";
import { useEffect, useRef, useState, type ClipboardEvent, type KeyboardEvent, type ReactNode, type RefObject } from "react";
import { explain } from "../api/edges";
import { http } from "../api/http";
import { useCanned } from "../api/queries";
import type { Attachment, CannedReply, Note, Summary } from "../api/types";
import { NO_DRAFT, type Draft, type Mode } from "../conversation/drafts";
import { useLocale } from "../i18n/provider";
import { useLive } from "../live/provider";
import { useDrops } from "../ui/drops";
import { useToast } from "../ui/toast";
import { CannedList } from "./canned-list";
import { insertAt, slashAt, useMatching, type Slash } from "./canned";
import type { ComposeWish } from "./composer-focus";
import { PendingFiles } from "./pending-files";
import { MOST_FILES, TYPES, useUploads } from "./uploads";

/** The contract's limit, in Unicode characters. */
export const TEXT_LIMIT = 4000;
/** The count is shown only when it begins to matter. */
const SHOW_COUNT_FROM = 3500;

interface Props {
  conversation: Summary;
  mode: Mode;
  wish: ComposeWish | null;
  onWishDone: () => void;
}

export function ComposerField({ conversation, mode, wish, onWishDone }: Props): ReactNode {
  const { t, number } = useLocale();
  const live = useLive();
  const { draft, change } = useDraft(conversation.id, mode);
  const field = useRef<HTMLTextAreaElement>(null);
  const picker = useRef<HTMLInputElement>(null);
  const slash = useSlash(field, draft.text, mode);
  const replies = useMatching(useCanned(), slash.at);
  const { files, isDragging, paste } = useFiles(draft, change, mode, field);
  const insert = useInsert(conversation, change, draft, field, slash);
  const send = useSend(conversation, mode, draft, change);
  const length = [...draft.text].length;
  const mayWrite = length <= TEXT_LIMIT && files.running.length === 0 && (draft.text.trim() !== "" || draft.attachments.length > 0);

  useEffect(() => {
    if (!wish) return;
    if (wish.text !== undefined) change({ ...draft, text: draft.text ? `${draft.text}\n${wish.text}` : wish.text });
    field.current?.focus();
    onWishDone();
    // Once for each wish.
    // eslint-disable-next-line react-hooks/exhaustive-deps
  }, [wish]);

  const type = (text: string): void => {
    change({ ...draft, text });
    if (mode === "reply" && text.trim()) live.socket.typing(conversation.id);
  };
  const onKey = (event: KeyboardEvent<HTMLTextAreaElement>): void => {
    if (slash.onKey(event, replies, (reply) => void insert(reply))) return;
    if (event.key === "Escape") return event.currentTarget.blur();
    if (event.key !== "Enter" || event.shiftKey || event.nativeEvent.isComposing) return;
    event.preventDefault();
    if (mayWrite) void send();
  };

  return (
    <div className={`composer-field${isDragging ? " dragging" : ""}`}>
      {isDragging && (
        <p className="drop-here" aria-hidden>
          {t("composer.drop_here")}
        </p>
      )}
      {replies.length > 0 && (
        <CannedList
          replies={replies}
          active={slash.active}
          conversation={conversation}
          onChoose={(reply) => void insert(reply)}
          onHover={slash.setActive}
        />
      )}
      <Textarea
        ref={field}
        variant="unstyled"
        autosize
        minRows={2}
        maxRows={10}
        dir="auto"
        aria-label={t(mode === "note" ? "composer.note_label" : "composer.label")}
        placeholder={t(mode === "note" ? "composer.note_placeholder" : "composer.placeholder")}
        value={draft.text}
        onChange={(event) => type(event.currentTarget.value)}
        onKeyDown={onKey}
        onSelect={slash.follow}
        onPaste={paste}
        {...(replies.length > 0
          ? { "aria-autocomplete": "list" as const, "aria-controls": "canned", "aria-activedescendant": `canned-${slash.active}` }
          : {})}
      />
      <PendingFiles
        attachments={draft.attachments}
        uploads={files.running}
        onCancel={files.cancel}
        onRemove={(id) => change({ ...draft, attachments: draft.attachments.filter((file) => file.id !== id) })}
      />
      <div className="row composer-tools">
        {mode === "reply" && (
          <>
            <input
              ref={picker}
              type="file"
              hidden
              multiple
              accept={TYPES.join(",")}
              onChange={(event) => (files.start([...(event.currentTarget.files ?? [])]), (event.currentTarget.value = ""))}
            />
            <Tooltip label={t("composer.attach")}>
              <ActionIcon aria-label={t("composer.attach")} onClick={() => picker.current?.click()}>
                <IconPaperclip size={19} stroke={1.7} />
              </ActionIcon>
            </Tooltip>
            <Tooltip label={t("composer.canned")}>
              <ActionIcon aria-label={t("composer.canned")} onClick={() => slash.open(draft.text, type)}>
                <IconSlash size={19} stroke={1.7} />
              </ActionIcon>
            </Tooltip>
          </>
        )}
        <span className="grow" />
        {length > SHOW_COUNT_FROM && (
          <span className={`small tabular ${length > TEXT_LIMIT ? "over" : "muted"}`} role="status">
            {t("composer.count", { n: length, limit: number(TEXT_LIMIT) })}
          </span>
        )}
        <Button
          color={mode === "note" ? "yellow.7" : "kotha"}
          disabled={!mayWrite}
          onClick={() => void send()}
          rightSection={<IconSend2 size={16} />}
        >
          {t(mode === "note" ? "composer.add_note" : "composer.send")}
        </Button>
      </div>
    </div>
  );
}

function useDraft(id: string, mode: Mode): { draft: Draft; change: (draft: Draft) => void } {
  const { drafts } = useLive();
  const [draft, setDraft] = useState(() => drafts.read(id, mode));
  const latest = useRef(draft);
  const change = (next: Draft): void => {
    latest.current = next;
    setDraft(next);
    drafts.write(id, mode, next);
  };
  return { draft, change };
}

function useSend(conversation: Summary, mode: Mode, draft: Draft, change: (draft: Draft) => void): () => Promise<void> {
  const live = useLive();
  const locale = useLocale();
  const toast = useToast();
  return async () => {
    const { text, attachments } = draft;
    change(NO_DRAFT);
    if (mode === "reply") {
      live.socket.stoppedTyping(conversation.id);
      return void live.outbox.add(conversation.id, text.trim(), attachments);
    }
    try {
      const { note } = await http.post<{ note: Note }>(`/conversations/${conversation.id}/notes`, { text: text.trim() });
      live.transcripts.note(conversation.id, note);
    } catch (error) {
      change(draft);
      toast({ kind: "problem", text: explain(error, locale) });
    }
  };
}

interface SlashState {
  at: Slash | null;
  active: number;
  setActive: (index: number) => void;
  follow: () => void;
  close: () => void;
  open: (text: string, type: (text: string) => void) => void;
  onKey: (event: KeyboardEvent, replies: CannedReply[], choose: (reply: CannedReply) => void) => boolean;
}

function useSlash(field: React.RefObject<HTMLTextAreaElement | null>, text: string, mode: Mode): SlashState {
  const [at, setAt] = useState<Slash | null>(null);
  const [active, setActive] = useState(0);
  const follow = (): void => {
    const cursor = field.current?.selectionStart ?? 0;
    setAt(mode === "reply" ? slashAt(field.current?.value ?? "", cursor) : null);
  };
  useEffect(follow, [text]); // eslint-disable-line react-hooks/exhaustive-deps
  useEffect(() => setActive(0), [at?.query]);
  const onKey: SlashState["onKey"] = (event, replies, choose) => {
    const count = replies.length;
    if (count === 0) return false;
    const chosen = replies[active];
    if (event.key === "ArrowDown") setActive((active + 1) % count);
    else if (event.key === "ArrowUp") setActive((active + count - 1) % count);
    else if ((event.key === "Enter" || event.key === "Tab") && chosen) choose(chosen);
    else if (event.key === "Escape") setAt(null);
    else return false;
    event.preventDefault();
    return true;
  };
  const open: SlashState["open"] = (written, type) => {
    type(written && !/\s$/.test(written) ? `${written} /` : `${written}/`);
    field.current?.focus();
  };
  return { at, active, setActive, follow, close: () => setAt(null), open, onKey };
}

function useInsert(
  conversation: Summary,
  change: (draft: Draft) => void,
  draft: Draft,
  field: React.RefObject<HTMLTextAreaElement | null>,
  slash: SlashState,
): (reply: CannedReply) => Promise<void> {
  const toast = useToast();
  const locale = useLocale();
  return async (reply) => {
    const place = slash.at ?? { start: draft.text.length, end: draft.text.length, query: "" };
    slash.close();
    try {
      const rendered = await http.post<{ text: string; missing: string[] }>(`/canned-replies/${reply.id}/render`, { conversation: conversation.id });
      const { text, cursor } = insertAt(draft.text, place, rendered.text);
      change({ ...draft, text });
      requestAnimationFrame(() => (field.current?.focus(), field.current?.setSelectionRange(cursor, cursor)));
      if (rendered.missing.length > 0) toast({ kind: "problem", text: locale.t("canned.missing", { names: rendered.missing.join(", ") }) });
    } catch (error) {
      toast({ kind: "problem", text: explain(error, locale) });
    }
  };
}

interface Files {
  files: ReturnType<typeof useUploads>;
  isDragging: boolean;
  paste: (event: ClipboardEvent) => void;
}

function useFiles(draft: Draft, change: (draft: Draft) => void, mode: Mode, field: RefObject<HTMLElement | null>): Files {
  const locale = useLocale();
  const toast = useToast();
  const latest = useRef(draft);
  latest.current = draft;
  const take = (attachment: Attachment): void => change({ ...latest.current, attachments: [...latest.current.attachments, attachment] });
  const uploads = useUploads(take, (error, name) => toast({ kind: "problem", text: `${name}: ${explain(error, locale)}` }));
  const start = (given: Iterable<File>): void => {
    const room = MOST_FILES - latest.current.attachments.length - uploads.running.length;
    const chosen = [...given];
    if (chosen.length > room) toast({ kind: "problem", text: locale.t("composer.too_many_files", { n: MOST_FILES }) });
    uploads.start(chosen.slice(0, Math.max(0, room)));
  };
  const isDragging = useDrops(field, mode === "reply" ? start : null);
  const paste = (event: ClipboardEvent): void => {
    const { clipboardData } = event;
    // What office programs copy is text with a picture of it beside.
    if (mode !== "reply" || clipboardData.files.length === 0 || clipboardData.types.includes("text/plain")) return;
    event.preventDefault();
    start(clipboardData.files);
  };
  return { files: { ...uploads, start }, isDragging, paste };
}
