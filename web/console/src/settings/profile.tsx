/** The agent's own choices: language, colours, how to be told, and the password. */
import { Button, PasswordInput, SegmentedControl, Switch } from "@mantine/core";
import { useState, type FormEvent, type ReactNode } from "react";
import { ApiError, http } from "../api/http";
import type { Preferences } from "../api/types";
import { useLocale } from "../i18n/provider";
import { BADGE_STORED } from "../notify/use-alerts";
import { play } from "../notify/sound";
import { useMe, useSession } from "../session/session";
import { useStored } from "../ui/hooks";
import { KEYS_STORED } from "../ui/keys";
import { useToast } from "../ui/toast";
import { Section } from "./section";

/** The contract's shortest password. */
const SHORTEST = 12;

export function Profile(): ReactNode {
  return (
    <>
      <Look />
      <Telling />
      <Password />
    </>
  );
}

function usePrefer(): (change: Partial<Preferences>) => void {
  const { prefer } = useSession();
  const { t } = useLocale();
  const toast = useToast();
  return (change) => void prefer(change).catch(() => toast({ kind: "problem", text: t("problem.unreachable") }));
}

function Look(): ReactNode {
  const { t, name, word } = useLocale();
  const { agent, preferences, teams } = useMe();
  const prefer = usePrefer();
  return (
    <Section title={name(agent)} lead={[agent.email, word("role", agent.role), teams.map(name).join(", ")].filter(Boolean).join(" · ")}>
      <div className="setting">
        <span id="set-language">{t("settings.language")}</span>
        <SegmentedControl
          size="xs"
          aria-labelledby="set-language"
          value={preferences.language}
          onChange={(value) => prefer({ language: value as Preferences["language"] })}
          data={[
            { value: "en", label: "English" },
            { value: "bn", label: "বাংলা" },
          ]}
        />
      </div>
      <div className="setting">
        <span id="set-theme">{t("settings.theme")}</span>
        <SegmentedControl
          size="xs"
          aria-labelledby="set-theme"
          value={preferences.theme}
          onChange={(value) => prefer({ theme: value as Preferences["theme"] })}
          data={(["system", "light", "dark"] as const).map((theme) => ({ value: theme, label: t(`theme.${theme}`) }))}
        />
      </div>
    </Section>
  );
}

function Telling(): ReactNode {
  const { t } = useLocale();
  const { preferences } = useMe();
  const prefer = usePrefer();
  const toast = useToast();
  const [hasBadge, setBadge] = useStored(BADGE_STORED, true);
  const [hasKeys, setKeys] = useStored(KEYS_STORED, true);
  const setNotifications = async (isOn: boolean): Promise<void> => {
    if (isOn && "Notification" in window && (await Notification.requestPermission()) !== "granted")
      return toast({ kind: "problem", text: t("settings.notifications_blocked") });
    prefer({ notifications: isOn });
  };
  return (
    <Section title={t("settings.telling")}>
      <Switch
        label={t("settings.sound")}
        checked={preferences.sound}
        onChange={(event) => (event.currentTarget.checked && play("alert"), prefer({ sound: event.currentTarget.checked }))}
      />
      <Switch
        label={t("settings.notifications")}
        description={t("settings.notifications_hint")}
        checked={preferences.notifications}
        onChange={(event) => void setNotifications(event.currentTarget.checked)}
      />
      <Switch label={t("settings.badge")} checked={hasBadge} onChange={(event) => setBadge(event.currentTarget.checked)} />
      <Switch label={t("keys.switch")} checked={hasKeys} onChange={(event) => setKeys(event.currentTarget.checked)} />
    </Section>
  );
}

function Password(): ReactNode {
  const { t } = useLocale();
  const toast = useToast();
  const [current, setCurrent] = useState("");
  const [next, setNext] = useState("");
  const [problem, setProblem] = useState<string | null>(null);
  const isShort = next !== "" && [...next].length < SHORTEST;
  const save = async (event: FormEvent): Promise<void> => {
    event.preventDefault();
    try {
      await http.put("/me/password", { current, new: next });
      setCurrent("");
      setNext("");
      setProblem(null);
      toast({ text: t("password.changed") });
    } catch (error) {
      setProblem(t(error instanceof ApiError && error.status < 500 ? "password.wrong" : "problem.unreachable"));
    }
  };
  return (
    <Section title={t("password.title")} lead={t("password.lead")}>
      <form className="stack narrow" onSubmit={(event) => void save(event)}>
        <PasswordInput
          label={t("password.current")}
          autoComplete="current-password"
          value={current}
          error={problem}
          onChange={(event) => setCurrent(event.currentTarget.value)}
          visibilityToggleButtonProps={{ "aria-label": t("login.show_password") }}
        />
        <PasswordInput
          label={t("password.new")}
          description={t("password.rule", { n: SHORTEST })}
          autoComplete="new-password"
          value={next}
          error={isShort ? t("password.rule", { n: SHORTEST }) : null}
          onChange={(event) => setNext(event.currentTarget.value)}
          visibilityToggleButtonProps={{ "aria-label": t("login.show_password") }}
        />
        <div>
          <Button type="submit" disabled={!current || !next || isShort}>
            {t("password.change")}
          </Button>
        </div>
      </form>
    </Section>
  );
}
