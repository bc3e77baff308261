/** A change of a customer's record that is asked once more: what it does, one button, refusals shown. */
import "../actions/actions.css";
import { Button, Modal } from "@mantine/core";
import type { FormEvent, ReactNode } from "react";
import { useLocale } from "../i18n/provider";
import { useCustomerChange } from "./use-customer-change";

interface Props {
  title: string;
  lead: string;
  submit: string;
  done: string;
  customer: string;
  run: () => Promise<unknown>;
  onClose: () => void;
}

export function ConfirmDialog({ title, lead, submit, done, customer, run, onClose }: Props): ReactNode {
  const { t } = useLocale();
  const { isBusy, change } = useCustomerChange(customer, done, onClose);
  const confirm = (event: FormEvent): void => {
    event.preventDefault();
    change(run);
  };
  return (
    <Modal opened onClose={onClose} title={title} closeButtonProps={{ "aria-label": t("close") }}>
      <form className="stack" onSubmit={confirm}>
        <p className="muted">{lead}</p>
        <div className="row dialog-foot">
          <Button variant="default" onClick={onClose}>
            {t("cancel")}
          </Button>
          <Button type="submit" color="red.9" loading={isBusy}>
            {submit}
          </Button>
        </div>
      </form>
    </Modal>
  );
}
