/** Gives every view the interface's language: the agent's own, before log-in the last one or the browser's. */
import { createContext, useContext, useEffect, useMemo, useState, type ReactNode } from "react";
import { useSession } from "../session/session";
import { chooseLanguage, Locale, type Catalogue, type Language } from "./locale";

const CATALOGUES: Record<Language, () => Promise<{ default: Catalogue }>> = {
  en: () => import("./en.json"),
  bn: () => import("./bn.json"),
};
const STORED = "kotha:language";

interface Choice {
  locale: Locale;
  choose: (language: Language) => void;
}
const Context = createContext<Choice | null>(null);

export function useLocale(): Locale {
  return useChoice().locale;
}

export function useChoice(): Choice {
  const choice = useContext(Context);
  if (!choice) throw new Error("Stands outside LocaleProvider.");
  return choice;
}

/** For tests, and for parts that are shown in a fixed language. */
export function FixedLocale({ locale, children }: { locale: Locale; children: ReactNode }): ReactNode {
  const choice = useMemo(() => ({ locale, choose: () => {} }), [locale]);
  return <Context value={choice}>{children}</Context>;
}

export function LocaleProvider({ children }: { children: ReactNode }): ReactNode {
  const { me } = useSession();
  const [chosen, choose] = useState<Language>(() => chooseLanguage([localStorage.getItem(STORED) ?? "", ...navigator.languages]));
  const language = me?.preferences.language ?? chosen;
  const [locale, setLocale] = useState<Locale | null>(null);
  useEffect(() => {
    let isCurrent = true;
    void CATALOGUES[language]().then(({ default: catalogue }) => isCurrent && setLocale(new Locale(language, catalogue)));
    localStorage.setItem(STORED, language);
    document.documentElement.lang = language;
    return () => void (isCurrent = false);
  }, [language]);
  const choice = useMemo(() => locale && { locale, choose }, [locale]);
  return choice && <Context value={choice}>{children}</Context>;
}
