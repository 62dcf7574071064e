/** The head of the pages on what leads to conversion, and how touches are named. */
import type { ComponentChildren } from "preact";
import { isKey, useWords } from "../../i18n";
import { PageHead, Tabs } from "../../ui/parts";

const PAGES = ["attribution", "factors"] as const;

export function ChannelsHead({
  page,
  children,
}: {
  page: (typeof PAGES)[number];
  children?: ComponentChildren;
}) {
  const { t } = useWords();
  return (
    <>
      <PageHead title={t("channels.title")} lead={t(`channels.lead.${page}`)}>
        {children}
      </PageHead>
      <Tabs
        label={t("channels.title")}
        pages={PAGES}
        page={page}
        to={(name) => ({
          href: name === "attribution" ? "/channels" : `/channels/${name}`,
          text: t(`channels.page.${name}`),
        })}
      />
    </>
  );
}

/** Returns the words for a touch or a behaviour; a name that has none stands as it is. */
export function useTouchName(): (touch: string) => string {
  const { t } = useWords();
  return (touch) => {
    if (touch.startsWith("video:")) return t("channels.video", { id: touch.slice(6) });
    if (touch.startsWith("prompt:")) return t("channels.prompt", { id: touch.slice(7) });
    const key = `channels.name.${touch}`;
    return isKey(key) ? t(key) : touch;
  };
}
