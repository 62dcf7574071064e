/** Who is meant: conditions to fill in, or the rule itself as JSON. Both are the same rule. */
import { useState } from "preact/hooks";
import { api, type Schemas, unwrap, useQuery } from "../../api";
import { type Key, useWords } from "../../i18n";
import { type Row, type RuleRows, readRows, STARTS, writeRows } from "../../rules/builder";
import { useSite } from "../../site";
import { Card, Field } from "../../ui/parts";
import type { Draft } from "./campaign";
import type { SectionProps } from "./form";
import { RuleRow } from "./row";

/** What the rows offer to choose from. */
export interface Choices {
  facts: Schemas["FactShown"][];
  segments: { id: string; name: string }[];
}

function useChoices(): Choices & { videos: { id: string; title: string }[] } {
  const { site } = useSite();
  const query = { site: site.id, limit: 1000 };
  const choices = useQuery(`choices ${site.id}`, async () => {
    const [facts, segments, videos, scores] = await Promise.all([
      unwrap(api.GET("/v1/facts")),
      unwrap(api.GET("/v1/segments", { params: { query } })),
      unwrap(api.GET("/v1/videos", { params: { query } })),
      unwrap(api.GET("/v1/scores", { params: { query } })),
    ]);
    const points = scores.items.map(({ id, name }) => ({
      name: `score.${id}`,
      type: "number",
      meaning: { en: name, ja: name },
    }));
    return { facts: [...facts.items, ...points], segments: segments.items, videos: videos.items };
  });
  return choices.data ?? { facts: [], segments: [], videos: [] };
}

/** A rule that is being edited: as rows, or as JSON while `rows` is null. */
export interface RuleProps {
  draft: Pick<Draft, "rows" | "json">;
  put(change: Partial<Pick<Draft, "rows" | "json">>): void;
  errorsIn: SectionProps["errorsIn"];
  title?: Key;
  /** Where the rule stands in what is sent. */
  pointer?: string;
}

export function Audience({ draft, put, errorsIn, title = "prompts.who", pointer = "/audience" }: RuleProps) {
  const { t, language } = useWords();
  const choices = useChoices();
  const [refused, setRefused] = useState<string>();
  const { rows, json } = draft;
  const errors = errorsIn(pointer);
  const toJson = () => rows && put({ rows: null, json: JSON.stringify(writeRows(rows), null, 2) });
  const toRows = () => {
    try {
      const read = readRows(JSON.parse(json));
      setRefused(read ? undefined : t("prompts.who.too_rich"));
      if (read) put({ rows: read });
    } catch (error) {
      setRefused(t("prompts.who.no_json", { detail: (error as Error).message }));
    }
  };
  return (
    <Card
      title={t(title)}
      actions={
        <div class="segmented">
          <button type="button" aria-pressed={!!rows} onClick={toRows}>
            {t("prompts.who.rows")}
          </button>
          <button type="button" aria-pressed={!rows} onClick={toJson}>
            {t("prompts.who.json")}
          </button>
        </div>
      }
    >
      {rows ? (
        <Rows rules={rows} choices={choices} errors={errors} onChange={(next) => put({ rows: next })} />
      ) : (
        <Field label={t("prompts.who.json_label")} hint={refused}>
          <textarea
            class="code"
            rows={14}
            spellcheck={false}
            value={json}
            onInput={(event) => put({ json: event.currentTarget.value })}
          />
        </Field>
      )}
      {rows ? null : <RuleErrors errors={errors} />}
      <datalist id="videos">
        {choices.videos.map(({ id, title }) => (
          <option key={id} value={id} label={title} />
        ))}
      </datalist>
      <datalist id="facts">
        {choices.facts.map(({ name, meaning }) => (
          <option key={name} value={name} label={meaning[language]} />
        ))}
      </datalist>
    </Card>
  );
}

/** The server's objections to the rule, each with its place in it. */
function RuleErrors({ errors }: { errors: { place: string; detail: string }[] }) {
  if (!errors.length) return null;
  return (
    <div class="form-error" role="alert">
      {errors.map(({ place, detail }) => (
        <p key={place}>
          {place && <code>{place}</code>} {detail}
        </p>
      ))}
    </div>
  );
}

/** Returns what was said about the row at this place. */
function findRowError(errors: { place: string; detail: string }[], index: number): string | undefined {
  return errors.find(({ place }) => new RegExp(`^/(all|any)/${index}(/|$)`).test(place))?.detail;
}

function Rows({
  rules,
  choices,
  errors,
  onChange,
}: {
  rules: RuleRows;
  choices: Choices;
  errors: { place: string; detail: string }[];
  onChange(rules: RuleRows): void;
}) {
  const { t } = useWords();
  const { match, rows } = rules;
  const setRows = (next: Row[]) => onChange({ match, rows: next });
  return (
    <>
      {rows.length === 0 ? (
        <p class="note">{t("prompts.who.nobody_left_out")}</p>
      ) : (
        <select
          aria-label={t("prompts.who.match")}
          value={match}
          onChange={(event) => onChange({ rows, match: event.currentTarget.value as RuleRows["match"] })}
        >
          <option value="all">{t("prompts.who.all")}</option>
          <option value="any">{t("prompts.who.any")}</option>
        </select>
      )}
      <ol class="rule-rows">
        {rows.map((row, index) => (
          <RuleRow
            key={index}
            row={row}
            index={index}
            choices={choices}
            error={findRowError(errors, index)}
            onChange={(next) => setRows(rows.map((one, at) => (at === index ? next : one)))}
            onRemove={() => setRows(rows.filter((_, at) => at !== index))}
          />
        ))}
      </ol>
      <RuleErrors errors={errors.filter((error) => !rows.some((_, at) => findRowError([error], at)))} />
      <div class="adders">
        <span class="note">{t("prompts.who.add")}</span>
        {(Object.keys(STARTS) as (keyof typeof STARTS)[]).map((name) => (
          <button
            key={name}
            type="button"
            class="button quiet small"
            onClick={() => setRows([...rows, structuredClone(STARTS[name]) as unknown as Row])}
          >
            + {t(`prompts.row.${name}` satisfies Key)}
          </button>
        ))}
      </div>
    </>
  );
}
