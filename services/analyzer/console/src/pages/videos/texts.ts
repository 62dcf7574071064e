/** What this page says. English is the source; Japanese has the same keys and placeholders. */
export const en = {
  "videos.title": "Videos",
};

export const ja: Record<keyof typeof en, string> = {
  "videos.title": "動画",
};
