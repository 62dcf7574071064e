/**
 * The few words that the SDK itself says, in Japanese and English.
 * Must never hold what a campaign says: that comes from the campaign.
 */

const TEXTS = {
  en: { close: "Close" },
  ja: { close: "閉じる" },
};

export type Language = keyof typeof TEXTS;

/** The page's language decides, then the browser's. */
export function readLanguage(): Language {
  return /^ja\b/i.test(document.documentElement.lang || navigator.language) ? "ja" : "en";
}

export function textsOf(language: Language): (typeof TEXTS)["en"] {
  return TEXTS[language];
}
