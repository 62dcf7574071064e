/** What is shown: the variants, one at a time, each with its words. */
import { type Key, useWords } from "../../i18n";
import { Card, Field } from "../../ui/parts";
import { draftVariant, KINDS, type Kind, type VariantDraft } from "./campaign";
import type { SectionProps } from "./form";
import { Questions } from "./questions";

type TextField = {
  [K in keyof VariantDraft]: VariantDraft[K] extends string ? K : never;
}[keyof VariantDraft];

interface VariantProps {
  variant: VariantDraft;
  change(change: Partial<VariantDraft>): void;
  /** The server's words about a field below this variant. */
  errorAt(pointer: string): string | undefined;
}

export function Variants({
  draft,
  put,
  errorAt,
  at,
  onPick,
}: SectionProps & { at: number; onPick(at: number): void }) {
  const { t } = useWords();
  const { variants } = draft;
  const index = Math.min(at, variants.length - 1);
  const variant = variants[index];
  if (!variant) return null;
  const set = (next: VariantDraft[]) => put({ variants: next });
  const add = () => {
    const taken = new Set(variants.map(({ id }) => id));
    const id =
      [..."abcdefghijklmnopqrstuvwxyz"].find((letter) => !taken.has(letter)) ?? `v${variants.length}`;
    set([...variants, draftVariant({ kind: variant.kind, id })]);
    onPick(variants.length);
  };
  const change = (fields: Partial<VariantDraft>) =>
    set(variants.map((one, place) => (place === index ? { ...one, ...fields } : one)));
  return (
    <Card
      title={t("prompts.what")}
      actions={
        <button type="button" class="button quiet small" onClick={add}>
          {t("prompts.variant.add")}
        </button>
      }
    >
      {variants.length > 1 && (
        // biome-ignore lint/a11y/useSemanticElements: buttons, not fields
        <div class="segmented" role="group" aria-label={t("prompts.variant.choose")}>
          {variants.map(({ id }, place) => (
            <button type="button" key={place} aria-pressed={place === index} onClick={() => onPick(place)}>
              {t("prompts.variant", { id })}
            </button>
          ))}
        </div>
      )}
      <VariantFields
        key={index}
        variant={variant}
        change={change}
        errorAt={(pointer) => errorAt(`/variants/${index}${pointer}`)}
      />
      {variants.length > 1 && (
        <button
          type="button"
          class="link"
          onClick={() => {
            set(variants.filter((_, place) => place !== index));
            onPick(0);
          }}
        >
          {t("prompts.variant.remove")}
        </button>
      )}
    </Card>
  );
}

function VariantFields(props: VariantProps) {
  const { t } = useWords();
  const { variant, change, errorAt } = props;
  return (
    <>
      <div class="row top">
        <Field label={t("prompts.kind")} error={errorAt("/kind")}>
          <select
            value={variant.kind}
            onChange={(event) => change({ kind: event.currentTarget.value as Kind })}
          >
            {KINDS.map((kind) => (
              <option key={kind} value={kind}>
                {t(`prompts.kind.${kind}` satisfies Key)}
              </option>
            ))}
          </select>
        </Field>
        <Text {...props} field="id" label="prompts.variant.id" pointer="/id" required />
        <Text
          {...props}
          field="weight"
          label="prompts.variant.weight"
          pointer="/weight"
          type="number"
          required
        />
      </div>
      {variant.kind === "inline" && (
        <Text
          {...props}
          field="slot"
          label="prompts.slot"
          hint="prompts.slot.hint"
          pointer="/slot"
          required
        />
      )}
      <Words {...props} />
      {variant.kind === "survey" && (
        <Questions
          questions={variant.questions}
          error={errorAt("/content/questions")}
          onChange={(questions) => change({ questions })}
        />
      )}
      {variant.steps && <p class="note">{t("prompts.content.steps")}</p>}
    </>
  );
}

function Words(props: VariantProps) {
  const { t } = useWords();
  const { variant, change, errorAt } = props;
  return (
    <>
      <Text {...props} field="title" label="prompts.content.title" pointer="/content/title" />
      <Field label={t("prompts.content.body")} error={errorAt("/content/body")}>
        <textarea
          rows={3}
          value={variant.body}
          onInput={(event) => change({ body: event.currentTarget.value })}
        />
      </Field>
      <div class="row top">
        <Text {...props} field="ctaLabel" label="prompts.content.cta" pointer="/content/cta/label" />
        <Text
          {...props}
          field="ctaUrl"
          label="prompts.content.cta_url"
          hint="prompts.content.cta_url.hint"
          pointer="/content/cta/url"
        />
      </div>
      <div class="row top">
        <Text {...props} field="dismiss" label="prompts.content.dismiss" pointer="/content/dismiss_label" />
        <Text {...props} field="image" label="prompts.content.image" pointer="/content/image" />
      </div>
      {variant.kind !== "survey" && <VideoWords {...props} />}
    </>
  );
}

/** The video that the call to action opens, from a second on. */
function VideoWords(props: VariantProps) {
  const { t } = useWords();
  const { variant, change, errorAt } = props;
  const related = variant.videoRelated;
  return (
    <>
      <Field
        label={t("prompts.content.video_choice")}
        hint={related ? t("prompts.content.video_related.hint") : undefined}
        error={errorAt("/content/video/related")}
      >
        <select
          value={related ? "related" : "one"}
          onChange={(event) => change({ videoRelated: event.currentTarget.value === "related" })}
        >
          <option value="one">{t("prompts.content.video_one")}</option>
          <option value="related">{t("prompts.content.video_related")}</option>
        </select>
      </Field>
      <div class="row top">
        {!related && (
          <Text
            {...props}
            field="videoId"
            label="prompts.content.video"
            pointer="/content/video/id"
            list="videos"
          />
        )}
        <Text
          {...props}
          field="videoStart"
          label="prompts.content.video_start"
          pointer="/content/video/start_at"
          type="number"
        />
        {!related && (
          <Text {...props} field="videoSrc" label="prompts.content.video_src" pointer="/content/video/src" />
        )}
      </div>
    </>
  );
}

function Text({
  variant,
  change,
  errorAt,
  field,
  label,
  hint,
  pointer,
  type,
  list,
  required,
}: VariantProps & {
  field: TextField;
  label: Key;
  hint?: Key;
  pointer: string;
  type?: "number";
  list?: string;
  required?: boolean;
}) {
  const { t } = useWords();
  const value: string = variant[field];
  return (
    <Field label={t(label)} hint={hint && t(hint)} error={errorAt(pointer)}>
      <input
        {...(type ? { type, min: "0", step: "any" } : {})}
        required={required}
        list={list}
        value={value}
        onInput={(event) => change({ [field]: event.currentTarget.value })}
      />
    </Field>
  );
}
