/** What prompts that lead to a moment say of it by lot, beside what viewing suggested. Must never blend the two. */
import { Link } from "wouter-preact";
import type { Schemas } from "../../api";
import { useWords } from "../../i18n";
import { Badge, Reason, Table } from "../../ui/parts";
import type { Moment, Report } from "./adjusted";

type Experiment = Schemas["MomentExperimentShown"];

const TONES = { agrees: "good", disagrees: "warn", too_early: "plain" } as const;

/** The experiments of one stretch: the two figures side by side, and whether they agree. */
export function Tested({ report, moment }: { report: Report; moment: Moment }) {
  const { t } = useWords();
  const place = (report.moments as unknown as Moment[]).indexOf(moment);
  const rows = report.experiments.filter(({ stretch }) => stretch === place);
  if (!rows.length) return null;
  return (
    <section class="tested" aria-label={t("videos.tested")}>
      {rows.map((row) => (
        <Figures key={`${row.campaign} ${row.variant}`} row={row} moment={moment} />
      ))}
    </section>
  );
}

function Figures({ row, moment }: { row: Experiment; moment: Moment }) {
  const { t, points, number, percent, clock, language } = useWords();
  const { uplift, agreement, words, expected } = row;
  const show = (value: number | null) => t("videos.points", { n: points(value) });
  const interval = (low: number | null, high: number | null) =>
    t("videos.interval", { low: points(low), high: points(high) });
  return (
    <div class="test">
      <p class="test-head">
        <Link href={`/prompts/${row.campaign}/result`}>{row.name}</Link>{" "}
        <small class="note">{t("videos.tested_at", { at: clock(row.start_at) })}</small>{" "}
        {agreement && <Badge tone={TONES[agreement]}>{t(`videos.agreement.${agreement}`)}</Badge>}
      </p>
      <dl class="two-figures">
        <div>
          <dt>{t("videos.by_viewing")}</dt>
          <dd>
            {show(moment.effect)} <small class="note">{interval(moment.ci_low, moment.ci_high)}</small>
          </dd>
        </div>
        <div>
          <dt>{t("videos.by_lot")}</dt>
          <dd>
            {uplift ? (
              <>
                {show(uplift.estimate)} <small class="note">{interval(uplift.ci_low, uplift.ci_high)}</small>
              </>
            ) : (
              <Reason code={row.reasons.uplift} />
            )}
          </dd>
        </div>
      </dl>
      {words && <p>{words[language]}</p>}
      <p class="note">
        {t("videos.tested_on", { n: number(row.triggered), m: number(row.withheld) })}{" "}
        {uplift &&
          t("videos.always_valid", {
            interval: interval(uplift.always_valid_low, uplift.always_valid_high),
          })}{" "}
        {expected &&
          t("videos.expected", {
            share: percent(row.share_clicked, 0),
            n: points(expected.estimate),
          })}
      </p>
    </div>
  );
}

/** Prompts into this video that lead to no found stretch: so that none is forgotten. */
export function OtherTests({ report, found }: { report: Report; found: readonly Moment[] }) {
  const { t, points, number, clock } = useWords();
  const moments = report.moments as unknown as Moment[];
  const rows = report.experiments.filter(({ stretch }) => {
    const moment = stretch === null ? undefined : moments[stretch];
    return moment === undefined || !found.includes(moment);
  });
  if (!rows.length) return null;
  const title = t("videos.other_tests", { n: number(rows.length) });
  return (
    <details>
      <summary>{title}</summary>
      <Table
        caption={title}
        rows={rows}
        keyOf={({ campaign, variant }) => `${campaign} ${variant}`}
        columns={[
          {
            head: t("prompts.name"),
            cell: ({ campaign, name }) => <Link href={`/prompts/${campaign}/result`}>{name}</Link>,
          },
          { head: t("videos.starts_at"), cell: ({ start_at: at }) => clock(at) },
          {
            head: t("videos.by_lot"),
            numeric: true,
            cell: ({ uplift, reasons }) =>
              uplift ? (
                <>
                  {points(uplift.estimate)}{" "}
                  <small class="note">
                    {t("videos.interval", { low: points(uplift.ci_low), high: points(uplift.ci_high) })}
                  </small>
                </>
              ) : (
                <Reason code={reasons.uplift} />
              ),
          },
          { head: t("lift.persons"), numeric: true, cell: ({ triggered }) => number(triggered) },
          { head: t("lift.control"), numeric: true, cell: ({ withheld }) => number(withheld) },
        ]}
      />
    </details>
  );
}
