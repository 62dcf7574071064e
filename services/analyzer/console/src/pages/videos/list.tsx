/** All videos of the site, each with its viewers and how many of them converted. */
import { Link } from "wouter-preact";
import { api, type Schemas, unwrap, useQuery } from "../../api";
import { useWords } from "../../i18n";
import { useSite } from "../../site";
import { Badge, Card, Empty, Loaded, PageHead, Table } from "../../ui/parts";
import { Origin, type Video, Waiting } from "./release";

type Row = Schemas["InfluenceShown"]["videos"][number];

/** What waits for the operator stands apart. */
const isListed = ({ approved }: Video) => approved !== null;

export function Videos() {
  const { t, clock, number, percent, money } = useWords();
  const { site } = useSite();
  const videos = useQuery(
    `videos ${site.id}`,
    () => unwrap(api.GET("/v1/videos", { params: { query: { site: site.id, limit: 1000 } } })),
    30_000,
  );
  // One question for all videos, apart from the list: that one is there at once.
  const report = useQuery(
    `values ${site.id}`,
    () => unwrap(api.GET("/v1/reports/videos", { params: { query: { site: site.id } } })),
    60_000,
  );
  const rows = new Map(report.data?.videos.map((row) => [row.video, row]));
  const persons = (id: string) => rows.get(id)?.persons ?? -1;
  const figure = (id: string, write: (row: Row) => string) => {
    const row = rows.get(id);
    return row ? write(row) : report.loading && !report.data ? "…" : t("unit.none");
  };
  return (
    <>
      <PageHead title={t("videos.title")} lead={t("videos.lead")} />
      <Waiting videos={videos.data?.items ?? []} onChanged={videos.reload} />
      <Card>
        <Loaded query={videos}>
          {({ items }) =>
            items.some(isListed) ? (
              <Table
                caption={t("videos.title")}
                rows={items.filter(isListed).sort((a, b) => persons(b.id) - persons(a.id))}
                keyOf={({ id }) => id}
                columns={[
                  {
                    head: t("videos.name"),
                    cell: (video) => (
                      <>
                        <Link href={`/videos/${encodeURIComponent(video.id)}`}>{video.title}</Link>{" "}
                        {video.livestream && <Badge tone="accent">{t("videos.live")}</Badge>}{" "}
                        <Origin video={video} onChanged={videos.reload} />
                      </>
                    ),
                  },
                  {
                    head: t("videos.length"),
                    numeric: true,
                    cell: ({ duration }) => (duration ? clock(duration) : t("unit.none")),
                  },
                  {
                    head: t("videos.engaged"),
                    numeric: true,
                    cell: ({ id }) => figure(id, ({ persons }) => number(persons)),
                  },
                  {
                    head: t("videos.converted"),
                    numeric: true,
                    cell: ({ id }) => figure(id, ({ converters }) => number(converters)),
                  },
                  {
                    head: t("videos.rate"),
                    numeric: true,
                    cell: ({ id }) => figure(id, ({ conversion }) => percent(conversion)),
                  },
                  {
                    head: t("value.attributed"),
                    numeric: true,
                    cell: ({ id }) => figure(id, ({ value }) => money(value, site.currency)),
                  },
                ]}
              />
            ) : (
              <Empty title={t("videos.empty")}>
                <p>{t("videos.empty_how")}</p>
              </Empty>
            )
          }
        </Loaded>
      </Card>
    </>
  );
}
