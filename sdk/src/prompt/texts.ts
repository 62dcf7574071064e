/**
 * The few words that the SDK itself says, in Japanese and English.
 * Must never hold what a campaign says: that comes from the campaign.
 */

const TEXTS = {
  en: {
    lang: "en",
    close: "Close",
    play: "Play",
  },
  ja: {
    lang: "ja",
    close: "閉じる",
    play: "再生する",
  },
};

/** The page's language decides, then the browser's. */
export function readTexts(): (typeof TEXTS)["en"] {
  return TEXTS[/^ja\b/i.test(document.documentElement.lang || navigator.language) ? "ja" : "en"];
}
