/** Small hooks that several views share. */
import { useEffect, useState } from "react";
import { useMediaQuery } from "@mantine/hooks";

/** The time, told again every `everyMs`; one clock for all who ask with the same pace. */
export function useNow(everyMs = 1000): number {
  const [now, setNow] = useState(Date.now);
  useEffect(() => {
    const timer = setInterval(() => setNow(Date.now()), everyMs);
    return () => clearInterval(timer);
  }, [everyMs]);
  return now;
}

export type Width = "phone" | "medium" | "wide";

/** How many panes stand beside each other: one, two (list and conversation) or all three. */
export function useWidth(): Width {
  const isPhone = useMediaQuery("(max-width: 767px)", window.matchMedia("(max-width: 767px)").matches, { getInitialValueInEffect: false });
  const isMedium = useMediaQuery("(max-width: 1219px)", window.matchMedia("(max-width: 1219px)").matches, { getInitialValueInEffect: false });
  return isPhone ? "phone" : isMedium ? "medium" : "wide";
}

const titles: { name: string; waiting: number } = { name: "", waiting: 0 };

function showTitle(): void {
  const count = titles.waiting > 0 ? `(${titles.waiting}) ` : "";
  document.title = `${count}${titles.name ? `${titles.name} · ` : ""}Kotha`;
}

/** The view's name in the tab; null where another view stands in front of this one. */
export function useTitle(name: string | null): void {
  useEffect(() => {
    if (name === null) return;
    titles.name = name;
    showTitle();
  }, [name]);
}

/** The number before the title: what happened while nobody looked. */
export function setTitleBadge(count: number): void {
  titles.waiting = count;
  showTitle();
}

export function useStored<T>(name: string, initial: T): [T, (value: T) => void] {
  const key = `kotha:${name}`;
  const [value, setValue] = useState<T>(() => readStored(key, initial));
  const keep = (next: T): void => {
    setValue(next);
    store(key, next);
  };
  return [value, keep];
}

/** Answers whether it was kept: without storage a choice lives as long as the page. */
export function store(key: string, value: unknown): boolean {
  try {
    localStorage.setItem(key, JSON.stringify(value));
    return true;
  } catch {
    return false;
  }
}

export function readStored<T>(key: string, initial: T): T {
  try {
    const stored = localStorage.getItem(key);
    return stored === null ? initial : (JSON.parse(stored) as T);
  } catch {
    return initial;
  }
}
