/** What forms share: sending, the server's objections at their fields, and a question before what cannot be undone. */
import type { ComponentChildren } from "preact";
import { useEffect, useRef, useState } from "preact/hooks";
import { ApiError } from "../api";
import { useWords } from "../i18n";
import { useNotify } from "./notices";

export interface Sending {
  waiting: boolean;
  error: Error | undefined;
  /** The server's words about this field, or about something within it. */
  errorAt(pointer: string): string | undefined;
  /** All that the server said about this field or within it, each with the place below `pointer`. */
  errorsIn(pointer: string): { place: string; detail: string }[];
  /** Runs the task and keeps its failure; says whether it succeeded. */
  run(task: () => Promise<unknown>): Promise<boolean>;
}

/** Sends a form: waiting, and what was wrong. */
export function useSending(): Sending {
  const [waiting, setWaiting] = useState(false);
  const [error, setError] = useState<Error>();
  const errorsIn: Sending["errorsIn"] = (pointer) =>
    (error instanceof ApiError ? error.fields : [])
      .filter((field) => field.pointer === pointer || field.pointer.startsWith(`${pointer}/`))
      .map((field) => ({ place: field.pointer.slice(pointer.length), detail: field.detail }));
  return {
    waiting,
    error,
    errorAt: (pointer) => errorsIn(pointer)[0]?.detail,
    errorsIn,
    async run(task) {
      setWaiting(true);
      try {
        await task();
        setError(undefined);
        return true;
      } catch (failure) {
        setError(failure as Error);
        return false;
      } finally {
        setWaiting(false);
      }
    },
  };
}

interface Removal {
  remove(): Promise<unknown>;
  restore(): Promise<unknown>;
  /** Says what was deleted. */
  words: string;
  leave(): void;
  /** Where it leads to have it back. */
  comeBack(): void;
}

/** Deletes a thing, says so and leaves its page; for a while it can be had back. */
export function useRemoval(sending: Sending): (removal: Removal) => Promise<void> {
  const notify = useNotify();
  return async ({ remove, restore, words, leave, comeBack }) => {
    if (!(await sending.run(remove))) return;
    const undo = () => restore().then(comeBack, (error: Error) => notify(error.message, { wrong: true }));
    notify(words, { undo });
    leave();
  };
}

/** What went wrong with a form as a whole. */
export function FormError({ error }: { error: Error | undefined }) {
  const { t } = useWords();
  if (!error) return null;
  const known = error instanceof ApiError || error instanceof SyntaxError;
  const key = error instanceof ApiError && error.status === 409 ? "form.conflict" : "form.refused";
  const text = known ? t(key, { detail: error.message }) : t("state.offline");
  return (
    <p class="form-error" role="alert">
      {text}
    </p>
  );
}

/** Asks before something that cannot be undone. The browser keeps the focus inside and gives it back. */
export function Confirm({
  title,
  action,
  waiting,
  onConfirm,
  onCancel,
  children,
}: {
  title: string;
  action: string;
  waiting?: boolean;
  onConfirm(): void;
  onCancel(): void;
  children: ComponentChildren;
}) {
  const { t } = useWords();
  const dialog = useRef<HTMLDialogElement>(null);
  useEffect(() => dialog.current?.showModal(), []);
  return (
    <dialog
      ref={dialog}
      class="confirm"
      aria-labelledby="confirm-title"
      onCancel={onCancel}
      onClose={onCancel}
    >
      <h2 id="confirm-title">{title}</h2>
      {children}
      <div class="row end">
        <button type="button" class="button quiet" onClick={onCancel}>
          {t("action.cancel")}
        </button>
        <button type="button" class="button danger" disabled={waiting} onClick={onConfirm}>
          {action}
        </button>
      </div>
    </dialog>
  );
}

/** A list of texts, one a line. */
export function Lines({
  value,
  onChange,
  placeholder,
  rows = 3,
}: {
  value: readonly string[];
  onChange(lines: string[]): void;
  placeholder?: string;
  rows?: number;
}) {
  const [text, setText] = useState(value.join("\n"));
  return (
    <textarea
      rows={rows}
      value={text}
      placeholder={placeholder}
      spellcheck={false}
      onInput={(event) => {
        setText(event.currentTarget.value);
        onChange(
          event.currentTarget.value
            .split("\n")
            .map((line) => line.trim())
            .filter(Boolean),
        );
      }}
    />
  );
}
