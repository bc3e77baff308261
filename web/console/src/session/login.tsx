/** The way in. */
import "./login.css";
import { Alert, Button, PasswordInput, TextInput } from "@mantine/core";
import { useState, type FormEvent, type ReactNode } from "react";
import { ApiError } from "../api/http";
import { useChoice } from "../i18n/provider";
import type { Locale } from "../i18n/locale";
import { useTitle } from "../ui/hooks";
import { useSession } from "./session";

export function Login(): ReactNode {
  const { logIn, hasEnded } = useSession();
  const { locale, choose } = useChoice();
  const { t } = locale;
  const [email, setEmail] = useState("");
  const [password, setPassword] = useState("");
  const [problem, setProblem] = useState<string | null>(null);
  const [isBusy, setBusy] = useState(false);
  useTitle(t("login.title"));

  const submit = async (event: FormEvent): Promise<void> => {
    event.preventDefault();
    setBusy(true);
    setProblem(null);
    try {
      await logIn(email.trim(), password);
    } catch (error) {
      setProblem(explain(error, locale));
      setBusy(false);
    }
  };

  return (
    <main className="login">
      <form className="login-card" onSubmit={(event) => void submit(event)}>
        <div className="login-brand">
          <img src="/console/icon.svg" alt="" width={34} height={34} />
          <span>Kotha</span>
        </div>
        <h1>{t("login.title")}</h1>
        <p className="muted">{t("login.lead")}</p>
        {hasEnded && (
          <Alert color="yellow" variant="light" p="xs">
            {t("login.ended")}
          </Alert>
        )}
        <TextInput
          label={t("login.email")}
          type="email"
          autoComplete="username"
          required
          withAsterisk={false}
          autoFocus
          value={email}
          onChange={(event) => setEmail(event.currentTarget.value)}
        />
        <PasswordInput
          label={t("login.password")}
          autoComplete="current-password"
          required
          withAsterisk={false}
          value={password}
          onChange={(event) => setPassword(event.currentTarget.value)}
          visibilityToggleButtonProps={{ "aria-label": t("login.show_password") }}
        />
        <div role="alert">{problem && <p className="login-problem">{problem}</p>}</div>
        <Button type="submit" size="md" fullWidth loading={isBusy}>
          {t("login.submit")}
        </Button>
        <Button variant="subtle" color="gray" onClick={() => choose(locale.language === "en" ? "bn" : "en")}>
          <span lang={locale.language === "en" ? "bn" : "en"}>{locale.language === "en" ? "বাংলায় দেখুন" : "View in English"}</span>
        </Button>
      </form>
    </main>
  );
}

function explain(error: unknown, { t, duration }: Locale): string {
  if (!(error instanceof ApiError)) return t("problem.unreachable");
  if (error.code === "rate_limited") return t("login.slow_down", { wait: duration(Number(error.details["retry_after_s"] ?? 60)) });
  return error.status < 500 ? t("login.wrong") : t("problem.unreachable");
}
