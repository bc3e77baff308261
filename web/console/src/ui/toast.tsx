/** Short messages at the edge of the screen: what was done, and what could not be. */
import "./toast.css";
import { CloseButton } from "@mantine/core";
import { IconAlertTriangle, IconCircleCheck } from "@tabler/icons-react";
import { createContext, useCallback, useContext, useMemo, useRef, useState, type ReactNode } from "react";
import { useLocale } from "../i18n/provider";

export interface Toast {
  text: string;
  kind?: "done" | "problem";
  action?: { label: string; run: () => void };
  /** What it tells of: takes the place of an earlier one, and goes when that is over (`useDismiss`). */
  topic?: string;
}
type Shown = Toast & { id: number };

/** Long enough to read two lines; problems stay until they are closed or twice as long. */
const DONE_MS = 5_000;
const PROBLEM_MS = 12_000;
const MOST_AT_ONCE = 3;

interface Board {
  show: (toast: Toast) => void;
  dismiss: (topic: string) => void;
}

const Context = createContext<Board>({ show: () => {}, dismiss: () => {} });
export const useToast = (): Board["show"] => useContext(Context).show;
/** Takes away what was said of a topic that is over. */
export const useDismiss = (): Board["dismiss"] => useContext(Context).dismiss;

export function ToastProvider({ children }: { children: ReactNode }): ReactNode {
  const [shown, setShown] = useState<Shown[]>([]);
  const last = useRef(0);
  const close = useCallback((id: number) => setShown((toasts) => toasts.filter((toast) => toast.id !== id)), []);
  const show = useCallback(
    (toast: Toast) => {
      const id = ++last.current;
      setShown((toasts) => [...toasts.filter((other) => !repeats(toast, other)).slice(1 - MOST_AT_ONCE), { ...toast, id }]);
      setTimeout(() => close(id), toast.kind === "problem" ? PROBLEM_MS : DONE_MS);
    },
    [close],
  );
  const dismiss = useCallback((topic: string) => setShown((toasts) => without(toasts, topic)), []);
  const board = useMemo(() => ({ show, dismiss }), [show, dismiss]);
  return (
    <Context value={board}>
      {children}
      <Toasts shown={shown} close={close} />
    </Context>
  );
}

function repeats(toast: Toast, earlier: Toast): boolean {
  return earlier.text === toast.text || (toast.topic !== undefined && earlier.topic === toast.topic);
}

/** The same list when there is nothing to take: then nothing is drawn again. */
function without(toasts: Shown[], gone: string): Shown[] {
  return toasts.some(({ topic }) => topic === gone) ? toasts.filter(({ topic }) => topic !== gone) : toasts;
}

function Toasts({ shown, close }: { shown: Shown[]; close: (id: number) => void }): ReactNode {
  const { t } = useLocale();
  const items = useMemo(() => shown, [shown]);
  return (
    <div className="toasts" role="status" aria-live="polite">
      {items.map(({ id, text, kind = "done", action }) => (
        <div key={id} className={`toast ${kind}`}>
          {kind === "problem" ? <IconAlertTriangle size={18} aria-hidden /> : <IconCircleCheck size={18} aria-hidden />}
          <span className="grow">{text}</span>
          {action && (
            <button type="button" className="toast-action" onClick={() => (action.run(), close(id))}>
              {action.label}
            </button>
          )}
          <CloseButton size="sm" aria-label={t("close")} onClick={() => close(id)} />
        </div>
      ))}
    </div>
  );
}
