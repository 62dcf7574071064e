/** The stages of customers: what to give to each next, and the rules by which they are told apart. */
import { useState } from "preact/hooks";
import { useLocation } from "wouter-preact";
import { api, type Schemas, unwrap } from "../../api";
import { isKey, useWords } from "../../i18n";
import { type RuleRows, readRows } from "../../rules/builder";
import { writeStage } from "../../rules/stages";
import { type Site, useSite } from "../../site";
import { FormError, type Sending, useSending } from "../../ui/form";
import { useNotify } from "../../ui/notices";
import { Card, Field } from "../../ui/parts";
import { Audience } from "../prompts/audience";
import { readAudience } from "../prompts/campaign";

type Report = Schemas["FactorsShown"];
type Stage = Report["stages"][number];
type Stages = NonNullable<Site["stages"]>;

/** The operator's name of a stage, or the reader's word for one that has none. */
export function useStageName(): (stage: Stage) => string {
  const { t } = useWords();
  return ({ stage, name }) => {
    const key = `factors.stage.${stage}`;
    return name ?? (isKey(key) ? t(key) : stage);
  };
}

export function Next({ report, nameOf }: { report: Report; nameOf(behaviour: string): string }) {
  const { t, percent, points, number } = useWords();
  const nameStage = useStageName();
  return (
    <Card title={t("factors.next")} note={t("factors.next_note")}>
      <div class="next-stages">
        {report.next.map(({ stage, behaviours, reasons }) => {
          const shown = report.stages.find((one) => one.stage === stage);
          return (
            <section key={stage} aria-labelledby={`next-${stage}`}>
              <h3 id={`next-${stage}`}>
                {shown && nameStage(shown)}{" "}
                <small class="note">{t("factors.stage_people", { n: number(shown?.persons) })}</small>
              </h3>
              {behaviours.length ? (
                <ol>
                  {behaviours.map(({ behaviour, usage, gain }) => (
                    <li key={behaviour}>
                      {nameOf(behaviour)}{" "}
                      <small class="note">
                        {t("factors.next_usage", { share: percent(usage, 0) })} ·{" "}
                        {t("factors.next_gain", { n: t("videos.points", { n: points(gain) }) })}
                      </small>
                    </li>
                  ))}
                </ol>
              ) : (
                <p class="note">
                  {t(reasons.behaviours === "nobody" ? "factors.next_nobody" : "factors.next_none")}
                </p>
              )}
            </section>
          );
        })}
      </div>
    </Card>
  );
}

interface StageDraft {
  id: string;
  name: string;
  rows: RuleRows | null;
  json: string;
}

function draftStage(stage: Stages[number]): StageDraft {
  return {
    id: stage.id,
    name: stage.name,
    rows: readRows(stage.rule),
    json: JSON.stringify(stage.rule, null, 2),
  };
}

const MOST_STAGES = 6;
const orders = (least: number) => ({ all: [{ fact: "orders.count", op: "ge", value: least }] });

function freeId(drafts: readonly StageDraft[]): string {
  let number = 1;
  while (drafts.some(({ id }) => id === `stage-${number}`)) number += 1;
  return `stage-${number}`;
}

/** Saves a site's stages, and has the report made again by them. */
function useSavingStages(onSaved: () => void) {
  const { t } = useWords();
  const { site, reload } = useSite();
  const notify = useNotify();
  const sending = useSending();
  const params = { path: { site_id: site.id } };
  const patch = (stages: Stages | null, version: number) =>
    unwrap(api.PATCH("/v1/sites/{site_id}", { params, body: { stages, version } }));
  const refresh = () => {
    reload();
    onSaved();
    // What is stored follows, for the next reader; this one's is computed meanwhile.
    const run = { path: { name: "factors" }, query: { site: site.id } };
    api.POST("/v1/jobs/{name}/run", { params: run, body: { wait: false } }).catch(() => {});
  };
  const save = async (make: () => Stages | null) => {
    const before = site.stages;
    let version = 0;
    const saved = await sending.run(async () => {
      version = (await patch(make(), site.version)).version;
    });
    if (!saved) return false;
    const undo = () =>
      patch(before, version).then(refresh, (error: Error) => notify(error.message, { wrong: true }));
    notify(t("factors.stages_saved"), { undo });
    refresh();
    return true;
  };
  return { sending, save };
}

export function StageCard({ report, onSaved }: { report: Report; onSaved(): void }) {
  const { t, number } = useWords();
  const { site } = useSite();
  const nameStage = useStageName();
  const [open, setOpen] = useState(false);
  const counted = report.diagnostics.stage_conversions as { middle: number; core: number } | null;
  const note = counted
    ? t("factors.stages_counted", { middle: number(counted.middle), core: number(counted.core) })
    : t("factors.stages_ruled");
  return (
    <Card
      title={t("factors.stages")}
      note={note}
      actions={
        !open && (
          <button type="button" class="button quiet small" onClick={() => setOpen(true)}>
            {t("factors.stages_edit")}
          </button>
        )
      }
    >
      {open ? (
        <StageForm key={site.version} onSaved={onSaved} onClose={() => setOpen(false)} />
      ) : (
        <dl class="stats">
          {report.stages.map((stage) => (
            <div class="stat" key={stage.stage}>
              <dt>{nameStage(stage)}</dt>
              <dd>
                {number(stage.persons)}
                {site.stages && !counted && <AsSegment stage={stage} stages={site.stages} />}
              </dd>
            </div>
          ))}
        </dl>
      )}
    </Card>
  );
}

/** Makes a segment of a stage, so that a prompt can be shown to it and measured for it. */
function AsSegment({ stage, stages }: { stage: Stage; stages: Stages }) {
  const { t } = useWords();
  const { site } = useSite();
  const [, go] = useLocation();
  const notify = useNotify();
  const name = useStageName()(stage);
  const make = () =>
    unwrap(
      api.POST("/v1/segments", {
        params: { query: { site: site.id } },
        body: { name, kind: "rule", rule: writeStage(stages, stage.stage) },
      }),
    ).then(
      ({ id }) => go(`/segments/${encodeURIComponent(id)}`),
      (error: Error) => notify(error.message, { wrong: true }),
    );
  return (
    <button type="button" class="link" aria-label={t("factors.segment_of", { name })} onClick={make}>
      {t("factors.segment")}
    </button>
  );
}

function StageForm({ onSaved, onClose }: { onSaved(): void; onClose(): void }) {
  const { t } = useWords();
  const { site } = useSite();
  const { sending, save } = useSavingStages(onSaved);
  const [drafts, setDrafts] = useState<StageDraft[]>(() =>
    (
      site.stages ?? [
        { id: "core", name: t("factors.stage.core"), rule: orders(2) },
        { id: "middle", name: t("factors.stage.middle"), rule: orders(1) },
        { id: "light", name: t("factors.stage.light"), rule: { all: [] } },
      ]
    ).map(draftStage),
  );
  const put = (index: number, change: Partial<StageDraft>) =>
    setDrafts((all) => all.map((draft, at) => (at === index ? { ...draft, ...change } : draft)));
  const swap = (index: number) =>
    setDrafts((all) =>
      all.map((draft, at) => all[at === index ? at - 1 : at === index - 1 ? index : at] ?? draft),
    );
  const submit = async (event: Event) => {
    event.preventDefault();
    const make = () => drafts.map(({ id, name, ...rule }) => ({ id, name, rule: readAudience(rule) }));
    if (await save(make)) onClose();
  };
  return (
    <form class="stack" onSubmit={submit}>
      <p class="note">{t("factors.stages_how")}</p>
      {drafts.map((draft, index) => (
        <StageFields
          key={draft.id}
          draft={draft}
          index={index}
          last={drafts.length - 1}
          sending={sending}
          put={(change) => put(index, change)}
          onMove={swap}
          onRemove={() => setDrafts((all) => all.filter((_, at) => at !== index))}
        />
      ))}
      <FormError error={sending.error} />
      <div class="row">
        <button type="submit" class="button" disabled={sending.waiting}>
          {t("action.save")}
        </button>
        {drafts.length < MOST_STAGES && (
          <button
            type="button"
            class="button quiet"
            onClick={() =>
              setDrafts((all) => [...all, draftStage({ id: freeId(all), name: "", rule: orders(1) })])
            }
          >
            {t("factors.stage_add")}
          </button>
        )}
        {site.stages && (
          <button
            type="button"
            class="button quiet"
            disabled={sending.waiting}
            onClick={async () => (await save(() => null)) && onClose()}
          >
            {t("factors.stages_reset")}
          </button>
        )}
        <button type="button" class="button quiet" onClick={onClose}>
          {t("action.cancel")}
        </button>
      </div>
    </form>
  );
}

function StageFields({
  draft,
  index,
  last,
  sending: { errorAt, errorsIn },
  put,
  onMove,
  onRemove,
}: {
  draft: StageDraft;
  index: number;
  /** The place of the last stage. */
  last: number;
  sending: Sending;
  put(change: Partial<StageDraft>): void;
  /** Has a stage change places with the one above it. */
  onMove(index: number): void;
  onRemove(): void;
}) {
  const { t } = useWords();
  const n = index + 1;
  const buttons = [
    { key: "up", sign: "↑", off: index === 0, act: () => onMove(index) },
    { key: "down", sign: "↓", off: index === last, act: () => onMove(index + 1) },
    { key: "remove", sign: "×", off: last === 0, act: onRemove },
  ] as const;
  return (
    <fieldset class="stage-fields">
      <legend class="hidden">{t("factors.stage_n", { n })}</legend>
      <div class="row">
        <Field
          label={t("factors.stage_name", { n })}
          error={errorAt(`/stages/${index}/name`) ?? errorAt(`/stages/${index}/id`)}
        >
          <input
            required
            maxLength={200}
            value={draft.name}
            onInput={(event) => put({ name: event.currentTarget.value })}
          />
        </Field>
        <span class="stage-moves">
          {buttons.map(({ key, sign, off, act }) => (
            <button
              key={key}
              type="button"
              class="button quiet small"
              disabled={off}
              aria-label={t(`factors.stage_${key}`, { n })}
              onClick={act}
            >
              {sign}
            </button>
          ))}
        </span>
      </div>
      <Audience
        draft={draft}
        put={put}
        errorsIn={errorsIn}
        title="factors.stage_rule"
        pointer={`/stages/${index}/rule`}
      />
    </fieldset>
  );
}
