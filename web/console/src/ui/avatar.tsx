/** A face made of letters, always the same colour for the same person. */
import { IconBrandSlack, IconBrandTelegram, IconMessage, IconMessageCircle, IconUser } from "@tabler/icons-react";
import type { CSSProperties, ReactNode } from "react";

const CHANNELS = { web: IconMessageCircle, telegram: IconBrandTelegram, slack: IconBrandSlack } as const;

export function ChannelIcon({ channel, size = 14 }: { channel: string; size?: number }): ReactNode {
  const Symbol = CHANNELS[channel as keyof typeof CHANNELS] ?? IconMessage;
  return <Symbol size={size} stroke={1.8} aria-hidden />;
}

interface Props {
  id: string;
  name: string | null;
  channel?: string;
  small?: boolean;
  large?: boolean;
}

export function Avatar({ id, name, channel, small = false, large = false }: Props): ReactNode {
  return (
    <span className={`avatar${small ? " sm" : ""}${large ? " lg" : ""}`} style={{ "--hue": hueOf(id) } as CSSProperties} aria-hidden>
      {name ? initials(name) : <IconUser size={small ? 14 : 18} stroke={1.7} />}
      {channel && (
        <span className="mark">
          <ChannelIcon channel={channel} size={12} />
        </span>
      )}
    </span>
  );
}

export function hueOf(id: string): number {
  let hash = 0;
  for (const unit of id) hash = (hash * 31 + unit.charCodeAt(0)) % 360;
  return hash;
}

const letters = new Intl.Segmenter("bn", { granularity: "grapheme" });

/** First letters of the first and the last word; titles such as "Md." do not count. A Bengali letter keeps its signs. */
export function initials(name: string): string {
  const words = name.split(/\s+/).filter((word) => word && !/^(md|mr|mrs|ms|dr|মোঃ|মোছাঃ|ডা)\.?$/iu.test(word));
  const first = (word: string | undefined): string => [...letters.segment(word ?? "")][0]?.segment ?? "";
  if (words.length < 2) return first(words[0] ?? name).toUpperCase();
  return (first(words[0]) + first(words.at(-1))).toUpperCase();
}
