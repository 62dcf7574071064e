/** The tag, and whether it works: what the site said last. */
import { api, unwrap, useQuery } from "../../api";
import { useWords } from "../../i18n";
import { useSite } from "../../site";
import { Badge, Card, CopyButton } from "../../ui/parts";
import { writeTag } from "./tag";

const LOOK_EVERY_MS = 2000;

export function Install() {
  const { t } = useWords();
  const { site, collectorUrl, engagerUrl } = useSite();
  const tag = writeTag(collectorUrl, engagerUrl, site.write_keys[0] ?? "");
  return (
    <Card title={t("settings.tag")} note={t("settings.tag.how")}>
      <div class="snippet">
        <code>{tag}</code>
        <CopyButton text={tag} />
      </div>
      {!collectorUrl && <p class="reason">{t("settings.tag.no_address")}</p>}
      {site.consent === "required" && <p class="reason">{t("settings.tag.consent")}</p>}
      <Heard />
    </Card>
  );
}

function Heard() {
  const { t, ago } = useWords();
  const { site } = useSite();
  const live = useQuery(
    `heard ${site.id}`,
    () => unwrap(api.GET("/v1/live", { params: { query: { site: site.id } } })),
    LOOK_EVERY_MS,
  );
  const newest = live.data?.events[0];
  const values = newest && {
    event: newest.event,
    page: newest.page_path ?? "",
    ago: ago(newest.at, Date.now()),
  };
  return (
    <p class="heard" role="status">
      <Badge tone={newest ? "good" : "plain"}>{t(newest ? "settings.heard.yes" : "settings.heard.no")}</Badge>{" "}
      <span class="note">
        {values
          ? t(values.page ? "settings.heard.last" : "settings.heard.last_bare", values)
          : t("settings.heard.wait")}
      </span>
    </p>
  );
}
