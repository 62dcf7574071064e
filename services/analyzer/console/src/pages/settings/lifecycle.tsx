/** When a customer is loyal, at risk or dormant, and who recommends: the published rules, or the site's own. */
import { useState } from "preact/hooks";
import { api, unwrap } from "../../api";
import { useWords } from "../../i18n";
import { useSite } from "../../site";
import { FormError, Lines, useSending } from "../../ui/form";
import { useNotify } from "../../ui/notices";
import { Badge, Card, Field } from "../../ui/parts";
import { draftRules, PUBLISHED, type Rules, type RulesDraft, readRules } from "./published";

export function Lifecycle() {
  const { t } = useWords();
  const { site, reload } = useSite();
  const [draft, setDraft] = useState(() => draftRules(site.lifecycle ?? PUBLISHED));
  const [resets, setResets] = useState(0);
  const notify = useNotify();
  const sending = useSending();
  const put = (change: Partial<RulesDraft>) => setDraft((before) => ({ ...before, ...change }));
  const save = async (lifecycle: Rules | null) => {
    const params = { path: { site_id: site.id } };
    const body = { lifecycle, version: site.version };
    const saved = await sending.run(() => unwrap(api.PATCH("/v1/sites/{site_id}", { params, body })));
    if (!saved) return;
    if (!lifecycle) {
      setDraft(draftRules(PUBLISHED));
      setResets((times) => times + 1);
    }
    reload();
    notify(t("settings.saved"));
  };
  return (
    <Card
      title={t("settings.lifecycle")}
      note={t("settings.lifecycle.what")}
      actions={
        <Badge tone={site.lifecycle ? "accent" : "plain"}>
          {t(site.lifecycle ? "settings.lifecycle.own" : "settings.lifecycle.published")}
        </Badge>
      }
    >
      <form
        class="stack"
        onSubmit={(event) => {
          event.preventDefault();
          save(readRules(draft));
        }}
      >
        <Stages draft={draft} put={put} errorAt={sending.errorAt} />
        <Recommending key={resets} draft={draft} put={put} errorAt={sending.errorAt} />
        <FormError error={sending.error} />
        <div class="row">
          <button type="submit" class="button" disabled={sending.waiting}>
            {t("action.save")}
          </button>
          {site.lifecycle && (
            <button type="button" class="button quiet" disabled={sending.waiting} onClick={() => save(null)}>
              {t("settings.lifecycle.reset")}
            </button>
          )}
        </div>
      </form>
    </Card>
  );
}

interface PartProps {
  draft: RulesDraft;
  put(change: Partial<RulesDraft>): void;
  errorAt(pointer: string): string | undefined;
}

const DAYS = { min: 0.01, max: 3650, step: "any" };

function Stages({ draft, put, errorAt }: PartProps) {
  const { t } = useWords();
  // Days are compared here as well, so that the objection comes in the browser's own language.
  const later = { ...DAYS, min: Number(draft.at_risk_days) + 0.01 };
  const field = (name: "loyal_orders" | "loyal_days" | "at_risk_days" | "dormant_days", bounds: object) => (
    <Field
      label={t(`settings.lifecycle.${name}`)}
      hint={t(`settings.lifecycle.${name}.hint`)}
      error={errorAt(`/lifecycle/${name}`)}
    >
      <input
        required
        type="number"
        {...bounds}
        value={draft[name]}
        onInput={(event) => put({ [name]: event.currentTarget.value })}
      />
    </Field>
  );
  return (
    <>
      <div class="row top">
        {field("loyal_orders", { min: 2, max: 20, step: 1 })}
        {field("loyal_days", DAYS)}
      </div>
      <div class="row top">
        {field("at_risk_days", DAYS)}
        {field("dormant_days", later)}
      </div>
    </>
  );
}

function Recommending({ draft, put, errorAt }: PartProps) {
  const { t } = useWords();
  return (
    <>
      <Field
        label={t("settings.lifecycle.advocate_events")}
        hint={t("settings.lifecycle.advocate_events.hint")}
        error={errorAt("/lifecycle/advocate_events")}
      >
        <Lines
          rows={6}
          value={draft.advocate_events}
          onChange={(advocate_events) => put({ advocate_events })}
        />
      </Field>
      <Field label={t("settings.lifecycle.advocate_acts")} error={errorAt("/lifecycle/advocate_acts")}>
        <input
          required
          type="number"
          min={1}
          max={100}
          value={draft.advocate_acts}
          onInput={(event) => put({ advocate_acts: event.currentTarget.value })}
        />
      </Field>
    </>
  );
}
