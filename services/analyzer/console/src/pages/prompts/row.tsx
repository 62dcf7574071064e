/** One condition of an audience, to be filled in. */
import { type Key, useWords } from "../../i18n";
import type { Row } from "../../rules/builder";
import type { Operator } from "../../rules/value";
import { Comparison, Conditions } from "../../ui/conditions";
import type { Choices } from "./audience";

type RowOf<K extends Row["kind"]> = Extract<Row, { kind: K }>;
const WITHIN = ["session", "1h", "24h", "7d", "14d", "30d"];
const COUNT_OPERATORS: Operator[] = ["ge", "gt", "eq", "le", "lt", "ne"];

export function RuleRow({
  row,
  index,
  choices,
  error,
  onChange,
  onRemove,
}: {
  row: Row;
  index: number;
  choices: Choices;
  error: string | undefined;
  onChange(row: Row): void;
  onRemove(): void;
}) {
  const { t } = useWords();
  const label =
    row.kind === "event" && row.event === "page"
      ? "page"
      : row.kind === "fact" && row.fact === "orders.count"
        ? "orders"
        : row.kind;
  return (
    <li class={error ? "rule-row field wrong" : "rule-row field"}>
      <div class="rule-head">
        <strong>{t(`prompts.row.${label}` satisfies Key)}</strong>
        <label class="check">
          <input
            type="checkbox"
            aria-label={t("prompts.row.not_of", { n: index + 1 })}
            checked={row.not}
            onChange={(event) => onChange({ ...row, not: event.currentTarget.checked })}
          />
          {t("prompts.row.not")}
        </label>
        <button
          type="button"
          class="remove"
          aria-label={t("prompts.row.remove", { n: index + 1 })}
          onClick={onRemove}
        >
          ×
        </button>
      </div>
      {row.kind === "watched" && <WatchedRow row={row} onChange={onChange} />}
      {row.kind === "fact" && <FactRow row={row} choices={choices} onChange={onChange} />}
      {row.kind === "event" && <EventRow row={row} onChange={onChange} />}
      {row.kind === "segment" && <SegmentRow row={row} choices={choices} onChange={onChange} />}
      {error && (
        <p class="field-error" role="alert">
          {error}
        </p>
      )}
    </li>
  );
}

function WatchedRow({ row, onChange }: { row: RowOf<"watched">; onChange(row: Row): void }) {
  const { t } = useWords();
  const numbers = [
    ["from", "prompts.row.from", undefined],
    ["to", "prompts.row.to", undefined],
    ["share", "prompts.row.share", 1],
  ] as const;
  return (
    <div class="condition labelled">
      <label>
        <span>{t("prompts.row.video")}</span>
        <input
          required
          list="videos"
          value={row.video}
          onInput={(event) => onChange({ ...row, video: event.currentTarget.value })}
        />
      </label>
      {numbers.map(([field, label, max]) => (
        <label key={field} class="narrow">
          <span>{t(label)}</span>
          <input
            required
            type="number"
            min="0"
            max={max}
            step="any"
            value={row[field]}
            onInput={(event) => onChange({ ...row, [field]: event.currentTarget.value })}
          />
        </label>
      ))}
    </div>
  );
}

function FactRow({
  row,
  choices,
  onChange,
}: {
  row: RowOf<"fact">;
  choices: Choices;
  onChange(row: Row): void;
}) {
  const { t, language } = useWords();
  const meaning = choices.facts.find(({ name }) => name === row.fact)?.meaning[language];
  return (
    <>
      <div class="condition">
        <input
          required
          list="facts"
          aria-label={t("prompts.row.fact_name")}
          value={row.fact}
          onInput={(event) => onChange({ ...row, fact: event.currentTarget.value })}
        />
        <Comparison
          label={row.fact}
          op={row.op}
          text={row.text}
          onChange={(op, text) => onChange({ ...row, op, text })}
        />
      </div>
      {meaning && <small class="note">{meaning}</small>}
    </>
  );
}

function EventRow({ row, onChange }: { row: RowOf<"event">; onChange(row: Row): void }) {
  const { t } = useWords();
  const within = WITHIN.includes(row.within) ? WITHIN : [...WITHIN, row.within];
  const nameWithin = (value: string) =>
    value === "session"
      ? t("prompts.row.within.session")
      : t(value.endsWith("h") ? "prompts.row.within.hours" : "prompts.row.within.days", {
          n: value.slice(0, -1),
        });
  return (
    <>
      <div class="condition labelled">
        <label>
          <span>{t("prompts.row.event_name")}</span>
          <input
            required
            value={row.event}
            onInput={(event) => onChange({ ...row, event: event.currentTarget.value })}
          />
        </label>
        <label class="narrow">
          <span>{t("op.operator")}</span>
          <select
            value={row.op}
            onChange={(event) => onChange({ ...row, op: event.currentTarget.value as Operator })}
          >
            {COUNT_OPERATORS.map((op) => (
              <option key={op} value={op}>
                {t(`op.${op}` satisfies Key)}
              </option>
            ))}
          </select>
        </label>
        <label class="narrow">
          <span>{t("prompts.row.times")}</span>
          <input
            required
            type="number"
            min="0"
            value={row.count}
            onInput={(event) => onChange({ ...row, count: event.currentTarget.value })}
          />
        </label>
        <label class="narrow">
          <span>{t("prompts.row.within")}</span>
          <select
            value={row.within}
            onChange={(event) => onChange({ ...row, within: event.currentTarget.value })}
          >
            {within.map((value) => (
              <option key={value} value={value}>
                {nameWithin(value)}
              </option>
            ))}
          </select>
        </label>
      </div>
      <Conditions drafts={row.where} onChange={(where) => onChange({ ...row, where })} />
    </>
  );
}

function SegmentRow({
  row,
  choices,
  onChange,
}: {
  row: RowOf<"segment">;
  choices: Choices;
  onChange(row: Row): void;
}) {
  const { t } = useWords();
  const known = choices.segments.some(({ id }) => id === row.segment);
  return (
    <select
      required
      aria-label={t("prompts.row.segment")}
      value={row.segment}
      onChange={(event) => onChange({ ...row, segment: event.currentTarget.value })}
    >
      {!known && <option value={row.segment}>{row.segment || t("prompts.row.choose")}</option>}
      {choices.segments.map(({ id, name }) => (
        <option key={id} value={id}>
          {name}
        </option>
      ))}
    </select>
  );
}
