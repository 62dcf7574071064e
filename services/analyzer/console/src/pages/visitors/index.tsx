/** Visitors: who is here now, a way to find somebody, and one person's visits. */
import { useState } from "preact/hooks";
import { useLocation } from "wouter-preact";
import { api, unwrap, useQuery } from "../../api";
import { useWords } from "../../i18n";
import { useSite } from "../../site";
import { Card, Empty, Field, Loaded, PageHead, Table } from "../../ui/parts";
import { PersonLink, writeAddress } from "../../ui/person";
import "./visitors.css";

export { VisitorPage } from "./page";

const EVERY_MS = 5_000;

export function Visitors() {
  const { t } = useWords();
  const [, go] = useLocation();
  const [wanted, setWanted] = useState("");
  return (
    <>
      <PageHead title={t("visitors.title")} lead={t("visitors.lead")} />
      <Card>
        <form
          class="row"
          onSubmit={(event) => {
            event.preventDefault();
            go(writeAddress(wanted.trim()));
          }}
        >
          <Field label={t("visitors.find")}>
            <input
              required
              autocomplete="off"
              spellcheck={false}
              value={wanted}
              onInput={(event) => setWanted(event.currentTarget.value)}
            />
          </Field>
          <button type="submit" class="button">
            {t("visitors.find.go")}
          </button>
        </form>
      </Card>
      <Recent />
    </>
  );
}

function Recent() {
  const { t, ago, number } = useWords();
  const { site } = useSite();
  const live = useQuery(
    `recent ${site.id}`,
    () => unwrap(api.GET("/v1/live", { params: { query: { site: site.id } } })),
    EVERY_MS,
  );
  return (
    <Card title={t("visitors.recent")}>
      <Loaded query={live}>
        {({ events }) => {
          const people = [...new Set(events.map(({ visitor }) => visitor))].map((visitor) => {
            const own = events.filter((event) => event.visitor === visitor);
            return { visitor, newest: own[0], count: own.length };
          });
          return people.length ? (
            <Table
              caption={t("visitors.recent")}
              rows={people}
              keyOf={({ visitor }) => visitor}
              columns={[
                { head: t("live.visitor"), cell: ({ visitor }) => <PersonLink id={visitor} /> },
                { head: t("live.event"), cell: ({ newest }) => newest?.event },
                {
                  head: t("live.at"),
                  cell: ({ newest }) =>
                    newest && <time dateTime={newest.at}>{ago(newest.at, Date.now())}</time>,
                },
                { head: t("visitors.events"), numeric: true, cell: ({ count }) => number(count) },
              ]}
            />
          ) : (
            <Empty title={t("visitors.recent.none")}>
              <p>{t("visitors.recent.none_how")}</p>
            </Empty>
          );
        }}
      </Loaded>
    </Card>
  );
}
