/**
 * Languages: which one is on, its texts, and numbers and times as it writes them.
 * Must never show a key to a reader: TypeScript refuses one that is missing.
 */
import { createContext } from "preact";
import { useContext } from "preact/hooks";
import { en, ja, type Key } from "./texts";

export type Language = "en" | "ja";
export type { Key } from "./texts";

const TEXTS: Record<Language, Record<Key, string>> = { en, ja };
const STORED = "kikkake.language";

/** Returns whether a text made of a code is one that is written here. */
export function isKey(key: string): key is Key {
  return key in en;
}

/** Fills `{name}` placeholders. */
export function fill(text: string, values: Record<string, string | number> = {}): string {
  return text.replace(/\{(\w+)\}/g, (whole, name: string) => String(values[name] ?? whole));
}

export function readLanguage(): Language {
  const stored = localStorage.getItem(STORED);
  if (stored === "en" || stored === "ja") return stored;
  return navigator.language.startsWith("ja") ? "ja" : "en";
}

export function keepLanguage(language: Language): void {
  localStorage.setItem(STORED, language);
  document.documentElement.lang = language;
}

export interface Words {
  language: Language;
  t(key: Key, values?: Record<string, string | number>): string;
  /** 12,345 */
  number(value: number | null | undefined, digits?: number): string;
  /** 0.1234 -> 12.3 %; null is a dash. */
  percent(value: number | null | undefined, digits?: number): string;
  /** Percentage points with a sign: +3.1. */
  points(value: number | null | undefined): string;
  /** 75.5 -> 1:15 */
  clock(seconds: number): string;
  /** A day and a time in the reader's zone. */
  when(at: string): string;
  /** "3 s ago". */
  ago(at: string, now: number): string;
  money(value: number | null | undefined, currency: string, digits?: number): string;
}

export function buildWords(language: Language): Words {
  const locale = language === "ja" ? "ja-JP" : "en-GB";
  const none = TEXTS[language]["unit.none"];
  const relative = new Intl.RelativeTimeFormat(locale, { numeric: "always", style: "narrow" });
  const number = (value: number | null | undefined, digits = 0) =>
    value == null ? none : value.toLocaleString(locale, { maximumFractionDigits: digits });
  return {
    language,
    t: (key, values) => fill(TEXTS[language][key], values),
    number,
    percent: (value, digits = 1) =>
      value == null
        ? none
        : value.toLocaleString(locale, {
            style: "percent",
            minimumFractionDigits: digits,
            maximumFractionDigits: digits,
          }),
    points: (value) =>
      value == null
        ? none
        : (value * 100).toLocaleString(locale, {
            signDisplay: "exceptZero",
            minimumFractionDigits: 1,
            maximumFractionDigits: 1,
          }),
    clock: (seconds) => {
      const whole = Math.max(0, Math.floor(seconds));
      return `${Math.floor(whole / 60)}:${String(whole % 60).padStart(2, "0")}`;
    },
    when: (at) => new Date(at).toLocaleString(locale, { dateStyle: "medium", timeStyle: "short" }),
    ago: (at, now) => {
      const seconds = Math.round((now - Date.parse(at)) / 1000);
      if (seconds < 60) return relative.format(-Math.max(0, seconds), "second");
      if (seconds < 3600) return relative.format(-Math.round(seconds / 60), "minute");
      if (seconds < 86_400) return relative.format(-Math.round(seconds / 3600), "hour");
      return relative.format(-Math.round(seconds / 86_400), "day");
    },
    money: (value, currency, digits = 0) =>
      value == null
        ? none
        : value.toLocaleString(locale, {
            style: "currency",
            currency,
            currencyDisplay: "narrowSymbol",
            maximumFractionDigits: digits,
            minimumFractionDigits: digits,
          }),
  };
}

export const WordsContext = createContext<Words>(buildWords("en"));

/** The words of the language that is on. */
export function useWords(): Words {
  return useContext(WordsContext);
}
