/** Files in a message: pictures are shown, documents are offered. */
import { IconFileTypePdf, IconPaperclip } from "@tabler/icons-react";
import type { ReactNode } from "react";
import { BASE } from "../api/http";
import type { Attachment } from "../api/types";
import { useLocale } from "../i18n/provider";

export function attachmentUrl(id: string, preview = false): string {
  return `${BASE}/attachments/${encodeURIComponent(id)}${preview ? "?preview=1" : ""}`;
}

export function AttachmentList({ attachments }: { attachments: readonly Attachment[] }): ReactNode {
  return (
    <ul className="attachments">
      {attachments.map((attachment) => (
        <li key={attachment.id}>
          <File attachment={attachment} />
        </li>
      ))}
    </ul>
  );
}

function File({ attachment }: { attachment: Attachment }): ReactNode {
  const { t, bytes } = useLocale();
  const { id, name, type, size, width, height } = attachment;
  if (type.startsWith("image/")) {
    return (
      <a className="picture" href={attachmentUrl(id)} target="_blank" rel="noopener noreferrer" title={name}>
        <img
          src={attachmentUrl(id, true)}
          alt={t("attachment.picture", { name })}
          width={width ?? undefined}
          height={height ?? undefined}
          loading="lazy"
        />
      </a>
    );
  }
  const Symbol = type === "application/pdf" ? IconFileTypePdf : IconPaperclip;
  return (
    <a className="file" href={attachmentUrl(id)} target="_blank" rel="noopener noreferrer">
      <Symbol size={22} stroke={1.6} aria-hidden />
      <span className="clip">{name}</span>
      <span className="muted small">{bytes(size)}</span>
    </a>
  );
}
