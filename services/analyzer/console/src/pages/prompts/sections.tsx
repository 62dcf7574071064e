/** The plain sections of the form: what for, when, how often, how it is compared. */
import { api, unwrap, useQuery } from "../../api";
import { type Key, useWords } from "../../i18n";
import { useSite } from "../../site";
import { Card, Field } from "../../ui/parts";
import { type Draft, WHEN_FIELDS, WHEN_TYPES, type WhenType } from "./campaign";
import type { SectionProps } from "./form";

export function Basics({ draft, put, errorAt }: SectionProps) {
  const { t } = useWords();
  const { site } = useSite();
  const goals = useQuery(`goals ${site.id}`, () =>
    unwrap(api.GET("/v1/goals", { params: { query: { site: site.id, limit: 1000 } } })),
  );
  const items = goals.data?.items ?? [{ id: draft.goal, name: draft.goal }];
  return (
    <Card title={t("prompts.basics")}>
      <Field label={t("prompts.name")} error={errorAt("/name")}>
        <input required value={draft.name} onInput={(event) => put({ name: event.currentTarget.value })} />
      </Field>
      <Field label={t("prompts.purpose")} hint={t("prompts.purpose.hint")} error={errorAt("/purpose")}>
        <textarea
          class="short"
          rows={2}
          value={draft.purpose}
          onInput={(event) => put({ purpose: event.currentTarget.value })}
        />
      </Field>
      <Field label={t("prompts.goal")} error={errorAt("/goal")}>
        <select value={draft.goal} onChange={(event) => put({ goal: event.currentTarget.value })}>
          {items.map(({ id, name }) => (
            <option key={id} value={id}>
              {name}
            </option>
          ))}
        </select>
      </Field>
    </Card>
  );
}

export function Moment({ draft, put, errorAt }: SectionProps) {
  const { t } = useWords();
  const { when } = draft;
  return (
    <Card title={t("prompts.when")}>
      <div class="row top">
        <Field label={t("prompts.when.type")} error={errorAt("/when/type")}>
          <select
            value={when.type}
            onChange={(event) => put({ when: { ...when, type: event.currentTarget.value as WhenType } })}
          >
            {WHEN_TYPES.map((type) => (
              <option key={type} value={type}>
                {t(`prompts.when.${type}` satisfies Key)}
              </option>
            ))}
          </select>
        </Field>
        {WHEN_FIELDS[when.type].map((field) => (
          <Field
            key={field}
            label={t(`prompts.when.${field}` satisfies Key)}
            error={errorAt(`/when/${field}`)}
          >
            <input
              {...(field === "seconds" || field === "at"
                ? { type: "number", min: "0", step: "any" }
                : field === "share"
                  ? { type: "number", min: "0", max: "1", step: "0.05" }
                  : {})}
              list={field === "video" ? "videos" : undefined}
              value={when[field]}
              onInput={(event) => put({ when: { ...when, [field]: event.currentTarget.value } })}
            />
          </Field>
        ))}
      </div>
    </Card>
  );
}

interface PlainProps extends SectionProps {
  field: { [K in keyof Draft]: Draft[K] extends string ? K : never }[keyof Draft];
  label: Key;
  type?: string;
  min?: number;
  max?: number;
  pointer: string;
}

function Plain({ draft, put, errorAt, field, label, type = "number", min, max, pointer }: PlainProps) {
  const { t } = useWords();
  return (
    <Field label={t(label)} error={errorAt(pointer)}>
      <input
        type={type}
        min={min}
        max={max}
        value={draft[field]}
        onInput={(event) => put({ [field]: event.currentTarget.value })}
      />
    </Field>
  );
}

export function Often(section: SectionProps) {
  const { t } = useWords();
  const { site } = useSite();
  const plain = (props: Omit<PlainProps, keyof SectionProps>) => <Plain {...section} {...props} />;
  const visitor = "/frequency/per_visitor";
  return (
    <Card title={t("prompts.often")}>
      <div class="row top">
        {plain({
          field: "perSession",
          label: "prompts.often.session",
          min: 1,
          pointer: "/frequency/per_session",
        })}
        {plain({ field: "perVisitor", label: "prompts.often.visitor", min: 1, pointer: `${visitor}/count` })}
        {plain({ field: "perDays", label: "prompts.often.days", min: 1, pointer: `${visitor}/days` })}
      </div>
      <div class="row top">
        {plain({
          field: "from",
          label: "prompts.often.from",
          type: "datetime-local",
          pointer: "/schedule/from",
        })}
        {plain({ field: "to", label: "prompts.often.to", type: "datetime-local", pointer: "/schedule/to" })}
      </div>
      <p class="note">{t("prompts.often.zone", { zone: site.time_zone })}</p>
      <div class="row top">
        {plain({
          field: "hourFrom",
          label: "prompts.often.hour_from",
          min: 0,
          max: 24,
          pointer: "/schedule/hours/from",
        })}
        {plain({
          field: "hourTo",
          label: "prompts.often.hour_to",
          min: 0,
          max: 24,
          pointer: "/schedule/hours/to",
        })}
        {plain({ field: "priority", label: "prompts.often.priority", pointer: "/priority" })}
      </div>
      <p class="note">
        {t("prompts.often.hours_zone", { zone: site.time_zone })} {t("prompts.often.priority.hint")}
      </p>
    </Card>
  );
}

export function Compare({ draft, put, errorAt }: SectionProps) {
  const { t, percent } = useWords();
  return (
    <Card title={t("prompts.compare")}>
      <Field
        label={t("prompts.holdout", { share: percent(draft.holdout, 0) })}
        hint={t("prompts.holdout.hint")}
        error={errorAt("/holdout")}
      >
        <input
          type="range"
          min="0"
          max="1"
          step="0.01"
          aria-valuetext={percent(draft.holdout, 0)}
          value={draft.holdout}
          onInput={(event) => put({ holdout: Number(event.currentTarget.value) })}
        />
      </Field>
      {draft.variants.length > 1 && (
        <Field
          label={t("prompts.allocation")}
          hint={`${t(`shares.hint.${draft.allocation}`)} ${draft.allocation === "even" ? "" : t("shares.hint.kept")}`}
          error={errorAt("/allocation")}
        >
          <select
            value={draft.allocation}
            onChange={(event) => put({ allocation: event.currentTarget.value as Draft["allocation"] })}
          >
            {(["even", "thompson", "contextual"] as const).map((name) => (
              <option key={name} value={name}>
                {t(`prompts.allocation.${name}`)}
              </option>
            ))}
          </select>
        </Field>
      )}
    </Card>
  );
}
