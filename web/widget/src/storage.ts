/** The page's storage under this widget's own prefix; memory when the browser forbids storage. */

export interface KeyValues {
  get(key: string): string | null;
  set(key: string, value: string): void;
  remove(key: string): void;
  keys(): string[];
}

export class MemoryValues implements KeyValues {
  private readonly values = new Map<string, string>();
  get = (key: string): string | null => this.values.get(key) ?? null;
  set = (key: string, value: string): void => void this.values.set(key, value);
  remove = (key: string): void => void this.values.delete(key);
  keys = (): string[] => [...this.values.keys()];
}

/** Everything is also kept in memory, so that a full or forbidden storage costs only the reload. */
export class PageValues implements KeyValues {
  private readonly memory = new MemoryValues();

  constructor(private readonly prefix: string) {
    for (const key of this.stored()) this.memory.set(key, this.read(key) ?? "");
  }

  get(key: string): string | null {
    return this.read(key) ?? this.memory.get(key);
  }

  set(key: string, value: string): void {
    this.memory.set(key, value);
    attempt(() => localStorage.setItem(this.prefix + key, value));
  }

  remove(key: string): void {
    this.memory.remove(key);
    attempt(() => localStorage.removeItem(this.prefix + key));
  }

  keys(): string[] {
    return [...new Set([...this.stored(), ...this.memory.keys()])];
  }

  /** Calls back when another tab changes `key`; answers how to stop. */
  watch(key: string, changed: () => void): () => void {
    const listen = (event: StorageEvent): void => {
      if (event.key !== this.prefix + key && event.key !== null) return;
      if (this.read(key) === null) this.memory.remove(key);
      changed();
    };
    addEventListener("storage", listen);
    return () => removeEventListener("storage", listen);
  }

  private read(key: string): string | null {
    return attempt(() => localStorage.getItem(this.prefix + key)) ?? null;
  }

  private stored(): string[] {
    const all = attempt(() => Object.keys(localStorage)) ?? [];
    return all.filter((key) => key.startsWith(this.prefix)).map((key) => key.slice(this.prefix.length));
  }
}

/** Storage throws when it is full or forbidden (private windows, blocked cookies). */
function attempt<T>(action: () => T): T | undefined {
  try {
    return action();
  } catch {
    return undefined;
  }
}
