/** The head of the pages on all prompts: the list of them, and what they bring together. */
import type { ComponentChildren } from "preact";
import { useWords } from "../../i18n";
import { PageHead, Tabs } from "../../ui/parts";

const PAGES = ["list", "lift"] as const;
/** No campaign's id can be this. */
export const LIFT = "~lift";

export function PromptsHead({
  page,
  children,
}: {
  page: (typeof PAGES)[number];
  children?: ComponentChildren;
}) {
  const { t } = useWords();
  return (
    <>
      <PageHead title={t("prompts.title")} lead={t(page === "list" ? "prompts.lead" : "lift.lead")}>
        {children}
      </PageHead>
      <Tabs
        label={t("prompts.title")}
        pages={PAGES}
        page={page}
        to={(name) => ({
          href: name === "list" ? "/prompts" : `/prompts/${LIFT}`,
          text: t(`lift.page.${name}`),
        })}
      />
    </>
  );
}
