/** The head of a video's pages: its title, the way between them, and which goal and time they are about. */
import type { ComponentChildren } from "preact";
import { useState } from "preact/hooks";
import { Link } from "wouter-preact";
import { api, type Schemas, unwrap, useQuery } from "../../api";
import { isKey, useWords } from "../../i18n";
import { useSite } from "../../site";
import { Card, Field, PageHead, Tabs } from "../../ui/parts";

const WINDOWS = [7, 30, 90];
const DEFAULT_DAYS = 90;
const PAGES = ["moments", "journeys", "value", "quality"] as const;

export interface Choice {
  id: string;
  video: Schemas["VideoShown"] | undefined;
  goal: string;
  /** Start of the window; undefined is the last run's own. */
  from: string | undefined;
  /** Changes with everything that the reports depend on. */
  key: string;
  setGoal(goal: string): void;
  days: number;
  setDays(days: number): void;
  /** Asks for the video again, after it was changed. */
  reload(): void;
}

/** What the reader looks at: one video, one goal, one window. */
export function useChoice(params: Record<string, string>): Choice {
  const id = decodeURIComponent(params.id ?? "");
  const { site } = useSite();
  const [goal, setGoal] = useState("purchase");
  const [days, setDays] = useState(DEFAULT_DAYS);
  const query = { site: site.id };
  const video = useQuery(`video ${site.id} ${id}`, () =>
    unwrap(api.GET("/v1/videos/{video_id}", { params: { path: { video_id: id }, query } })),
  );
  const from = days === DEFAULT_DAYS ? undefined : new Date(Date.now() - days * 86_400_000).toISOString();
  const key = `${site.id} ${id} ${goal} ${days}`;
  return { id, video: video.data, goal, from, key, setGoal, days, setDays, reload: video.reload };
}

export function VideoHead({
  choice,
  page,
  children,
}: {
  choice: Choice;
  page: (typeof PAGES)[number];
  children?: ComponentChildren;
}) {
  const { t } = useWords();
  const { site } = useSite();
  const goals = useQuery(`goals ${site.id}`, () =>
    unwrap(api.GET("/v1/goals", { params: { query: { site: site.id } } })),
  );
  const { id, video, goal, days } = choice;
  const address = `/videos/${encodeURIComponent(id)}`;
  return (
    <>
      <PageHead title={video?.title ?? id} lead={<Link href="/videos">← {t("videos.title")}</Link>}>
        {children}
        <Field label={<span class="hidden">{t("videos.goal")}</span>}>
          <select value={goal} onChange={(event) => choice.setGoal(event.currentTarget.value)}>
            {(goals.data?.items ?? [{ id: goal, name: goal }]).map(({ id: value, name }) => (
              <option key={value} value={value}>
                {name}
              </option>
            ))}
          </select>
        </Field>
        <Field label={<span class="hidden">{t("videos.window")}</span>}>
          <select value={days} onChange={(event) => choice.setDays(Number(event.currentTarget.value))}>
            {WINDOWS.map((n) => (
              <option key={n} value={n}>
                {t("videos.window.days", { n })}
              </option>
            ))}
          </select>
        </Field>
      </PageHead>
      <Tabs
        label={video?.title ?? id}
        pages={PAGES}
        page={page}
        to={(name) => ({
          href: name === "moments" ? address : `${address}/${name}`,
          text: t(`videos.page.${name}`),
        })}
      />
    </>
  );
}

/** When and from what a report was computed, and what it takes for granted. */
export function Basis({
  report,
}: {
  report: { computed_at: string; window: { from: string; to: string }; assumptions: readonly string[] };
}) {
  const { t, when } = useWords();
  const { computed_at: at, window, assumptions } = report;
  const explain = (code: string) => {
    const key = `videos.assumes.${code}`;
    return isKey(key) ? t(key) : code.replaceAll("_", " ");
  };
  return (
    <Card title={t("videos.basis")}>
      <p class="note">
        {t("videos.computed", { at: when(at), from: when(window.from), to: when(window.to) })}
      </p>
      <ul class="note">
        {assumptions.map((assumption) => (
          <li key={assumption}>{explain(assumption)}</li>
        ))}
      </ul>
    </Card>
  );
}
