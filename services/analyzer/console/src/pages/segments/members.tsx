/** Who is in a segment, page by page, and the file for other tools. */
import { useState } from "preact/hooks";
import { api, type Schemas, unwrap, useQuery } from "../../api";
import { useWords } from "../../i18n";
import { useSite } from "../../site";
import { useNotify } from "../../ui/notices";
import { Card, Empty, Loaded, Table } from "../../ui/parts";
import { PersonLink } from "../../ui/person";
import type { Segment } from "./draft";

type Member = Schemas["MemberShown"];
const AT_ONCE = 20;
const FORMATS = ["plain", "google", "meta"] as const;

export function Members({ segment }: { segment: Segment }) {
  const { t, when } = useWords();
  const { site } = useSite();
  const [more, setMore] = useState<{ items: Member[]; next: string | null }>();
  const load = (cursor?: string) => {
    const params = {
      path: { segment_id: segment.id },
      query: { site: site.id, limit: AT_ONCE, ...(cursor ? { cursor } : {}) },
    };
    return unwrap(api.GET("/v1/segments/{segment_id}/members", { params }));
  };
  const first = useQuery(`members ${site.id} ${segment.id} ${segment.version}`, () => load());
  return (
    <Card
      title={t("segments.members")}
      note={t("segments.members.note")}
      actions={<Export segment={segment} />}
    >
      <Loaded query={first}>
        {({ items, next_cursor: cursor }) => {
          const shown = [...items, ...(more?.items ?? [])];
          const next = more ? more.next : cursor;
          if (!shown.length) return <Empty title={t("segments.nobody")} />;
          return (
            <>
              <Table
                caption={t("segments.members")}
                rows={shown}
                keyOf={({ id }) => id}
                columns={[
                  { head: t("live.visitor"), cell: ({ id }) => <PersonLink id={id} /> },
                  { head: t("visitors.user"), cell: ({ user_id: user }) => user ?? t("visitors.anonymous") },
                  {
                    head: t("segments.since"),
                    cell: ({ since }) => <span class="nowrap">{when(since)}</span>,
                  },
                ]}
              />
              {next && (
                <p>
                  <button
                    type="button"
                    class="button quiet small"
                    onClick={() =>
                      load(next).then((page) =>
                        setMore({ items: [...(more?.items ?? []), ...page.items], next: page.next_cursor }),
                      )
                    }
                  >
                    {t("segments.more")}
                  </button>
                </p>
              )}
            </>
          );
        }}
      </Loaded>
    </Card>
  );
}

/** The members as a file; ad platforms get hashes only. */
function Export({ segment }: { segment: Segment }) {
  const { t } = useWords();
  const { site } = useSite();
  const notify = useNotify();
  const [format, setFormat] = useState<(typeof FORMATS)[number]>("plain");
  const download = async () => {
    const params = { path: { segment_id: segment.id }, query: { site: site.id, format } };
    try {
      const file: Blob = await unwrap(
        api.GET("/v1/segments/{segment_id}/members.csv", { params, parseAs: "blob" }),
      );
      const link = document.createElement("a");
      link.href = URL.createObjectURL(file);
      link.download = `${segment.id}-${format}.csv`;
      link.click();
      URL.revokeObjectURL(link.href);
    } catch (error) {
      notify((error as Error).message, { wrong: true });
    }
  };
  return (
    <span class="row export">
      <select
        aria-label={t("segments.format")}
        value={format}
        onChange={(event) => setFormat(event.currentTarget.value as typeof format)}
      >
        {FORMATS.map((name) => (
          <option key={name} value={name}>
            {t(`segments.format.${name}`)}
          </option>
        ))}
      </select>
      <button type="button" class="button quiet" onClick={download}>
        {t("segments.download")}
      </button>
    </span>
  );
}
