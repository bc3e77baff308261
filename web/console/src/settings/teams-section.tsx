/** Teams, when they are there, and when they are not. */
import { ActionIcon, Button, TextInput } from "@mantine/core";
import { IconPlus, IconX } from "@tabler/icons-react";
import { useState, type ReactNode } from "react";
import { keys } from "../api/keys";
import { useTeams } from "../api/queries";
import type { Holiday, Team } from "../api/types";
import { useLocale } from "../i18n/provider";
import { AddButton, FormDialog, RowActions, Section, useEditing } from "./section";
import { areHoursSound, WEEKDAYS, type Hours } from "./hours";

export default function TeamsSection(): ReactNode {
  const { t, name } = useLocale();
  const teams = useTeams();
  const { remove } = useEditing<Team>("/teams", keys.teams);
  const [editing, setEditing] = useState<Team | "new" | null>(null);
  return (
    <Section title={t("settings.teams")} action={<AddButton label={t("teams.add")} onClick={() => setEditing("new")} />}>
      <ul className="settings-list">
        {teams.map((team) => (
          <li key={team.id}>
            <div className="grow">
              <p className="clip">{name(team)}</p>
              <p className="muted small clip">
                {team.timezone}
                {team.holidays.length > 0 && ` · ${t("teams.holidays_n", { n: team.holidays.length })}`}
              </p>
            </div>
            <span className={`chip ${team.open_now ? "good" : "warn"}`}>{t(team.open_now ? "team.open" : "team.closed")}</span>
            <RowActions name={name(team)} onEdit={() => setEditing(team)} onRemove={() => void remove(team.id)} />
          </li>
        ))}
      </ul>
      {editing && <TeamForm team={editing === "new" ? null : editing} onClose={() => setEditing(null)} />}
    </Section>
  );
}

function TeamForm({ team, onClose }: { team: Team | null; onClose: () => void }): ReactNode {
  const { t } = useLocale();
  const { save } = useEditing<Team>("/teams", keys.teams);
  const [name, setName] = useState(team?.name ?? "");
  const [nameBn, setNameBn] = useState(team?.name_bn ?? "");
  const [slug, setSlug] = useState(team?.slug ?? "");
  const [timezone, setTimezone] = useState(team?.timezone ?? "Asia/Dhaka");
  const [hours, setHours] = useState<Hours>(team?.hours ?? {});
  const [holidays, setHolidays] = useState<Holiday[]>(team?.holidays ?? []);
  const isReady = name.trim() !== "" && slug !== "" && areHoursSound(hours) && holidays.every(({ day }) => day !== "");
  return (
    <FormDialog
      title={t(team ? "teams.edit" : "teams.add")}
      size="lg"
      isReady={isReady}
      onClose={onClose}
      onSave={async () =>
        (await save(team?.id ?? null, {
          ...(team ? {} : { slug }),
          name,
          name_bn: nameBn.trim() || name,
          timezone,
          hours,
          holidays: holidays.map(named),
        })) !== null
      }
    >
      <div className="two-columns">
        <TextInput label={t("agents.name")} required value={name} onChange={(event) => setName(event.currentTarget.value)} data-autofocus />
        <TextInput label={t("agents.name_bn")} value={nameBn} onChange={(event) => setNameBn(event.currentTarget.value)} />
        <TextInput
          label={t("teams.slug")}
          required
          disabled={team !== null}
          value={slug}
          onChange={(event) => setSlug(event.currentTarget.value.toLowerCase().replace(/[^a-z0-9-]/g, "-"))}
        />
        <TextInput label={t("teams.timezone")} value={timezone} onChange={(event) => setTimezone(event.currentTarget.value)} />
      </div>
      <HoursFields hours={hours} onChange={setHours} />
      <HolidayFields holidays={holidays} onChange={setHolidays} />
    </FormDialog>
  );
}

/** A holiday needs a name in both languages: one stands for the other. */
function named(holiday: Holiday): Holiday {
  return { ...holiday, name: holiday.name || holiday.name_bn || holiday.day, name_bn: holiday.name_bn || holiday.name || holiday.day };
}

function HoursFields({ hours, onChange }: { hours: Hours; onChange: (hours: Hours) => void }): ReactNode {
  const { t, weekday } = useLocale();
  const set = (day: string, stretches: [string, string][]): void => onChange({ ...hours, [day]: stretches });
  return (
    <fieldset className="plain">
      <legend className="section-title">{t("teams.hours")}</legend>
      {WEEKDAYS.map((day) => {
        const stretches = hours[day] ?? [];
        const label = weekday(Number(day));
        return (
          <div className="hours" key={day}>
            <span>{label}</span>
            <div className="row wrap grow">
              {stretches.length === 0 && <span className="muted small">{t("team.closed")}</span>}
              {stretches.map(([from, to], index) => {
                const change = (next: [string, string]): void =>
                  set(
                    day,
                    stretches.map((old, at) => (at === index ? next : old)),
                  );
                return (
                  <span className="row stretch" key={index}>
                    <input
                      type="time"
                      aria-label={t("teams.from", { day: label })}
                      value={from}
                      onChange={(event) => change([event.currentTarget.value, to])}
                    />
                    <span aria-hidden>–</span>
                    <input
                      type="time"
                      aria-label={t("teams.to", { day: label })}
                      value={to}
                      onChange={(event) => change([from, event.currentTarget.value])}
                    />
                    <ActionIcon
                      size={24}
                      aria-label={`${t("remove")}: ${label} ${from}–${to}`}
                      onClick={() =>
                        set(
                          day,
                          stretches.filter((_, at) => at !== index),
                        )
                      }
                    >
                      <IconX size={14} />
                    </ActionIcon>
                  </span>
                );
              })}
            </div>
            <ActionIcon size={26} aria-label={t("teams.add_hours", { day: label })} onClick={() => set(day, [...stretches, ["09:00", "18:00"]])}>
              <IconPlus size={16} />
            </ActionIcon>
          </div>
        );
      })}
      {!areHoursSound(hours) && (
        <p className="small over" role="alert">
          {t("teams.hours_problem")}
        </p>
      )}
    </fieldset>
  );
}

function HolidayFields({ holidays, onChange }: { holidays: Holiday[]; onChange: (holidays: Holiday[]) => void }): ReactNode {
  const { t } = useLocale();
  const change = (index: number, part: Partial<Holiday>): void =>
    onChange(holidays.map((holiday, at) => (at === index ? { ...holiday, ...part } : holiday)));
  return (
    <fieldset className="plain">
      <legend className="section-title">{t("teams.holidays")}</legend>
      {holidays.map((holiday, index) => (
        <div className="row holiday" key={index}>
          <input
            type="date"
            aria-label={t("board.day")}
            value={holiday.day}
            onChange={(event) => change(index, { day: event.currentTarget.value })}
          />
          <TextInput
            className="grow"
            size="xs"
            aria-label={t("agents.name")}
            placeholder={t("agents.name")}
            value={holiday.name}
            onChange={(event) => change(index, { name: event.currentTarget.value })}
          />
          <TextInput
            className="grow"
            size="xs"
            aria-label={t("agents.name_bn")}
            placeholder={t("agents.name_bn")}
            value={holiday.name_bn}
            onChange={(event) => change(index, { name_bn: event.currentTarget.value })}
          />
          <ActionIcon
            size={26}
            aria-label={`${t("remove")}: ${holiday.name || holiday.day}`}
            onClick={() => onChange(holidays.filter((_, at) => at !== index))}
          >
            <IconX size={15} />
          </ActionIcon>
        </div>
      ))}
      <div>
        <Button
          size="compact-sm"
          variant="default"
          leftSection={<IconPlus size={14} />}
          onClick={() => onChange([...holidays, { day: "", name: "", name_bn: "" }])}
        >
          {t("teams.add_holiday")}
        </Button>
      </div>
    </fieldset>
  );
}
