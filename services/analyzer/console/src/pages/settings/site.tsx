/** What is said of the site itself: name, clock, money, origins, consent. */
import { useState } from "preact/hooks";
import { api, unwrap } from "../../api";
import { useWords } from "../../i18n";
import { type Site, useSite } from "../../site";
import { FormError, Lines, useSending } from "../../ui/form";
import { useNotify } from "../../ui/notices";
import { Card, Field } from "../../ui/parts";
import { draftRates, type RateDraft, Rates, readRates } from "./rates";

const ZONES = Intl.supportedValuesOf("timeZone");
const CURRENCIES = Intl.supportedValuesOf("currency");

type Draft = Pick<Site, "name" | "time_zone" | "currency" | "origins" | "consent" | "internal_addresses"> & {
  rates: RateDraft[];
  retention: string;
};

function draftSite(site: Site): Draft {
  const { name, time_zone, currency, origins, consent, internal_addresses } = site;
  const retention = site.retention_days === null ? "" : String(site.retention_days);
  const rates = draftRates(site.rates);
  return { name, time_zone, currency, origins, consent, internal_addresses, rates, retention };
}

export function SiteForm() {
  const { t } = useWords();
  const { site, reload } = useSite();
  const [draft, setDraft] = useState(() => draftSite(site));
  const notify = useNotify();
  const sending = useSending();
  const put = (change: Partial<Draft>) => setDraft((before) => ({ ...before, ...change }));
  const submit = async (event: Event) => {
    event.preventDefault();
    const { rates, retention, ...rest } = draft;
    const body = {
      ...rest,
      rates: readRates(rates),
      retention_days: retention.trim() ? Number(retention) : null,
      version: site.version,
    };
    const saved = await sending.run(() =>
      unwrap(api.PATCH("/v1/sites/{site_id}", { params: { path: { site_id: site.id } }, body })),
    );
    if (!saved) return;
    reload();
    notify(t("settings.saved"));
  };
  return (
    <Card title={t("settings.site")}>
      <form class="stack" onSubmit={submit}>
        <Field label={t("settings.site.name")} error={sending.errorAt("/name")}>
          <input required value={draft.name} onInput={(event) => put({ name: event.currentTarget.value })} />
        </Field>
        <Clock draft={draft} put={put} errorAt={sending.errorAt} />
        <Field label={t("settings.rates")} as="group" error={sending.errorAt("/rates")}>
          <Rates
            rates={draft.rates}
            currency={draft.currency}
            onChange={(rates) => put({ rates })}
            list="currencies"
          />
        </Field>
        <Privacy draft={draft} put={put} errorAt={sending.errorAt} />
        <FormError error={sending.error} />
        <div class="row">
          <button type="submit" class="button" disabled={sending.waiting}>
            {t("action.save")}
          </button>
        </div>
      </form>
    </Card>
  );
}

interface PartProps {
  draft: Draft;
  put(change: Partial<Draft>): void;
  errorAt(pointer: string): string | undefined;
}

function Clock({ draft, put, errorAt }: PartProps) {
  const { t } = useWords();
  return (
    <div class="row top">
      <Field
        label={t("settings.site.time_zone")}
        hint={t("settings.site.time_zone.hint")}
        error={errorAt("/time_zone")}
      >
        <input
          required
          list="zones"
          value={draft.time_zone}
          onInput={(event) => put({ time_zone: event.currentTarget.value })}
        />
      </Field>
      <Field
        label={t("settings.site.currency")}
        hint={t("settings.site.currency.hint")}
        error={errorAt("/currency")}
      >
        <input
          required
          list="currencies"
          maxLength={3}
          value={draft.currency}
          onInput={(event) => put({ currency: event.currentTarget.value.toUpperCase() })}
        />
      </Field>
      <datalist id="zones">
        {ZONES.map((zone) => (
          <option key={zone} value={zone} />
        ))}
      </datalist>
      <datalist id="currencies">
        {CURRENCIES.map((code) => (
          <option key={code} value={code} />
        ))}
      </datalist>
    </div>
  );
}

function Privacy({ draft, put, errorAt }: PartProps) {
  const { t } = useWords();
  return (
    <>
      <Field
        label={t("settings.site.origins")}
        hint={t("settings.site.origins.hint")}
        error={errorAt("/origins")}
      >
        <Lines rows={2} value={draft.origins} onChange={(origins) => put({ origins })} />
      </Field>
      <Field label={t("settings.site.consent")} error={errorAt("/consent")}>
        <select
          value={draft.consent}
          onChange={(event) => put({ consent: event.currentTarget.value as Draft["consent"] })}
        >
          <option value="granted">{t("settings.site.consent.granted")}</option>
          <option value="required">{t("settings.site.consent.required")}</option>
        </select>
      </Field>
      <Field
        label={t("settings.site.retention")}
        hint={t("settings.site.retention.hint")}
        error={errorAt("/retention_days")}
      >
        <input
          type="number"
          min={1}
          value={draft.retention}
          onInput={(event) => put({ retention: event.currentTarget.value })}
        />
      </Field>
      <Field
        label={t("settings.site.internal")}
        hint={t("settings.site.internal.hint")}
        error={errorAt("/internal_addresses")}
      >
        <Lines
          rows={2}
          value={draft.internal_addresses}
          onChange={(internal_addresses) => put({ internal_addresses })}
        />
      </Field>
    </>
  );
}
