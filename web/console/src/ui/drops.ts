/** Files that are let go over a conversation, wherever over it; anywhere else they do nothing. */
import { useEffect, useRef, useState, type RefObject } from "react";

/** `take` is null where files are not taken. Answers whether files are held over the conversation now. */
export function useDrops(inside: RefObject<HTMLElement | null>, take: ((files: FileList) => void) | null): boolean {
  const [isOver, setOver] = useState(false);
  const latest = useRef(take);
  latest.current = take;
  const takes = take !== null;
  useEffect(() => {
    const thread = inside.current?.closest<HTMLElement>(".thread");
    if (!thread || !takes) return;
    const over = (event: DragEvent): void => {
      if (holdsFiles(event)) setOver(true);
    };
    const leave = (event: DragEvent): void => {
      if (!(event.relatedTarget instanceof Node && thread.contains(event.relatedTarget))) setOver(false);
    };
    const drop = (event: DragEvent): void => {
      setOver(false);
      if (event.dataTransfer && event.dataTransfer.files.length > 0) latest.current?.(event.dataTransfer.files);
    };
    thread.addEventListener("dragover", over);
    thread.addEventListener("dragleave", leave);
    thread.addEventListener("drop", drop);
    return () => {
      thread.removeEventListener("dragover", over);
      thread.removeEventListener("dragleave", leave);
      thread.removeEventListener("drop", drop);
    };
  }, [inside, takes]);
  return isOver;
}

/** A browser shows a file that misses its place instead of the page, and everything open would be gone. */
export function useNoStrayDrops(): void {
  useEffect(() => {
    const refuse = (event: DragEvent): void => {
      if (holdsFiles(event)) event.preventDefault();
    };
    window.addEventListener("dragover", refuse);
    window.addEventListener("drop", refuse);
    return () => {
      window.removeEventListener("dragover", refuse);
      window.removeEventListener("drop", refuse);
    };
  }, []);
}

function holdsFiles({ dataTransfer }: DragEvent): boolean {
  return dataTransfer?.types.includes("Files") ?? false;
}
