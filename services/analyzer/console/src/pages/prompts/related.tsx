/** Which answers of a survey go together: cross tables, and what stands out from chance in words. */
import { useWords } from "../../i18n";
import { Card, Reason, Table } from "../../ui/parts";
import type { Question, Report } from "./satisfaction";

type Pair = Report["related"][number];
/** From here on a difference stands out from chance. */
export const FOUND_Q = 0.05;

export function Related({ report }: { report: Report }) {
  const { t } = useWords();
  const pairs = report.related.filter(({ persons }) => persons > 0);
  if (!pairs.length) return null;
  const questions = new Map(report.questions.map((question) => [question.id, question]));
  return (
    <Card title={t("related.title")} note={t("related.note")}>
      {pairs.map((pair) => {
        const [question, other] = [questions.get(pair.question), questions.get(pair.other)];
        return question && other ? (
          <Cross key={`${pair.question} ${pair.other}`} pair={pair} question={question} other={other} />
        ) : null;
      })}
    </Card>
  );
}

function nameLevels(question: Question, values: readonly (string | number)[]): string {
  return question.levels
    .filter(({ value }) => values.includes(value))
    .map(({ label }) => label)
    .join(" · ");
}

function Cross({ pair, question, other }: { pair: Pair; question: Question; other: Question }) {
  const { t, number, percent, points } = useWords();
  const told = pair.contrasts.filter(({ difference }) => difference !== null);
  const found = told.filter(({ q_value: q }) => q !== null && q <= FOUND_Q);
  const rows = question.levels
    .map(({ label }, place) => ({ label, counts: pair.counts[place] ?? [] }))
    .filter(({ counts }) => counts.some(Boolean));
  // A person may choose several answers, so a row's persons are not the sum of its cells.
  const sum = (counts: readonly number[]) => counts.reduce((all, one) => all + one, 0);
  const caption = t("related.of", { question: question.label, other: other.label });
  return (
    <div class="stack related">
      <h3>{caption}</h3>
      {found.length > 0 ? (
        <ul class="findings">
          {found.map((one) => (
            <li key={`${one.values.join()} ${one.other_values.join()}`}>
              {t("related.found", {
                answer: nameLevels(question, one.values),
                other: nameLevels(other, one.other_values),
                share: percent(one.share, 0),
                others: percent(one.others_share, 0),
                points: points(one.difference),
                low: points(one.difference_low),
                high: points(one.difference_high),
              })}
            </li>
          ))}
        </ul>
      ) : told.length > 0 ? (
        <p class="reason">{t("related.nothing")}</p>
      ) : (
        <Reason code={pair.contrasts[0]?.reasons.difference} />
      )}
      <Table
        caption={caption}
        rows={question.type === "rating" ? [...rows].reverse() : rows}
        keyOf={({ label }) => label}
        columns={[
          { head: t("satisfaction.answer"), cell: ({ label }) => <span class="answer">{label}</span> },
          ...other.levels.map(({ label }, place) => ({
            head: label,
            numeric: true,
            cell: ({ counts }: (typeof rows)[number]) => (
              <>
                {number(counts[place] ?? 0)}{" "}
                {other.type !== "multiple" && (
                  <small class="note">{percent((counts[place] ?? 0) / sum(counts), 0)}</small>
                )}
              </>
            ),
          })),
        ]}
      />
    </div>
  );
}
