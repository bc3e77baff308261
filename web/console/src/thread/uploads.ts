/** Files on their way to the gateway, with progress; checked here first so that nobody waits for a refusal. */
import { useCallback, useRef, useState } from "react";
import { BASE, errorOf, http, LostError } from "../api/http";
import type { Attachment } from "../api/types";
import { newUuid } from "../text/uuid";

export const TYPES = ["image/png", "image/jpeg", "image/webp", "image/gif", "application/pdf"];
export const LARGEST_BYTES = 10 * 1024 * 1024;
export const MOST_FILES = 5;

export interface Upload {
  key: string;
  name: string;
  /** 0 to 1. */
  progress: number;
}

/** Why a file is not even tried: null when it may be sent. */
export function checkFile(file: Pick<File, "type" | "size">): "unsupported_type" | "file_too_large" | null {
  if (!TYPES.includes(file.type)) return "unsupported_type";
  return file.size > LARGEST_BYTES ? "file_too_large" : null;
}

/** `fetch` tells nothing about the way there, so this one is an XMLHttpRequest. */
export function upload(file: File, onProgress: (share: number) => void): { done: Promise<Attachment>; cancel: () => void } {
  const request = new XMLHttpRequest();
  const done = new Promise<Attachment>((resolve, reject) => {
    request.open("POST", `${BASE}/attachments`);
    for (const [name, value] of Object.entries(http.headers("POST"))) request.setRequestHeader(name, value);
    request.responseType = "json";
    request.upload.onprogress = ({ loaded, total }) => onProgress(total > 0 ? loaded / total : 0);
    request.onload = () =>
      request.status === 201 || request.status === 200 ? resolve(request.response as Attachment) : reject(errorOf(request.status, request.response));
    request.onerror = () => reject(new LostError("The upload broke off."));
    request.onabort = () => reject(new DOMException("Cancelled.", "AbortError"));
    const form = new FormData();
    form.append("file", file, file.name || "picture.png");
    request.send(form);
  });
  return { done, cancel: () => request.abort() };
}

interface Uploads {
  running: Upload[];
  start: (files: Iterable<File>) => void;
  cancel: (key: string) => void;
}

export function useUploads(onDone: (attachment: Attachment) => void, onProblem: (error: unknown, name: string) => void): Uploads {
  const [running, setRunning] = useState<Upload[]>([]);
  const cancels = useRef(new Map<string, () => void>());
  const drop = useCallback((key: string) => {
    cancels.current.delete(key);
    setRunning((uploads) => uploads.filter((other) => other.key !== key));
  }, []);
  const start = (files: Iterable<File>): void => {
    for (const file of files) {
      const problem = checkFile(file);
      if (problem) {
        onProblem(errorOf(415, { error: { code: problem } }), file.name);
        continue;
      }
      const key = newUuid();
      setRunning((uploads) => [...uploads, { key, name: file.name, progress: 0 }]);
      const { done, cancel } = upload(file, (progress) =>
        setRunning((uploads) => uploads.map((other) => (other.key === key ? { ...other, progress } : other))),
      );
      cancels.current.set(key, cancel);
      void done.then(onDone, (error: unknown) => (error instanceof DOMException ? undefined : onProblem(error, file.name))).finally(() => drop(key));
    }
  };
  return { running, start, cancel: (key) => cancels.current.get(key)?.() };
}
