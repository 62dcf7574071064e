/** Videos made by customers: those that wait for the operator, and the word on each. */
import { Link } from "wouter-preact";
import { api, type Schemas, unwrap } from "../../api";
import { useWords } from "../../i18n";
import { useSite } from "../../site";
import { useSending } from "../../ui/form";
import { useNotify } from "../../ui/notices";
import { Badge, Card } from "../../ui/parts";

export type Video = Schemas["VideoShown"];

/** @param onChanged asks for the list again */
function useRelease(onChanged: () => void) {
  const { t } = useWords();
  const { site } = useSite();
  const notify = useNotify();
  const sending = useSending();
  const release = async ({ id, title, version }: Video, approved: boolean) => {
    const params = { path: { video_id: id }, query: { site: site.id } };
    const change = api.PATCH("/v1/videos/{video_id}", { params, body: { version, approved } });
    // A refusal says which campaign shows it.
    await sending.run(() =>
      unwrap(change).then(
        () => notify(t(approved ? "release.done" : "release.declined", { title })),
        (error: Error) => notify(error.message, { wrong: true }),
      ),
    );
    onChanged();
  };
  return { release, waiting: sending.waiting };
}

export function Waiting({ videos, onChanged }: { videos: readonly Video[]; onChanged(): void }) {
  const { t } = useWords();
  const { release, waiting } = useRelease(onChanged);
  const posted = videos.filter(({ approved }) => approved === null);
  if (!posted.length) return null;
  return (
    <Card title={t("release.title")} note={t("release.note")}>
      <ul class="waiting">
        {posted.map((video) => (
          <li key={video.id}>
            <Told video={video} />
            <span class="waiting-word">
              {[true, false].map((approved) => {
                const word = t(approved ? "release.release" : "release.decline");
                return (
                  <button
                    key={word}
                    type="button"
                    class={approved ? "button small" : "button quiet small"}
                    aria-label={`${word}: ${video.title}`}
                    disabled={waiting}
                    onClick={() => release(video, approved)}
                  >
                    {word}
                  </button>
                );
              })}
            </span>
          </li>
        ))}
      </ul>
    </Card>
  );
}

/** What is told of a video; its address leads out of the console, to where a stranger put it. */
function Told({ video: { id, title, src, products } }: { video: Video }) {
  const { t } = useWords();
  return (
    <div>
      <Link href={`/videos/${encodeURIComponent(id)}`}>{title}</Link>
      <p class="note">
        {src ? (
          <a href={src} target="_blank" rel="noopener noreferrer">
            {src}
          </a>
        ) : (
          t("release.no_src")
        )}
      </p>
      {products && <p class="note">{t("release.product", { product: products.join(", ") })}</p>}
    </div>
  );
}

/** Says that customers made a video, and lets the word on it be changed. */
export function Origin({ video, onChanged }: { video: Video; onChanged(): void }) {
  const { t } = useWords();
  const { release, waiting } = useRelease(onChanged);
  const { origin, approved } = video;
  if (origin === "shop" && approved) return null;
  return (
    <>
      {origin === "customers" && <Badge>{t("release.by_customers")}</Badge>}{" "}
      {approved === false && <Badge tone="warn">{t("release.held_back")}</Badge>}{" "}
      {approved !== null && (
        <button type="button" class="link" disabled={waiting} onClick={() => release(video, !approved)}>
          {t(approved ? "release.take_back" : "release.release")}
        </button>
      )}
    </>
  );
}
