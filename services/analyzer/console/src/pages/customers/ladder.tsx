/** From one order to another and on to recommending, and how everybody visits by the month of the first visit. */
import { useState } from "preact/hooks";
import type { Schemas } from "../../api";
import { isKey, useWords } from "../../i18n";
import { Card, Field, Reason, Stat, Table } from "../../ui/parts";
import { PersonLink } from "./expected";

type Report = Schemas["LifecycleShown"];
type Advocacy = Report["advocacy"];
type Figures = Omit<Schemas["VisitingCohort"], "cohort">;
const MOST_SHOWN = 10;
const MOST_MONTHS = 12;
const MOST_EVENTS = 20;

/** The operator's own idea of an advocate; without one the report's default counts. */
export interface AdvocateRule {
  events: string[];
  acts: number;
}

export function Ladder({ report, onRule }: { report: Report; onRule(rule: AdvocateRule): void }) {
  const { t, number, percent } = useWords();
  const { advocacy, rules } = report;
  const name = (event: string) => {
    const key = `ladder.event.${event}`;
    return isKey(key) ? t(key) : event;
  };
  // A report kept from before an upgrade has none yet.
  if (!advocacy?.buyers) return null;
  const all = Math.max(...advocacy.ladder.map(({ persons }) => persons), 1);
  return (
    <Card
      title={t("ladder.title")}
      note={t("ladder.note", {
        n: number(advocacy.buyers),
        acts: number(rules.advocate_acts),
        events: rules.advocate_events.map(name).join(t("ladder.or")),
      })}
    >
      <ol class="stages">
        {advocacy.ladder.map((step) => (
          <li key={step.state} class="stage">
            <span>{t(`ladder.state.${step.state}`)}</span>
            <b>{number(step.persons)}</b>
            <i style={{ width: `${(step.persons / all) * 100}%` }} aria-hidden="true" />
            <small>{t("ladder.in_window", { n: number(step.reached_in_window) })}</small>
            {step.rate !== null && (
              <small>
                {t("ladder.rate", {
                  rate: percent(step.rate),
                  low: percent(step.ci_low),
                  high: percent(step.ci_high),
                })}
              </small>
            )}
            {step.days_p50 !== null && (
              <small>{t("ladder.days", { days: number(step.days_p50, step.days_p50 < 10 ? 1 : 0) })}</small>
            )}
            {step.lately > 0 && <small>{t("ladder.lately", { n: number(step.lately) })}</small>}
          </li>
        ))}
      </ol>
      <Months advocacy={advocacy} />
      <Rule rules={rules} onRule={onRule} />
      {advocacy.newest.length > 0 && <Newest advocacy={advocacy} />}
    </Card>
  );
}

function Rule({ rules, onRule }: { rules: Report["rules"]; onRule(rule: AdvocateRule): void }) {
  const { t } = useWords();
  const [events, setEvents] = useState(rules.advocate_events.join(", "));
  const [acts, setActs] = useState(rules.advocate_acts);
  const named = [...new Set(events.split(/[,、]/).map((event) => event.trim().slice(0, 200)))].filter(
    Boolean,
  );
  return (
    <details>
      <summary>{t("ladder.own")}</summary>
      <form
        class="row advocate-rule"
        onSubmit={(event) => {
          event.preventDefault();
          onRule({ events: named.slice(0, MOST_EVENTS), acts });
        }}
      >
        <Field label={t("ladder.events")}>
          <input
            required
            autocomplete="off"
            value={events}
            onInput={(event) => setEvents(event.currentTarget.value)}
          />
        </Field>
        <Field label={t("ladder.acts")}>
          <input
            required
            type="number"
            min={1}
            max={100}
            value={acts}
            onInput={(event) => setActs(event.currentTarget.valueAsNumber)}
          />
        </Field>
        <button type="submit" class="button quiet" disabled={!named.length}>
          {t("ladder.apply")}
        </button>
      </form>
      <p class="note">{t("ladder.once")}</p>
    </details>
  );
}

function Months({ advocacy }: { advocacy: Advocacy }) {
  const { t, number } = useWords();
  const months = [...new Set(advocacy.by_month.map(({ month }) => month))].reverse();
  if (!months.length) return null;
  const held = (month: string, state: string) =>
    advocacy.by_month.find((one) => one.month === month && one.state === state)?.persons ?? 0;
  return (
    <details>
      <summary>{t("ladder.months")}</summary>
      <Table
        caption={t("ladder.months")}
        rows={months}
        keyOf={(month) => month}
        columns={[
          { head: t("ladder.month"), cell: (month) => month },
          ...advocacy.ladder.map(({ state }) => ({
            head: t(`ladder.state.${state}`),
            numeric: true,
            cell: (month: string) => number(held(month, state)),
          })),
        ]}
      />
    </details>
  );
}

function Newest({ advocacy }: { advocacy: Advocacy }) {
  const { t, number, when } = useWords();
  return (
    <>
      <h3>{t("ladder.newest")}</h3>
      <Table
        caption={t("ladder.newest")}
        rows={advocacy.newest.slice(0, MOST_SHOWN)}
        keyOf={({ person_id: id }) => id}
        columns={[
          { head: t("customers.customer"), cell: ({ person_id: id }) => <PersonLink id={id} /> },
          { head: t("ladder.since"), cell: ({ since }) => <span class="nowrap">{when(since)}</span> },
          {
            head: t("ladder.from_first"),
            numeric: true,
            cell: ({ days_since_first: days }) => number(days),
          },
        ]}
      />
    </>
  );
}

export function Visiting({ report }: { report: Report }) {
  const { t, number, percent } = useWords();
  const { visiting } = report;
  // A report kept from before an upgrade has none yet.
  if (!visiting?.persons) return null;
  const rows: (Figures & { cohort: string })[] = [
    { ...visiting, cohort: t("visiting.all") },
    ...visiting.cohorts.slice(-MOST_MONTHS).reverse(),
  ];
  const again = visiting.again;
  return (
    <Card title={t("visiting.title")} note={t("visiting.note")}>
      <dl class="stats">
        <Stat label={t("visiting.visits")} value={number(visiting.visits_a_person, 1)} />
        <Stat label={t("visiting.between")} value={number(visiting.days_between_p50, 1)} />
        <Stat label={t("visiting.products")} value={number(visiting.products_a_visit, 1)} />
        <Stat
          label={t("visiting.again")}
          value={percent(again.share)}
          note={again.share !== null && `${percent(again.ci_low)} – ${percent(again.ci_high)}`}
        />
      </dl>
      <Reason code={again.reasons.share} />
      <Table
        caption={t("visiting.title")}
        rows={rows}
        keyOf={({ cohort }) => cohort}
        columns={[
          { head: t("visiting.cohort"), cell: ({ cohort }) => <span class="nowrap">{cohort}</span> },
          { head: t("visiting.persons"), numeric: true, cell: ({ persons }) => number(persons) },
          ...visiting.back.map(({ days }, place) => ({
            head: t("visiting.back", { days }),
            numeric: true,
            cell: ({ back }: Figures) => percent(back[place]?.share, 0),
          })),
          {
            head: t("visiting.visits"),
            numeric: true,
            cell: ({ visits_a_person: n }) => number(n, 1),
          },
          {
            head: t("visiting.products"),
            numeric: true,
            cell: ({ products_a_visit: n }) => number(n, 1),
          },
          {
            head: t("visiting.categories"),
            numeric: true,
            cell: ({ categories_a_visit: n }) => number(n, 1),
          },
          { head: t("visiting.pages"), numeric: true, cell: ({ pages_a_visit: n }) => number(n, 1) },
          { head: t("visiting.again"), numeric: true, cell: ({ again: own }) => percent(own.share, 0) },
        ]}
      />
    </Card>
  );
}
