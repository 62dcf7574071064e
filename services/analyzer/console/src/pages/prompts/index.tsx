/** Campaigns: the list, the form, the result. */
import { useWords } from "../../i18n";
import { PageHead } from "../../ui/parts";

export function Prompts() {
  const { t } = useWords();
  return <PageHead title={t("prompts.title")} />;
}

export function PromptPage({ params }: { params: Record<string, string> }) {
  return <PageHead title={params.id} />;
}

export function PromptResult({ params }: { params: Record<string, string> }) {
  return <PageHead title={params.id} />;
}
