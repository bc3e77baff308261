/** Resolve, hand back, snooze and release: what each asks before it happens. */
import { Checkbox, Radio, Textarea, TextInput } from "@mantine/core";
import { useState, type ReactNode } from "react";
import { readable } from "../i18n/locale";
import { useLocale } from "../i18n/provider";
import { EdgeDialog, REMARK_LIMIT, type DialogProps } from "./edge-dialog";
import { localInput, snoozeChoices } from "./snooze-times";

const RESOLVE_REASONS = ["solved", "no_answer", "duplicate", "spam", "other"] as const;
const OUTCOMES = ["solved", "waiting", "declined", "other"] as const;
const SUMMARY_LIMIT = REMARK_LIMIT;

export function ResolveDialog(props: DialogProps): ReactNode {
  const { t } = useLocale();
  const [reason, setReason] = useState<string>("solved");
  const [note, setNote] = useState("");
  const [askRating, setAskRating] = useState(true);
  const mayAsk = reason === "solved" || reason === "other";
  return (
    <EdgeDialog
      {...props}
      edge="resolve"
      title={t("do.resolve")}
      lead={t("resolve.lead")}
      submit={t("do.resolve")}
      done={t("resolve.done")}
      body={() => ({ reason, note: note.trim(), ask_rating: askRating && mayAsk })}
    >
      <Radio.Group label={t("reason")} value={reason} onChange={setReason}>
        <div className="choices-column">
          {RESOLVE_REASONS.map((value, index) => (
            <Radio key={value} value={value} label={t(`resolve.${value}`)} data-autofocus={index === 0 || undefined} />
          ))}
        </div>
      </Radio.Group>
      <Textarea
        label={t("note_optional")}
        maxLength={REMARK_LIMIT}
        autosize
        minRows={2}
        maxRows={6}
        value={note}
        onChange={(event) => setNote(event.currentTarget.value)}
      />
      {mayAsk && <Checkbox label={t("resolve.ask_rating")} checked={askRating} onChange={(event) => setAskRating(event.currentTarget.checked)} />}
    </EdgeDialog>
  );
}

export function HandBackDialog({ form, ...props }: DialogProps & { form: string | null }): ReactNode {
  const { t } = useLocale();
  const [outcome, setOutcome] = useState<string>("solved");
  const [summary, setSummary] = useState("");
  const [resume, setResume] = useState(true);
  const left = SUMMARY_LIMIT - [...summary].length;
  return (
    <EdgeDialog
      {...props}
      edge="hand_back"
      title={t("do.hand_back")}
      lead={t("hand_back.lead")}
      submit={t("do.hand_back")}
      done={t("hand_back.done")}
      isReady={left >= 0}
      body={() => ({ outcome, summary: summary.trim(), resume: resume && Boolean(form) })}
    >
      <Radio.Group label={t("hand_back.outcome")} value={outcome} onChange={setOutcome}>
        <div className="choices-column">
          {OUTCOMES.map((value, index) => (
            <Radio key={value} value={value} label={t(`outcome.${value}`)} data-autofocus={index === 0 || undefined} />
          ))}
        </div>
      </Radio.Group>
      <Textarea
        label={t("hand_back.summary")}
        description={t("hand_back.summary_hint")}
        error={left < 0 ? t("too_long", { n: -left }) : undefined}
        autosize
        minRows={2}
        maxRows={6}
        value={summary}
        onChange={(event) => setSummary(event.currentTarget.value)}
      />
      {form && (
        <Checkbox
          label={t("hand_back.resume", { form: readable(form) })}
          checked={resume}
          onChange={(event) => setResume(event.currentTarget.checked)}
        />
      )}
    </EdgeDialog>
  );
}

export function SnoozeDialog(props: DialogProps): ReactNode {
  const { t, dateTime } = useLocale();
  const [choices] = useState(() => snoozeChoices(new Date()));
  const [chosen, setChosen] = useState<string>(choices[0]?.key ?? "own");
  const [own, setOwn] = useState(() => localInput(new Date(Date.now() + 2 * 3_600_000)));
  const until = (): Date => choices.find(({ key }) => key === chosen)?.at ?? new Date(own);
  const isReady = !Number.isNaN(until().getTime()) && until().getTime() > Date.now();
  return (
    <EdgeDialog
      {...props}
      edge="snooze"
      title={t("do.snooze")}
      lead={t("snooze.lead")}
      submit={t("do.snooze")}
      done={t("snooze.done", { time: isReady ? dateTime(until()) : "" })}
      isReady={isReady}
      body={() => ({ until: until().toISOString() })}
    >
      <Radio.Group label={t("snooze.until")} value={chosen} onChange={setChosen}>
        <div className="choices-column">
          {choices.map(({ key, at }, index) => (
            <Radio key={key} value={key} label={t(`snooze.${key}`)} description={dateTime(at)} data-autofocus={index === 0 || undefined} />
          ))}
          <Radio value="own" label={t("snooze.own")} />
        </div>
      </Radio.Group>
      {chosen === "own" && (
        <TextInput
          type="datetime-local"
          label={t("snooze.time")}
          value={own}
          min={localInput(new Date())}
          onChange={(event) => setOwn(event.currentTarget.value)}
        />
      )}
    </EdgeDialog>
  );
}

export function ReleaseDialog(props: DialogProps): ReactNode {
  const { t } = useLocale();
  const [reason, setReason] = useState("");
  return (
    <EdgeDialog
      {...props}
      edge="release"
      title={t("do.release")}
      lead={t("release.lead")}
      submit={t("do.release")}
      done={t("release.done")}
      body={() => ({ reason: reason.trim() })}
    >
      <TextInput
        label={t("note_optional")}
        maxLength={REMARK_LIMIT}
        value={reason}
        onChange={(event) => setReason(event.currentTarget.value)}
        data-autofocus
      />
    </EdgeDialog>
  );
}
