/** The site: tag, keys, origins, goals, jobs. */
import { useWords } from "../../i18n";
import { useSite } from "../../site";
import { PageHead } from "../../ui/parts";
import { Goals } from "./goals";
import { Install } from "./install";
import { Jobs } from "./jobs";
import { Keys } from "./keys";
import { Lifecycle } from "./lifecycle";
import { SiteForm } from "./site";
import "../../ui/form.css";

export function Settings() {
  const { t } = useWords();
  const { site } = useSite();
  return (
    <>
      <PageHead title={t("settings.title")} lead={t("settings.lead", { site: site.name })} />
      <Install />
      <div class="columns">
        <SiteForm />
        <div class="stack">
          <Keys />
          <Goals />
          <Lifecycle />
        </div>
      </div>
      <Jobs />
    </>
  );
}
