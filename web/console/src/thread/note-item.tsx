/** A private note among the messages; its writer may change it. */
import { ActionIcon, Tooltip } from "@mantine/core";
import { IconLock, IconPencil } from "@tabler/icons-react";
import { useState, type ReactNode } from "react";
import type { Note, Summary } from "../api/types";
import { useLocale } from "../i18n/provider";
import { useMe } from "../session/session";
import { NoteEdit } from "./note-edit";
import { RichText } from "./rich-text";

export function NoteItem({ note, conversation }: { note: Note; conversation: Summary }): ReactNode {
  const { t, name, time } = useLocale();
  const { agent } = useMe();
  const [isEditing, setEditing] = useState(false);
  return (
    <article className="note">
      <p className="byline">
        <IconLock size={13} aria-hidden />
        <strong>{name(note.agent)}</strong>
        <span>{t("note.private")}</span>
        <time className="tabular" dateTime={note.at}>
          {time(note.at)}
        </time>
        {note.edited_at && <span>{t("message.edited")}</span>}
        <span className="grow" />
        {note.agent?.id === agent.id && !isEditing && (
          <Tooltip label={t("note.edit")}>
            <ActionIcon size={24} color="yellow" aria-label={t("note.edit")} onClick={() => setEditing(true)}>
              <IconPencil size={14} />
            </ActionIcon>
          </Tooltip>
        )}
      </p>
      {isEditing ? (
        <NoteEdit note={note} conversation={conversation} onClose={() => setEditing(false)} />
      ) : (
        <div className="note-text" dir="auto">
          <RichText text={note.text} />
        </div>
      )}
    </article>
  );
}
