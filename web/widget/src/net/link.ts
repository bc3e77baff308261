/** What the two ways to the service, the socket and polling, have in common. */
import type { Ack, ChatEvent, CustomerName, Owner } from "../protocol";
import type { Outgoing } from "./api";

/** The conversation's side: what a link reads from and writes to. */
export interface Host {
  readonly afterSeq: number;
  readonly nextToSend: Outgoing | null;
  /** Entered a conversation that ends at `lastSeq`; the caller asks `afterSeq` again afterwards. */
  entered(conversation: string, lastSeq: number, customer: CustomerName | null): void;
  /** False when events are missing in between: the link then ends and resumes. */
  received(events: readonly ChatEvent[]): boolean;
  acknowledged(ack: Ack): void;
  refused(clientMsgId: string, code: string): void;
  read(seq: number): void;
  typing(isPerson: boolean): void;
  /** Who answers from here on. */
  owned(owner: Owner): void;
}

/** Why a link is over and what that asks for. */
export type Ending =
  | "lost" //      wait a little, then connect again
  | "draining" //  connect again at once
  | "gap" //       events were missed: resume from the last one held
  | "session" //   the token is no longer good
  | "forbidden" // this page may not use the widget
  | "closed"; //   we wanted it

export interface Link {
  readonly ended: Promise<Ending>;
  /** Something was added to the queue. */
  flush(): void;
  seen(seq: number): void;
  typing(): void;
  close(ending?: Ending): void;
}

/** Refusals that are about the moment, not about the message. */
export const BUSY_CODES: readonly string[] = ["rate_limited", "unavailable", "too_many_waiting", "overloaded"];
export const SESSION_CODES: readonly string[] = ["bad_session", "session_expired", "hello_expected"];
export const FORBIDDEN_CODES: readonly string[] = ["origin_not_allowed", "unknown_widget"];
/** How long to wait after "busy" when the service does not say. */
export const BUSY_WAIT_MS = 2_000;
