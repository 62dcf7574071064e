/** The form that makes or changes a campaign, with the prompt itself beside it as it will look. */
import { useState } from "preact/hooks";
import { Link, useLocation, useSearch } from "wouter-preact";
import { api, type Schemas, unwrap, useQuery } from "../../api";
import { useWords } from "../../i18n";
import { useSite } from "../../site";
import { FormError, type Sending, useRemoval, useSending } from "../../ui/form";
import { useNotify } from "../../ui/notices";
import { Loaded, PageHead } from "../../ui/parts";
import { Audience } from "./audience";
import { type Campaign, type Draft, draftCampaign, readCampaign, type Status } from "./campaign";
import { NEW } from "./list";
import { Preview } from "./preview";
import { readProposal } from "./proposed";
import { Basics, Compare, Moment, Often } from "./sections";
import { draftStart, readStart, type Start } from "./start";
import { StatusActions, StatusBadge } from "./status";
import { Variants } from "./variants";

/** What every section of the form works on. */
export interface SectionProps {
  draft: Draft;
  put(change: Partial<Draft>): void;
  errorAt: Sending["errorAt"];
  errorsIn: Sending["errorsIn"];
}

export function PromptPage({ params: { id = "" } }: { params: Record<string, string> }) {
  const { site } = useSite();
  const isNew = id === NEW;
  const campaign = useQuery(isNew ? null : `campaign ${site.id} ${id}`, () =>
    unwrap(
      api.GET("/v1/campaigns/{campaign_id}", {
        params: { path: { campaign_id: id }, query: { site: site.id } },
      }),
    ),
  );
  const start = readStart(useSearch());
  if (isNew && start) return <FromMoment key={`${start.video} ${start.startAt}`} start={start} />;
  const proposed = isNew ? readProposal(history.state, site.time_zone) : null;
  if (isNew) return <Form key={String(proposed !== null)} begun={proposed} onSaved={() => {}} />;
  return (
    <Loaded query={campaign}>
      {(shown) => <Form key={shown.id} campaign={shown} onSaved={campaign.reload} />}
    </Loaded>
  );
}

/** A new campaign that begins with a moment of a video. */
function FromMoment({ start }: { start: Start }) {
  const { t, clock } = useWords();
  const { site } = useSite();
  const params = { path: { video_id: start.video }, query: { site: site.id } };
  const video = useQuery(`video ${site.id} ${start.video}`, () =>
    unwrap(api.GET("/v1/videos/{video_id}", { params })),
  );
  return (
    <Loaded query={video}>
      {({ title, src }) => {
        const words = {
          name: t("prompts.start.name", { title, at: clock(start.startAt) }),
          title,
          cta: t("prompts.start.cta"),
        };
        return <Form begun={draftStart(start, src, words)} onSaved={() => {}} />;
      }}
    </Loaded>
  );
}

/** Saves the form; a new campaign gets an address of its own. */
function useSaving(campaign: Campaign | undefined, onSaved: () => void) {
  const { t } = useWords();
  const { site } = useSite();
  const [, go] = useLocation();
  const notify = useNotify();
  const sending = useSending();
  const removeThing = useRemoval(sending);
  const query = { site: site.id };
  const save = async (draft: Draft, status?: Status) => {
    const saved = await sending.run(async () => {
      const body = readCampaign(draft, site.time_zone);
      if (campaign) {
        const params = { path: { campaign_id: campaign.id }, query };
        const change = { ...body, ...(status ? { status } : {}), version: campaign.version };
        await unwrap(api.PATCH("/v1/campaigns/{campaign_id}", { params, body: change }));
      } else {
        const made = await unwrap(
          api.POST("/v1/campaigns", { params: { query }, body: { ...body, status: status ?? "draft" } }),
        );
        go(`/prompts/${made.id}`, { replace: true });
      }
    });
    if (!saved) return;
    notify(t("prompts.saved"));
    onSaved();
  };
  const remove = async () => {
    if (!campaign) return;
    const { id, name, version: _, created_at: __, updated_at: ___, ...rest } = campaign;
    const params = { path: { campaign_id: id }, query };
    const body = { ...rest, id, name } as unknown as Schemas["CampaignCreate"];
    await removeThing({
      remove: () => unwrap(api.DELETE("/v1/campaigns/{campaign_id}", { params })),
      restore: () => unwrap(api.POST("/v1/campaigns", { params: { query }, body })),
      words: t("prompts.deleted", { name }),
      leave: () => go("/prompts"),
      comeBack: () => go(`/prompts/${id}`),
    });
  };
  return { sending, save, remove };
}

function Form({ campaign, begun, onSaved }: { campaign?: Campaign; begun?: Draft | null; onSaved(): void }) {
  const { t } = useWords();
  const { site } = useSite();
  const [draft, setDraft] = useState(() => begun ?? draftCampaign(campaign, site.time_zone));
  const [variant, setVariant] = useState(0);
  const { sending, save, remove } = useSaving(campaign, onSaved);
  const put = (change: Partial<Draft>) => setDraft((before) => ({ ...before, ...change }));
  const { errorAt, errorsIn } = sending;
  const section: SectionProps = { draft, put, errorAt, errorsIn };
  const shown = draft.variants[variant] ?? draft.variants[0];
  return (
    <>
      <PageHead title={campaign ? <Title campaign={campaign} /> : t("prompts.new")} lead={campaign?.purpose}>
        {campaign && (
          <>
            <StatusActions campaign={campaign} onChanged={onSaved} />
            <Link class="button quiet small" href={`/prompts/${campaign.id}/result`}>
              {t("prompts.result")}
            </Link>
          </>
        )}
      </PageHead>
      <form
        class="prompt-form"
        onSubmit={(event) => {
          event.preventDefault();
          save(draft);
        }}
      >
        <div class="stack">
          <Basics {...section} />
          <Audience {...section} />
          <Moment {...section} />
          <Variants {...section} at={variant} onPick={setVariant} />
          <Often {...section} />
          <Compare {...section} />
          <div class="form-foot">
            <FormError error={sending.error} />
            <div class="row">
              <button type="submit" class={campaign ? "button" : "button quiet"} disabled={sending.waiting}>
                {t(campaign ? "action.save" : "prompts.save_draft")}
              </button>
              {campaign?.status !== "running" && (
                <button
                  type="button"
                  class={campaign ? "button quiet" : "button"}
                  disabled={sending.waiting}
                  onClick={(event) => event.currentTarget.form?.reportValidity() && save(draft, "running")}
                >
                  {t("prompts.save_run")}
                </button>
              )}
              {campaign && (
                <button type="button" class="button danger" disabled={sending.waiting} onClick={remove}>
                  {t("action.delete")}
                </button>
              )}
            </div>
          </div>
        </div>
        {shown && <Preview variant={shown} />}
      </form>
    </>
  );
}

function Title({ campaign }: { campaign: Campaign }) {
  return (
    <>
      {campaign.name} <StatusBadge status={campaign.status} />
    </>
  );
}
