/** The sheet of keys. */
import "./palette.css";
import { Kbd, Modal, Switch } from "@mantine/core";
import { Fragment, type ReactNode } from "react";
import type { Key } from "../i18n/locale";
import { useLocale } from "../i18n/provider";
import { useStored } from "../ui/hooks";
import { KEYS_STORED } from "../ui/keys";

const GROUPS: { title: Key; keys: [string[], Key][] }[] = [
  {
    title: "keys.anywhere",
    keys: [
      [["Ctrl", "K"], "nav.search"],
      [["?"], "nav.shortcuts"],
      [["g", "q"], "view.queue"],
      [["g", "m"], "view.mine"],
      [["g", "o"], "view.open"],
      [["g", "d"], "nav.board"],
    ],
  },
  {
    title: "keys.list",
    keys: [
      [["j"], "keys.next"],
      [["k"], "keys.previous"],
    ],
  },
  {
    title: "keys.conversation",
    keys: [
      [["c"], "do.claim"],
      [["r"], "composer.reply"],
      [["n"], "composer.note"],
      [["e"], "do.resolve"],
      [["z"], "do.snooze"],
      [["t"], "do.transfer"],
      [["h"], "do.hand_back"],
      [["l"], "labels.edit"],
      [["i"], "panel.toggle"],
    ],
  },
  {
    title: "keys.writing",
    keys: [
      [["Enter"], "composer.send"],
      [["Shift", "Enter"], "keys.new_line"],
      [["/"], "composer.canned"],
      [["Esc"], "keys.leave_field"],
    ],
  },
];

export default function Shortcuts({ onClose }: { onClose: () => void }): ReactNode {
  const { t } = useLocale();
  const [isOn, setOn] = useStored(KEYS_STORED, true);
  return (
    <Modal opened onClose={onClose} title={t("nav.shortcuts")} size="lg" closeButtonProps={{ "aria-label": t("close") }}>
      <div className="key-groups">
        {GROUPS.map(({ title, keys }) => (
          <section key={title}>
            <h3 className="section-title">{t(title)}</h3>
            <dl>
              {keys.map(([strokes, label]) => (
                <Fragment key={label}>
                  <dt>
                    {strokes.map((stroke) => (
                      <Kbd key={stroke} size="xs">
                        {stroke}
                      </Kbd>
                    ))}
                  </dt>
                  <dd>{t(label)}</dd>
                </Fragment>
              ))}
            </dl>
          </section>
        ))}
      </div>
      <Switch mt="md" label={t("keys.switch")} checked={isOn} onChange={(event) => setOn(event.currentTarget.checked)} />
    </Modal>
  );
}
