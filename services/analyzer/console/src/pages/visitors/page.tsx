/** One person: who it is, and visit by visit what happened. */
import { Link } from "wouter-preact";
import { ApiError, api, type Schemas, unwrap, useQuery } from "../../api";
import { useWords } from "../../i18n";
import { useSite } from "../../site";
import { Badge, Card, Empty, Loaded, PageHead, Stat } from "../../ui/parts";
import { Habits, Interests, Next, Pair, Standing } from "./next";
import { Session } from "./session";

type Person = Schemas["VisitorShown"];

interface Identity {
  user_id: string | null;
  anonymous_ids: string[];
  merged_ids: string[];
}
interface Profile {
  first_seen: string;
  last_seen: string;
  events: number;
  sessions: number;
  device_type: string | null;
  locale: string | null;
  traits: Record<string, unknown>;
}
interface Membership {
  id: string;
  since: string;
}

export function VisitorPage({ params }: { params: Record<string, string> }) {
  const id = decodeURIComponent(params.id ?? "");
  const { t } = useWords();
  const { site } = useSite();
  const person = useQuery(`person ${site.id} ${id}`, () =>
    unwrap(
      api.GET("/v1/reports/visitors/{person}", {
        params: { path: { person: id }, query: { site: site.id } },
      }),
    ),
  );
  const unknown = person.error instanceof ApiError && person.error.status === 404;
  return (
    <>
      <PageHead
        title={<span class="person-name">{person.data?.id ?? id}</span>}
        lead={<Link href="/visitors">← {t("visitors.title")}</Link>}
      />
      {unknown ? (
        <Card>
          <Empty title={t("visitors.unknown")} />
        </Card>
      ) : (
        <Loaded query={person} lines={10}>
          {(data) => <Shown person={data} />}
        </Loaded>
      )}
    </>
  );
}

function Shown({ person }: { person: Person }) {
  const { t, number } = useWords();
  const shown = person.sessions.reduce((sum, { events }) => sum + events.length, 0);
  return (
    <div class="person-parts">
      <Next person={person} />
      <div class="stack">
        <Standing person={person} />
        <Interests person={person} />
        <Habits person={person} />
        <Who person={person} />
        <Segments person={person} />
        <Facts person={person} />
      </div>
      <div class="stack">
        {person.truncated && <p class="note">{t("visitors.truncated", { n: number(shown) })}</p>}
        {person.sessions.map((session, index) => (
          <Session key={session.session_id} session={session} open={index < 3} />
        ))}
      </div>
    </div>
  );
}

function Who({ person }: { person: Person }) {
  const { t, number, when } = useWords();
  const identity = person.identity as unknown as Identity;
  const profile = person.profile as unknown as Profile;
  const traits = Object.entries(profile.traits);
  return (
    <Card title={t("visitors.who")}>
      <dl class="stats">
        <Stat label={t("visitors.visits")} value={number(profile.sessions)} />
        <Stat label={t("visitors.events")} value={number(profile.events)} />
      </dl>
      <dl class="pairs">
        <Pair name={t("visitors.user")} value={identity.user_id ?? t("visitors.anonymous")} />
        <Pair name={t("visitors.first")} value={when(profile.first_seen)} />
        <Pair name={t("visitors.last")} value={when(profile.last_seen)} />
        {profile.device_type && <Pair name={t("visitors.device")} value={profile.device_type} />}
        {profile.locale && <Pair name={t("visitors.locale")} value={profile.locale} />}
        <Pair name={t("visitors.browsers")} value={<Ids ids={identity.anonymous_ids} />} />
        {identity.merged_ids.length > 0 && (
          <Pair name={t("visitors.merged")} value={<Ids ids={identity.merged_ids} />} />
        )}
      </dl>
      {traits.length > 0 && (
        <>
          <h3>{t("visitors.traits")}</h3>
          <dl class="pairs">
            {traits.map(([name, value]) => (
              <Pair key={name} name={name} value={writeValue(value)} />
            ))}
          </dl>
        </>
      )}
    </Card>
  );
}

function Segments({ person }: { person: Person }) {
  const { t, when, number } = useWords();
  const { site } = useSite();
  const memberships = person.segments as unknown as Membership[];
  const names = useQuery(memberships.length ? `segments ${site.id}` : null, () =>
    unwrap(api.GET("/v1/segments", { params: { query: { site: site.id, limit: 1000 } } })),
  );
  const nameOf = (id: string) => names.data?.items.find((segment) => segment.id === id)?.name ?? id;
  const scores = Object.entries(person.scores);
  const named = useQuery(scores.length ? `scores ${site.id}` : null, () =>
    unwrap(api.GET("/v1/scores", { params: { query: { site: site.id, limit: 100 } } })),
  );
  const nameScore = (id: string) => named.data?.items.find((score) => score.id === id)?.name ?? id;
  return (
    <Card title={t("visitors.segments")}>
      {memberships.length ? (
        <ul class="memberships">
          {memberships.map(({ id, since }) => (
            <li key={id}>
              <Badge tone="accent">{nameOf(id)}</Badge>{" "}
              <small class="note">{t("visitors.since", { at: when(since) })}</small>
            </li>
          ))}
        </ul>
      ) : (
        <p class="note">{t("visitors.segments.none")}</p>
      )}
      {scores.length > 0 && (
        <>
          <h3>{t("visitors.scores")}</h3>
          <dl class="pairs">
            {scores.map(([name, value]) => (
              <Pair key={name} name={nameScore(name)} value={number(value as number, 1)} />
            ))}
          </dl>
        </>
      )}
    </Card>
  );
}

/** The facts of the newest decision about this person, if one was made lately. */
function Facts({ person }: { person: Person }) {
  const { t } = useWords();
  const { site } = useSite();
  const ids = (person.identity as unknown as Identity).anonymous_ids;
  const query = { site: site.id };
  const facts = useQuery(`facts ${site.id} ${person.id}`, async () => {
    const { decisions } = await unwrap(api.GET("/v1/live", { params: { query } }));
    const newest = decisions.find(({ visitor }) => ids.includes(visitor));
    if (!newest) return {};
    const path = { decision_id: newest.decision_id };
    return (await unwrap(api.GET("/v1/decisions/{decision_id}", { params: { path, query } }))).facts;
  });
  const rows = Object.entries(facts.data ?? {});
  if (!rows.length) return null;
  return (
    <Card title={t("visitors.facts")}>
      <dl class="pairs">
        {rows.map(([name, value]) => (
          <Pair key={name} name={<code>{name}</code>} value={writeValue(value)} />
        ))}
      </dl>
    </Card>
  );
}

function Ids({ ids }: { ids: string[] }) {
  return (
    <>
      {ids.map((id) => (
        <code key={id} class="block">
          {id}
        </code>
      ))}
    </>
  );
}

function writeValue(value: unknown): string {
  return typeof value === "string" || typeof value === "number" ? String(value) : JSON.stringify(value);
}
