/** What viewers did before and after a video: flows, who bought and who wandered, and the patterns that part them. */
import { useLayoutEffect, useRef, useState } from "preact/hooks";
import { api, type Schemas, unwrap, useQuery } from "../../api";
import { type Key, useWords } from "../../i18n";
import { useSite } from "../../site";
import { Badge, Card, Empty, Loaded, Reason, Stat, Table } from "../../ui/parts";
import { PersonLink } from "../../ui/person";
import { judgeCertainty } from "./adjusted";
import { Basis, useChoice, VideoHead } from "./head";
import { groupSteps, nameStep } from "./steps";

type Report = Schemas["JourneysShown"];
type Side = Report["compare"]["converted"];
const MOST_IN_STEP = 5;
const FURTHEST = 3;
const MOST_PATTERNS = 12;
const MOST_PEOPLE = 20;
const CLASSES = ["straight", "wandering", "other"] as const;

export function VideoJourneys({ params }: { params: Record<string, string> }) {
  const { t } = useWords();
  const { site } = useSite();
  const choice = useChoice(params);
  const report = useQuery(`journeys ${choice.key}`, () => {
    const { id: video, goal, from } = choice;
    return unwrap(
      api.GET("/v1/reports/journeys", { params: { query: { site: site.id, video, goal, from } } }),
    );
  });
  return (
    <>
      <VideoHead choice={choice} page="journeys" />
      <Loaded query={report} lines={10}>
        {(data) =>
          data.sizes.viewers ? (
            <Shown report={data} />
          ) : (
            <Card>
              <Empty title={t("videos.nobody")} />
            </Card>
          )
        }
      </Loaded>
    </>
  );
}

function Shown({ report }: { report: Report }) {
  return (
    <>
      <Wandering report={report} />
      <Flow report={report} />
      <Next report={report} />
      <Compare report={report} />
      <Patterns report={report} />
      <People report={report} />
      <Basis report={report} />
    </>
  );
}

/** Straight to the purchase, wandering, or neither: how many, and whether the video makes people wander. */
function Wandering({ report }: { report: Report }) {
  const { t, number, percent, language } = useWords();
  const { sizes, classes, wandering } = report;
  const whole = CLASSES.reduce((sum, name) => sum + (classes.counts[name] ?? 0), 0);
  return (
    <Card>
      <p class="finding">
        {wandering.words?.[language] ??
          t("journeys.straight", {
            share: percent(whole ? (classes.counts.straight ?? 0) / whole : null),
          })}
      </p>
      <Reason code={wandering.reasons.finding} />
      <div class="shares" aria-hidden="true">
        {CLASSES.map((name) => (
          <i key={name} class={name} style={{ flexGrow: classes.counts[name] ?? 0 }} />
        ))}
      </div>
      <dl class="stats">
        <Stat label={t("videos.viewers")} value={number(sizes.viewers)} />
        {CLASSES.map((name) => (
          <Stat
            key={name}
            label={t(`journeys.class.${name}`)}
            value={number(classes.counts[name])}
            note={percent(whole ? (classes.counts[name] ?? 0) / whole : null, 0)}
          />
        ))}
      </dl>
      <p class="note">
        {t("journeys.class.what", {
          products: number(classes.thresholds.straight_products),
          steps: number(classes.thresholds.straight_steps),
          wander: number(classes.thresholds.wander_products),
        })}
      </p>
    </Card>
  );
}

function Flow({ report }: { report: Report }) {
  const { t } = useWords();
  const box = useRef<HTMLElement>(null);
  // On a phone the video stands in the middle, with what came before to the left.
  useLayoutEffect(() => {
    const view = box.current?.querySelector<HTMLElement>(".view");
    if (box.current && view)
      box.current.scrollLeft =
        view.offsetLeft - box.current.offsetLeft - box.current.clientWidth / 2 + view.offsetWidth / 2;
  }, []);
  return (
    <Card title={t("journeys.flow")} note={t("journeys.flow_note")}>
      {/* biome-ignore lint/a11y/noNoninteractiveTabindex: wider than a phone, so it is scrolled by keyboard too */}
      <section ref={box} class="flow" tabIndex={0} aria-label={t("journeys.flow")}>
        {groupSteps(report.before.nodes, FURTHEST, MOST_IN_STEP).map((group) => (
          <StepColumn key={group.step} {...group} />
        ))}
        <div class="flow-step view">
          <h3>{t("journeys.view")}</h3>
        </div>
        {groupSteps(report.after.nodes, FURTHEST, MOST_IN_STEP).map((group) => (
          <StepColumn key={group.step} {...group} />
        ))}
      </section>
    </Card>
  );
}

function StepColumn({ step, nodes }: ReturnType<typeof groupSteps>[number]) {
  const { t, percent } = useWords();
  return (
    <div class="flow-step">
      <h3>{t(step < 0 ? "journeys.before_n" : "journeys.after_n", { n: Math.abs(step) })}</h3>
      <ol>
        {nodes.map(({ name, share }) => (
          <li key={name} class={name === "end" || name === "other" ? "quiet" : ""}>
            <span>{nameStep(name, t)}</span> <b>{percent(share, 0)}</b>
            <i style={{ width: `${100 * share}%` }} />
          </li>
        ))}
      </ol>
    </div>
  );
}

function Next({ report }: { report: Report }) {
  const { t, number, percent, points } = useWords();
  return (
    <Card title={t("journeys.next")} note={t("journeys.next_note")}>
      <Table
        caption={t("journeys.next")}
        rows={report.next}
        keyOf={({ name }) => name}
        columns={[
          { head: t("journeys.step"), cell: ({ name }) => nameStep(name, t) },
          { head: t("videos.viewers"), numeric: true, cell: ({ viewers }) => number(viewers) },
          { head: t("journeys.share"), numeric: true, cell: ({ share_matched: share }) => percent(share) },
          { head: t("journeys.share_others"), numeric: true, cell: (row) => percent(row.share_non_viewers) },
          {
            head: t("videos.difference"),
            numeric: true,
            cell: ({ difference, ci_low: low, ci_high: high }) => (
              <>
                {points(difference)}{" "}
                {low !== null && (
                  <small class="note">{t("videos.interval", { low: points(low), high: points(high) })}</small>
                )}
              </>
            ),
          },
          {
            head: t("videos.certainty"),
            cell: ({ q_value: q }) => (
              <span class="nowrap">
                {q === null ? t("unit.none") : t(`videos.certainty.${judgeCertainty(q)}`)}
              </span>
            ),
          },
        ]}
      />
    </Card>
  );
}

function Compare({ report }: { report: Report }) {
  const { t, number } = useWords();
  const { converted, not_converted: others } = report.compare;
  const minutes = (side: Side) => {
    const seconds = side.seconds_to_purchase?.median;
    return seconds === undefined ? t("unit.none") : t("journeys.minutes", { n: number(seconds / 60, 0) });
  };
  const rows: { name: Key; of: (side: Side) => string }[] = [
    { name: "videos.viewers", of: ({ viewers }) => number(viewers) },
    { name: "journeys.steps", of: ({ steps }) => number(steps?.mean, 1) },
    { name: "journeys.products", of: ({ distinct_products: products }) => number(products?.mean, 1) },
    { name: "journeys.hesitation", of: ({ hesitation }) => number(hesitation?.mean, 1) },
    { name: "journeys.time", of: minutes },
  ];
  return (
    <Card title={t("journeys.compare")} note={t("journeys.compare_note")}>
      <Table
        caption={t("journeys.compare")}
        rows={rows}
        keyOf={({ name }) => name}
        columns={[
          { head: t("journeys.figure"), cell: ({ name }) => t(name) },
          { head: t("journeys.converted"), numeric: true, cell: ({ of }) => of(converted) },
          { head: t("journeys.not_converted"), numeric: true, cell: ({ of }) => of(others) },
        ]}
      />
    </Card>
  );
}

function Patterns({ report }: { report: Report }) {
  const { t, number, percent } = useWords();
  return (
    <Card title={t("journeys.patterns")} note={t("journeys.patterns_note")}>
      <Reason code={report.reasons.patterns} />
      <Table
        caption={t("journeys.patterns")}
        rows={report.patterns.slice(0, MOST_PATTERNS)}
        keyOf={({ pattern, gapped }) => `${pattern.join()} ${gapped}`}
        columns={[
          {
            head: t("journeys.pattern"),
            cell: ({ pattern, gapped }) => (
              <span class="pattern">
                {pattern.map((name, index) => (
                  <span key={index}>
                    {index > 0 && (gapped ? " ⋯ " : " → ")}
                    {nameStep(name, t)}
                  </span>
                ))}
              </span>
            ),
          },
          { head: t("journeys.converted"), numeric: true, cell: (row) => percent(row.share_converted, 0) },
          {
            head: t("journeys.not_converted"),
            numeric: true,
            cell: (row) => percent(row.share_not_converted, 0),
          },
          { head: t("videos.ratio"), numeric: true, cell: ({ ratio }) => number(ratio, 1) },
        ]}
      />
    </Card>
  );
}

function People({ report }: { report: Report }) {
  const { t, number, when } = useWords();
  const [chosen, setChosen] = useState<(typeof CLASSES)[number]>("wandering");
  const people = report.viewers.filter((viewer) => viewer.class === chosen).slice(0, MOST_PEOPLE);
  return (
    <Card
      title={t("journeys.people")}
      actions={
        <fieldset class="segmented" aria-label={t("journeys.people")}>
          {CLASSES.map((name) => (
            <button key={name} type="button" aria-pressed={chosen === name} onClick={() => setChosen(name)}>
              {t(`journeys.class.${name}`)}
            </button>
          ))}
        </fieldset>
      }
    >
      {people.length ? (
        <Table
          caption={t("journeys.people")}
          rows={people}
          keyOf={({ person }) => person}
          columns={[
            { head: t("live.visitor"), cell: ({ person }) => <PersonLink id={person} /> },
            {
              head: t("journeys.viewed_at"),
              cell: ({ viewed_at: at }) => <span class="nowrap">{when(at)}</span>,
            },
            { head: t("journeys.products"), numeric: true, cell: ({ products }) => number(products) },
            { head: t("journeys.hesitation"), numeric: true, cell: ({ returns }) => number(returns) },
            {
              head: t("videos.converted"),
              cell: ({ converted }) => converted && <Badge tone="good">{t("journeys.bought")}</Badge>,
            },
          ]}
        />
      ) : (
        <p class="note">{t("journeys.nobody")}</p>
      )}
    </Card>
  );
}
