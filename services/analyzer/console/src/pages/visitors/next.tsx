/** What to do next for one person: the action, why, and the prompt that does it, ready to be opened. */
import type { ComponentChildren } from "preact";
import { Link } from "wouter-preact";
import type { Schemas } from "../../api";
import { useWords } from "../../i18n";
import { useSite } from "../../site";
import { Badge, Card, Reason } from "../../ui/parts";
import { NEW } from "../prompts/list";
import { OpenProposal } from "../prompts/proposed";

type Person = Schemas["VisitorShown"];

export function Next({ person }: { person: Person }) {
  const { t, language } = useWords();
  const next = person.next_action;
  if (!next)
    return (
      <section class="card next none" aria-label={t("visitors.next")}>
        <Badge>{t("visitors.next")}</Badge>
        <Reason code={person.reasons.next_action} />
      </section>
    );
  return (
    <section class="card next" aria-label={t("visitors.next")}>
      <div>
        <Badge tone="accent">{t("visitors.next")}</Badge>
        <h2>{t(`visitors.next.${next.code}`)}</h2>
        <p>{next.reason[language]}</p>
      </div>
      {next.code === "show_moment" ? (
        <Link class="button" href={`/prompts/${NEW}?${writeMoment(next.evidence)}`}>
          {t("visitors.next.open")}
        </Link>
      ) : (
        <OpenProposal campaign={next.campaign}>{t("visitors.next.open")}</OpenProposal>
      )}
    </section>
  );
}

/** A prompt that shows a moment begins with the video's own source. */
function writeMoment(evidence: Record<string, unknown>): string {
  const { video, start_at, end_at } = evidence;
  return new URLSearchParams({
    video: String(video),
    start_at: String(start_at),
    end_at: String(end_at),
  }).toString();
}

export function Standing({ person }: { person: Person }) {
  const { t } = useWords();
  const { lifecycle } = person;
  const hasAny =
    lifecycle || person.orders.count > 0 || person.cart.items > 0 || person.store_visits.visits > 0;
  return (
    <Card title={t("visitors.standing")}>
      {hasAny ? (
        <>
          {lifecycle && <Stage lifecycle={lifecycle} />}
          {person.advocacy && <Steps advocacy={person.advocacy} />}
          <Orders person={person} />
          <Ahead person={person} />
        </>
      ) : (
        <Reason code={person.reasons.lifecycle} />
      )}
    </Card>
  );
}

function Stage({ lifecycle }: { lifecycle: NonNullable<Person["lifecycle"]> }) {
  const { t, when } = useWords();
  return (
    <>
      <p class="stage-now">
        <Badge tone={STAGE_TONES[lifecycle.stage] ?? "plain"}>
          {t(`customers.stage.${lifecycle.stage}`)}
        </Badge>{" "}
        <small class="note">{t("visitors.since", { at: when(lifecycle.since) })}</small>
      </p>
      {lifecycle.changes.length > 1 && (
        <details>
          <summary>{t("visitors.stages")}</summary>
          <ol class="memberships">
            {[...lifecycle.changes].reverse().map(({ at, to }) => (
              <li key={at}>
                {t(`customers.stage.${to as "new"}`)} <small class="note">{when(at)}</small>
              </li>
            ))}
          </ol>
        </details>
      )}
    </>
  );
}

/** From one order to recommending: each step with its day. */
function Steps({ advocacy }: { advocacy: NonNullable<Person["advocacy"]> }) {
  const { t, when } = useWords();
  return (
    <details>
      <summary>{t(`ladder.person.${advocacy.state}`)}</summary>
      <ol class="memberships">
        {[...advocacy.reached].reverse().map(({ state, at }) => (
          <li key={state}>
            {t(`ladder.person.${state}`)} <small class="note">{when(at)}</small>
          </li>
        ))}
      </ol>
    </details>
  );
}

/** How often the person comes and buys, and how far they look around. */
export function Habits({ person: { habits } }: { person: Person }) {
  const { t, number } = useWords();
  if (!habits.visits) return null;
  const between = habits.days_between_visits_p50;
  const rebuys = habits.days_between_orders_p50;
  return (
    <Card title={t("visiting.person")}>
      <dl class="pairs">
        <Pair name={t("visiting.looks")} value={number(habits.visits)} />
        {between !== null && <Pair name={t("visiting.between")} value={number(between, 1)} />}
        <Pair name={t("visiting.products")} value={number(habits.products_a_visit, 1)} />
        <Pair name={t("visiting.categories")} value={number(habits.categories_a_visit, 1)} />
        <Pair name={t("visiting.pages")} value={number(habits.pages_a_visit, 1)} />
        {rebuys !== null && <Pair name={t("visiting.between_orders")} value={number(rebuys, 1)} />}
      </dl>
    </Card>
  );
}

const STAGE_TONES: Record<string, "good" | "warn" | "accent"> = {
  loyal: "good",
  repeat: "accent",
  at_risk: "warn",
  dormant: "warn",
};

function Orders({ person }: { person: Person }) {
  const { t, number, percent, when } = useWords();
  const { orders, cart, store_visits: visits, hesitation } = person;
  const money = useMoney();
  return (
    <dl class="pairs">
      <Pair name={t("visitors.orders")} value={number(orders.count)} />
      {orders.value !== null && <Pair name={t("visitors.orders_value")} value={money(orders.value)} />}
      {orders.average !== null && orders.count > 1 && (
        <Pair name={t("visitors.orders_average")} value={money(orders.average)} />
      )}
      {orders.last && (
        <Pair
          name={t("visitors.orders_last")}
          value={`${when(orders.last)} (${t("visitors.days_ago", { n: number(Math.floor(orders.days_since_last ?? 0)) })})`}
        />
      )}
      {cart.items > 0 && (
        <Pair name={t("visitors.cart")} value={t("visitors.items", { n: number(cart.items) })} />
      )}
      {visits.visits > 0 && (
        <Pair
          name={t("visitors.unpurchased")}
          value={`${number(visits.visits)}${visits.store_id ? ` (${visits.store_id})` : ""}`}
        />
      )}
      {hesitation !== null && <Pair name={t("visitors.hesitation")} value={percent(hesitation, 0)} />}
    </dl>
  );
}

/** What is expected of the person. */
function Ahead({ person }: { person: Person }) {
  const { t, number, percent, when } = useWords();
  const money = useMoney();
  const { next_purchase: next, expected } = person;
  if (!next && !expected) return null;
  return (
    <>
      <h3>{t("visitors.ahead")}</h3>
      <dl class="pairs">
        {next && (
          <Pair
            name={t("visitors.next_purchase")}
            value={
              <>
                {when(next.expected)} {next.is_overdue && <Badge tone="warn">{t("customers.overdue")}</Badge>}
              </>
            }
          />
        )}
        {expected && (
          <>
            <Pair name={t("visitors.orders_next")} value={number(expected.orders_next_90_days, 1)} />
            {expected.value_next_90_days !== null && (
              <Pair name={t("visitors.value_next")} value={money(expected.value_next_90_days)} />
            )}
            <Pair name={t("customers.alive")} value={percent(expected.alive, 0)} />
          </>
        )}
      </dl>
    </>
  );
}

export function Interests({ person }: { person: Person }) {
  const { t, number, when } = useWords();
  const { categories, videos } = person.interests;
  const { community } = person;
  if (!categories.length && !videos.length && !community) return null;
  const most = Math.max(...categories.map(({ weight }) => weight), 0.01);
  const longest = Math.max(...videos.map(({ weight }) => weight), 0.01);
  return (
    <Card title={t("visitors.interests")} note={t("visitors.interests_note")}>
      <ul class="interests">
        {categories.map(({ category, weight }) => (
          <li key={category}>
            <span>{category}</span>
            <i style={{ width: `${(weight / most) * 100}%` }} aria-hidden="true" />
            <small class="note">{number(weight, 1)}</small>
          </li>
        ))}
        {videos.map(({ video, seconds, weight }) => (
          <li key={video} class="video">
            <Link href={`/videos/${encodeURIComponent(video)}`}>{video}</Link>
            <i style={{ width: `${(weight / longest) * 100}%` }} aria-hidden="true" />
            <small class="note">{t("visitors.seconds", { n: number(seconds) })}</small>
          </li>
        ))}
      </ul>
      {community && (
        <>
          <h3>{t("visitors.community")}</h3>
          <dl class="pairs">
            {community.joined && <Pair name={t("visitors.joined")} value={when(community.joined)} />}
            <Pair
              name={t("visitors.acts")}
              value={t("visitors.acts_of", {
                posts: number(community.posts),
                replies: number(community.replies),
                likes: number(community.likes),
              })}
            />
            <Pair name={t("visitors.weeks")} value={number(community.weeks)} />
            <Pair name={t("visitors.acted_last")} value={when(community.last)} />
          </dl>
        </>
      )}
    </Card>
  );
}

function useMoney(): (value: number) => string {
  const { money } = useWords();
  const { site } = useSite();
  return (value) => money(value, site.currency);
}

export function Pair({ name, value }: { name: ComponentChildren; value: ComponentChildren }) {
  return (
    <div>
      <dt>{name}</dt>
      <dd>{value}</dd>
    </div>
  );
}
