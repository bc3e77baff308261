/** The field in which a note is changed. */
import { Button, Textarea } from "@mantine/core";
import { useState, type ReactNode } from "react";
import { explain } from "../api/edges";
import { http } from "../api/http";
import type { Note, Summary } from "../api/types";
import { useLocale } from "../i18n/provider";
import { useLive } from "../live/provider";
import { useToast } from "../ui/toast";

export function NoteEdit({ note, conversation, onClose }: { note: Note; conversation: Summary; onClose: () => void }): ReactNode {
  const locale = useLocale();
  const { t } = locale;
  const live = useLive();
  const toast = useToast();
  const [text, setText] = useState(note.text);
  const save = async (): Promise<void> => {
    if (!text.trim() || text === note.text) return onClose();
    try {
      const answer = await http.patch<{ note: Note }>(`/conversations/${conversation.id}/notes/${note.id}`, { text });
      live.transcripts.note(conversation.id, answer.note);
      onClose();
    } catch (error) {
      toast({ kind: "problem", text: explain(error, locale) });
    }
  };
  return (
    <div className="edit-field">
      <Textarea
        autosize
        minRows={1}
        maxRows={8}
        autoFocus
        aria-label={t("note.edit")}
        value={text}
        onChange={(event) => setText(event.currentTarget.value)}
        onKeyDown={(event) => event.key === "Escape" && onClose()}
      />
      <div className="row">
        <Button size="compact-sm" onClick={() => void save()}>
          {t("save")}
        </Button>
        <Button size="compact-sm" variant="subtle" color="gray" onClick={onClose}>
          {t("cancel")}
        </Button>
      </div>
    </div>
  );
}
