/** The head of the pages on sets of people: segments, and scores. */
import type { ComponentChildren } from "preact";
import { useWords } from "../../i18n";
import { PageHead, Tabs } from "../../ui/parts";

const PAGES = { segments: "/segments", scores: "/segments/~scores" } as const;

export function PeopleHead({ page, children }: { page: keyof typeof PAGES; children?: ComponentChildren }) {
  const { t } = useWords();
  return (
    <>
      <PageHead title={t(`${page}.title`)} lead={t(`${page}.lead`)}>
        {children}
      </PageHead>
      <Tabs
        label={t("scores.tabs")}
        pages={["segments", "scores"]}
        page={page}
        to={(name) => ({ href: PAGES[name], text: t(`${name}.title`) })}
      />
    </>
  );
}
