/** The dashboard: what the operator asks again and again, each question a card with its present answer. */
import "./dashboard.css";
import { Link } from "wouter-preact";
import { api, unwrap, useQuery } from "../../api";
import { type Key, useWords } from "../../i18n";
import { useSite } from "../../site";
import { FormError, useSending } from "../../ui/form";
import { Card, Empty, Loaded, PageHead } from "../../ui/parts";
import { AnswerView } from "./answer";
import { NEW, type Question, STARTS } from "./question";

export { QuestionPage } from "./form";

export function Dashboard() {
  const { t } = useWords();
  const { site } = useSite();
  const questions = useQuery(`questions ${site.id}`, () =>
    unwrap(api.GET("/v1/questions", { params: { query: { site: site.id, limit: 1000 } } })),
  );
  return (
    <>
      <PageHead title={t("dashboard.title")} lead={t("dashboard.lead")}>
        <Link class="button" href={`/dashboard/${NEW}`}>
          {t("dashboard.new")}
        </Link>
      </PageHead>
      <Loaded query={questions}>
        {({ items }) =>
          items.length ? (
            <div class="questions">
              {[...items].sort(byAge).map((question) => (
                <QuestionCard key={question.id} question={question} />
              ))}
            </div>
          ) : (
            <Beginning onMade={questions.reload} />
          )
        }
      </Loaded>
    </>
  );
}

/** The oldest first: cards keep their places. */
function byAge(one: Question, other: Question): number {
  return one.created_at.localeCompare(other.created_at) || one.id.localeCompare(other.id);
}

/** What a question asks, in one line. */
function useAsked(): (question: Question) => string {
  const { t, number } = useWords();
  return ({ measure, breakdown, interval, window_days: days, filter, event }) => {
    const group = breakdown?.split(".")[0];
    return [
      t(`dashboard.measure.${measure}`),
      event && `“${event}”`,
      group && t("dashboard.by", { group: t(`dashboard.group.${group}` as Key).toLowerCase() }),
      interval && t(`dashboard.interval.${interval}`),
      t("dashboard.days", { n: number(days ?? 90) }),
      filter && t("dashboard.filtered"),
    ]
      .filter(Boolean)
      .join(" · ");
  };
}

function QuestionCard({ question }: { question: Question }) {
  const { t } = useWords();
  const { site } = useSite();
  const asked = useAsked();
  const { id, name, version } = question;
  const answer = useQuery(
    `answer ${site.id} ${id} ${version}`,
    () => unwrap(api.GET("/v1/reports/query", { params: { query: { site: site.id, question: id } } })),
    120_000,
  );
  return (
    <Card
      title={name}
      note={asked(question)}
      actions={
        <Link
          class="button quiet small"
          href={`/dashboard/${encodeURIComponent(id)}`}
          aria-label={t("dashboard.edit", { name })}
        >
          {t("dashboard.edit_short")}
        </Link>
      }
    >
      <Loaded query={answer} lines={4}>
        {(data) => <AnswerView answer={data} />}
      </Loaded>
    </Card>
  );
}

/** What stands there before anything was asked: questions to take over. */
function Beginning({ onMade }: { onMade(): void }) {
  const { t } = useWords();
  const { site } = useSite();
  const sending = useSending();
  const ids = Object.keys(STARTS) as (keyof typeof STARTS)[];
  const make = async (chosen: readonly (keyof typeof STARTS)[]) => {
    const made = await sending.run(async () => {
      for (const id of chosen) {
        const body = { ...STARTS[id], name: t(`dashboard.start.${id}`), goal: "purchase" };
        await unwrap(api.POST("/v1/questions", { params: { query: { site: site.id } }, body }));
      }
    });
    if (made) onMade();
  };
  return (
    <Card>
      <Empty title={t("dashboard.empty")}>
        <p class="note">{t("dashboard.empty_how")}</p>
        <ul class="starts">
          {ids.map((id) => (
            <li key={id}>
              <span>{t(`dashboard.start.${id}`)}</span>
              <button
                type="button"
                class="button quiet small"
                disabled={sending.waiting}
                aria-label={t("dashboard.take_one", { name: t(`dashboard.start.${id}`) })}
                onClick={() => make([id])}
              >
                {t("dashboard.take")}
              </button>
            </li>
          ))}
        </ul>
        <FormError error={sending.error} />
        <button type="button" class="button" disabled={sending.waiting} onClick={() => make(ids)}>
          {t("dashboard.take_all")}
        </button>
      </Empty>
    </Card>
  );
}
