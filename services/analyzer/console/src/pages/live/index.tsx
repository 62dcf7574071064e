/** What comes in now, and the decisions as they are made; asked for again every second and a half. */
import { useEffect, useState } from "preact/hooks";
import { api, type Schemas, unwrap, useQuery } from "../../api";
import { isKey, useWords, type Words } from "../../i18n";
import { useSite } from "../../site";
import { Badge, Card, Empty, Loaded, PageHead, Stat, Table } from "../../ui/parts";
import { PersonLink } from "../../ui/person";
import "./live.css";

type LiveAnswer = Schemas["Live"];
type Decision = Schemas["LiveDecision"];
const EVERY_MS = 1500;

export function Live() {
  const { t } = useWords();
  const { site } = useSite();
  const [paused, setPaused] = useState(false);
  const live = useQuery(
    `live ${site.id}`,
    () => unwrap(api.GET("/v1/live", { params: { query: { site: site.id } } })),
    paused ? undefined : EVERY_MS,
  );
  return (
    <>
      <PageHead title={t("live.title")} lead={paused ? t("live.paused") : t("live.lead")}>
        <button type="button" class="button quiet" aria-pressed={paused} onClick={() => setPaused(!paused)}>
          {t(paused ? "live.resume" : "live.pause")}
        </button>
      </PageHead>
      <Loaded query={live}>{(data) => <Now live={data} />}</Loaded>
    </>
  );
}

function Now({ live }: { live: LiveAnswer }) {
  const { t, number } = useWords();
  const perMinute =
    live.pulse.reduce((sum, count) => sum + count, 0) / ((live.pulse.length * live.pulse_step_seconds) / 60);
  return (
    <>
      <Card>
        <div class="pulse-row">
          <dl class="stats">
            <Stat label={t("live.rate")} value={number(perMinute, perMinute < 10 ? 1 : 0)} />
            <Stat label={t("live.visitors")} value={number(live.visitors)} />
          </dl>
          <Pulse counts={live.pulse} />
        </div>
      </Card>
      <div class="live-columns">
        <Messages live={live} />
        <Decisions decisions={live.decisions} />
      </div>
    </>
  );
}

/** Small bars, oldest to the left; the numbers beside them say the same. */
function Pulse({ counts }: { counts: readonly number[] }) {
  const { t } = useWords();
  const most = Math.max(1, ...counts);
  return (
    <svg
      class="pulse"
      viewBox={`0 0 ${counts.length * 6} 40`}
      preserveAspectRatio="none"
      role="img"
      aria-label={t("live.pulse")}
    >
      {counts.map((count, index) => {
        const height = Math.max(1, (count / most) * 40);
        return <rect key={index} x={index * 6} y={40 - height} width="4.6" height={height} rx="1" />;
      })}
    </svg>
  );
}

/** The clock of relative times; it goes on between two answers. */
function useNow(): number {
  const [now, setNow] = useState(Date.now());
  useEffect(() => {
    const timer = setInterval(() => setNow(Date.now()), 1000);
    return () => clearInterval(timer);
  }, []);
  return now;
}

function Messages({ live }: { live: LiveAnswer }) {
  const { t, ago, clock } = useWords();
  const now = useNow();
  return (
    <Card title={t("live.events")}>
      {live.events.length ? (
        <Table
          caption={t("live.events")}
          rows={live.events}
          keyOf={({ message_id: id }) => id}
          columns={[
            { head: t("live.at"), cell: ({ at }) => <time dateTime={at}>{ago(at, now)}</time> },
            {
              head: t("live.event"),
              cell: ({ event, left_out: leftOut }) => (
                <>
                  {event} {leftOut && <Badge>{t("live.left_out")}</Badge>}
                </>
              ),
            },
            {
              head: t("live.where"),
              cell: ({ video_id: video, video_position: position, page_path: path }) =>
                video
                  ? `${video}${position === null ? "" : ` ${clock(position)}`}`
                  : (path ?? t("unit.none")),
            },
            {
              head: t("live.visitor"),
              cell: ({ visitor }) => <PersonLink id={visitor} />,
            },
          ]}
        />
      ) : (
        <Empty title={t("live.nothing")}>
          <p>{t("live.nothing_how")}</p>
        </Empty>
      )}
    </Card>
  );
}

/** One candidate in words; a code that has none is shown as it is. */
export function describeOutcome(candidate: Schemas["LiveCandidate"], t: Words["t"]): string {
  const key = `live.outcome.${candidate.outcome}`;
  const values = { campaign: candidate.campaign_id, code: candidate.outcome };
  return t(isKey(key) ? key : "live.outcome.other", values);
}

function Decisions({ decisions }: { decisions: readonly Decision[] }) {
  const { t, ago } = useWords();
  const now = useNow();
  return (
    <Card title={t("live.decisions")}>
      {decisions.length ? (
        <Table
          caption={t("live.decisions")}
          rows={decisions}
          keyOf={({ decision_id: id }) => id}
          columns={[
            { head: t("live.at"), cell: ({ at }) => <time dateTime={at}>{ago(at, now)}</time> },
            { head: t("live.trigger"), cell: ({ trigger }) => trigger },
            {
              head: t("live.outcome"),
              cell: ({ candidates }) =>
                candidates.length
                  ? candidates.map((candidate) => (
                      <div
                        key={candidate.campaign_id}
                        class={candidate.outcome === "served" ? "served" : "refused"}
                      >
                        {describeOutcome(candidate, t)}
                      </div>
                    ))
                  : t("live.outcome.none"),
            },
            {
              head: t("live.visitor"),
              cell: ({ visitor }) => <PersonLink id={visitor} />,
            },
          ]}
        />
      ) : (
        <Empty title={t("live.no_decisions")}>
          <p>{t("live.no_decisions_how")}</p>
        </Empty>
      )}
    </Card>
  );
}
