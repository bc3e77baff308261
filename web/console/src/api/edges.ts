/** What an agent does with a conversation, and how a refusal is explained. */
import { useQueryClient } from "@tanstack/react-query";
import { useCallback } from "react";
import { useNavigate } from "react-router";
import { useLocale } from "../i18n/provider";
import type { Locale } from "../i18n/locale";
import { useLive } from "../live/provider";
import { focusComposer } from "../thread/composer-focus";
import { useToast } from "../ui/toast";
import { ApiError, http } from "./http";
import { keys } from "./keys";
import type { Person, Summary } from "./types";

export type Edge = "claim" | "release" | "transfer" | "hand_back" | "snooze" | "resolve" | "reopen";

/** Performs one edge; answers whether it was done. What went wrong is shown to the agent. */
export function useEdge(): (conversation: Summary, edge: Edge, body?: Record<string, unknown>) => Promise<boolean> {
  const live = useLive();
  const cache = useQueryClient();
  const navigate = useNavigate();
  const toast = useToast();
  const locale = useLocale();
  return useCallback(
    async (conversation, edge, body = {}) => {
      try {
        const answer = await http.post<{ conversation: Summary }>(`/conversations/${conversation.id}/${edge}`, body);
        live.changed(answer.conversation);
        void cache.invalidateQueries({ queryKey: keys.conversation(conversation.id) });
        if (edge === "claim" || edge === "reopen") {
          void navigate(`/inbox/mine/${conversation.id}`);
          focusComposer("reply");
        }
        return true;
      } catch (error) {
        toast({ kind: "problem", text: explain(error, locale) });
        void cache.invalidateQueries({ queryKey: keys.conversation(conversation.id) });
        void cache.invalidateQueries({ queryKey: keys.lists });
        return false;
      }
    },
    [live, cache, navigate, toast, locale],
  );
}

/** A refusal in the agent's words. */
export function explain(error: unknown, { t, name, word, language }: Locale): string {
  if (!(error instanceof ApiError)) return t("problem.unreachable");
  const { code, details } = error;
  const own = language === "bn" ? details["message_bn"] : null;
  switch (code) {
    case "already_claimed":
      return t("problem.already_claimed", { name: name(details["by"] as Person) });
    case "not_in_that_state":
      return details["assignee"]
        ? t("problem.state_of", { state: word("state", String(details["state"])), name: name(details["assignee"] as Person) })
        : t("problem.state", { state: word("state", String(details["state"])) });
    case "epoch_moved":
    case "conflict":
      return t("problem.epoch_moved");
    case "load_limit_reached":
      return t("problem.load_limit_reached", { n: Number(details["limit"] ?? 0) });
    case "not_possible":
      return word("impossible", String(details["reason"] ?? "state"));
    case "not_yours":
    case "not_allowed":
    case "too_late_to_edit":
    case "unsupported_type":
    case "file_too_large":
    case "broken_file":
    case "image_too_large":
    case "too_many_uploads":
    case "upload_too_slow":
    case "unknown_attachment":
    case "rate_limited":
    case "agent_not_there":
    case "last_administrator":
    case "name_taken":
    case "team_needed":
    case "unknown_order":
    case "unknown_ticket":
    case "verification_needed":
    case "already_merged":
    case "merge_needs_decision":
    case "not_merged":
    case "merged_later":
      return t(`problem.${code}`);
    default:
      return error.status >= 500 ? t("problem.unreachable") : String(own ?? details["message"] ?? code);
  }
}
