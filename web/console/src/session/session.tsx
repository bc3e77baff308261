/** Who is logged in, and what they may do. */
import { useMantineColorScheme } from "@mantine/core";
import { createContext, useCallback, useContext, useEffect, useMemo, useState, type ReactNode } from "react";
import { ApiError, http } from "../api/http";
import type { Me, Permission, Preferences } from "../api/types";
import { readStored, store } from "../ui/hooks";

const RETRY_MS = 3_000;
const THEME = "kotha:theme";
/** Whether somebody may still be logged in: the cookie itself is hidden from scripts. */
const LOGGED_IN = "kotha:logged-in";

export interface Session {
  status: "starting" | "out" | "in";
  me: Me | null;
  /** The session ended while somebody was working: what they wrote is still here. */
  hasEnded: boolean;
  can: (permission: Permission) => boolean;
  setMe: (me: Me) => void;
  logIn: (email: string, password: string) => Promise<void>;
  logOut: () => Promise<void>;
  ended: () => void;
  prefer: (change: Partial<Preferences>) => Promise<void>;
}

const Context = createContext<Session | null>(null);

export function useSession(): Session {
  const session = useContext(Context);
  if (!session) throw new Error("Stands outside SessionProvider.");
  return session;
}

/** The logged-in agent; only for views that are shown to one. */
export function useMe(): Me {
  const { me } = useSession();
  if (!me) throw new Error("Nobody is logged in.");
  return me;
}

export function SessionProvider({ children }: { children: ReactNode }): ReactNode {
  const [me, keepMe] = useState<Me | null>(null);
  const [status, setStatus] = useState<Session["status"]>("starting");
  const [hasEnded, setHasEnded] = useState(false);
  const setMe = useCallback((answer: Me) => {
    http.csrf = answer.csrf;
    store(LOGGED_IN, true);
    keepMe(answer);
    setStatus("in");
    setHasEnded(false);
  }, []);
  const leave = useCallback((wasIn: boolean) => {
    http.csrf = null;
    store(LOGGED_IN, false);
    keepMe(null);
    setStatus("out");
    setHasEnded(wasIn);
  }, []);
  useResume(setMe, leave);
  useTheme(me?.preferences.theme);
  const session = useMemo<Session>(
    () => ({
      status,
      me,
      hasEnded,
      setMe,
      can: (permission) => me?.permissions.includes(permission) ?? false,
      logIn: async (email, password) => setMe(await http.post<Me>("/login", { email, password })),
      logOut: async () => {
        await http.post("/logout").catch(() => {});
        leave(false);
      },
      ended: () => leave(true),
      prefer: async (change) => {
        if (me) keepMe({ ...me, preferences: { ...me.preferences, ...change } });
        setMe(await http.put<Me>("/me/preferences", change));
      },
    }),
    [status, me, hasEnded, setMe, leave],
  );
  return <Context value={session}>{children}</Context>;
}

/** Goes on with the cookie of the last visit, waiting for a gateway that is just starting. Who logged out, or
 * never was here, is not asked for: browsers report each refusal as an error. */
function useResume(setMe: (me: Me) => void, leave: (wasIn: boolean) => void): void {
  useEffect(() => {
    let timer: ReturnType<typeof setTimeout> | undefined;
    const resume = async (): Promise<void> => {
      try {
        setMe(await http.get<Me>("/me"));
        http.onLoggedOut = () => leave(true);
      } catch (error) {
        http.onLoggedOut = () => leave(true);
        if (error instanceof ApiError && error.status < 500 && error.status !== 429) return leave(false);
        timer = setTimeout(() => void resume(), RETRY_MS);
      }
    };
    if (!mayBeLoggedIn()) {
      http.onLoggedOut = () => leave(true);
      return leave(false);
    }
    http.onLoggedOut = () => {};
    void resume();
    return () => clearTimeout(timer);
  }, [setMe, leave]);
}

/** Without storage nothing is known, and asking is the only way. */
function mayBeLoggedIn(): boolean {
  return readStored(LOGGED_IN, false) || !store(LOGGED_IN, false);
}

/** `keepTransitions`: switching them off would need a <style> element, which the content policy refuses. */
function useTheme(wish: Preferences["theme"] | undefined): void {
  const { setColorScheme } = useMantineColorScheme({ keepTransitions: true });
  useEffect(() => {
    const theme = wish ?? localStorage.getItem(THEME) ?? "system";
    localStorage.setItem(THEME, theme);
    setColorScheme(theme === "light" || theme === "dark" ? theme : "auto");
  }, [wish, setColorScheme]);
}
