/** What foreign currencies are worth in the site's own. */
import { useWords } from "../../i18n";

export interface RateDraft {
  code: string;
  rate: string;
}

export function draftRates(rates: Record<string, number>): RateDraft[] {
  return Object.entries(rates).map(([code, rate]) => ({ code, rate: String(rate) }));
}

/** Returns the rates of all rows that name a currency. */
export function readRates(drafts: readonly RateDraft[]): Record<string, number> {
  return Object.fromEntries(drafts.filter(({ code }) => code).map(({ code, rate }) => [code, Number(rate)]));
}

export function Rates({
  rates,
  currency,
  list,
  onChange,
}: {
  rates: readonly RateDraft[];
  currency: string;
  /** The id of the list of currencies to choose from. */
  list: string;
  onChange(rates: RateDraft[]): void;
}) {
  const { t } = useWords();
  const put = (index: number, change: Partial<RateDraft>) =>
    onChange(rates.map((draft, at) => (at === index ? { ...draft, ...change } : draft)));
  return (
    <div class="conditions">
      {rates.map(({ code, rate }, index) => (
        <div class="condition" key={index}>
          <input
            required
            aria-label={t("settings.rates.code")}
            placeholder="EUR"
            maxLength={3}
            list={list}
            value={code}
            onInput={(event) => put(index, { code: event.currentTarget.value.toUpperCase() })}
          />
          <input
            required
            type="number"
            min="0"
            step="any"
            aria-label={t("settings.rates.rate", { currency })}
            value={rate}
            onInput={(event) => put(index, { rate: event.currentTarget.value })}
          />
          <button
            type="button"
            class="remove"
            aria-label={t("settings.rates.remove", { code })}
            onClick={() => onChange(rates.filter((_, at) => at !== index))}
          >
            ×
          </button>
        </div>
      ))}
      <small>{t("settings.rates.hint", { currency })}</small>
      <button type="button" class="link" onClick={() => onChange([...rates, { code: "", rate: "" }])}>
        + {t("settings.rates.add")}
      </button>
    </div>
  );
}
