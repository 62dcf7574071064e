/** What a prompt brought, against those it was withheld from: differences with their intervals, and how sure they are. */
import type { Schemas } from "../../api";
import { useWords } from "../../i18n";
import { useSite } from "../../site";
import { Card, Reason } from "../../ui/parts";

type Report = Schemas["CampaignReportShown"];
type Uplift = Schemas["UpliftShown"];

interface Row {
  name: string;
  uplift: Uplift;
  isMoney: boolean;
}

/** Below this the arms' sizes do not fit the weights they were drawn with. */
const SRM_P = 0.001;

export function UpliftCard({ report }: { report: Report }) {
  const { t, number, percent } = useWords();
  const { uplift } = report;
  if (!uplift) {
    return (
      <Card title={t("prompts.result.uplift")}>
        <Reason code={report.reasons.uplift} />
      </Card>
    );
  }
  const variants = report.by_variant.length > 1 ? report.by_variant : [];
  const rows: Row[] = [{ name: t("uplift.conversion"), uplift, isMoney: false }];
  for (const { id, uplift: own } of variants) if (own) rows.push({ name: id, uplift: own, isMoney: false });
  const { uplift_adjusted: adjusted, value_uplift_adjusted: value } = report;
  if (adjusted) rows.splice(1, 0, { name: t("uplift.adjusted"), uplift: adjusted, isMoney: false });
  if (report.value_uplift) rows.push({ name: t("uplift.value"), uplift: report.value_uplift, isMoney: true });
  if (value) rows.push({ name: t("uplift.value_adjusted"), uplift: value, isMoney: true });
  return (
    <Card title={t("prompts.result.uplift")} note={t(judge(uplift))}>
      {report.srm_p !== null && report.srm_p < SRM_P && <p class="reason">{t("uplift.srm")}</p>}
      <div class="uplifts">
        {rows.map((row) => (
          <Interval key={row.name} {...row} />
        ))}
      </div>
      <p class="note">
        {t("uplift.basis", { n: number(uplift.persons), m: number(uplift.control_persons) })}{" "}
        {uplift.chance_to_win !== null && t("uplift.chance", { share: percent(uplift.chance_to_win) })}
      </p>
      <p class="note">{t("uplift.legend")}</p>
      {variants.length > 0 && report.assumptions.includes("variants_weighed_by_their_chances") && (
        <p class="note">{t("shares.weighed")}</p>
      )}
      {adjusted && (
        <p class="note">{t("uplift.adjusted_what", { share: percent(adjusted.variance_reduction, 0) })}</p>
      )}
    </Card>
  );
}

/** The sentence that the always-valid interval allows. */
function judge({ always_valid_low, always_valid_high }: Uplift) {
  if ((always_valid_low ?? 0) > 0) return "uplift.works";
  return (always_valid_high ?? 0) < 0 ? "uplift.harms" : "uplift.open";
}

/** One difference on a line around zero: the thick bar for one look, the thin one for any number of looks. */
export function Interval({ name, uplift, isMoney }: Row) {
  const { t, points, money } = useWords();
  const { site } = useSite();
  // What a person brings more is often less than one unit of the currency.
  const digits = Math.abs(uplift.estimate ?? 0) < 10 ? 2 : 0;
  const show = (value: number | null) =>
    isMoney ? money(value, site.currency, digits) : t("videos.points", { n: points(value) });
  const { estimate, ci_low, ci_high, always_valid_low, always_valid_high } = uplift;
  const ends = [ci_low, ci_high, always_valid_low, always_valid_high].map((end) => end ?? 0);
  const reach = Math.max(...ends.map(Math.abs), 1e-9);
  const place = (value: number | null) => `${50 + ((value ?? 0) / reach) * 48}%`;
  const bar = (low: number | null, high: number | null) => ({
    left: place(low),
    width: `${(((high ?? 0) - (low ?? 0)) / reach) * 48}%`,
  });
  return (
    <div class="uplift">
      <p>
        <span>{name}</span> <strong>{show(estimate)}</strong>{" "}
        <small class="note">{t("videos.interval", { low: show(ci_low), high: show(ci_high) })}</small>
      </p>
      <div class="uplift-line" aria-hidden="true">
        <i class="always" style={bar(always_valid_low, always_valid_high)} />
        <i class="once" style={bar(ci_low, ci_high)} />
        <b style={{ left: place(estimate) }} />
      </div>
    </div>
  );
}
