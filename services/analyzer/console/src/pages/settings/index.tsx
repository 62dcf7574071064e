/** The site: tag, keys, origins, goals, jobs. */
import { useWords } from "../../i18n";
import { PageHead } from "../../ui/parts";

export function Settings() {
  const { t } = useWords();
  return <PageHead title={t("settings.title")} />;
}
