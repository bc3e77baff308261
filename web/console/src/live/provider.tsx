/** Gives the views what lives as long as the log-in, and hooks that follow it. */
import { useQueryClient } from "@tanstack/react-query";
import { createContext, useContext, useEffect, useState, useSyncExternalStore, type ReactNode } from "react";
import { keys } from "../api/keys";
import type { Agent, Me, Person, Uuid } from "../api/types";
import type { Unsent } from "../conversation/outbox";
import type { Transcript } from "../conversation/transcript";
import { useMe, useSession } from "../session/session";
import { Live } from "./live";
import type { Connection } from "./socket";
import type { Typing } from "./signals";

const Context = createContext<Live | null>(null);

export function useLive(): Live {
  const live = useContext(Context);
  if (!live) throw new Error("Stands outside LiveProvider.");
  return live;
}

export function LiveProvider({ children }: { children: ReactNode }): ReactNode {
  const me = useMe();
  const { ended, setMe } = useSession();
  const cache = useQueryClient();
  const [live, setLive] = useState<Live | null>(null);
  const { id } = me.agent;
  useEffect(() => {
    const made = new Live(me.agent, cache);
    made.onLoggedOut = ended;
    made.start();
    setLive(made);
    return () => {
      made.stop();
      cache.clear();
    };
    // A new life only for another agent: everything else of `me` may change during one.
    // eslint-disable-next-line react-hooks/exhaustive-deps
  }, [id]);
  useOwnPresence(live, me, setMe);
  return live && <Context value={live}>{children}</Context>;
}

/** The agent's own status may change elsewhere: in another tab, or by a supervisor. */
function useOwnPresence(live: Live | null, me: Me, setMe: (me: Me) => void): void {
  const cache = useQueryClient();
  useEffect(
    () =>
      live?.signals.subscribe(() => {
        const agent = live.signals.agent(me.agent.id);
        if (agent && (agent.status !== me.agent.status || agent.load !== me.agent.load)) {
          setMe({ ...me, agent: { ...me.agent, ...agent } });
          void cache.invalidateQueries({ queryKey: keys.me });
        }
      }),
    [live, me, setMe, cache],
  );
}

export function useConnection(): Connection {
  const live = useLive();
  return useSyncExternalStore(live.subscribeConnection, live.getConnection);
}

export function useTranscript(conversation: Uuid): Transcript {
  const { transcripts } = useLive();
  return useSyncExternalStore(transcripts.subscribe, () => transcripts.of(conversation));
}

export function useUnsent(): readonly Unsent[] {
  const { outbox } = useLive();
  return useSyncExternalStore(outbox.subscribe, () => outbox.all);
}

export function useTyping(conversation: Uuid): Typing {
  const { signals } = useLive();
  return useSyncExternalStore(signals.subscribe, () => signals.typing(conversation));
}

export function useViewers(conversation: Uuid): readonly Person[] | null {
  const { signals } = useLive();
  return useSyncExternalStore(signals.subscribe, () => signals.viewersOf(conversation));
}

export function usePresenceOf(agent: Agent): Agent {
  const { signals } = useLive();
  return useSyncExternalStore(signals.subscribe, () => signals.agent(agent.id)) ?? agent;
}
