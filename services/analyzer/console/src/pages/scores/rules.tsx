/** What gives points: an event, conditions on it, and how many. */
import { useWords } from "../../i18n";
import { Conditions } from "../../ui/conditions";
import type { Sending } from "../../ui/form";
import { Field } from "../../ui/parts";
import { MOST_RULES, type RuleDraft } from "./draft";

/** Offered while typing; any other event can be named. */
const EVENTS = [
  "page",
  "Product Viewed",
  "Product Added",
  "Order Completed",
  "Video Playback Completed",
  "Store Visited",
  "Inquiry",
  "Document Requested",
];

export function Rules({
  rules,
  errorsIn,
  onChange,
}: {
  rules: RuleDraft[];
  errorsIn: Sending["errorsIn"];
  onChange(rules: RuleDraft[]): void;
}) {
  const { t } = useWords();
  const put = (index: number, change: Partial<RuleDraft>) =>
    onChange(rules.map((one, at) => (at === index ? { ...one, ...change } : one)));
  return (
    <>
      <ol class="rule-rows">
        {rules.map(({ event, points, where }, index) => (
          <li class="rule-row" key={index}>
            <div class="score-row">
              <Field label={t("scores.event")} error={errorsIn(`/rules/${index}/event`)[0]?.detail}>
                <input
                  required
                  list="score-events"
                  value={event}
                  onInput={(input) => put(index, { event: input.currentTarget.value })}
                />
              </Field>
              <Field label={t("scores.points")} error={errorsIn(`/rules/${index}/points`)[0]?.detail}>
                <input
                  required
                  type="number"
                  step="any"
                  value={points}
                  onInput={(input) => put(index, { points: input.currentTarget.value })}
                />
              </Field>
              <button
                type="button"
                class="remove"
                aria-label={t("scores.rule.remove", { n: index + 1 })}
                disabled={rules.length === 1}
                onClick={() => onChange(rules.filter((_, at) => at !== index))}
              >
                ×
              </button>
            </div>
            <Conditions drafts={where} onChange={(next) => put(index, { where: next })} />
            {errorsIn(`/rules/${index}/where`).map(({ place, detail }) => (
              <small class="field-error" key={place}>
                {detail}
              </small>
            ))}
          </li>
        ))}
      </ol>
      {rules.length < MOST_RULES && (
        <p class="row">
          <button
            type="button"
            class="button quiet small"
            onClick={() => onChange([...rules, { event: "", points: "1", where: [] }])}
          >
            + {t("scores.rule.add")}
          </button>
        </p>
      )}
      <datalist id="score-events">
        {EVENTS.map((name) => (
          <option key={name} value={name} />
        ))}
      </datalist>
    </>
  );
}
