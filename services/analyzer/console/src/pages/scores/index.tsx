/** Scores: the list, and one score's definition with how it is spread. */
import { Link } from "wouter-preact";
import { api, unwrap, useQuery } from "../../api";
import { useWords } from "../../i18n";
import { useSite } from "../../site";
import { Card, Empty, Loaded, Table } from "../../ui/parts";
import { NEW } from "./draft";
import { PeopleHead } from "./head";
import "./scores.css";

export { ScorePage } from "./form";

const write = (id: string) => `/segments/~scores/${encodeURIComponent(id)}`;

export function Scores() {
  const { t, number, when } = useWords();
  const { site } = useSite();
  const scores = useQuery(`scores ${site.id}`, () =>
    unwrap(api.GET("/v1/scores", { params: { query: { site: site.id, limit: 100 } } })),
  );
  const create = (
    <Link class="button" href={write(NEW)}>
      {t("scores.new")}
    </Link>
  );
  return (
    <>
      <PeopleHead page="scores">{create}</PeopleHead>
      <Card>
        <Loaded query={scores}>
          {({ items }) =>
            items.length ? (
              <Table
                caption={t("scores.title")}
                rows={items}
                keyOf={({ id }) => id}
                columns={[
                  {
                    head: t("scores.name"),
                    cell: ({ id, name }) => (
                      <Link class="score-name" href={write(id)}>
                        {name}
                      </Link>
                    ),
                  },
                  {
                    head: t("scores.points_for"),
                    cell: ({ rules }) => rules.map(({ event }) => event).join(t("scores.and")),
                  },
                  {
                    head: t("scores.half_life"),
                    cell: ({ half_life_days: days }) =>
                      days === null ? t("scores.never") : t("scores.days", { n: number(days, 2) }),
                  },
                  { head: t("scores.fact"), cell: ({ id }) => <code>{`score.${id}`}</code> },
                  {
                    head: t("scores.changed"),
                    cell: ({ updated_at: at }) => <span class="nowrap">{when(at)}</span>,
                  },
                ]}
              />
            ) : (
              <Empty title={t("scores.empty")}>
                <p class="note">{t("scores.empty_how")}</p>
                {create}
              </Empty>
            )
          }
        </Loaded>
      </Card>
    </>
  );
}
