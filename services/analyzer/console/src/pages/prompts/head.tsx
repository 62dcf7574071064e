/** The head of the pages on all prompts: the list of them, and what they bring together. */
import type { ComponentChildren } from "preact";
import { Link } from "wouter-preact";
import { useWords } from "../../i18n";
import { PageHead } from "../../ui/parts";

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
      <nav class="tabs" aria-label={t("prompts.title")}>
        {PAGES.map((name) => (
          <Link
            key={name}
            href={name === "list" ? "/prompts" : `/prompts/${LIFT}`}
            aria-current={name === page ? "page" : undefined}
          >
            {t(`lift.page.${name}`)}
          </Link>
        ))}
      </nav>
    </>
  );
}
