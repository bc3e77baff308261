/** A change for the customer: asked for, previewed by the gateway, confirmed, and done once. */
import "./actions.css";
import { Alert, Button, Loader, Modal } from "@mantine/core";
import { useQuery, useQueryClient } from "@tanstack/react-query";
import { IconAlertTriangle } from "@tabler/icons-react";
import { useState, type FormEvent, type ReactNode } from "react";
import { explain } from "../api/edges";
import { http } from "../api/http";
import { keys } from "../api/keys";
import type { Preview, Summary } from "../api/types";
import { useLocale } from "../i18n/provider";
import { useLive } from "../live/provider";
import { newUuid } from "../text/uuid";
import { useToast } from "../ui/toast";
import { ActionFields, bodyOf, isComplete, valuesOf } from "./action-fields";
import type { DialogProps } from "./edge-dialog";

interface Props extends DialogProps {
  action: string;
  body: Record<string, unknown>;
}

export function ActionDialog({ conversation, action, body: given, onClose }: Props): ReactNode {
  const { t, word } = useLocale();
  const [key] = useState(newUuid);
  const [values, setValues] = useState(() => valuesOf(given));
  const [isPreviewing, setPreviewing] = useState(() => isComplete(action, valuesOf(given)));
  const body = { key, ...bodyOf(action, values, given) };
  const next = (event: FormEvent): void => {
    event.preventDefault();
    setPreviewing(true);
  };
  return (
    <Modal opened onClose={onClose} title={word("action", action)} closeButtonProps={{ "aria-label": t("close") }}>
      {isPreviewing ? (
        <Confirm conversation={conversation} action={action} body={body} onBack={() => setPreviewing(false)} onClose={onClose} />
      ) : (
        <form className="stack" onSubmit={next}>
          <ActionFields action={action} values={values} onChange={setValues} />
          <div className="row dialog-foot">
            <Button variant="default" onClick={onClose}>
              {t("cancel")}
            </Button>
            <Button type="submit" disabled={!isComplete(action, values)}>
              {t("action.preview")}
            </Button>
          </div>
        </form>
      )}
    </Modal>
  );
}

interface ConfirmProps {
  conversation: Summary;
  action: string;
  body: Record<string, unknown>;
  onBack: () => void;
  onClose: () => void;
}

function Confirm({ conversation, action, body, onBack, onClose }: ConfirmProps): ReactNode {
  const locale = useLocale();
  const { t } = locale;
  const path = `/conversations/${conversation.id}/actions/${action}`;
  const preview = useQuery({
    queryKey: ["preview", path, body],
    queryFn: () => http.post<Preview>(`${path}/preview`, body),
    retry: false,
    gcTime: 0,
    staleTime: Infinity,
  });
  const { isBusy, run } = useAction(conversation, path, body, onClose);
  return (
    <div className="stack">
      {preview.isPending && (
        <div className="empty">
          <Loader size="sm" color="gray" />
        </div>
      )}
      {preview.error && (
        <Alert color="red" icon={<IconAlertTriangle />} role="alert">
          {explain(preview.error, locale)}
        </Alert>
      )}
      {preview.data && <PreviewText preview={preview.data} heading={locale.word("action", action)} />}
      <div className="row dialog-foot">
        <Button variant="default" onClick={onBack}>
          {t("action.change")}
        </Button>
        <Button color={action === "cancel_order" ? "red.9" : "kotha"} disabled={!preview.data} loading={isBusy} onClick={run} data-autofocus>
          {t("action.confirm")}
        </Button>
      </div>
    </div>
  );
}

function PreviewText({ preview, heading }: { preview: Preview; heading: string }): ReactNode {
  const { language } = useLocale();
  const isBn = language === "bn";
  const pick = <T extends string | string[]>(en: T, bn: T): T => (isBn && bn?.length ? bn : en);
  const title = pick(preview.title, preview.title_bn);
  const warnings = pick(preview.warnings, preview.warnings_bn);
  return (
    <>
      {title !== heading && <h3 className="preview-title">{title}</h3>}
      <ul className="preview-lines">
        {pick(preview.lines, preview.lines_bn).map((line) => (
          <li key={line}>{line}</li>
        ))}
      </ul>
      {warnings.length > 0 && (
        <Alert color="yellow" icon={<IconAlertTriangle />}>
          {warnings.map((warning) => (
            <p key={warning}>{warning}</p>
          ))}
        </Alert>
      )}
    </>
  );
}

/** The key stays the same until the dialog closes: pressing twice changes once. */
function useAction(conversation: Summary, path: string, body: Record<string, unknown>, onClose: () => void): { isBusy: boolean; run: () => void } {
  const locale = useLocale();
  const live = useLive();
  const cache = useQueryClient();
  const toast = useToast();
  const [isBusy, setBusy] = useState(false);
  const run = async (): Promise<void> => {
    setBusy(true);
    try {
      const answer = await http.post<{ conversation: Summary }>(path, body);
      live.changed(answer.conversation);
      void cache.invalidateQueries({ queryKey: keys.conversation(conversation.id) });
      if (conversation.customer.id) {
        void cache.invalidateQueries({ queryKey: keys.customer(conversation.customer.id) });
        void cache.invalidateQueries({ queryKey: keys.timeline(conversation.customer.id) });
      }
      toast({ text: locale.t("action.done") });
      onClose();
    } catch (error) {
      toast({ kind: "problem", text: explain(error, locale) });
      setBusy(false);
    }
  };
  return { isBusy, run: () => void run() };
}
