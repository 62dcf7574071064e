/** What an operator says of a video: its title, where it is, and which products it shows. */
import { useState } from "preact/hooks";
import { api, type Schemas, unwrap } from "../../api";
import { useWords } from "../../i18n";
import { useSite } from "../../site";
import { FormError, Lines, useSending } from "../../ui/form";
import { useNotify } from "../../ui/notices";
import { Card, Field } from "../../ui/parts";

type Video = Schemas["VideoShown"];

export function About({ video, onSaved }: { video: Video; onSaved(): void }) {
  const { t } = useWords();
  const { site } = useSite();
  const notify = useNotify();
  const { waiting, error, errorAt, run } = useSending();
  const [title, setTitle] = useState(video.title);
  const [src, setSrc] = useState(video.src ?? "");
  const [products, setProducts] = useState(video.products ?? []);
  const save = async () => {
    const params = { path: { video_id: video.id }, query: { site: site.id } };
    const body = { title, src: src || null, products, version: video.version };
    if (!(await run(() => unwrap(api.PATCH("/v1/videos/{video_id}", { params, body }))))) return;
    notify(t("videos.about.saved"));
    onSaved();
  };
  return (
    <Card title={t("videos.about")} note={t("videos.about.note")}>
      <form
        class="video-about"
        onSubmit={(event) => {
          event.preventDefault();
          save();
        }}
      >
        <Field label={t("videos.about.title")} error={errorAt("/title")}>
          <input required value={title} onInput={(event) => setTitle(event.currentTarget.value)} />
        </Field>
        <Field label={t("videos.about.src")} hint={t("videos.about.src.hint")} error={errorAt("/src")}>
          <input value={src} onInput={(event) => setSrc(event.currentTarget.value)} />
        </Field>
        <Field
          label={t("videos.about.products")}
          hint={t("videos.about.products.hint")}
          error={errorAt("/products")}
        >
          <Lines value={products} rows={4} onChange={setProducts} />
        </Field>
        <FormError error={error} />
        <div class="row">
          <button type="submit" class="button" disabled={waiting}>
            {t("action.save")}
          </button>
        </div>
      </form>
    </Card>
  );
}
