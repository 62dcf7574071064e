/** What another choice of variants would have brought, told from the log of decisions. */
import { useState } from "preact/hooks";
import { api, type Schemas, unwrap, useQuery } from "../../api";
import { isKey, useWords } from "../../i18n";
import { useSite } from "../../site";
import { Card, Field, Loaded, Reason, Stat } from "../../ui/parts";

type Report = Schemas["CampaignReportShown"];
type Answer = Schemas["PolicyShown"];

export function WhatIf({ report }: { report: Report }) {
  const { t } = useWords();
  const variants = report.arms.map(({ id }) => id).filter((id) => id !== "holdout");
  const [policy, setPolicy] = useState("");
  if (variants.length < 2) return null;
  return (
    <Card title={t("whatif.title")} note={t("whatif.note")}>
      <div class="whatif-choice">
        <Field label={t("whatif.policy")}>
          <select value={policy} onChange={(event) => setPolicy(event.currentTarget.value)}>
            <option value="">{t("whatif.choose")}</option>
            {variants.map((id) => (
              <option key={id} value={`always:${id}`}>
                {t("whatif.always", { id })}
              </option>
            ))}
            <option value="even">{t("whatif.even")}</option>
          </select>
        </Field>
      </div>
      {policy && <Told key={policy} report={report} policy={policy} />}
    </Card>
  );
}

function Told({ report, policy }: { report: Report; policy: string }) {
  const { site } = useSite();
  const query = { site: site.id, campaign: report.campaign, goal: report.goal, policy };
  const answer = useQuery(`policy ${JSON.stringify(query)}`, () =>
    unwrap(api.GET("/v1/reports/policy", { params: { query } })),
  );
  return (
    <Loaded query={answer} lines={2}>
      {(found) => <Gain answer={found} />}
    </Loaded>
  );
}

function Gain({ answer }: { answer: Answer }) {
  const { t, points, number, percent, money } = useWords();
  const { site } = useSite();
  const { conversion, value, ess, warnings } = answer;
  if (!conversion.gain || !conversion.snips) return <Reason code={conversion.reasons.gain} />;
  const interval = ({ ci_low: low, ci_high: high }: Schemas["EstimateShown"], show: typeof points) =>
    t("videos.interval", { low: show(low), high: show(high) });
  const price = (amount: number | null | undefined) => money(amount, site.currency, 2);
  return (
    <>
      <dl class="stats lift-stats">
        <Stat
          label={t("whatif.rate")}
          value={percent(conversion.snips.estimate)}
          note={t("whatif.instead", { rate: percent(conversion.logged) })}
        />
        <Stat
          label={t("whatif.gain")}
          value={t("videos.points", { n: points(conversion.gain.estimate) })}
          note={interval(conversion.gain, points)}
        />
        {value.gain && (
          <Stat
            label={t("whatif.value")}
            value={price(value.gain.estimate)}
            note={interval(value.gain, price)}
          />
        )}
      </dl>
      <p class="note">{t("whatif.ess", { n: number(ess), persons: number(answer.sample_sizes.persons) })}</p>
      {warnings.map((code) => {
        const key = `whatif.warning.${code}`;
        return (
          <p key={code} class="reason">
            {isKey(key) ? t(key) : code}
          </p>
        );
      })}
    </>
  );
}
