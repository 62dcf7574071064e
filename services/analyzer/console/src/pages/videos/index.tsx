/** Videos: the list, and one video's retention and moments. */
import { useWords } from "../../i18n";
import { PageHead } from "../../ui/parts";

export function Videos() {
  const { t } = useWords();
  return <PageHead title={t("videos.title")} />;
}

export function VideoPage({ params }: { params: Record<string, string> }) {
  return <PageHead title={params.id} />;
}
