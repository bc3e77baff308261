/** Makes a change of a customer's record, says how it went, and has everything that shows them read again. */
import { useQueryClient } from "@tanstack/react-query";
import { useState } from "react";
import { explain } from "../api/edges";
import { keys } from "../api/keys";
import { useLocale } from "../i18n/provider";
import { useToast } from "../ui/toast";

interface Change {
  isBusy: boolean;
  change: (run: () => Promise<unknown>) => void;
}

export function useCustomerChange(customer: string, done: string, onDone: () => void): Change {
  const locale = useLocale();
  const cache = useQueryClient();
  const toast = useToast();
  const [isBusy, setBusy] = useState(false);
  const change = async (run: () => Promise<unknown>): Promise<void> => {
    setBusy(true);
    try {
      await run();
      toast({ text: done });
      onDone();
    } catch (error) {
      toast({ kind: "problem", text: explain(error, locale) });
      setBusy(false);
    }
    const shown = [keys.customer(customer), keys.timeline(customer), keys.suggestions(customer), keys.lists, ["conversation"], ["search"]];
    for (const queryKey of shown) void cache.invalidateQueries({ queryKey });
  };
  return { isBusy, change: (run) => void change(run) };
}
