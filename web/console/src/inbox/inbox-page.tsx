/** List, conversation and customer: beside each other, or one after the other on a phone. */
import "./inbox.css";
import { Drawer } from "@mantine/core";
import { IconMessages } from "@tabler/icons-react";
import { useState, type ReactNode } from "react";
import { Navigate, useNavigate, useParams } from "react-router";
import type { View } from "../api/types";
import { useLocale } from "../i18n/provider";
import { ContextPanel } from "../panel/context-panel";
import { VIEWS } from "../shell/nav";
import { Thread } from "../thread/thread";
import { useStored, useWidth } from "../ui/hooks";
import { ListPane } from "./list-pane";

export default function InboxPage(): ReactNode {
  const { view = "queue", id = null, part } = useParams();
  if (!VIEWS.some((known) => known.view === view)) return <Navigate to="/inbox/queue" replace />;
  return <Inbox view={view as View} id={id} part={part ?? null} />;
}

function Inbox({ view, id, part }: { view: View; id: string | null; part: string | null }): ReactNode {
  const width = useWidth();
  const navigate = useNavigate();
  const [isPanelOpen, setPanelOpen] = useStored("panel", true);
  if (width === "phone") return <PhoneInbox view={view} id={id} part={part} />;
  const toggle = (): void =>
    width === "wide" ? setPanelOpen(!isPanelOpen) : void navigate(part ? `/inbox/${view}/${id}` : `/inbox/${view}/${id}/customer`);
  return (
    <div className="inbox">
      <ListPane view={view} current={id} />
      {id ? <Thread key={id} id={id} view={view} onPanel={toggle} /> : <NothingChosen />}
      {id && width === "wide" && isPanelOpen && <ContextPanel id={id} />}
      {id && width === "medium" && part === "customer" && <PanelDrawer id={id} onClose={() => void navigate(`/inbox/${view}/${id}`)} />}
    </div>
  );
}

function PhoneInbox({ view, id, part }: { view: View; id: string | null; part: string | null }): ReactNode {
  const navigate = useNavigate();
  const thread = `/inbox/${view}/${id}`;
  if (!id) return <ListPane view={view} current={null} />;
  if (part === "customer") return <ContextPanel id={id} onBack={() => void navigate(thread)} />;
  return <Thread key={id} id={id} view={view} onPanel={() => void navigate(`${thread}/customer`)} onBack={() => void navigate(`/inbox/${view}`)} />;
}

function PanelDrawer({ id, onClose }: { id: string; onClose: () => void }): ReactNode {
  const { t } = useLocale();
  const [isOpen, setOpen] = useState(true);
  return (
    <Drawer.Root
      lockScroll={false}
      opened={isOpen}
      onClose={() => setOpen(false)}
      onExitTransitionEnd={onClose}
      position="right"
      size={360}
      padding={0}
    >
      <Drawer.Overlay />
      <Drawer.Content aria-label={t("panel.label")}>
        <ContextPanel id={id} onBack={() => setOpen(false)} />
      </Drawer.Content>
    </Drawer.Root>
  );
}

function NothingChosen(): ReactNode {
  const { t } = useLocale();
  return (
    <section className="thread-empty empty">
      <IconMessages size={44} stroke={1.2} aria-hidden />
      <p>{t("thread.choose")}</p>
      <p className="small">{t("thread.choose_hint")}</p>
    </section>
  );
}
