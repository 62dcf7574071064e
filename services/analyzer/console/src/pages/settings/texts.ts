/** What this page says. English is the source; Japanese has the same keys and placeholders. */
export const en = {
  "settings.title": "Settings",
};

export const ja: Record<keyof typeof en, string> = {
  "settings.title": "設定",
};
