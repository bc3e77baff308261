/** Files that will go with the next message. */
import { CloseButton, Progress } from "@mantine/core";
import { IconFileTypePdf, IconPhoto } from "@tabler/icons-react";
import type { ReactNode } from "react";
import type { Attachment } from "../api/types";
import { useLocale } from "../i18n/provider";
import { attachmentUrl } from "./attachments";
import type { Upload } from "./uploads";

interface Props {
  attachments: readonly Attachment[];
  uploads: readonly Upload[];
  onRemove: (id: string) => void;
  onCancel: (key: string) => void;
}

export function PendingFiles({ attachments, uploads, onRemove, onCancel }: Props): ReactNode {
  const { t, bytes, percent } = useLocale();
  if (attachments.length === 0 && uploads.length === 0) return null;
  return (
    <ul className="pending-files" aria-label={t("composer.files")}>
      {attachments.map(({ id, name, type, size }) => (
        <li key={id}>
          {type.startsWith("image/") ? (
            <img src={attachmentUrl(id, true)} alt="" width={36} height={36} />
          ) : (
            <IconFileTypePdf size={24} stroke={1.5} aria-hidden />
          )}
          <span className="clip">{name}</span>
          <span className="muted small">{bytes(size)}</span>
          <CloseButton size="sm" aria-label={t("composer.remove_file", { name })} onClick={() => onRemove(id)} />
        </li>
      ))}
      {uploads.map(({ key, name, progress }) => (
        <li key={key}>
          <IconPhoto size={24} stroke={1.5} aria-hidden />
          <span className="clip">{name}</span>
          <Progress className="grow" size="sm" value={progress * 100} aria-label={t("composer.uploading", { name, share: percent(progress) })} />
          <CloseButton size="sm" aria-label={t("composer.cancel_upload", { name })} onClick={() => onCancel(key)} />
        </li>
      ))}
    </ul>
  );
}
