/** All videos of the site, each with its viewers and how many of them converted. */
import { Link } from "wouter-preact";
import { api, type Schemas, unwrap, useQuery } from "../../api";
import { useWords } from "../../i18n";
import { useSite } from "../../site";
import { Badge, Card, Empty, Loaded, PageHead, Table } from "../../ui/parts";

type Video = Schemas["VideoShown"];
/** Reports are asked for at most so many videos; the rest show theirs on their own page. */
const MOST_REPORTS = 30;

export function Videos() {
  const { t, clock } = useWords();
  const { site } = useSite();
  const videos = useQuery(
    `videos ${site.id}`,
    () => unwrap(api.GET("/v1/videos", { params: { query: { site: site.id } } })),
    30_000,
  );
  return (
    <>
      <PageHead title={t("videos.title")} lead={t("videos.lead")} />
      <Card>
        <Loaded query={videos}>
          {({ items }) =>
            items.length ? (
              <Table
                caption={t("videos.title")}
                rows={items}
                keyOf={({ id }) => id}
                columns={[
                  {
                    head: t("videos.name"),
                    cell: ({ id, title, livestream }) => (
                      <>
                        <Link href={`/videos/${encodeURIComponent(id)}`}>{title}</Link>{" "}
                        {livestream && <Badge tone="accent">{t("videos.live")}</Badge>}
                      </>
                    ),
                  },
                  {
                    head: t("videos.length"),
                    numeric: true,
                    cell: ({ duration }) => (duration ? clock(duration) : t("unit.none")),
                  },
                  {
                    head: t("videos.viewers"),
                    numeric: true,
                    cell: (video) => <Counts video={video} of="viewers" rank={items.indexOf(video)} />,
                  },
                  {
                    head: t("videos.converted"),
                    numeric: true,
                    cell: (video) => <Counts video={video} of="converters" rank={items.indexOf(video)} />,
                  },
                  {
                    head: t("videos.rate"),
                    numeric: true,
                    cell: (video) => <Counts video={video} of="rate" rank={items.indexOf(video)} />,
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

function Counts({ video, of, rank }: { video: Video; of: "viewers" | "converters" | "rate"; rank: number }) {
  const { number, percent, t } = useWords();
  const { site } = useSite();
  const key = rank < MOST_REPORTS ? `moments ${site.id} ${video.id}` : null;
  const report = useQuery(key, () => loadReport(site.id, video.id));
  if (!report.data) return <>{report.loading && key ? "…" : t("unit.none")}</>;
  const { viewers, converters } = report.data;
  return <>{of === "rate" ? percent(viewers ? converters / viewers : null) : number(report.data[of])}</>;
}

const loading = new Map<string, Promise<Schemas["MomentsShown"]>>();

/** One request serves the three cells of a row. */
function loadReport(site: string, video: string): Promise<Schemas["MomentsShown"]> {
  const key = `${site} ${video}`;
  const running =
    loading.get(key) ??
    unwrap(api.GET("/v1/reports/moments", { params: { query: { site, video } } })).finally(() =>
      loading.delete(key),
    );
  loading.set(key, running);
  return running;
}
