/** What can be done with a campaign's status, each with an undo. */
import { api, unwrap } from "../../api";
import { type Key, useWords } from "../../i18n";
import { useSite } from "../../site";
import { useNotify } from "../../ui/notices";
import { Badge } from "../../ui/parts";
import type { Campaign, Status } from "./campaign";

const TONES = { draft: "plain", running: "good", paused: "warn", ended: "plain" } as const;
const NEXT: Record<Status, { to: Status; label: Key }[]> = {
  draft: [{ to: "running", label: "prompts.run" }],
  running: [
    { to: "paused", label: "prompts.pause" },
    { to: "ended", label: "prompts.end" },
  ],
  paused: [
    { to: "running", label: "prompts.run" },
    { to: "ended", label: "prompts.end" },
  ],
  ended: [{ to: "running", label: "prompts.run" }],
};

export function StatusBadge({ status }: { status: Status }) {
  const { t } = useWords();
  return <Badge tone={TONES[status]}>{t(`prompts.status.${status}` satisfies Key)}</Badge>;
}

export function StatusActions({ campaign, onChanged }: { campaign: Campaign; onChanged(): void }) {
  const { t } = useWords();
  const { site } = useSite();
  const notify = useNotify();
  const { id, name, status } = campaign;
  const change = async (to: Status, version: number, back?: Status) => {
    const params = { path: { campaign_id: id }, query: { site: site.id } };
    try {
      const { version: next } = await unwrap(
        api.PATCH("/v1/campaigns/{campaign_id}", { params, body: { status: to, version } }),
      );
      const words = t("prompts.now", { name, status: t(`prompts.status.${to}` satisfies Key) });
      notify(words, back && { undo: () => change(back, next) });
    } catch (error) {
      notify((error as Error).message, { wrong: true });
    }
    onChanged();
  };
  return (
    <span class="status-actions">
      {NEXT[status].map(({ to, label }) => (
        <button
          key={to}
          type="button"
          class="button quiet small"
          aria-label={`${t(label)}: ${name}`}
          onClick={() => change(to, campaign.version, status)}
        >
          {t(label)}
        </button>
      ))}
    </span>
  );
}
