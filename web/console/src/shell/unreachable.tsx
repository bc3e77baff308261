/** What could not be fetched, and another try. */
import { Button } from "@mantine/core";
import type { ReactNode } from "react";
import { useLocale } from "../i18n/provider";

export function Unreachable({ retry }: { retry: () => void }): ReactNode {
  const { t } = useLocale();
  return (
    <div className="empty">
      <p>{t("problem.unreachable")}</p>
      <Button variant="light" onClick={retry}>
        {t("try_again")}
      </Button>
    </div>
  );
}
