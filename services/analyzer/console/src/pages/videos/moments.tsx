/** What was found: stretches marked on the player's timeline, a card for each, and what was tried in vain. */
import type { ComponentChildren } from "preact";
import { Link } from "wouter-preact";
import { useWords } from "../../i18n";
import { Badge, Card, Reason, Table } from "../../ui/parts";
import {
  findAdvice,
  isDoubtful,
  judgeCertainty,
  type Moment,
  type Report,
  readRecommendation,
  splitMoments,
} from "./adjusted";
import { OtherTests, Tested } from "./tested";

export type Seek = (seconds: number) => void;

function isNegative({ effect }: Moment): boolean {
  return (effect ?? 0) < 0;
}

/** A line under the player as long as the video, with the found stretches on it. */
export function Track({
  report,
  playhead,
  onSeek,
}: {
  report: Report;
  playhead: number | null;
  onSeek: Seek;
}) {
  const { t, clock, points } = useWords();
  const { found } = splitMoments(report);
  const end = report.bins.at(-1)?.end ?? 0;
  if (!found.length || !end) return null;
  const share = (seconds: number) => `${(100 * seconds) / end}%`;
  return (
    <div class="track">
      {[...found]
        .sort((a, b) => a.start - b.start)
        .map((moment) => (
          <button
            key={moment.start}
            type="button"
            class={isNegative(moment) ? "stretch bad" : "stretch"}
            style={{ left: share(moment.start), width: share(moment.end - moment.start) }}
            title={`${clock(moment.start)}–${clock(moment.end)}`}
            aria-label={t("videos.go_to", {
              from: clock(moment.start),
              to: clock(moment.end),
              n: points(moment.effect),
            })}
            onClick={() => onSeek(moment.start)}
          />
        ))}
      {playhead !== null && <i style={{ left: share(Math.min(playhead, end)) }} />}
    </div>
  );
}

/** Where to start others, why, and the way to a prompt that does it. */
export function Recommended({ report, onSeek }: { report: Report; onSeek: Seek }) {
  const { t, clock, language } = useWords();
  const recommendation = readRecommendation(report);
  if (!recommendation) return null;
  const { start_at: at, reason } = recommendation;
  const moment = splitMoments(report).found.find(({ start }) => start === at);
  const query = new URLSearchParams({
    video: report.video,
    start_at: String(at),
    ...(moment ? { end_at: String(moment.end) } : {}),
    goal: report.goal,
  });
  return (
    <div class="recommended">
      <p class="finding">{t("videos.recommended", { at: clock(at) })}</p>
      <p>{reason[language]}</p>
      <p class="row">
        <Link class="button" href={`/prompts/~new?${query}`}>
          {t("videos.make_prompt")}
        </Link>
        <button type="button" class="button quiet" onClick={() => onSeek(at)}>
          ▶ {clock(at)}
        </button>
      </p>
    </div>
  );
}

export function Moments({ report, onSeek }: { report: Report; onSeek: Seek }) {
  const { t } = useWords();
  const { found, others } = splitMoments(report);
  const why = report.reasons.moments ?? (found.length ? undefined : "no_moment_found");
  return (
    <Card title={t("videos.found")} note={found.length ? t("videos.found_note") : undefined}>
      <Reason code={why} />
      {found.length > 0 && (
        <ul class="moments">
          {found.map((moment) => (
            <Found key={moment.start} report={report} moment={moment} onSeek={onSeek} />
          ))}
        </ul>
      )}
      {others.length > 0 && <Others moments={others} />}
      <OtherTests report={report} found={found} />
    </Card>
  );
}

function Found({ report, moment, onSeek }: { report: Report; moment: Moment; onSeek: Seek }) {
  const { t, clock, points, number, percent, language } = useWords();
  const { start, end, effect, ci_low: low, ci_high: high, q_value: q } = moment;
  const advice = findAdvice(report, moment);
  return (
    <li class={isNegative(moment) ? "moment bad" : "moment"}>
      <div class="moment-head">
        <button type="button" class="button quiet small" onClick={() => onSeek(start)}>
          ▶ {clock(start)}–{clock(end)}
        </button>
        <Badge tone={isNegative(moment) ? "warn" : "good"}>
          {t(`videos.certainty.${judgeCertainty(q)}`)}
        </Badge>
        {isDoubtful(report, moment) && <Badge tone="warn">{t("videos.doubtful")}</Badge>}
      </div>
      <p class="moment-effect">
        {t("videos.points", { n: points(effect) })}{" "}
        <small class="note">{t("videos.interval", { low: points(low), high: points(high) })}</small>
      </p>
      {advice && <p>{advice[language]}</p>}
      <Tested report={report} moment={moment} />
      <dl class="pairs">
        <Pair name={t("videos.viewers")} value={number(moment.viewers)} />
        <Pair
          name={t("videos.difference_raw")}
          value={t("videos.points", { n: points(moment.difference) })}
        />
        <Pair
          name={t("videos.total_effect")}
          value={
            moment.total_effect === null
              ? t("unit.none")
              : t("videos.points", { n: points(moment.total_effect) })
          }
        />
        <Pair
          name={
            <Explained
              term={t("videos.robustness")}
              words={t("videos.robustness_what", { n: number(moment.robustness, 1) })}
            />
          }
          value={number(moment.robustness, 1)}
        />
        <Pair
          name={<Explained term={t("videos.dropped")} words={t("videos.dropped_what")} />}
          value={percent(moment.share_dropped, 0)}
        />
        <Pair
          name={<Explained term="q" words={t("videos.q_what")} />}
          value={q !== null && q < 0.001 ? "< 0.001" : number(q, 3)}
        />
      </dl>
    </li>
  );
}

function Pair({ name, value }: { name: ComponentChildren; value: string }) {
  return (
    <div>
      <dt>{name}</dt>
      <dd>{value}</dd>
    </div>
  );
}

/** A term that opens what it means: by pointer, touch and keyboard alike. */
function Explained({ term, words }: { term: string; words: string }) {
  return (
    <details class="explained">
      <summary>{term}</summary>
      <p class="note">{words}</p>
    </details>
  );
}

function Others({ moments }: { moments: readonly Moment[] }) {
  const { t, clock, points, number } = useWords();
  return (
    <details>
      <summary>{t("videos.others", { n: number(moments.length) })}</summary>
      <Table
        caption={t("videos.others", { n: number(moments.length) })}
        rows={moments}
        keyOf={({ start }) => String(start)}
        columns={[
          { head: t("videos.stretch"), cell: ({ start, end }) => `${clock(start)}–${clock(end)}` },
          { head: t("videos.viewers"), numeric: true, cell: ({ viewers }) => number(viewers) },
          { head: t("videos.effect"), numeric: true, cell: (moment) => <Effect of={moment} /> },
          { head: t("videos.difference_raw"), numeric: true, cell: ({ difference }) => points(difference) },
          { head: "q", numeric: true, cell: ({ q_value: q }) => number(q, 2) },
        ]}
      />
    </details>
  );
}

interface WithEffect {
  effect: number | null;
  ci_low: number | null;
  ci_high: number | null;
}

/** An effect in points with its interval, or a dash. */
export function Effect({ of: { effect, ci_low: low, ci_high: high } }: { of: WithEffect }) {
  const { t, points } = useWords();
  if (effect === null) return <>{t("unit.none")}</>;
  return (
    <>
      {points(effect)}{" "}
      <small class="note">{t("videos.interval", { low: points(low), high: points(high) })}</small>
    </>
  );
}
