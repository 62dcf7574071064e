/** A comparison of something with a value, and lists of such: the `where` of goals and rules. */
import { type Key, useWords } from "../i18n";
import type { ConditionDraft } from "../rules/conditions";
import { OPERATORS, type Operator } from "../rules/value";

/** The operator and the value; what is typed is kept as text until it is another value. */
export function Comparison({
  op,
  text,
  onChange,
  label,
}: {
  op: Operator;
  text: string;
  onChange(op: Operator, text: string): void;
  /** What is compared, for who does not see it. */
  label: string;
}) {
  const { t } = useWords();
  return (
    <>
      <select
        class="op"
        aria-label={`${label}: ${t("op.operator")}`}
        value={op}
        onChange={(event) => {
          const next = event.currentTarget.value as Operator;
          onChange(next, next === "exists" ? "true" : op === "exists" ? "" : text);
        }}
      >
        {OPERATORS.map((name) => (
          <option key={name} value={name}>
            {t(`op.${name}` satisfies Key)}
          </option>
        ))}
      </select>
      {op === "exists" ? (
        <select
          aria-label={`${label}: ${t("op.value")}`}
          value={text === "false" ? "false" : "true"}
          onChange={(event) => onChange(op, event.currentTarget.value)}
        >
          <option value="true">{t("op.yes")}</option>
          <option value="false">{t("op.no")}</option>
        </select>
      ) : (
        <input
          aria-label={`${label}: ${t(op === "in" ? "op.value.in" : "op.value")}`}
          placeholder={t(op === "in" ? "op.value.in" : "op.value")}
          value={text}
          onInput={(event) => onChange(op, event.currentTarget.value)}
        />
      )}
    </>
  );
}

/** The conditions on an event's properties; all must hold. */
export function Conditions({
  drafts,
  onChange,
}: {
  drafts: readonly ConditionDraft[];
  onChange(drafts: ConditionDraft[]): void;
}) {
  const { t } = useWords();
  const put = (index: number, change: Partial<ConditionDraft>) =>
    onChange(drafts.map((draft, at) => (at === index ? { ...draft, ...change } : draft)));
  return (
    <div class="conditions">
      {drafts.map((draft, index) => (
        <div class="condition" key={index}>
          <input
            aria-label={t("where.property")}
            placeholder={t("where.property")}
            value={draft.property}
            onInput={(event) => put(index, { property: event.currentTarget.value })}
          />
          <Comparison
            label={draft.property || t("where.property")}
            op={draft.op}
            text={draft.text}
            onChange={(op, text) => put(index, { op, text })}
          />
          <button
            type="button"
            class="remove"
            aria-label={t("where.remove", { n: index + 1 })}
            onClick={() => onChange(drafts.filter((_, at) => at !== index))}
          >
            ×
          </button>
        </div>
      ))}
      <button
        type="button"
        class="link"
        onClick={() => onChange([...drafts, { property: "", op: "eq", text: "" }])}
      >
        + {t("where.add")}
      </button>
    </div>
  );
}
