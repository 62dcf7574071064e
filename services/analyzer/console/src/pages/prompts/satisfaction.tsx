/** What a survey was answered: each question with its levels and what was bought after, and what goes together. */
import { Link } from "wouter-preact";
import { api, type Schemas, unwrap, useQuery } from "../../api";
import { useWords } from "../../i18n";
import { useSite } from "../../site";
import { Card, Empty, Loaded, Reason, Stat, Table } from "../../ui/parts";
import { PersonLink } from "../../ui/person";
import type { Campaign } from "./campaign";
import { FOUND_Q, Related } from "./related";

export type Report = Schemas["SatisfactionShown"];
export type Question = Report["questions"][number];
type Level = Question["levels"][number];
const REFRESH_MS = 60_000;

export function Satisfaction({ campaign }: { campaign: Campaign }) {
  const { t } = useWords();
  const { site } = useSite();
  const isSurvey = campaign.variants.some(({ kind }) => kind === "survey");
  const query = { site: site.id, campaign: campaign.id };
  const report = useQuery(
    isSurvey ? `satisfaction ${JSON.stringify(query)}` : null,
    () => unwrap(api.GET("/v1/reports/satisfaction", { params: { query } })),
    REFRESH_MS,
  );
  if (!isSurvey) return null;
  return (
    <Loaded query={report}>
      {(found) =>
        found.questions.length ? (
          <Answers report={found} />
        ) : (
          <Card title={t("satisfaction.title")}>
            <Empty title={t("satisfaction.none")}>
              <p class="note">{t("satisfaction.none_how")}</p>
              <Link class="button quiet small" href={`/prompts/${campaign.id}`}>
                {t("prompts.edit")}
              </Link>
            </Empty>
          </Card>
        )
      }
    </Loaded>
  );
}

function Answers({ report }: { report: Report }) {
  const { t, number, percent } = useWords();
  const { response_rate: rate, response_rate_low: low, response_rate_high: high } = report;
  return (
    <>
      <Card
        title={t("satisfaction.title")}
        note={
          rate === null
            ? undefined
            : t("satisfaction.rate", {
                n: number(report.answered),
                m: number(report.shown),
                rate: percent(rate),
                low: percent(low),
                high: percent(high),
              })
        }
      >
        {report.answered ? (
          <p class="note">
            {t("satisfaction.note", { days: number(Number(report.diagnostics.window_days)) })}
          </p>
        ) : (
          <Empty title={t("satisfaction.nobody")}>
            <p class="note">{t("satisfaction.nobody_how")}</p>
          </Empty>
        )}
      </Card>
      {report.answered > 0 &&
        report.questions.map((question) => <QuestionCard key={question.id} question={question} />)}
      <Related report={report} />
    </>
  );
}

function QuestionCard({ question }: { question: Question }) {
  const { t, number, percent } = useWords();
  const { answered, asked, response_rate: rate, type, levels } = question;
  return (
    <Card
      title={question.label}
      note={t("satisfaction.answered", { n: number(answered), m: number(asked), rate: percent(rate) })}
    >
      {type === "rating" && <Rating question={question} />}
      {levels.length > 0 && answered > 0 && <Levels question={question} />}
      {question.other_answers > 0 && (
        <p class="note">{t("satisfaction.other_answers", { n: number(question.other_answers) })}</p>
      )}
      <Purchases question={question} />
      {type === "rating" && <Videos question={question} />}
      {type === "text" && <Texts question={question} />}
    </Card>
  );
}

function Rating({ question }: { question: Question }) {
  const { t, number, percent } = useWords();
  const { mean, mean_low, mean_high, top_share, top_share_low, top_share_high, reasons } = question;
  if (mean === null && top_share === null)
    return <Reason code={reasons.mean === "not_by_numbers" ? reasons.top_share : reasons.mean} />;
  return (
    <dl class="stats">
      {mean !== null && (
        <Stat
          label={t("satisfaction.mean")}
          value={number(mean, 2)}
          note={
            mean_low !== null &&
            t("videos.interval", { low: number(mean_low, 2), high: number(mean_high, 2) })
          }
        />
      )}
      {top_share !== null && (
        <Stat
          label={t("satisfaction.top", { values: question.top_values.join(" · ") })}
          value={percent(top_share)}
          note={t("videos.interval", { low: percent(top_share_low), high: percent(top_share_high) })}
        />
      )}
    </dl>
  );
}

function Levels({ question }: { question: Question }) {
  const { t, number, percent } = useWords();
  // The best stands first, as a reader looks for it.
  const rows = question.type === "rating" ? [...question.levels].reverse() : question.levels;
  return (
    <Table
      caption={question.label}
      rows={rows}
      keyOf={({ value }) => String(value)}
      columns={[
        { head: t("satisfaction.answer"), cell: ({ label }) => <span class="answer">{label}</span> },
        { head: t("satisfaction.share"), cell: (level) => <Bar level={level} /> },
        { head: t("satisfaction.persons"), numeric: true, cell: ({ persons }) => number(persons) },
        {
          head: t("satisfaction.bought"),
          numeric: true,
          cell: ({ converted, conversion_rate }) =>
            conversion_rate === null ? (
              t("unit.none")
            ) : (
              <>
                {percent(conversion_rate)} <small class="note">({number(converted)})</small>
              </>
            ),
        },
      ]}
    />
  );
}

function Bar({ level: { share } }: { level: Level }) {
  const { percent } = useWords();
  return (
    <span class="share">
      <span class="share-bar" aria-hidden="true">
        <i style={{ width: `${(share ?? 0) * 100}%` }} />
      </span>
      {percent(share, 0)}
    </span>
  );
}

/** What was bought after an answer, against everybody who gave another one: raw, and adjusted where it can be. */
function Purchases({ question: { purchases, levels, type, incomplete } }: { question: Question }) {
  const { t, number, percent, points } = useWords();
  const told = purchases.filter(({ difference }) => difference !== null);
  if (!told.length) return type === "text" ? null : <Reason code={purchases[0]?.reasons.difference} />;
  // A rating is one comparison; of many choices only those count that stand out.
  const found = type === "rating" ? told : told.filter(({ q_value: q }) => q !== null && q <= FOUND_Q);
  if (!found.length) return <p class="reason">{t("satisfaction.no_difference")}</p>;
  const name = (values: readonly (string | number)[]) =>
    levels
      .filter(({ value }) => values.includes(value))
      .map(({ label }) => label)
      .join(" · ");
  return (
    <>
      <ul class="findings">
        {found.map((one) => (
          <li key={one.values.join()}>
            {t("satisfaction.purchase", {
              answer: name(one.values),
              rate: percent(one.share),
              others: percent(one.others_share),
              points: points(one.difference),
              low: points(one.difference_low),
              high: points(one.difference_high),
            })}{" "}
            {one.effect !== null
              ? t("satisfaction.effect", {
                  points: points(one.effect),
                  low: points(one.ci_low),
                  high: points(one.ci_high),
                })
              : type === "rating" && t("satisfaction.raw_only")}
          </li>
        ))}
      </ul>
      {incomplete > 0 && <p class="note">{t("satisfaction.incomplete", { n: number(incomplete) })}</p>}
    </>
  );
}

function Videos({ question: { by_video } }: { question: Question }) {
  const { t, number, percent } = useWords();
  const { site } = useSite();
  const isTold = by_video.some(({ video }) => video !== null);
  const videos = useQuery(isTold ? `videos ${site.id}` : null, () =>
    unwrap(api.GET("/v1/videos", { params: { query: { site: site.id } } })),
  );
  if (!isTold) return null;
  const titles = new Map(videos.data?.items.map(({ id, title }) => [id, title]));
  return (
    <>
      <h3>{t("satisfaction.by_video")}</h3>
      <Table
        caption={t("satisfaction.by_video")}
        rows={by_video}
        keyOf={({ video }) => video ?? ""}
        columns={[
          {
            head: t("satisfaction.video"),
            cell: ({ video }) =>
              video === null ? (
                t("satisfaction.no_video")
              ) : (
                <Link href={`/videos/${encodeURIComponent(video)}`}>{titles.get(video) ?? video}</Link>
              ),
          },
          { head: t("satisfaction.persons"), numeric: true, cell: ({ answered }) => number(answered) },
          {
            head: t("satisfaction.mean"),
            numeric: true,
            cell: ({ mean }) => (mean === null ? t("unit.none") : number(mean, 2)),
          },
          {
            head: t("satisfaction.top_short"),
            numeric: true,
            cell: ({ top_share, top_share_low, top_share_high }) =>
              top_share === null ? (
                t("unit.none")
              ) : (
                <>
                  {percent(top_share, 0)}{" "}
                  <small class="note">
                    {t("videos.interval", {
                      low: percent(top_share_low, 0),
                      high: percent(top_share_high, 0),
                    })}
                  </small>
                </>
              ),
          },
        ]}
      />
    </>
  );
}

function Texts({ question: { texts } }: { question: Question }) {
  const { t, number, when } = useWords();
  if (!texts.length) return null;
  return (
    <details open={texts.length <= 5}>
      <summary>{t("satisfaction.texts", { n: number(texts.length) })}</summary>
      <ul class="said">
        {texts.map(({ text, at, person }) => (
          <li key={`${person} ${at}`}>
            <p>{text}</p>
            <p class="note">
              {when(at)} · <PersonLink id={person} />
            </p>
          </li>
        ))}
      </ul>
    </details>
  );
}
