/** A message on its way: waiting for the network, or refused and waiting for the agent. */
import { Button } from "@mantine/core";
import { IconAlertCircle, IconClock } from "@tabler/icons-react";
import type { ReactNode } from "react";
import type { Unsent } from "../conversation/outbox";
import { useLocale } from "../i18n/provider";
import { useLive } from "../live/provider";
import { useMe } from "../session/session";
import { Avatar } from "../ui/avatar";
import { AttachmentList } from "./attachments";
import { focusComposer } from "./composer-focus";
import { RichText } from "./rich-text";

export function UnsentMessage({ unsent }: { unsent: Unsent }): ReactNode {
  const { t, name } = useLocale();
  const { agent } = useMe();
  return (
    <article className={`message from-agent unsent starts${unsent.refused ? " refused" : ""}`}>
      <span className="face">
        <Avatar id={agent.id} name={name(agent)} />
      </span>
      <div className="message-body">
        {unsent.text && (
          <div className="bubble" dir="auto">
            <RichText text={unsent.text} />
          </div>
        )}
        {unsent.attachments.length > 0 && <AttachmentList attachments={unsent.attachments} />}
        {unsent.refused ? (
          <Refused unsent={unsent} code={unsent.refused} />
        ) : (
          <p className="foot">
            <span className="delivery">
              <IconClock size={14} aria-hidden /> {t("message.sending")}
            </span>
          </p>
        )}
      </div>
    </article>
  );
}

function Refused({ unsent, code }: { unsent: Unsent; code: string }): ReactNode {
  const { t, word } = useLocale();
  const { outbox } = useLive();
  const takeBack = (): void => {
    outbox.remove(unsent.clientMsgId);
    focusComposer("reply", unsent.text);
  };
  return (
    <div className="foot wrap" role="alert">
      <span className="delivery failed">
        <IconAlertCircle size={14} aria-hidden /> {word("refused", code)}
      </span>
      <Button size="compact-xs" variant="light" onClick={() => outbox.retry(unsent.clientMsgId)}>
        {t("try_again")}
      </Button>
      <Button size="compact-xs" variant="subtle" color="gray" onClick={takeBack}>
        {t("message.take_back")}
      </Button>
      <Button size="compact-xs" variant="subtle" color="gray" onClick={() => outbox.remove(unsent.clientMsgId)}>
        {t("discard")}
      </Button>
    </div>
  );
}
