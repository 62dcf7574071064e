/** How alike a lookalike segment is: on people held out, tenth by tenth, with the size to choose and what drives it. */
import { useState } from "preact/hooks";
import { api, type Schemas, unwrap, useQuery } from "../../api";
import { isKey, useWords } from "../../i18n";
import { useSite } from "../../site";
import { useNotify } from "../../ui/notices";
import { Card, Field, Loaded, Reason, Stat, Table } from "../../ui/parts";
import type { Segment } from "./draft";

type Report = Schemas["LookalikesShown"];
const MOST_DRIVERS = 12;

export function Likeness({ segment, onSized }: { segment: Segment; onSized(): void }) {
  const { site } = useSite();
  const params = { path: { segment: segment.id }, query: { site: site.id } };
  const report = useQuery(`likeness ${site.id} ${segment.id} ${segment.version}`, () =>
    unwrap(api.GET("/v1/reports/lookalikes/{segment}", { params })),
  );
  return (
    <Loaded query={report}>
      {(data) => (
        <>
          <Quality report={data} />
          {data.sizes.length > 0 && <Size report={data} segment={segment} onSized={onSized} />}
          {data.drivers.length > 0 && <Drivers report={data} />}
        </>
      )}
    </Loaded>
  );
}

function Quality({ report }: { report: Report }) {
  const { t, number } = useWords();
  const { auc, auc_low: low, auc_high: high } = report;
  const most = Math.max(1, ...report.lift.map(({ lift }) => lift ?? 0));
  return (
    <Card title={t("segments.likeness")} note={t("segments.likeness.note")}>
      <Reason code={report.reasons.auc} />
      {report.warnings.map((code) => {
        const key = `segments.warning.${code}`;
        return (
          <p key={code} class="reason">
            {isKey(key) ? t(key) : code}
          </p>
        );
      })}
      <dl class="stats">
        <Stat
          label={t("segments.auc")}
          value={number(auc, 2)}
          note={auc !== null && t("videos.interval", { low: number(low, 2), high: number(high, 2) })}
        />
        <Stat label={t("segments.seed_members")} value={number(report.seed_members)} />
        <Stat label={t("segments.candidates")} value={number(report.candidates)} />
        <Stat label={t("segments.members")} value={number(report.members)} />
        <Stat label={t("segments.held_out")} value={number(report.held_out)} />
      </dl>
      {report.lift.length > 0 && (
        <ol class="deciles" aria-label={t("segments.lift")}>
          {report.lift.map(({ decile, lift }) => (
            <li key={decile}>
              <b>{number(lift, 1)}</b>
              <i style={{ height: `${(100 * (lift ?? 0)) / most}px` }} />
              <span>{number(decile)}</span>
            </li>
          ))}
        </ol>
      )}
      {report.lift.length > 0 && <p class="note">{t("segments.lift.note")}</p>}
    </Card>
  );
}

/** A slider over the sizes that were computed, with what each would reach. */
function Size({ report, segment, onSized }: { report: Report; segment: Segment; onSized(): void }) {
  const { t, number, percent } = useWords();
  const { site } = useSite();
  const notify = useNotify();
  const sizes = [...report.sizes].sort((a, b) => a.share - b.share);
  const nearest = sizes.reduce(
    (best, { share }, index) =>
      Math.abs(share - (segment.size ?? 0.1)) < Math.abs((sizes[best]?.share ?? 0) - (segment.size ?? 0.1))
        ? index
        : best,
    0,
  );
  const [chosen, setChosen] = useState(nearest);
  const size = sizes[chosen];
  if (!size) return null;
  const save = async () => {
    const params = { path: { segment_id: segment.id }, query: { site: site.id } };
    const body = { size: size.share, version: segment.version };
    try {
      await unwrap(api.PATCH("/v1/segments/{segment_id}", { params, body }));
      notify(t("segments.saved"));
      onSized();
    } catch (error) {
      notify((error as Error).message, { wrong: true });
    }
  };
  return (
    <Card title={t("segments.size")}>
      <Field label={t("segments.size.of", { share: percent(size.share, size.share < 0.1 ? 1 : 0) })}>
        <input
          type="range"
          min="0"
          max={sizes.length - 1}
          step="1"
          value={chosen}
          aria-valuetext={percent(size.share)}
          onInput={(event) => setChosen(Number(event.currentTarget.value))}
        />
      </Field>
      <p>
        {t("segments.size.reach", {
          n: number(size.persons),
          lift: number(size.lift, 1),
          captured: percent(size.captured, 0),
        })}
      </p>
      <p class="row">
        <button type="button" class="button quiet" onClick={save} disabled={size.share === segment.size}>
          {t("segments.size.take")}
        </button>
      </p>
    </Card>
  );
}

function Drivers({ report }: { report: Report }) {
  const { t, number, language } = useWords();
  return (
    <Card title={t("segments.drivers")} note={t("segments.drivers.note")}>
      <Table
        caption={t("segments.drivers")}
        rows={report.drivers.slice(0, MOST_DRIVERS)}
        keyOf={({ feature }) => feature}
        columns={[
          { head: t("segments.feature"), cell: ({ feature, meaning }) => meaning[language] ?? feature },
          { head: t("segments.towards"), cell: ({ towards }) => t(`segments.towards.${towards}`) },
          { head: t("segments.weight"), numeric: true, cell: ({ effect }) => number(effect, 2) },
        ]}
      />
    </Card>
  );
}
