/** A view that fails takes only itself down: the rest stays, and what was written is kept in the browser. */
import { Button } from "@mantine/core";
import { IconMoodConfuzed } from "@tabler/icons-react";
import { Component, type ReactNode } from "react";
import { useLocale } from "../i18n/provider";

interface Props {
  /** Another view begins anew. */
  view: string;
  children: ReactNode;
}

export class Boundary extends Component<Props, { failedIn: string | null }> {
  override state = { failedIn: null };

  static getDerivedStateFromError(): { failedIn: string } {
    return { failedIn: "unknown" };
  }

  override componentDidUpdate(before: Props): void {
    if (before.view !== this.props.view && this.state.failedIn !== null) this.setState({ failedIn: null });
  }

  override render(): ReactNode {
    return this.state.failedIn === null ? this.props.children : <Failed retry={() => this.setState({ failedIn: null })} />;
  }
}

function Failed({ retry }: { retry: () => void }): ReactNode {
  const { t } = useLocale();
  return (
    <div className="empty" role="alert">
      <IconMoodConfuzed size={40} stroke={1.3} aria-hidden />
      <p>{t("problem.view")}</p>
      <div className="row">
        <Button variant="light" onClick={retry}>
          {t("try_again")}
        </Button>
        <Button variant="default" onClick={() => location.reload()}>
          {t("reload")}
        </Button>
      </div>
    </div>
  );
}
