/** The questions of a survey. What the form does not show of a question stays as it is. */
import { useWords } from "../../i18n";
import { Lines } from "../../ui/form";
import { Field } from "../../ui/parts";

type Question = Record<string, unknown>;
const TYPES = ["single", "multiple", "text", "rating"] as const;

export function Questions({
  questions,
  error,
  onChange,
}: {
  questions: Question[];
  error: string | undefined;
  onChange(questions: Question[]): void;
}) {
  const { t } = useWords();
  const add = () => {
    const taken = new Set(questions.map(({ id }) => id));
    let n = questions.length + 1;
    while (taken.has(`q${n}`)) n++;
    onChange([...questions, { id: `q${n}`, type: "single", label: "", options: [] }]);
  };
  return (
    <Field label={t("prompts.questions")} as="group" error={error}>
      {questions.map((question, index) => (
        <QuestionFields
          key={String(question.id)}
          question={question}
          n={index + 1}
          onChange={(next) => onChange(questions.map((one, at) => (at === index ? next : one)))}
          onRemove={() => onChange(questions.filter((_, at) => at !== index))}
        />
      ))}
      <button type="button" class="link" onClick={add}>
        + {t("prompts.question.add")}
      </button>
    </Field>
  );
}

function QuestionFields({
  question,
  n,
  onChange,
  onRemove,
}: {
  question: Question;
  n: number;
  onChange(question: Question): void;
  onRemove(): void;
}) {
  const { t } = useWords();
  const chosen = question.type === "single" || question.type === "multiple";
  const options = Array.isArray(question.options) ? question.options.map(String) : [];
  return (
    <div class="stack inset">
      <div class="condition">
        <input
          required
          aria-label={t("prompts.question", { n })}
          placeholder={t("prompts.question", { n })}
          value={String(question.label ?? "")}
          onInput={(event) => onChange({ ...question, label: event.currentTarget.value })}
        />
        <select
          class="op"
          aria-label={`${t("prompts.question", { n })}: ${t("prompts.question.type")}`}
          value={String(question.type)}
          onChange={(event) => {
            const { options: _, ...rest } = question;
            const type = event.currentTarget.value;
            onChange({
              ...rest,
              type,
              ...(type === "single" || type === "multiple" ? { options } : {}),
            });
          }}
        >
          {TYPES.map((type) => (
            <option key={type} value={type}>
              {t(`prompts.question.${type}`)}
            </option>
          ))}
        </select>
        <button
          type="button"
          class="remove"
          aria-label={t("prompts.question.remove", { n })}
          onClick={onRemove}
        >
          ×
        </button>
      </div>
      {chosen && (
        <Field label={t("prompts.question.options")}>
          <Lines value={options} onChange={(lines) => onChange({ ...question, options: lines })} />
        </Field>
      )}
      <label class="check">
        <input
          type="checkbox"
          checked={question.required === true}
          onChange={(event) => onChange({ ...question, required: event.currentTarget.checked })}
        />
        {t("prompts.question.required")}
      </label>
    </div>
  );
}
