/** The head of the pages on sets of people: segments, and scores. */
import type { ComponentChildren } from "preact";
import { Link } from "wouter-preact";
import { useWords } from "../../i18n";
import { PageHead } from "../../ui/parts";

const PAGES = { segments: "/segments", scores: "/segments/~scores" } as const;

export function PeopleHead({ page, children }: { page: keyof typeof PAGES; children?: ComponentChildren }) {
  const { t } = useWords();
  return (
    <>
      <PageHead title={t(`${page}.title`)} lead={t(`${page}.lead`)}>
        {children}
      </PageHead>
      <nav class="tabs" aria-label={t("scores.tabs")}>
        {(["segments", "scores"] as const).map((name) => (
          <Link key={name} href={PAGES[name]} aria-current={name === page ? "page" : undefined}>
            {t(`${name}.title`)}
          </Link>
        ))}
      </nav>
    </>
  );
}
