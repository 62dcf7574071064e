/** What counts as a conversion: the list, and the form of one. */
import { useState } from "preact/hooks";
import { api, type Schemas, unwrap, useQuery } from "../../api";
import { useWords } from "../../i18n";
import { type ConditionDraft, draftConditions, readConditions } from "../../rules/conditions";
import { useSite } from "../../site";
import { Conditions } from "../../ui/conditions";
import { FormError, useRemoval, useSending } from "../../ui/form";
import { useNotify } from "../../ui/notices";
import { Card, Empty, Field, Loaded, Table } from "../../ui/parts";

type Goal = Schemas["GoalShown"];

export function Goals() {
  const { t, number } = useWords();
  const { site } = useSite();
  const query = { site: site.id };
  const goals = useQuery(`goals ${site.id}`, () =>
    unwrap(api.GET("/v1/goals", { params: { query: { ...query, limit: 1000 } } })),
  );
  const [editing, setEditing] = useState<Goal | "new">();
  const close = () => {
    setEditing(undefined);
    goals.reload();
  };
  return (
    <Card
      title={t("settings.goals")}
      note={t("settings.goals.what")}
      actions={
        <button type="button" class="button quiet small" onClick={() => setEditing("new")}>
          {t("settings.goals.add")}
        </button>
      }
    >
      {editing && <GoalForm key={editing === "new" ? "" : editing.id} goal={editing} onClose={close} />}
      <Loaded query={goals} lines={2}>
        {({ items }) =>
          items.length ? (
            <Table
              caption={t("settings.goals")}
              rows={items}
              keyOf={({ id }) => id}
              columns={[
                { head: t("settings.goals.name"), cell: ({ name }) => name },
                {
                  head: t("settings.goals.event"),
                  cell: ({ event, where }) => (
                    <>
                      {event}
                      {where?.length ? <small class="note"> +{where.length}</small> : null}
                    </>
                  ),
                },
                {
                  head: t("settings.goals.window"),
                  cell: ({ window_days }) => number(window_days, 2),
                  numeric: true,
                },
                {
                  head: <span class="hidden">{t("settings.goals.edit_short")}</span>,
                  cell: (goal) => (
                    <button
                      type="button"
                      class="link"
                      aria-label={t("settings.goals.edit", { name: goal.name })}
                      onClick={() => setEditing(goal)}
                    >
                      {t("settings.goals.edit_short")}
                    </button>
                  ),
                },
              ]}
            />
          ) : (
            <Empty title={t("settings.goals.empty")} />
          )
        }
      </Loaded>
    </Card>
  );
}

interface Draft {
  name: string;
  event: string;
  where: ConditionDraft[];
  window: string;
  value: string;
}

function readDraft({ name, event, where, window, value }: Draft) {
  const conditions = readConditions(where);
  return {
    name,
    event,
    where: conditions.length ? conditions : null,
    window_days: Number(window),
    value_property: value.trim() || null,
  };
}

function useGoalForm(goal: Goal | undefined, onClose: () => void) {
  const { t } = useWords();
  const { site } = useSite();
  const notify = useNotify();
  const sending = useSending();
  const removeThing = useRemoval(sending);
  const query = { site: site.id };
  const save = async (draft: Draft) => {
    const values = readDraft(draft);
    const saved = await sending.run(() =>
      goal
        ? unwrap(
            api.PATCH("/v1/goals/{goal_id}", {
              params: { path: { goal_id: goal.id }, query },
              body: { ...values, version: goal.version },
            }),
          )
        : unwrap(api.POST("/v1/goals", { params: { query }, body: values })),
    );
    if (!saved) return;
    notify(t("settings.saved"));
    onClose();
  };
  const remove = async () => {
    if (!goal) return;
    const { id, name, event, where, window_days, value_property } = goal;
    const params = { path: { goal_id: id }, query };
    const body = { id, name, event, where, window_days, value_property };
    await removeThing({
      remove: () => unwrap(api.DELETE("/v1/goals/{goal_id}", { params })),
      restore: () => unwrap(api.POST("/v1/goals", { params: { query }, body })),
      words: t("settings.goals.deleted", { name }),
      leave: onClose,
      comeBack: onClose,
    });
  };
  return { sending, save, remove };
}

function GoalForm({ goal, onClose }: { goal: Goal | "new"; onClose(): void }) {
  const { t } = useWords();
  const old = goal === "new" ? undefined : goal;
  const { sending, save, remove } = useGoalForm(old, onClose);
  const [draft, setDraft] = useState<Draft>({
    name: old?.name ?? "",
    event: old?.event ?? "Order Completed",
    where: draftConditions(old?.where),
    window: String(old?.window_days ?? 7),
    value: old?.value_property ?? "",
  });
  const put = (change: Partial<Draft>) => setDraft((before) => ({ ...before, ...change }));
  return (
    <form
      class="stack inset"
      aria-label={old ? t("settings.goals.edit", { name: old.name }) : t("settings.goals.add")}
      onSubmit={(event) => {
        event.preventDefault();
        save(draft);
      }}
    >
      <GoalFields draft={draft} put={put} errorAt={sending.errorAt} />
      <FormError error={sending.error} />
      <div class="row">
        <button type="submit" class="button small" disabled={sending.waiting}>
          {t("action.save")}
        </button>
        <button type="button" class="button quiet small" onClick={onClose}>
          {t("action.cancel")}
        </button>
        {old && (
          <button type="button" class="button danger small" disabled={sending.waiting} onClick={remove}>
            {t("action.delete")}
          </button>
        )}
      </div>
    </form>
  );
}

function GoalFields({
  draft,
  put,
  errorAt,
}: {
  draft: Draft;
  put(change: Partial<Draft>): void;
  errorAt(pointer: string): string | undefined;
}) {
  const { t } = useWords();
  return (
    <>
      <Field label={t("settings.goals.name")} error={errorAt("/name")}>
        <input required value={draft.name} onInput={(event) => put({ name: event.currentTarget.value })} />
      </Field>
      <Field label={t("settings.goals.event")} error={errorAt("/event")}>
        <input required value={draft.event} onInput={(event) => put({ event: event.currentTarget.value })} />
      </Field>
      <Field label={t("settings.goals.where")} as="group" error={errorAt("/where")}>
        <Conditions drafts={draft.where} onChange={(where) => put({ where })} />
      </Field>
      <div class="row top">
        <Field
          label={t("settings.goals.window")}
          hint={t("settings.goals.window.hint")}
          error={errorAt("/window_days")}
        >
          <input
            required
            type="number"
            min="0"
            step="any"
            value={draft.window}
            onInput={(event) => put({ window: event.currentTarget.value })}
          />
        </Field>
        <Field
          label={t("settings.goals.value")}
          hint={t("settings.goals.value.hint")}
          error={errorAt("/value_property")}
        >
          <input value={draft.value} onInput={(event) => put({ value: event.currentTarget.value })} />
        </Field>
      </div>
    </>
  );
}
