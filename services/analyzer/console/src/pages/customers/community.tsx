/** The community: who acts from week to week, how deep it goes, what makes members loyal, where they come from. */
import { useState } from "preact/hooks";
import { api, type Schemas, unwrap, useQuery } from "../../api";
import { useWords } from "../../i18n";
import { useSite } from "../../site";
import { Badge, Card, CopyButton, Empty, Field, Loaded, Reason, Stat, Table } from "../../ui/parts";
import { useTouchName } from "../channels/head";
import { Basis } from "../videos/head";
import { Bar, CustomersHead } from "./head";
import { Triggers } from "./triggers";

type Report = Schemas["CommunityShown"];
const EXAMPLE = 'kikkake.track("Community Posted", { post_id: "p-1", topic: "brewing" })';
const MOST_WEEKS = 13;
const MOST_TOPICS = 12;

export function Community() {
  const { t } = useWords();
  const { site } = useSite();
  const [own, setOwn] = useState<{ event: string; host: string }>({ event: "", host: "" });
  const query = {
    site: site.id,
    ...(own.event ? { events: [own.event] } : {}),
    ...(own.host ? { hosts: [own.host] } : {}),
  };
  const report = useQuery(
    `community ${site.id} ${own.event} ${own.host}`,
    () => unwrap(api.GET("/v1/reports/community", { params: { query } })),
    120_000,
  );
  return (
    <>
      <CustomersHead page="community" />
      <Loaded query={report}>
        {(data) =>
          data.activity.members ? (
            <>
              <Weeks report={data} />
              <Triggers report={data} />
              <div class="columns">
                <Depth report={data} />
                <Topics report={data} />
              </div>
              <Loop report={data} />
              <Own own={own} onPick={setOwn} />
              <Basis report={data} />
            </>
          ) : (
            <>
              <Card>
                <Empty title={t("community.empty")}>
                  <p class="note">{t("community.empty_how")}</p>
                  <p class="code">
                    <code>{EXAMPLE}</code> <CopyButton text={EXAMPLE} />
                  </p>
                </Empty>
              </Card>
              <Own own={own} onPick={setOwn} />
            </>
          )
        }
      </Loaded>
    </>
  );
}

function Weeks({ report }: { report: Report }) {
  const { t, number, percent } = useWords();
  const { trend, weeks, members, active } = report.activity;
  const shown = weeks.slice(-MOST_WEEKS).reverse();
  const most = Math.max(...shown.map((week) => week.active), 1);
  return (
    <Card title={t("community.activity")} note={t("community.activity_note")}>
      <dl class="stats">
        <Stat
          label={t("community.active")}
          value={number(active)}
          note={t("community.of_members", { n: number(members) })}
        />
        <Stat
          label={t("community.a_week")}
          value={number(trend.active, 1)}
          note={
            trend.active_before === null ? (
              <Reason code={trend.reasons.active_before} />
            ) : (
              t("community.before", { n: number(trend.active_before, 1) })
            )
          }
        />
        {trend.acts_per_active !== null && (
          <Stat
            label={t("community.acts_each")}
            value={number(trend.acts_per_active, 1)}
            note={t("community.before", { n: number(trend.acts_per_active_before, 1) })}
          />
        )}
      </dl>
      <Table
        caption={t("community.activity")}
        rows={shown}
        keyOf={({ week }) => week}
        columns={[
          {
            head: t("community.week"),
            cell: ({ week, is_complete: whole }) => (
              <span class="nowrap">
                {week}
                {!whole && <span title={t("customers.running")}>*</span>}
              </span>
            ),
          },
          {
            head: t("community.active"),
            cell: (week) => <Bar share={week.active / most}>{number(week.active)}</Bar>,
          },
          {
            head: t("community.returning"),
            numeric: true,
            cell: ({ returning_share: share }) => percent(share, 0),
          },
          { head: t("community.new"), numeric: true, cell: (week) => number(week.new) },
          { head: t("community.lapsed"), numeric: true, cell: ({ lapsed }) => number(lapsed) },
          { head: t("community.posts"), numeric: true, cell: ({ posts }) => number(posts) },
          { head: t("community.replies"), numeric: true, cell: ({ replies }) => number(replies) },
          { head: t("community.likes"), numeric: true, cell: ({ likes }) => number(likes) },
          {
            head: t("community.acts_each"),
            numeric: true,
            cell: ({ acts_per_active: each }) => number(each, 1),
          },
        ]}
      />
    </Card>
  );
}

function Depth({ report }: { report: Report }) {
  const { t, number, percent } = useWords();
  const { depth, rules } = report;
  const { reasons } = depth;
  return (
    <Card title={t("community.depth")} note={t("community.depth_note", { n: number(rules.fan_weeks) })}>
      <dl class="stats">
        <Stat
          label={t("community.fans")}
          value={number(depth.fans)}
          note={t("community.of_active", { share: percent(depth.fan_share, 0) })}
        />
        <Stat
          label={t("community.answered")}
          value={percent(depth.answered_share, 0)}
          note={t("community.answered_what", {
            days: number(rules.answer_days),
            n: number(depth.posts_followed),
          })}
        />
        <Stat
          label={t("community.hours")}
          value={
            depth.hours_to_answer === null
              ? t("unit.none")
              : t("community.hours_n", { n: number(depth.hours_to_answer, 1) })
          }
        />
        <Stat
          label={t("community.replies_each")}
          value={number(depth.replies_per_post, 1)}
          note={
            depth.participants === null
              ? undefined
              : t("community.participants", { n: number(depth.participants, 1) })
          }
        />
      </dl>
      <Reason code={reasons.answered_share ?? reasons.hours_to_answer} />
    </Card>
  );
}

function Topics({ report }: { report: Report }) {
  const { t, number, percent } = useWords();
  const shown = report.topics.slice(0, MOST_TOPICS);
  const most = Math.max(...shown.map(({ members }) => members), 1);
  return (
    <Card title={t("community.topics")} note={t("community.topics_note")}>
      {shown.length ? (
        <Table
          caption={t("community.topics")}
          rows={shown}
          keyOf={({ kind, name }) => `${kind} ${name}`}
          columns={[
            {
              head: t("community.topic"),
              cell: ({ kind, name, acts, acts_later_half: later }) => (
                <>
                  {name} {kind === "product" && <Badge>{t("community.product")}</Badge>}{" "}
                  {acts >= 4 && later >= 0.75 * acts && <Badge tone="accent">{t("community.rising")}</Badge>}
                </>
              ),
            },
            {
              head: t("community.members"),
              cell: ({ members }) => <Bar share={members / most}>{number(members)}</Bar>,
            },
            {
              head: t("community.bought_later"),
              numeric: true,
              cell: ({ buyer_share: share }) => percent(share, 0),
            },
          ]}
        />
      ) : (
        <Empty title={t("community.no_topics")} />
      )}
    </Card>
  );
}

function Loop({ report }: { report: Report }) {
  const { t, number, percent, money } = useWords();
  const { site } = useSite();
  const name = useTouchName();
  const { channels, back } = report.loop;
  const most = Math.max(...channels.map(({ members }) => members), 1);
  return (
    <Card title={t("community.loop")} note={t("community.loop_note")}>
      <dl class="stats">
        <Stat label={t("community.back")} value={number(back.visits)} note={t("community.back_what")} />
        <Stat
          label={t("community.back_new")}
          value={number(back.newcomers)}
          note={t("customers.of", { n: number(back.persons) })}
        />
        <Stat label={t("community.back_converted")} value={percent(back.conversion_rate)} />
      </dl>
      {channels.length > 0 && (
        <Table
          caption={t("community.loop")}
          rows={channels}
          keyOf={({ channel }) => channel}
          columns={[
            { head: t("community.channel"), cell: ({ channel }) => name(channel) },
            {
              head: t("community.new_members"),
              cell: ({ members }) => <Bar share={members / most}>{number(members)}</Bar>,
            },
            {
              head: t("community.speakers"),
              numeric: true,
              cell: ({ speakers, members }) => percent(speakers / members, 0),
            },
            {
              head: t("community.converted"),
              numeric: true,
              cell: ({ conversion_rate: rate }) => percent(rate),
            },
            {
              head: t("community.new_customers"),
              numeric: true,
              cell: ({ new_customers: count }) => number(count),
            },
            { head: t("community.value"), numeric: true, cell: ({ value }) => money(value, site.currency) },
          ]}
        />
      )}
    </Card>
  );
}

/** The operator's own community events and address, which the report counts when they are named. */
function Own({
  own,
  onPick,
}: {
  own: { event: string; host: string };
  onPick: (own: { event: string; host: string }) => void;
}) {
  const { t } = useWords();
  const [draft, setDraft] = useState(own);
  return (
    <Card title={t("community.own")} note={t("community.own_note")}>
      <form
        class="row"
        onSubmit={(event) => {
          event.preventDefault();
          onPick({ event: draft.event.trim(), host: draft.host.trim() });
        }}
      >
        <Field label={t("community.own_event")}>
          <input
            autocomplete="off"
            maxLength={200}
            value={draft.event}
            onInput={(event) => setDraft({ ...draft, event: event.currentTarget.value })}
          />
        </Field>
        <Field label={t("community.own_host")}>
          <input
            autocomplete="off"
            maxLength={200}
            placeholder="community.example.com"
            value={draft.host}
            onInput={(event) => setDraft({ ...draft, host: event.currentTarget.value })}
          />
        </Field>
        <button type="submit" class="button quiet">
          {t("community.own_apply")}
        </button>
      </form>
    </Card>
  );
}
