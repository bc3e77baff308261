/** Who works here: status, colours, language, and the way out. */
import { Menu } from "@mantine/core";
import { IconCheck, IconLogout, IconMoon, IconSun, IconSunMoon, IconUserCircle } from "@tabler/icons-react";
import type { ReactNode } from "react";
import { useNavigate } from "react-router";
import { http } from "../api/http";
import type { Me, Preferences, Presence } from "../api/types";
import { useLocale } from "../i18n/provider";
import { useMe, useSession } from "../session/session";
import { Avatar } from "../ui/avatar";
import { useToast } from "../ui/toast";

const THEMES: { theme: Preferences["theme"]; icon: typeof IconSun }[] = [
  { theme: "system", icon: IconSunMoon },
  { theme: "light", icon: IconSun },
  { theme: "dark", icon: IconMoon },
];

export function AgentMenu(): ReactNode {
  const { t, name, word } = useLocale();
  const { agent } = useMe();
  return (
    <Menu position="right-end" width={230} offset={10}>
      <Menu.Target>
        <button type="button" className="nav-agent">
          <span className="nav-agent-face">
            <Avatar id={agent.id} name={name(agent)} small />
            <span className={`presence ${agent.status}`} />
          </span>
          <span className="nav-text grow">
            <span className="clip">{name(agent)}</span>
            <span className="clip small">{word("presence", agent.status)}</span>
            <span className="sr">{t("agent.menu")}</span>
          </span>
        </button>
      </Menu.Target>
      <Menu.Dropdown>
        <StatusItems />
        <Menu.Divider />
        <PreferenceItems />
        <Menu.Divider />
        <LeaveItems />
      </Menu.Dropdown>
    </Menu>
  );
}

function StatusItems(): ReactNode {
  const { t, word } = useLocale();
  const { agent } = useMe();
  const { setMe } = useSession();
  const toast = useToast();
  const choose = (status: Presence): void =>
    void http.put<Me>("/me/status", { status }).then(setMe, () => toast({ kind: "problem", text: t("problem.unreachable") }));
  return (["available", "away"] as const).map((status) => (
    <Menu.Item
      key={status}
      leftSection={<span className={`presence ${status}`} />}
      rightSection={agent.status === status && <IconCheck size={15} />}
      onClick={() => choose(status)}
    >
      {word("presence", status)}
    </Menu.Item>
  ));
}

function PreferenceItems(): ReactNode {
  const { t, language } = useLocale();
  const { preferences } = useMe();
  const { prefer } = useSession();
  const toast = useToast();
  const choose = (change: Partial<Preferences>): void => void prefer(change).catch(() => toast({ kind: "problem", text: t("problem.unreachable") }));
  return (
    <>
      {THEMES.map(({ theme, icon: Symbol }) => (
        <Menu.Item
          key={theme}
          leftSection={<Symbol size={16} />}
          rightSection={preferences.theme === theme && <IconCheck size={15} />}
          onClick={() => choose({ theme })}
        >
          {t(`theme.${theme}`)}
        </Menu.Item>
      ))}
      <Menu.Divider />
      <Menu.Item
        leftSection={
          <span className="menu-glyph" aria-hidden>
            {language === "en" ? "অ" : "A"}
          </span>
        }
        onClick={() => choose({ language: language === "en" ? "bn" : "en" })}
      >
        <span lang={language === "en" ? "bn" : "en"}>{language === "en" ? "বাংলা" : "English"}</span>
      </Menu.Item>
    </>
  );
}

function LeaveItems(): ReactNode {
  const { t } = useLocale();
  const { logOut } = useSession();
  const navigate = useNavigate();
  return (
    <>
      <Menu.Item leftSection={<IconUserCircle size={16} />} onClick={() => void navigate("/settings/profile")}>
        {t("agent.profile")}
      </Menu.Item>
      <Menu.Item leftSection={<IconLogout size={16} />} onClick={() => void logOut()}>
        {t("agent.log_out")}
      </Menu.Item>
    </>
  );
}
