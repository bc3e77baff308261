/** Short-lived signs of life: who is typing, who looks at what, who is here. */
import type { Agent, Person, Uuid } from "../api/types";

/** The gateway repeats the sign while somebody types; the customer's view uses the same time. */
const TYPING_FOR_MS = 6_000;

export interface Typing {
  customer: boolean;
  agents: readonly Person[];
}
const NOBODY: Typing = { customer: false, agents: [] };

export class Signals {
  private readonly typists = new Map<Uuid, Typing>();
  private readonly viewers = new Map<Uuid, readonly Person[]>();
  private readonly agents = new Map<Uuid, Agent>();
  private readonly timers = new Map<string, ReturnType<typeof setTimeout>>();
  private readonly listeners = new Set<() => void>();

  subscribe = (listener: () => void): (() => void) => {
    this.listeners.add(listener);
    return () => this.listeners.delete(listener);
  };

  typing(conversation: Uuid): Typing {
    return this.typists.get(conversation) ?? NOBODY;
  }

  viewersOf(conversation: Uuid): readonly Person[] | null {
    return this.viewers.get(conversation) ?? null;
  }

  agent(id: Uuid): Agent | null {
    return this.agents.get(id) ?? null;
  }

  customerTypes(conversation: Uuid): void {
    this.setTyping(conversation, { ...this.typing(conversation), customer: true });
    this.later(`customer:${conversation}`, () => this.customerStopped(conversation));
  }

  /** A message ends the typing that led to it. */
  customerStopped(conversation: Uuid): void {
    if (this.typing(conversation).customer) this.setTyping(conversation, { ...this.typing(conversation), customer: false });
  }

  agentTypes(conversation: Uuid, agent: Person): void {
    const others = this.typing(conversation).agents.filter(({ id }) => id !== agent.id);
    this.setTyping(conversation, { ...this.typing(conversation), agents: [...others, agent] });
    this.later(`agent:${agent.id}:${conversation}`, () => this.agentStopped(conversation, agent.id));
  }

  private agentStopped(conversation: Uuid, id: Uuid): void {
    const agents = this.typing(conversation).agents.filter((agent) => agent.id !== id);
    this.setTyping(conversation, { ...this.typing(conversation), agents });
  }

  setViewers(conversation: Uuid, viewers: readonly Person[]): void {
    this.viewers.set(conversation, viewers);
    this.tell();
  }

  setAgent(agent: Agent): void {
    this.agents.set(agent.id, agent);
    this.tell();
  }

  stop(): void {
    for (const timer of this.timers.values()) clearTimeout(timer);
  }

  private setTyping(conversation: Uuid, typing: Typing): void {
    this.typists.set(conversation, typing);
    this.tell();
  }

  private later(name: string, action: () => void): void {
    clearTimeout(this.timers.get(name));
    this.timers.set(name, setTimeout(action, TYPING_FOR_MS));
  }

  private tell(): void {
    for (const listener of this.listeners) listener();
  }
}
