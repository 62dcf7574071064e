/**
 * The campaigns' reports, each asked for when its row has come into view, one at a time: each is a question to the event
 * store, and a site may have hundreds of campaigns that nobody scrolls to.
 */
import { useCallback, useEffect, useMemo, useRef, useState } from "preact/hooks";
import { api, type Schemas, unwrap } from "../../api";

export type Report = Schemas["CampaignReportShown"];

/** Returns a function that runs a task for each id, one after the other; an id that waits already is not added again. */
export function createQueue(run: (id: string) => Promise<void>): (ids: Iterable<string>) => Promise<void> {
  const waiting: string[] = [];
  let busy = false;
  return async (ids) => {
    for (const id of ids) if (!waiting.includes(id)) waiting.push(id);
    if (busy) return;
    busy = true;
    for (let id = waiting.shift(); id !== undefined; id = waiting.shift()) await run(id);
    busy = false;
  };
}

export interface Reports {
  found: Record<string, Report>;
  /** Says whether a campaign's row can be seen now. */
  see(id: string, isVisible: boolean): void;
}

/** @param everyMs how often what can be seen is asked for again while the tab is visible */
export function useReports(site: string, everyMs: number): Reports {
  const [found, setFound] = useState<Record<string, Report>>({});
  const visible = useRef(new Set<string>());
  const ask = useMemo(
    () =>
      createQueue((id) => {
        // Rows scrolled past quickly are not worth a question.
        if (!visible.current.has(id)) return Promise.resolve();
        const params = { path: { campaign_id: id }, query: { site } };
        return unwrap(api.GET("/v1/reports/campaigns/{campaign_id}", { params })).then(
          (report) => setFound((before) => ({ ...before, [id]: report })),
          // One that was deleted meanwhile leaves its row without figures, and the others with theirs.
          () => {},
        );
      }),
    [site],
  );
  const see = useCallback(
    (id: string, isVisible: boolean) => {
      if (!isVisible) visible.current.delete(id);
      else if (!visible.current.has(id)) {
        visible.current.add(id);
        ask([id]);
      }
    },
    [ask],
  );
  useEffect(() => {
    const timer = setInterval(() => !document.hidden && ask(visible.current), everyMs);
    return () => {
      clearInterval(timer);
      visible.current.clear();
    };
  }, [ask, everyMs]);
  return { found, see };
}
