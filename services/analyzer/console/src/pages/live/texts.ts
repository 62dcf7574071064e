/** What this page says. English is the source; Japanese has the same keys and placeholders. */
export const en = {
  "live.title": "Live",
};

export const ja: Record<keyof typeof en, string> = {
  "live.title": "ライブ",
};
