/** What comes in now, and the decisions as they are made. */
import { useWords } from "../../i18n";
import { PageHead } from "../../ui/parts";

export function Live() {
  const { t } = useWords();
  return <PageHead title={t("live.title")} />;
}
