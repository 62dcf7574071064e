/** What this page says. English is the source; Japanese has the same keys and placeholders. */
export const en = {
  "prompts.title": "Prompts",
};

export const ja: Record<keyof typeof en, string> = {
  "prompts.title": "接客",
};
