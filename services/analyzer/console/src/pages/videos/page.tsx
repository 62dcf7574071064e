/** One video: its player, who stays and who converts under it in step with playback, entries and actions. */
import { useRef, useState } from "preact/hooks";
import { api, type Schemas, unwrap, useQuery } from "../../api";
import { useWords } from "../../i18n";
import { useSite } from "../../site";
import { Chart } from "../../ui/chart";
import { Card, Empty, Loaded, Reason, Stat } from "../../ui/parts";
import { About } from "./about";
import { hasEffects, readRecommendation, splitMoments } from "./adjusted";
import { buildEffects, buildMoments, buildRetention, type Mark } from "./charts";
import { findStretch, type Stretch } from "./finding";
import { Basis, useChoice, VideoHead } from "./head";
import { Moments, Recommended, type Seek, Track } from "./moments";
import { Actions, Entries, Numbers } from "./tables";

type Report = Schemas["MomentsShown"];
const VIEWINGS = ["all", "live", "archive"] as const;

export function VideoPage({ params }: { params: Record<string, string> }) {
  const { t } = useWords();
  const { site } = useSite();
  const choice = useChoice(params);
  const [viewing, setViewing] = useState<(typeof VIEWINGS)[number]>("all");
  const report = useQuery(`report ${choice.key} ${viewing}`, () => {
    const { id: video, goal, from } = choice;
    const query = { site: site.id, video, viewing, goal, from };
    return unwrap(api.GET("/v1/reports/moments", { params: { query } }));
  });
  return (
    <>
      <VideoHead choice={choice} page="moments">
        <fieldset class="segmented" aria-label={t("videos.viewing")}>
          {VIEWINGS.map((name) => (
            <button key={name} type="button" aria-pressed={viewing === name} onClick={() => setViewing(name)}>
              {t(`videos.viewing.${name}`)}
            </button>
          ))}
        </fieldset>
      </VideoHead>
      <Loaded query={report} lines={10}>
        {(data) =>
          data.viewers ? (
            <Watched report={data} src={choice.video?.src ?? null} />
          ) : (
            <Card>
              <Empty title={t("videos.nobody")} />
            </Card>
          )
        }
      </Loaded>
      {choice.video && (
        <About
          key={`${choice.video.id} ${choice.video.version}`}
          video={choice.video}
          onSaved={choice.reload}
        />
      )}
    </>
  );
}

function Watched({ report, src }: { report: Report; src: string | null }) {
  const words = useWords();
  const { t } = words;
  const player = useRef<HTMLVideoElement>(null);
  const [playhead, setPlayhead] = useState<number | null>(null);
  const { bins, viewers } = report;
  const stretch = findStretch(bins, viewers);
  const seek = (x: number) => {
    const at = Math.max(0, x);
    setPlayhead(at);
    if (player.current) player.current.currentTime = at;
  };
  const inputs = `${report.computed_at} ${report.viewing} ${report.goal} ${words.language} ${viewers}`;
  return (
    <>
      <div class="video-top">
        <Card>
          {src ? (
            // biome-ignore lint/a11y/useMediaCaption: the shop's own video, shown to its makers
            <video
              ref={player}
              class="player"
              src={src}
              controls
              playsInline
              preload="metadata"
              onTimeUpdate={(event) => setPlayhead(event.currentTarget.currentTime)}
            />
          ) : (
            <div class="player missing">{t("videos.no_source")}</div>
          )}
          <Track report={report} playhead={playhead} onSeek={seek} />
        </Card>
        <Summary report={report} stretch={stretch} onSeek={seek} />
      </div>
      <MomentChart report={report} stretch={stretch} inputs={inputs} playhead={playhead} onSeek={seek} />
      <Moments report={report} onSeek={seek} />
      <Card title={t("videos.retention")} note={t("videos.retention_note")}>
        <Chart
          label={`${t("videos.retention")}: ${t("videos.retention_note")}`}
          height={190}
          inputs={inputs}
          build={(palette) => buildRetention(bins, viewers, palette, words)}
          playhead={playhead}
          onPick={seek}
        />
        <Numbers bins={bins} />
      </Card>
      <Entries report={report} />
      <Actions report={report} />
      <Basis report={report} />
    </>
  );
}

/** The answer in one sentence: what to do where something was found, else what can be seen with the bare eye. */
function Summary({ report, stretch, onSeek }: { report: Report; stretch: Stretch | null; onSeek: Seek }) {
  const { t, number, percent, clock } = useWords();
  const { viewers, converters, incomplete } = report;
  return (
    <Card>
      <Recommended report={report} onSeek={onSeek} />
      {!readRecommendation(report) && (
        <>
          <p class="finding">
            {stretch
              ? t("videos.finding", {
                  from: clock(stretch.start),
                  to: clock(stretch.end),
                  watched: percent(stretch.watched),
                  others: percent(stretch.others),
                })
              : t("videos.no_finding")}
          </p>
          {stretch && (
            <p class="row">
              <button type="button" class="button quiet small" onClick={() => onSeek(stretch.start)}>
                ▶ {clock(stretch.start)}
              </button>
            </p>
          )}
          {stretch && <p class="note">{t("videos.finding_raw")}</p>}
          <Reason code={report.reasons.recommendation} />
        </>
      )}
      <dl class="stats">
        <Stat label={t("videos.viewers")} value={number(viewers)} />
        <Stat label={t("videos.converted")} value={number(converters)} />
        <Stat label={t("videos.rate")} value={percent(converters / viewers)} />
      </dl>
      {incomplete > 0 && <p class="note">{t("videos.open_waiting", { n: number(incomplete) })}</p>}
    </Card>
  );
}

const PICTURES = ["effect", "raw"] as const;

/** What each part brings: the adjusted effect in its band, or the raw conversion it was found in. */
function MomentChart({
  report,
  stretch,
  inputs,
  playhead,
  onSeek,
}: {
  report: Report;
  stretch: Stretch | null;
  inputs: string;
  playhead: number | null;
  onSeek: Seek;
}) {
  const words = useWords();
  const { t } = words;
  const adjusted = hasEffects(report);
  const [chosen, setChosen] = useState<(typeof PICTURES)[number]>("effect");
  const picture = adjusted ? chosen : "raw";
  const { found } = splitMoments(report);
  const marks: Mark[] = found.length
    ? found.map(({ start, end, effect }) => ({ start, end, bad: (effect ?? 0) < 0 }))
    : stretch
      ? [{ ...stretch, bad: false }]
      : [];
  const note = t(`videos.moments_note.${picture}`);
  return (
    <Card
      title={t("videos.moments")}
      note={note}
      actions={
        adjusted && (
          <fieldset class="segmented" aria-label={t("videos.picture")}>
            {PICTURES.map((choice) => (
              <button
                key={choice}
                type="button"
                aria-pressed={picture === choice}
                onClick={() => setChosen(choice)}
              >
                {t(`videos.picture.${choice}`)}
              </button>
            ))}
          </fieldset>
        )
      }
    >
      <Chart
        key={picture}
        label={`${t("videos.moments")}: ${note}`}
        height={300}
        inputs={`${inputs} ${picture}`}
        build={(palette) =>
          picture === "effect"
            ? buildEffects(report.bins, found.length ? marks : [], palette, words)
            : buildMoments(report.bins, marks, palette, words)
        }
        playhead={playhead}
        onPick={onSeek}
      />
      {!adjusted && <Reason code={report.bins[0]?.reasons.effect} />}
    </Card>
  );
}
