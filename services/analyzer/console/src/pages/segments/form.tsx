/** One segment: what it stands for, who is in it, and how alike a lookalike is. */
import { useState } from "preact/hooks";
import { Link, useLocation } from "wouter-preact";
import { api, unwrap, useQuery } from "../../api";
import { useWords } from "../../i18n";
import { useSite } from "../../site";
import { FormError, Lines, useRemoval, useSending } from "../../ui/form";
import { useNotify } from "../../ui/notices";
import { Card, Field, Loaded, PageHead } from "../../ui/parts";
import { Audience } from "../prompts/audience";
import { draftSegment, KINDS, NEW, readSegment, type Segment, type SegmentDraft } from "./draft";
import { SheetImport } from "./import";
import { Likeness } from "./likeness";
import { Members } from "./members";
import { draftTemplate, TEMPLATES, type Template } from "./templates";

export function SegmentPage({ params: { id = "" } }: { params: Record<string, string> }) {
  const { site } = useSite();
  const isNew = id === NEW;
  const segment = useQuery(isNew ? null : `segment ${site.id} ${id}`, () =>
    unwrap(
      api.GET("/v1/segments/{segment_id}", {
        params: { path: { segment_id: id }, query: { site: site.id } },
      }),
    ),
  );
  if (isNew) return <Form onSaved={() => {}} />;
  return (
    <Loaded query={segment}>
      {(shown) => (
        <>
          <Form key={`${shown.id} ${shown.version}`} segment={shown} onSaved={segment.reload} />
          {shown.kind === "lookalike" && <Likeness segment={shown} onSized={segment.reload} />}
          <Members segment={shown} />
        </>
      )}
    </Loaded>
  );
}

function useSaving(segment: Segment | undefined, onSaved: () => void) {
  const { t } = useWords();
  const { site } = useSite();
  const [, go] = useLocation();
  const notify = useNotify();
  const sending = useSending();
  const removeThing = useRemoval(sending);
  const query = { site: site.id };
  const save = async (draft: SegmentDraft) => {
    const saved = await sending.run(async () => {
      const body = readSegment(draft);
      if (segment) {
        const params = { path: { segment_id: segment.id }, query };
        await unwrap(
          api.PATCH("/v1/segments/{segment_id}", { params, body: { ...body, version: segment.version } }),
        );
      } else {
        const made = await unwrap(api.POST("/v1/segments", { params: { query }, body }));
        go(`/segments/${encodeURIComponent(made.id)}`, { replace: true });
      }
    });
    if (!saved) return;
    notify(t("segments.saved"));
    onSaved();
  };
  const remove = async () => {
    if (!segment) return;
    const { id, name, kind, rule, seed, size, members } = segment;
    const params = { path: { segment_id: id }, query };
    const body = { id, name, kind, rule, seed, size, members };
    await removeThing({
      remove: () => unwrap(api.DELETE("/v1/segments/{segment_id}", { params })),
      restore: () => unwrap(api.POST("/v1/segments", { params: { query }, body })),
      words: t("segments.deleted", { name }),
      leave: () => go("/segments"),
      comeBack: () => go(`/segments/${encodeURIComponent(id)}`),
    });
  };
  return { sending, save, remove };
}

function Form({ segment, onSaved }: { segment?: Segment; onSaved(): void }) {
  const { t } = useWords();
  const [draft, setDraft] = useState(() => draftSegment(segment));
  const { sending, save, remove } = useSaving(segment, onSaved);
  const put = (change: Partial<SegmentDraft>) => setDraft((before) => ({ ...before, ...change }));
  const { errorAt, errorsIn } = sending;
  return (
    <>
      <PageHead
        title={segment?.name ?? t("segments.new")}
        lead={<Link href="/segments">← {t("segments.title")}</Link>}
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
            <Field label={t("segments.name")} error={errorAt("/name")}>
              <input
                required
                value={draft.name}
                onInput={(event) => put({ name: event.currentTarget.value })}
              />
            </Field>
            <Field label={t("segments.kind")} error={errorAt("/kind")}>
              <select
                value={draft.kind}
                onChange={(event) => put({ kind: event.currentTarget.value as SegmentDraft["kind"] })}
              >
                {KINDS.map((kind) => (
                  <option key={kind} value={kind}>
                    {t(`segments.kind.${kind}`)}
                  </option>
                ))}
              </select>
            </Field>
          </div>
          {draft.kind === "lookalike" && (
            <Seed draft={draft} put={put} own={segment?.id} error={errorAt("/seed")} />
          )}
          {draft.kind === "list" && <Listed draft={draft} put={put} error={errorAt("/members")} />}
        </Card>
        {draft.kind === "rule" && !segment && <Templates put={put} />}
        {draft.kind === "rule" && (
          <Audience draft={draft} put={put} errorsIn={errorsIn} title="segments.rule" pointer="/rule" />
        )}
        <FormError error={sending.error} />
        <div class="row">
          <button type="submit" class="button" disabled={sending.waiting}>
            {t("action.save")}
          </button>
          {segment && (
            <button type="button" class="button danger" disabled={sending.waiting} onClick={remove}>
              {t("action.delete")}
            </button>
          )}
        </div>
      </form>
    </>
  );
}

/** Who is in a list: written by hand, or found by a sheet. */
function Listed({
  draft: { name, members },
  put,
  error,
}: {
  draft: SegmentDraft;
  put(change: Partial<SegmentDraft>): void;
  error: string | undefined;
}) {
  const { t } = useWords();
  const [sheets, setSheets] = useState(0);
  return (
    <>
      <SheetImport
        onFound={(persons, sheet) => {
          put({ members: [...new Set([...members, ...persons])], name: name || sheet });
          setSheets(sheets + 1);
        }}
      />
      <Field label={t("segments.members")} hint={t("segments.members.hint")} error={error}>
        {/* The field holds its own text: it is made anew with what a sheet has added. */}
        <Lines key={sheets} value={members} rows={8} onChange={(lines) => put({ members: lines })} />
      </Field>
    </>
  );
}

/** Rules to begin with; what is filled in can be changed like any other. */
function Templates({ put }: { put(change: Partial<SegmentDraft>): void }) {
  const { t } = useWords();
  const { site } = useSite();
  const begin = async (template: Template) => {
    const query = { site: site.id };
    const asksScore = template !== "considering";
    const report = asksScore
      ? await unwrap(api.GET("/v1/reports/hesitation", { params: { query } })).catch(() => null)
      : null;
    put({ name: t(`segments.template.${template}`), ...draftTemplate(template, report?.base_rate ?? null) });
  };
  return (
    <Field label={t("segments.template")} hint={t("segments.template.hint")} as="group">
      <div class="row">
        {TEMPLATES.map((template) => (
          <button key={template} type="button" class="button quiet small" onClick={() => begin(template)}>
            {t(`segments.template.${template}`)}
          </button>
        ))}
      </div>
    </Field>
  );
}

function Seed({
  draft,
  put,
  own,
  error,
}: {
  draft: SegmentDraft;
  put(change: Partial<SegmentDraft>): void;
  own: string | undefined;
  error: string | undefined;
}) {
  const { t } = useWords();
  const { site } = useSite();
  const segments = useQuery(`segments ${site.id}`, () =>
    unwrap(api.GET("/v1/segments", { params: { query: { site: site.id, limit: 1000 } } })),
  );
  const seeds = (segments.data?.items ?? []).filter(({ id, kind }) => id !== own && kind !== "lookalike");
  return (
    <Field label={t("segments.seed")} hint={t("segments.seed.hint")} error={error}>
      <select required value={draft.seed} onChange={(event) => put({ seed: event.currentTarget.value })}>
        <option value="" />
        {seeds.map(({ id, name }) => (
          <option key={id} value={id}>
            {name}
          </option>
        ))}
      </select>
    </Field>
  );
}
