/** Which share of visitors each variant gets now, where shares are learnt, and what they were learnt from. */
import { api, type Schemas, unwrap, useQuery } from "../../api";
import { isKey, useWords } from "../../i18n";
import { useSite } from "../../site";
import { Card, Loaded, Reason, Table } from "../../ui/parts";
import type { Campaign } from "./campaign";

type Answer = Schemas["AllocationShown"];
type Context = Answer["contexts"][number];
const REFRESH_MS = 60_000;

export function Shares({ campaign }: { campaign: Campaign }) {
  const { site } = useSite();
  const isLearnt = campaign.allocation !== "even" && campaign.variants.length > 1;
  const query = { site: site.id, campaign: campaign.id };
  const answer = useQuery(
    isLearnt ? `allocation ${JSON.stringify(query)}` : null,
    () => unwrap(api.GET("/v1/reports/allocation", { params: { query } })),
    REFRESH_MS,
  );
  return isLearnt ? <Loaded query={answer}>{(found) => <Told answer={found} />}</Loaded> : null;
}

function Told({ answer }: { answer: Answer }) {
  const { t, number, percent, ago } = useWords();
  const persons = number(answer.sample_sizes.persons);
  const reason = answer.reasons.shares;
  return (
    <Card
      title={t("shares.title")}
      note={reason ? undefined : t("shares.note", { ago: ago(answer.computed_at, Date.now()), persons })}
    >
      <Reason code={reason} />
      <Table
        caption={t("shares.title")}
        rows={[...answer.arms].sort((one, other) => other.share - one.share)}
        keyOf={({ id }) => id}
        columns={[
          { head: t("shares.variant"), cell: ({ id }) => id },
          { head: t("shares.share"), cell: ({ share }) => <Share share={share} /> },
          { head: t("shares.persons"), cell: (arm) => number(arm.persons), numeric: true },
          { head: t("shares.converted"), cell: (arm) => number(arm.converted), numeric: true },
          {
            head: t("prompts.result.rate"),
            cell: (arm) => percent(arm.persons ? arm.converted / arm.persons : null),
            numeric: true,
          },
        ]}
      />
      {answer.contexts.length > 0 && <Contexts contexts={answer.contexts} />}
    </Card>
  );
}

function Contexts({ contexts }: { contexts: readonly Context[] }) {
  const { t, number } = useWords();
  const name = (level: string) => {
    const key = `shares.level.${level}`;
    return isKey(key) ? t(key) : level;
  };
  const rows = contexts.map(({ context, persons, shares }) => ({
    name: context.length ? context.map(name).join(" · ") : t("shares.anybody"),
    persons,
    most: shares.reduce((best, one) => (one.share > best.share ? one : best), { id: "", share: -1 }),
  }));
  return (
    <>
      <h3>{t("shares.contexts")}</h3>
      <p class="note">{t("shares.contexts_note")}</p>
      <Table
        caption={t("shares.contexts")}
        rows={rows}
        keyOf={(row) => row.name}
        columns={[
          { head: t("shares.context"), cell: (row) => <span class="share-context">{row.name}</span> },
          { head: t("shares.most"), cell: ({ most }) => most.id },
          { head: t("shares.share"), cell: ({ most }) => <Share share={most.share} /> },
          { head: t("shares.persons"), cell: (row) => number(row.persons), numeric: true },
        ]}
      />
    </>
  );
}

function Share({ share }: { share: number }) {
  const { percent } = useWords();
  return (
    <span class="share">
      <span class="share-bar" aria-hidden="true">
        <i style={{ width: `${share * 100}%` }} />
      </span>
      {percent(share)}
    </span>
  );
}
