/** What `/` offers: titles, and the chosen reply as the customer would read it. */
import { useQuery } from "@tanstack/react-query";
import { useEffect, useRef, type ReactNode } from "react";
import { http } from "../api/http";
import type { CannedReply, Summary } from "../api/types";
import { useLocale } from "../i18n/provider";

interface Props {
  replies: CannedReply[];
  active: number;
  conversation: Summary;
  onChoose: (reply: CannedReply) => void;
  onHover: (index: number) => void;
}

export function CannedList({ replies, active, conversation, onChoose, onHover }: Props): ReactNode {
  const { t, both } = useLocale();
  const list = useRef<HTMLUListElement>(null);
  const current = replies[active];
  useEffect(() => void list.current?.children[active]?.scrollIntoView({ block: "nearest" }), [active]);
  return (
    <div className="canned">
      <ul id="canned" role="listbox" aria-label={t("canned.label")} ref={list} className="scroll">
        {replies.map((reply, index) => (
          <li
            key={reply.id}
            id={`canned-${index}`}
            role="option"
            aria-selected={index === active}
            onPointerMove={() => onHover(index)}
            onPointerDown={(event) => (event.preventDefault(), onChoose(reply))}
          >
            <code>/{reply.shortcut}</code>
            <span className="clip">{both({ en: reply.title, bn: reply.title_bn })}</span>
          </li>
        ))}
      </ul>
      {current && <Preview reply={current} conversation={conversation} />}
    </div>
  );
}

function Preview({ reply, conversation }: { reply: CannedReply; conversation: Summary }): ReactNode {
  const { t } = useLocale();
  const { data } = useQuery({
    queryKey: ["canned-preview", reply.id, conversation.id],
    queryFn: () =>
      http.post<{ text: string; language: string; missing: string[] }>(`/canned-replies/${reply.id}/render`, { conversation: conversation.id }),
  });
  return (
    <div className="canned-preview">
      <p className="section-title">{t("canned.preview")}</p>
      <p dir="auto" lang={data?.language}>
        {data?.text ?? reply.text.en}
      </p>
      {Boolean(data?.missing.length) && <p className="small over">{t("canned.missing", { names: data?.missing.join(", ") ?? "" })}</p>}
    </div>
  );
}
