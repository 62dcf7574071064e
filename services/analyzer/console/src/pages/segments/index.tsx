/** Segments: the list, and one segment's definition, members and likeness. */
import { Link } from "wouter-preact";
import { api, type Schemas, unwrap, useQuery } from "../../api";
import { useWords } from "../../i18n";
import { useSite } from "../../site";
import { Badge, Card, Empty, Loaded, Table } from "../../ui/parts";
import { PeopleHead } from "../scores/head";
import { NEW } from "./draft";
import "./segments.css";

export { SegmentPage } from "./form";

export function Segments() {
  const { t, when } = useWords();
  const { site } = useSite();
  const segments = useQuery(`segments ${site.id}`, () =>
    unwrap(api.GET("/v1/segments", { params: { query: { site: site.id, limit: 1000 } } })),
  );
  const create = (
    <Link class="button" href={`/segments/${NEW}`}>
      {t("segments.new")}
    </Link>
  );
  return (
    <>
      <PeopleHead page="segments">{create}</PeopleHead>
      <Card>
        <Loaded query={segments}>
          {({ items }) =>
            items.length ? (
              <Table
                caption={t("segments.title")}
                rows={items}
                keyOf={({ id }) => id}
                columns={[
                  {
                    head: t("segments.name"),
                    cell: ({ id, name }) => <Link href={`/segments/${encodeURIComponent(id)}`}>{name}</Link>,
                  },
                  {
                    head: t("segments.kind"),
                    cell: ({ kind }) => <Badge>{t(`segments.kind.${kind}`)}</Badge>,
                  },
                  { head: t("segments.what"), cell: (segment) => <What segment={segment} all={items} /> },
                  {
                    head: t("segments.changed"),
                    cell: ({ updated_at: at }) => <span class="nowrap">{when(at)}</span>,
                  },
                ]}
              />
            ) : (
              <Empty title={t("segments.empty")}>
                <p class="note">{t("segments.empty_how")}</p>
                {create}
              </Empty>
            )
          }
        </Loaded>
      </Card>
    </>
  );
}

type Segment = Schemas["SegmentShown"];

/** What a segment stands for, in a few words. */
function What({ segment, all }: { segment: Segment; all: readonly Segment[] }) {
  const { t, number } = useWords();
  const { kind, seed, members, rule } = segment;
  if (kind === "lookalike") {
    const name = all.find(({ id }) => id === seed)?.name ?? seed ?? "";
    return <>{t("segments.like", { name })}</>;
  }
  if (kind === "list") return <>{t("segments.people", { n: number(members?.length) })}</>;
  const parts = Object.values(rule ?? {})[0];
  return <>{t("segments.conditions", { n: number(Array.isArray(parts) ? parts.length : 1) })}</>;
}
