/** What people wrote, as text: only web addresses become links, and those cannot reach back into this page. */
import { Fragment, type ReactNode } from "react";
import { splitLinks } from "../text/links";

export function RichText({ text }: { text: string }): ReactNode {
  return splitLinks(text).map(({ text: part, href }, index) =>
    href ? (
      <a key={index} href={href} target="_blank" rel="noopener noreferrer nofollow">
        {part}
      </a>
    ) : (
      <Fragment key={index}>{part}</Fragment>
    ),
  );
}
