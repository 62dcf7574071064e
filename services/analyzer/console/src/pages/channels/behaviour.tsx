/** One behaviour in the table: its name, to be changed in place; and behaviours that operators define themselves. */
import { useEffect, useLayoutEffect, useRef, useState } from "preact/hooks";
import { api, type Schemas, unwrap } from "../../api";
import { useWords } from "../../i18n";
import { type ConditionDraft, readConditions } from "../../rules/conditions";
import { useSite } from "../../site";
import { Conditions } from "../../ui/conditions";
import { FormError, type Sending, useSending } from "../../ui/form";
import { useNotify } from "../../ui/notices";
import { Badge, Card, Field } from "../../ui/parts";

export type Factor = Schemas["FactorsShown"]["factors"][number];
export type Kept = Schemas["BehaviourShown"];
type Kind = Factor["kind"];
export const KINDS = ["feature", "channel", "brand", "video", "store", "community", "other"] as const;
const SURE = 0.05;

/** What an operator says of a behaviour. */
interface Said {
  name: string | null;
  kind: Kind | null;
  hidden: boolean;
}

/** Saves what is said of a behaviour, with a way back to what was said before. */
function useSaying(sending: Sending, onSaved: () => Promise<void> | void) {
  const { t } = useWords();
  const { site } = useSite();
  const notify = useNotify();
  const query = { site: site.id };
  const at = (id: string) => ({ path: { behaviour_id: id }, query });
  const write = (id: string, said: Said, version: number | undefined) =>
    version === undefined
      ? unwrap(api.POST("/v1/behaviours", { params: { query }, body: { id, ...said } }))
      : unwrap(api.PATCH("/v1/behaviours/{behaviour_id}", { params: at(id), body: { ...said, version } }));
  const restoring = (task: () => Promise<unknown>) => () =>
    task().then(onSaved, (error: Error) => notify(error.message, { wrong: true }));
  const say = async (id: string, kept: Kept | undefined, said: Said, words: string) => {
    let written: Kept | undefined;
    const saved = await sending.run(async () => {
      written = await write(id, said, kept?.version);
    });
    if (!saved || !written) return false;
    const { version } = written;
    const undo = restoring(() =>
      kept
        ? write(id, { name: kept.name, kind: kept.kind, hidden: kept.hidden }, version)
        : unwrap(api.DELETE("/v1/behaviours/{behaviour_id}", { params: at(id) })),
    );
    notify(words, { undo });
    await onSaved();
    return true;
  };
  const remove = async (kept: Kept, words: string) => {
    const removed = await sending.run(() =>
      unwrap(api.DELETE("/v1/behaviours/{behaviour_id}", { params: at(kept.id) })),
    );
    if (!removed) return;
    const { id, name, kind, hidden, event, where } = kept;
    const body = { id, name, kind, hidden, event, where };
    notify(t("factors.deleted", { name: words }), {
      undo: restoring(() => unwrap(api.POST("/v1/behaviours", { params: { query }, body }))),
    });
    await onSaved();
  };
  return { say, remove };
}

export function BehaviourCell({
  factor,
  kept,
  words,
  onSaved,
}: {
  factor: Factor;
  kept: Kept | undefined;
  /** The name in the reader's language. */
  words: string;
  onSaved(): Promise<void> | void;
}) {
  const { t } = useWords();
  const [open, setOpen] = useState(false);
  const button = useRef<HTMLButtonElement>(null);
  const wasOpen = useRef(false);
  useEffect(() => {
    if (wasOpen.current && !open) button.current?.focus();
    wasOpen.current = open;
  }, [open]);
  const { kind, consequence, negative, q_value, hidden } = factor;
  return (
    <div class="behaviour">
      <p>
        {words} {kept?.event && <Badge>{t("factors.own")}</Badge>}{" "}
        {hidden && <Badge>{t("factors.hidden")}</Badge>}{" "}
        {consequence && <Badge tone="warn">{t("factors.consequence")}</Badge>}
        {!consequence && q_value !== null && q_value <= SURE && (
          <Badge tone={negative ? "warn" : "good"}>
            {t(negative ? "factors.negative" : "factors.found")}
          </Badge>
        )}
      </p>
      <p>
        <small class="note">{t(`factors.kind.${kind}`)} · </small>
        <button
          ref={button}
          type="button"
          class="link"
          aria-expanded={open}
          aria-label={t("factors.edit", { name: words })}
          onClick={() => setOpen(!open)}
        >
          {t("factors.edit_short")}
        </button>
      </p>
      {open && (
        <Editor factor={factor} kept={kept} words={words} onSaved={onSaved} onClose={() => setOpen(false)} />
      )}
    </div>
  );
}

function Editor({
  factor: { behaviour, hidden },
  kept,
  words,
  onSaved,
  onClose,
}: {
  factor: Factor;
  kept: Kept | undefined;
  words: string;
  onSaved(): Promise<void> | void;
  onClose(): void;
}) {
  const { t } = useWords();
  const sending = useSending();
  const { say, remove } = useSaying(sending, onSaved);
  const [name, setName] = useState(kept?.name ?? "");
  const [kind, setKind] = useState<Kind | "">(kept?.kind ?? "");
  const first = useRef<HTMLInputElement>(null);
  useLayoutEffect(() => first.current?.focus(), []);
  const said = { name: name.trim() || null, kind: kind || null };
  const save = async (change: Said, told: string) => {
    if (await say(behaviour, kept, change, told)) onClose();
  };
  return (
    <form
      class="behaviour-form"
      aria-label={t("factors.edit", { name: words })}
      onSubmit={(event) => {
        event.preventDefault();
        save({ ...said, hidden }, t("factors.saved", { name: said.name ?? words }));
      }}
      onKeyDown={(event) => event.key === "Escape" && onClose()}
    >
      <Field label={t("factors.name")} hint={t("factors.name_hint")} error={sending.errorAt("/name")}>
        <input
          ref={first}
          maxLength={200}
          value={name}
          placeholder={words}
          onInput={(event) => setName(event.currentTarget.value)}
        />
      </Field>
      <Field label={t("factors.kind")}>
        <KindChoice value={kind} onChange={setKind} />
      </Field>
      <FormError error={sending.error} />
      <div class="row">
        <button type="submit" class="button small" disabled={sending.waiting}>
          {t("action.save")}
        </button>
        <button
          type="button"
          class="button quiet small"
          disabled={sending.waiting}
          onClick={() =>
            save(
              { ...said, hidden: !hidden },
              t(hidden ? "factors.saved" : "factors.was_hidden", { name: words }),
            )
          }
        >
          {t(hidden ? "factors.unhide" : "factors.hide")}
        </button>
        {kept?.event && (
          <button
            type="button"
            class="button danger small"
            disabled={sending.waiting}
            onClick={() => remove(kept, words)}
          >
            {t("action.delete")}
          </button>
        )}
        <button type="button" class="button quiet small" onClick={onClose}>
          {t("action.cancel")}
        </button>
      </div>
    </form>
  );
}

function KindChoice({ value, onChange }: { value: Kind | ""; onChange(kind: Kind | ""): void }) {
  const { t } = useWords();
  return (
    <select value={value} onChange={(event) => onChange(event.currentTarget.value as Kind | "")}>
      <option value="">{t("factors.kind.found")}</option>
      {KINDS.map((name) => (
        <option key={name} value={name}>
          {t(`factors.kind.${name}`)}
        </option>
      ))}
    </select>
  );
}

/** A behaviour of an operator's own: an event, under conditions. */
export function OwnForm({ onSaved, onClose }: { onSaved(): Promise<void> | void; onClose(): void }) {
  const { t } = useWords();
  const { site } = useSite();
  const notify = useNotify();
  const sending = useSending();
  const [name, setName] = useState("");
  const [kind, setKind] = useState<Kind | "">("brand");
  const [event, setEvent] = useState("page");
  const [where, setWhere] = useState<ConditionDraft[]>([{ property: "path", op: "contains", text: "/" }]);
  const submit = async (submitted: Event) => {
    submitted.preventDefault();
    const said = { name: name.trim(), kind: kind || null, hidden: false };
    const body = { ...said, event, where: readConditions(where) };
    const saved = await sending.run(() =>
      unwrap(api.POST("/v1/behaviours", { params: { query: { site: site.id } }, body })),
    );
    if (!saved) return;
    notify(t("factors.saved", { name: body.name }));
    onClose();
    await onSaved();
  };
  return (
    <Card title={t("factors.define")} note={t("factors.define_note")}>
      <form class="stack" onSubmit={submit} onKeyDown={(pressed) => pressed.key === "Escape" && onClose()}>
        <div class="row top">
          <Field label={t("factors.name")} error={sending.errorAt("/name")}>
            <input required maxLength={200} value={name} onInput={(e) => setName(e.currentTarget.value)} />
          </Field>
          <Field label={t("factors.kind")}>
            <KindChoice value={kind} onChange={setKind} />
          </Field>
          <Field label={t("factors.event")} hint={t("factors.event_hint")} error={sending.errorAt("/event")}>
            <input required value={event} onInput={(e) => setEvent(e.currentTarget.value)} />
          </Field>
        </div>
        <Field label={t("factors.where")} as="group" error={sending.errorAt("/where")}>
          <Conditions drafts={where} onChange={setWhere} />
        </Field>
        <FormError error={sending.error} />
        <div class="row">
          <button type="submit" class="button" disabled={sending.waiting}>
            {t("action.save")}
          </button>
          <button type="button" class="button quiet" onClick={onClose}>
            {t("action.cancel")}
          </button>
        </div>
      </form>
    </Card>
  );
}
