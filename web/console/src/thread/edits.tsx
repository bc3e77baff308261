/** Changing a message that was sent, and what it said before. */
import { Button, Popover, Textarea } from "@mantine/core";
import { useQuery, useQueryClient } from "@tanstack/react-query";
import { useState, type KeyboardEvent, type ReactNode } from "react";
import { explain } from "../api/edges";
import { http } from "../api/http";
import { keys } from "../api/keys";
import type { AgentEvent, Person, Summary } from "../api/types";
import { useLocale } from "../i18n/provider";
import { useLive } from "../live/provider";
import { useToast } from "../ui/toast";

interface FieldProps {
  conversation: Summary;
  message: AgentEvent;
  text: string;
  onClose: () => void;
}

export function EditField({ conversation, message, text: before, onClose }: FieldProps): ReactNode {
  const locale = useLocale();
  const { t } = locale;
  const live = useLive();
  const cache = useQueryClient();
  const toast = useToast();
  const [text, setText] = useState(before);
  const [isBusy, setBusy] = useState(false);
  const save = async (): Promise<void> => {
    if (!text.trim() || text === before) return onClose();
    setBusy(true);
    try {
      const { event } = await http.patch<{ event: AgentEvent }>(`/conversations/${conversation.id}/messages/${message.id}`, { text });
      live.transcripts.event(conversation.id, event);
      void cache.invalidateQueries({ queryKey: keys.edits(message.id) });
      onClose();
    } catch (error) {
      toast({ kind: "problem", text: explain(error, locale) });
      setBusy(false);
    }
  };
  const onKey = (event: KeyboardEvent): void => {
    if (event.key === "Escape") onClose();
    if (event.key === "Enter" && !event.shiftKey) {
      event.preventDefault();
      void save();
    }
  };
  return (
    <div className="edit-field">
      <Textarea
        autosize
        minRows={1}
        maxRows={8}
        autoFocus
        aria-label={t("message.edit")}
        value={text}
        onChange={(event) => setText(event.currentTarget.value)}
        onKeyDown={onKey}
      />
      <div className="row">
        <Button size="compact-sm" loading={isBusy} onClick={() => void save()}>
          {t("save")}
        </Button>
        <Button size="compact-sm" variant="subtle" color="gray" onClick={onClose}>
          {t("cancel")}
        </Button>
      </div>
    </div>
  );
}

interface Edit {
  text: string;
  at: string;
  agent: Person | null;
}

export function EditTrail({ conversation, message }: { conversation: Summary; message: AgentEvent }): ReactNode {
  const { t } = useLocale();
  const [isOpen, setOpen] = useState(false);
  return (
    <Popover width={320} position="bottom-end" opened={isOpen} onChange={setOpen} trapFocus returnFocus>
      <Popover.Target>
        <button type="button" className="why-button" onClick={() => setOpen(!isOpen)}>
          {t("message.edited")}
        </button>
      </Popover.Target>
      <Popover.Dropdown aria-label={t("message.edits")}>{isOpen && <Trail conversation={conversation} message={message} />}</Popover.Dropdown>
    </Popover>
  );
}

function Trail({ conversation, message }: { conversation: Summary; message: AgentEvent }): ReactNode {
  const { t, time, name } = useLocale();
  const { data } = useQuery({
    queryKey: keys.edits(message.id),
    queryFn: () => http.get<{ items: Edit[] }>(`/conversations/${conversation.id}/messages/${message.id}/edits`),
  });
  return (
    <section tabIndex={-1} data-autofocus>
      <h4 className="section-title">{t("message.edits")}</h4>
      <ol className="trail">
        {data?.items.map((edit, index) => (
          <li key={index}>
            <p className="muted small">
              {name(edit.agent)} · {time(edit.at)}
            </p>
            <p dir="auto">{edit.text}</p>
          </li>
        ))}
      </ol>
    </section>
  );
}
