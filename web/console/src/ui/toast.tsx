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
}
type Shown = Toast & { id: number };

/** Long enough to read two lines; problems stay until they are closed or twice as long. */
const DONE_MS = 5_000;
const PROBLEM_MS = 12_000;
const MOST_AT_ONCE = 3;

const Context = createContext<(toast: Toast) => void>(() => {});
export const useToast = (): ((toast: Toast) => void) => useContext(Context);

export function ToastProvider({ children }: { children: ReactNode }): ReactNode {
  const [shown, setShown] = useState<Shown[]>([]);
  const last = useRef(0);
  const close = useCallback((id: number) => setShown((toasts) => toasts.filter((toast) => toast.id !== id)), []);
  const show = useCallback(
    (toast: Toast) => {
      const id = ++last.current;
      setShown((toasts) => [...toasts.filter(({ text }) => text !== toast.text).slice(1 - MOST_AT_ONCE), { ...toast, id }]);
      setTimeout(() => close(id), toast.kind === "problem" ? PROBLEM_MS : DONE_MS);
    },
    [close],
  );
  return (
    <Context value={show}>
      {children}
      <Toasts shown={shown} close={close} />
    </Context>
  );
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
