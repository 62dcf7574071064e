/** One question: what to count, of whom and by what, with its answer beside it while it is being put together. */
import { useEffect, useState } from "preact/hooks";
import { Link, useLocation } from "wouter-preact";
import { api, unwrap, useQuery } from "../../api";
import { type Key, useWords } from "../../i18n";
import { useSite } from "../../site";
import { Conditions } from "../../ui/conditions";
import { FormError, type Sending, useRemoval, useSending } from "../../ui/form";
import { useNotify } from "../../ui/notices";
import { Card, Field, Loaded, PageHead } from "../../ui/parts";
import { Audience } from "../prompts/audience";
import { AnswerView } from "./answer";
import {
  chooseMeasure,
  DAYS,
  draftQuestion,
  type Group,
  INTERVALS,
  listGroups,
  MEASURES,
  type Measure,
  NEW,
  type Question,
  type QuestionDraft,
  readQuery,
  readQuestion,
  takesEvent,
  takesGoal,
} from "./question";

const WAIT_MS = 500;

export function QuestionPage({ params: { id = "" } }: { params: Record<string, string> }) {
  const { site } = useSite();
  const question = useQuery(id === NEW ? null : `question ${site.id} ${id}`, () =>
    unwrap(
      api.GET("/v1/questions/{question_id}", {
        params: { path: { question_id: id }, query: { site: site.id } },
      }),
    ),
  );
  if (id === NEW) return <Form />;
  return (
    <Loaded query={question}>
      {(shown) => <Form key={`${shown.id} ${shown.version}`} question={shown} />}
    </Loaded>
  );
}

function useSaving(question: Question | undefined) {
  const { t } = useWords();
  const { site } = useSite();
  const [, go] = useLocation();
  const notify = useNotify();
  const sending = useSending();
  const removeThing = useRemoval(sending);
  const query = { site: site.id };
  const save = async (draft: QuestionDraft) => {
    const saved = await sending.run(async () => {
      const body = readQuestion(draft);
      const params = { query };
      if (!question) return unwrap(api.POST("/v1/questions", { params, body }));
      return unwrap(
        api.PATCH("/v1/questions/{question_id}", {
          params: { path: { question_id: question.id }, query },
          body: { ...body, version: question.version },
        }),
      );
    });
    if (!saved) return;
    notify(t("dashboard.saved"));
    go("/dashboard");
  };
  const remove = async () => {
    if (!question) return;
    const { version: _v, created_at: _c, updated_at: _u, ...body } = question;
    const params = { path: { question_id: question.id }, query };
    await removeThing({
      remove: () => unwrap(api.DELETE("/v1/questions/{question_id}", { params })),
      restore: () => unwrap(api.POST("/v1/questions", { params: { query }, body })),
      words: t("dashboard.deleted", { name: question.name }),
      leave: () => go("/dashboard"),
      comeBack: () => go(`/dashboard/${encodeURIComponent(question.id)}`),
    });
  };
  return { sending, save, remove };
}

function Form({ question }: { question?: Question }) {
  const { t } = useWords();
  const [draft, setDraft] = useState(() => draftQuestion(question));
  const { sending, save, remove } = useSaving(question);
  const put = (change: Partial<QuestionDraft>) => setDraft((before) => ({ ...before, ...change }));
  return (
    <>
      <PageHead
        title={question?.name ?? t("dashboard.new")}
        lead={<Link href="/dashboard">← {t("dashboard.title")}</Link>}
      />
      <form
        class="question-form"
        onSubmit={(event) => {
          event.preventDefault();
          save(draft);
        }}
      >
        <div class="question-fields">
          <Card>
            <Field label={t("dashboard.name")} error={sending.errorAt("/name")}>
              <input
                required
                value={draft.name}
                onInput={(event) => put({ name: event.currentTarget.value })}
              />
            </Field>
            <What draft={draft} put={put} setDraft={setDraft} errorAt={sending.errorAt} />
            <How draft={draft} put={put} errorAt={sending.errorAt} />
          </Card>
          <Audience
            draft={draft}
            put={put}
            errorsIn={sending.errorsIn}
            title="dashboard.of_whom"
            pointer="/filter"
          />
        </div>
        <div class="question-actions">
          <FormError error={sending.error} />
          <div class="row">
            <button type="submit" class="button" disabled={sending.waiting}>
              {t("action.save")}
            </button>
            {question && (
              <button type="button" class="button danger" disabled={sending.waiting} onClick={remove}>
                {t("action.delete")}
              </button>
            )}
          </div>
        </div>
        <Preview draft={draft} />
      </form>
    </>
  );
}

interface PartProps {
  draft: QuestionDraft;
  put(change: Partial<QuestionDraft>): void;
  errorAt: Sending["errorAt"];
}

/** What is counted, and by what. */
function What({ draft, put, setDraft, errorAt }: PartProps & { setDraft(draft: QuestionDraft): void }) {
  const { t } = useWords();
  return (
    <>
      <Field label={t("dashboard.measure")} error={errorAt("/measure")}>
        <select
          value={draft.measure}
          onChange={(event) => setDraft(chooseMeasure(draft, event.currentTarget.value as Measure))}
        >
          {(Object.keys(MEASURES) as Measure[]).map((name) => (
            <option key={name} value={name}>
              {t(`dashboard.measure.${name}`)}
            </option>
          ))}
        </select>
      </Field>
      {takesEvent(draft.measure) && (
        <>
          <Field label={t("dashboard.event")} hint={t("dashboard.event.hint")} error={errorAt("/event")}>
            <input value={draft.event} onInput={(event) => put({ event: event.currentTarget.value })} />
          </Field>
          {draft.event.trim() !== "" && (
            <Field label={t("dashboard.where")} as="group" error={errorAt("/where")}>
              <Conditions drafts={draft.where} onChange={(where) => put({ where })} />
            </Field>
          )}
        </>
      )}
      <div class="row top">
        <Field label={t("dashboard.by_what")} error={errorAt("/breakdown")}>
          <select
            value={draft.group}
            onChange={(event) => put({ group: event.currentTarget.value as Group | "" })}
          >
            <option value="">{t("dashboard.group.none")}</option>
            {listGroups(draft.measure).map((name) => (
              <option key={name} value={name}>
                {t(`dashboard.group.${name}` satisfies Key)}
              </option>
            ))}
          </select>
        </Field>
        {draft.group === "trait" && (
          <Field label={t("dashboard.trait")}>
            <input
              required
              value={draft.trait}
              onInput={(event) => put({ trait: event.currentTarget.value })}
            />
          </Field>
        )}
      </div>
    </>
  );
}

/** Over which time, in which steps, and what counts as a conversion. */
function How({ draft, put, errorAt }: PartProps) {
  const { t, number } = useWords();
  const { site } = useSite();
  const goals = useQuery(`goals ${site.id}`, () =>
    unwrap(api.GET("/v1/goals", { params: { query: { site: site.id, limit: 1000 } } })),
  );
  const days = (DAYS as readonly number[]).includes(draft.days) ? DAYS : [...DAYS, draft.days];
  return (
    <>
      <div class="row top">
        <Field label={t("dashboard.window")} error={errorAt("/window_days")}>
          <select value={draft.days} onChange={(event) => put({ days: Number(event.currentTarget.value) })}>
            {days.map((n) => (
              <option key={n} value={n}>
                {t("dashboard.days", { n: number(n) })}
              </option>
            ))}
          </select>
        </Field>
        <Field label={t("dashboard.steps")} error={errorAt("/interval")}>
          <select
            value={draft.interval}
            onChange={(event) => put({ interval: event.currentTarget.value as QuestionDraft["interval"] })}
          >
            <option value="">{t("dashboard.interval.none")}</option>
            {INTERVALS.map((name) => (
              <option key={name} value={name}>
                {t(`dashboard.interval.${name}`)}
              </option>
            ))}
          </select>
        </Field>
      </div>
      {takesGoal(draft.measure) && (
        <Field label={t("dashboard.goal")} error={errorAt("/goal")}>
          <select value={draft.goal} onChange={(event) => put({ goal: event.currentTarget.value })}>
            {(goals.data?.items ?? [{ id: draft.goal, name: draft.goal }]).map(({ id, name }) => (
              <option key={id} value={id}>
                {name}
              </option>
            ))}
          </select>
        </Field>
      )}
    </>
  );
}

/** The answer to the question as it stands; it is asked when nobody has typed for a moment. */
function Preview({ draft }: { draft: QuestionDraft }) {
  const { t } = useWords();
  const { site } = useSite();
  const [settled, setSettled] = useState(draft);
  useEffect(() => {
    const timer = setTimeout(() => setSettled(draft), WAIT_MS);
    return () => clearTimeout(timer);
  }, [draft]);
  const { name: _, ...asked } = settled;
  const answer = useQuery(`preview ${site.id} ${JSON.stringify(asked)}`, async () =>
    unwrap(
      api.GET("/v1/reports/query", {
        params: { query: { site: site.id, ...readQuery(settled, Date.now()) } },
      }),
    ),
  );
  return (
    <Card title={t("dashboard.preview")}>
      <div aria-live="polite">
        <Loaded query={answer} lines={5}>
          {(data) => <AnswerView answer={data} height={260} />}
        </Loaded>
      </div>
    </Card>
  );
}
