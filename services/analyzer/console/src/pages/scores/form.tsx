/** One score: what gives points, how long they last, and the values of interest. */
import { useEffect, useState } from "preact/hooks";
import { Link, useLocation } from "wouter-preact";
import { api, unwrap, useQuery } from "../../api";
import { useWords } from "../../i18n";
import { useSite } from "../../site";
import { FormError, type Sending, useRemoval, useSending } from "../../ui/form";
import { useNotify } from "../../ui/notices";
import { Card, Field, Loaded, PageHead } from "../../ui/parts";
import {
  draftScore,
  MOST_THRESHOLDS,
  NEW,
  readScore,
  type Score,
  type ScoreDraft,
  type ThresholdDraft,
} from "./draft";
import { Spread } from "./report";
import { Rules } from "./rules";
import "./scores.css";

const PREVIEW_AFTER_MS = 600;

export function ScorePage({ params: { id = "" } }: { params: Record<string, string> }) {
  const { site } = useSite();
  const isNew = id === NEW;
  const score = useQuery(isNew ? null : `score ${site.id} ${id}`, () =>
    unwrap(
      api.GET("/v1/scores/{score_id}", { params: { path: { score_id: id }, query: { site: site.id } } }),
    ),
  );
  if (isNew) return <Form onSaved={() => {}} />;
  return (
    <Loaded query={score}>
      {(shown) => (
        <>
          <Form key={`${shown.id} ${shown.version}`} score={shown} onSaved={score.reload} />
          <Spread score={shown} />
        </>
      )}
    </Loaded>
  );
}

function useSaving(score: Score | undefined, onSaved: () => void) {
  const { t } = useWords();
  const { site } = useSite();
  const [, go] = useLocation();
  const notify = useNotify();
  const sending = useSending();
  const removeThing = useRemoval(sending);
  const query = { site: site.id };
  const save = async (draft: ScoreDraft) => {
    const saved = await sending.run(async () => {
      const body = readScore(draft);
      if (score) {
        const params = { path: { score_id: score.id }, query };
        await unwrap(
          api.PATCH("/v1/scores/{score_id}", { params, body: { ...body, version: score.version } }),
        );
      } else {
        const made = await unwrap(api.POST("/v1/scores", { params: { query }, body }));
        go(`/segments/~scores/${encodeURIComponent(made.id)}`, { replace: true });
      }
    });
    if (!saved) return;
    notify(t("scores.saved"));
    onSaved();
  };
  const remove = async () => {
    if (!score) return;
    const { id, name, rules, half_life_days, thresholds } = score;
    const params = { path: { score_id: id }, query };
    const body = { id, name, rules, half_life_days, thresholds };
    await removeThing({
      remove: () => unwrap(api.DELETE("/v1/scores/{score_id}", { params })),
      restore: () => unwrap(api.POST("/v1/scores", { params: { query }, body })),
      words: t("scores.deleted", { name }),
      leave: () => go("/segments/~scores"),
      comeBack: () => go(`/segments/~scores/${encodeURIComponent(id)}`),
    });
  };
  return { sending, save, remove };
}

function Form({ score, onSaved }: { score?: Score; onSaved(): void }) {
  const { t } = useWords();
  const [draft, setDraft] = useState(() => draftScore(score));
  const { sending, save, remove } = useSaving(score, onSaved);
  const put = (change: Partial<ScoreDraft>) => setDraft((before) => ({ ...before, ...change }));
  const { errorAt } = sending;
  return (
    <>
      <PageHead
        title={score?.name ?? t("scores.new")}
        lead={<Link href="/segments/~scores">← {t("scores.title")}</Link>}
      />
      <form
        class="segment-form"
        onSubmit={(event) => {
          event.preventDefault();
          save(draft);
        }}
      >
        <Card>
          <div class="row top">
            <Field label={t("scores.name")} error={errorAt("/name")}>
              <input
                required
                value={draft.name}
                onInput={(event) => put({ name: event.currentTarget.value })}
              />
            </Field>
            <Field
              label={t("scores.half_life")}
              hint={t("scores.half_life.hint")}
              error={errorAt("/half_life_days")}
            >
              <select
                value={draft.decays ? "halves" : "never"}
                onChange={(event) => put({ decays: event.currentTarget.value === "halves" })}
              >
                <option value="halves">{t("scores.halves")}</option>
                <option value="never">{t("scores.never")}</option>
              </select>
            </Field>
            {draft.decays && (
              <Field label={t("scores.half_life.days")}>
                <input
                  required
                  type="number"
                  min="0.01"
                  max="3650"
                  step="any"
                  value={draft.halfLife}
                  onInput={(event) => put({ halfLife: event.currentTarget.value })}
                />
              </Field>
            )}
          </div>
        </Card>
        <Card title={t("scores.points_for")} note={t("scores.points_for.note")}>
          <Rules rules={draft.rules} errorsIn={sending.errorsIn} onChange={(rules) => put({ rules })} />
        </Card>
        <Card title={t("scores.thresholds")} note={t("scores.thresholds.note")}>
          <Thresholds
            thresholds={draft.thresholds}
            errorAt={errorAt}
            onChange={(thresholds) => put({ thresholds })}
          />
          <Preview draft={draft} />
        </Card>
        <FormError error={sending.error} />
        <div class="row">
          <button type="submit" class="button" disabled={sending.waiting}>
            {t("action.save")}
          </button>
          {score && (
            <button type="button" class="button danger" disabled={sending.waiting} onClick={remove}>
              {t("action.delete")}
            </button>
          )}
        </div>
      </form>
    </>
  );
}

function Thresholds({
  thresholds,
  errorAt,
  onChange,
}: {
  thresholds: ThresholdDraft[];
  errorAt: Sending["errorAt"];
  onChange(thresholds: ThresholdDraft[]): void;
}) {
  const { t } = useWords();
  const put = (index: number, change: Partial<ThresholdDraft>) =>
    onChange(thresholds.map((one, at) => (at === index ? { ...one, ...change } : one)));
  return (
    <div class="conditions">
      {thresholds.map(({ name, value }, index) => (
        <div class="score-row" key={index}>
          <Field label={t("scores.threshold.name")} error={errorAt(`/thresholds/${index}/name`)}>
            <input
              required
              value={name}
              onInput={(event) => put(index, { name: event.currentTarget.value })}
            />
          </Field>
          <Field label={t("scores.threshold.value")} error={errorAt(`/thresholds/${index}/value`)}>
            <input
              required
              type="number"
              min="0"
              step="any"
              value={value}
              onInput={(event) => put(index, { value: event.currentTarget.value })}
            />
          </Field>
          <button
            type="button"
            class="remove"
            aria-label={t("scores.threshold.remove", { n: index + 1 })}
            onClick={() => onChange(thresholds.filter((_, at) => at !== index))}
          >
            ×
          </button>
        </div>
      ))}
      {thresholds.length < MOST_THRESHOLDS && (
        <button
          type="button"
          class="link"
          onClick={() => onChange([...thresholds, { id: null, name: "", value: "" }])}
        >
          + {t("scores.threshold.add")}
        </button>
      )}
    </div>
  );
}

/** Whom the definition in the form would reach now; what the form lacks yet is waited for. */
function Preview({ draft }: { draft: ScoreDraft }) {
  const { t, number } = useWords();
  const { site } = useSite();
  const body = JSON.stringify({ ...readScore(draft), name: draft.name || "-" });
  const [settled, setSettled] = useState(body);
  useEffect(() => {
    const timer = setTimeout(() => setSettled(body), PREVIEW_AFTER_MS);
    return () => clearTimeout(timer);
  }, [body]);
  const isComplete =
    draft.rules.length > 0 &&
    draft.rules.every(({ event, points }) => event.trim() && points !== "") &&
    draft.thresholds.every(({ name, value }) => name && Number(value) > 0);
  const found = useQuery(isComplete ? `preview ${site.id} ${settled}` : null, () =>
    unwrap(
      api.POST("/v1/scores/preview", { params: { query: { site: site.id } }, body: JSON.parse(settled) }),
    ),
  );
  const data = isComplete ? found.data : undefined;
  return (
    <p class="note" role="status">
      {data
        ? [
            t("scores.preview", { n: number(data.persons) }),
            ...draft.thresholds.map(({ name }, index) =>
              t("scores.preview.at", { name, n: number(data.at_or_above[index]) }),
            ),
          ].join(" · ")
        : t("scores.preview.waiting")}
    </p>
  );
}
