/** The jobs: how the last run went, how far the present one is, and a run now. */
import { useEffect, useState } from "preact/hooks";
import { api, type Schemas, unwrap, useQuery } from "../../api";
import { isKey, type Key, useWords } from "../../i18n";
import { useSite } from "../../site";
import { useNotify } from "../../ui/notices";
import { Badge, Card, Loaded, Table } from "../../ui/parts";

type Job = Schemas["JobShown"];
type Run = Schemas["RunShown"];

const RUNNING_MS = 1000;
const RESTING_MS = 15_000;
const TONES = { running: "accent", succeeded: "good", failed: "warn", interrupted: "warn" } as const;

export function Jobs() {
  const { t, number, when } = useWords();
  const { site } = useSite();
  const notify = useNotify();
  const [running, setRunning] = useState(false);
  const query = { site: site.id };
  const jobs = useQuery(
    `jobs ${site.id}`,
    () => unwrap(api.GET("/v1/jobs", { params: { query } })),
    running ? RUNNING_MS : RESTING_MS,
  );
  const { data } = jobs;
  useEffect(() => setRunning(data?.items.some(({ last }) => last?.status === "running") ?? false), [data]);
  const run = (name: string) =>
    unwrap(
      api.POST("/v1/jobs/{name}/run", { params: { path: { name }, query }, body: { wait: false } }),
    ).then(
      () => {
        setRunning(true);
        jobs.reload();
      },
      (error: Error) => notify(error.message, { wrong: true }),
    );
  return (
    <Card title={t("settings.jobs")} note={t("settings.jobs.what")}>
      <Loaded query={jobs} lines={3}>
        {({ items }) => (
          <Table
            caption={t("settings.jobs")}
            rows={items}
            keyOf={({ job }) => job}
            columns={[
              { head: t("settings.jobs.job"), cell: ({ job }) => <JobName job={job} /> },
              { head: t("settings.jobs.last"), cell: ({ last }) => <LastRun run={last} /> },
              { head: t("settings.jobs.rows"), cell: ({ last }) => number(last?.rows), numeric: true },
              { head: t("settings.jobs.next"), cell: ({ next }) => (next ? when(next) : "—") },
              {
                head: <span class="hidden">{t("settings.jobs.run")}</span>,
                cell: ({ job, last }: Job) => (
                  <button
                    type="button"
                    class="button quiet small"
                    aria-label={t("settings.jobs.run_named", { job })}
                    disabled={last?.status === "running"}
                    onClick={() => run(job)}
                  >
                    {t("settings.jobs.run")}
                  </button>
                ),
              },
            ]}
          />
        )}
      </Loaded>
    </Card>
  );
}

function JobName({ job }: { job: string }) {
  const { t } = useWords();
  const key = `settings.job.${job}`;
  return (
    <>
      <code>{job}</code>
      {isKey(key) && <small class="note block">{t(key)}</small>}
    </>
  );
}

function LastRun({ run }: { run: Run | null }) {
  const { t, ago, percent } = useWords();
  if (!run) return <>{t("settings.jobs.never")}</>;
  const at = run.finished ?? run.started;
  return (
    <>
      <Badge tone={TONES[run.status]}>{t(`settings.jobs.${run.status}` satisfies Key)}</Badge>{" "}
      {run.status === "running" ? (
        <progress value={run.progress} max={1} aria-label={percent(run.progress, 0)} />
      ) : (
        at && <span class="note">{ago(at, Date.now())}</span>
      )}
      {run.status === "failed" && run.detail && <small class="note block">{run.detail}</small>}
    </>
  );
}
