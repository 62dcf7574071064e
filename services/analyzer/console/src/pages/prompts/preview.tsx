/**
 * The prompt as it will look, in a frame with a page of its own and drawn by the SDK's own module.
 * Must never report anything: see `src/preview/frame.ts`.
 */
import { useEffect, useMemo, useRef, useState } from "preact/hooks";
import { useWords } from "../../i18n";
import type { PreviewMessage } from "../../preview/frame";
import { Card } from "../../ui/parts";
import { readContent, type VariantDraft } from "./campaign";

declare const PREVIEW_FILE: string;

const SETTLE_MS = 250;
const SIZES = { phone: { width: 375, height: 640 }, desktop: { width: 1120, height: 700 } };
type Size = keyof typeof SIZES;

/** An empty page of a shop, on which the prompt stands. */
const PAGE = `<!doctype html><html><head><meta name="viewport" content="width=device-width">
<script type="module" src="/console/${PREVIEW_FILE}"></script><style>
body{margin:0;padding:24px;background:#fbfaf7;display:grid;gap:16px;align-content:start}
i{display:block;height:14px;border-radius:7px;background:#ebe7df}i.tall{height:180px;border-radius:12px}
</style></head><body><i style="width:40%"></i><i class="tall"></i><div id="slot" hidden></div>
<i style="width:90%"></i><i style="width:75%"></i><i style="width:82%"></i></body></html>`;

/** Words that a person has not typed for a moment. */
function useSettled<T>(value: T): T {
  const [settled, setSettled] = useState(value);
  useEffect(() => {
    const timer = setTimeout(() => setSettled(value), SETTLE_MS);
    return () => clearTimeout(timer);
  }, [value]);
  return settled;
}

/** Sends the prompt into the frame whenever it changes; returns the function that shows it afresh. */
function usePreview(frame: { current: HTMLIFrameElement | null }, variant: VariantDraft): () => void {
  const { language } = useWords();
  const [ready, setReady] = useState(false);
  const [round, setRound] = useState(0);
  const shown = useRef("");
  const text = useSettled(
    useMemo(
      () => JSON.stringify({ kind: variant.kind, slot: variant.slot, content: readContent(variant) }),
      [variant],
    ),
  );
  useEffect(() => {
    const listen = ({ source, data }: MessageEvent) => {
      if (source === frame.current?.contentWindow && data === "kikkake preview ready") setReady(true);
    };
    addEventListener("message", listen);
    return () => removeEventListener("message", listen);
  }, [frame]);
  useEffect(() => {
    if (!ready) return;
    const named = { campaignId: "preview", variantId: "preview", decisionId: "preview", when: {} };
    const key = `${round} ${JSON.parse(text).kind}`;
    const message: PreviewMessage = {
      kikkake: "preview",
      prompt: { ...named, ...JSON.parse(text) },
      language,
      again: shown.current === key,
    };
    shown.current = key;
    frame.current?.contentWindow?.postMessage(message, location.origin);
  }, [frame, ready, text, language, round]);
  return () => setRound((before) => before + 1);
}

export function Preview({ variant }: { variant: VariantDraft }) {
  const { t } = useWords();
  const [size, setSize] = useState<Size>("phone");
  const frame = useRef<HTMLIFrameElement>(null);
  const box = useRef<HTMLDivElement>(null);
  const [room, setRoom] = useState(0);
  const again = usePreview(frame, variant);
  useEffect(() => {
    const watcher = new ResizeObserver(([entry]) => setRoom(entry?.contentRect.width ?? 0));
    if (box.current) watcher.observe(box.current);
    return () => watcher.disconnect();
  }, []);
  const { width, height } = SIZES[size];
  const scale = room ? Math.min(1, room / width) : 1;
  return (
    <div class="preview">
      <Card
        title={t("prompts.preview")}
        note={t("prompts.preview.what")}
        actions={
          <div class="segmented">
            {(["phone", "desktop"] as const).map((name) => (
              <button type="button" key={name} aria-pressed={size === name} onClick={() => setSize(name)}>
                {t(`prompts.preview.${name}`)}
              </button>
            ))}
          </div>
        }
      >
        <div ref={box} class="preview-box" style={{ height: `${height * scale}px` }}>
          <iframe
            ref={frame}
            title={t("prompts.preview.frame")}
            srcdoc={PAGE}
            style={{ width: `${width}px`, height: `${height}px`, transform: `scale(${scale})` }}
          />
        </div>
        <button type="button" class="link" onClick={again}>
          {t("prompts.preview.again")}
        </button>
      </Card>
    </div>
  );
}
