/** The small parts that every page is made of. Must never carry a page's own meaning. */
import type { ComponentChildren } from "preact";
import { useId, useState } from "preact/hooks";
import { Link } from "wouter-preact";
import { ApiError, type Query } from "../api";
import { isKey, useWords } from "../i18n";

type Children = { children?: ComponentChildren };

/** The way between pages that belong together; `to` gives each page's address and its words. */
export function Tabs<Name extends string>({
  label,
  pages,
  page,
  to,
}: {
  label: string;
  pages: readonly Name[];
  page: Name;
  to(name: Name): { href: string; text: string };
}) {
  return (
    <nav class="tabs" aria-label={label}>
      {pages.map((name) => {
        const { href, text } = to(name);
        return (
          <Link key={name} href={href} aria-current={name === page ? "page" : undefined}>
            {text}
          </Link>
        );
      })}
    </nav>
  );
}

export function PageHead({
  title,
  lead,
  children,
}: Children & { title: ComponentChildren; lead?: ComponentChildren }) {
  return (
    <header class="page-head">
      <div>
        <h1 tabIndex={-1}>{title}</h1>
        {lead && <p class="lead">{lead}</p>}
      </div>
      {children && <div class="page-actions">{children}</div>}
    </header>
  );
}

export function Card({
  title,
  note,
  actions,
  children,
}: Children & {
  title?: ComponentChildren;
  note?: ComponentChildren;
  actions?: ComponentChildren;
}) {
  const id = useId();
  return (
    <section class="card" aria-labelledby={title ? id : undefined}>
      {(title || actions) && (
        <div class="card-head">
          {title && <h2 id={id}>{title}</h2>}
          {actions}
        </div>
      )}
      {note && <p class="note">{note}</p>}
      {children}
    </section>
  );
}

export function Stat({
  label,
  value,
  note,
}: {
  label: string;
  value: ComponentChildren;
  note?: ComponentChildren;
}) {
  return (
    <div class="stat">
      <dt>{label}</dt>
      <dd>
        {value}
        {note && <small>{note}</small>}
      </dd>
    </div>
  );
}

export function Badge({
  tone = "plain",
  children,
}: Children & { tone?: "plain" | "good" | "warn" | "accent" }) {
  return <span class={`badge ${tone}`}>{children}</span>;
}

export function Empty({ title, children }: Children & { title: ComponentChildren }) {
  return (
    <div class="empty">
      <p class="empty-title">{title}</p>
      {children}
    </div>
  );
}

/** Shows what a query brought: a skeleton while it loads, its error with a retry, or the page. */
export function Loaded<T>({
  query,
  children,
  lines = 6,
}: {
  query: Query<T>;
  children: (data: T) => ComponentChildren;
  lines?: number;
}) {
  const { t } = useWords();
  if (query.data !== undefined) return <>{children(query.data)}</>;
  if (query.error) return <Failure error={query.error} onRetry={query.reload} />;
  return (
    <div class="skeleton" role="status" aria-label={t("state.loading")}>
      {Array.from({ length: lines }, (_, index) => (
        <span key={index} style={{ width: `${92 - ((index * 29) % 40)}%` }} />
      ))}
    </div>
  );
}

export function Failure({ error, onRetry }: { error: Error; onRetry?: () => void }) {
  const { t } = useWords();
  return (
    <div class="failure" role="alert">
      <p>
        <strong>{t("state.error")}.</strong> {error instanceof ApiError ? error.message : t("state.offline")}
      </p>
      {onRetry && (
        <button type="button" class="button quiet" onClick={onRetry}>
          {t("state.retry")}
        </button>
      )}
    </div>
  );
}

/** Why a figure is missing, in words; a code that has none is shown as it is. */
export function Reason({ code }: { code: string | undefined }) {
  const { t } = useWords();
  if (!code) return null;
  const key = `reason.${code}`;
  return <p class="reason">{t(isKey(key) ? key : "reason.other", { code })}</p>;
}

export function Field({
  label,
  hint,
  error,
  as,
  children,
}: Children & {
  label: ComponentChildren;
  hint?: ComponentChildren;
  error?: string | undefined;
  /** A group of controls under one name; each has a label of its own. */
  as?: "group";
}) {
  const id = useId();
  const parts = (
    <>
      <span class="field-label" id={id}>
        {label}
      </span>
      {children}
      {hint && <small>{hint}</small>}
      {error && <small class="field-error">{error}</small>}
    </>
  );
  const name = error ? "field wrong" : "field";
  return as === "group" ? (
    // biome-ignore lint/a11y/useSemanticElements: a fieldset's legend cannot be laid out
    <div class={name} role="group" aria-labelledby={id}>
      {parts}
    </div>
  ) : (
    // biome-ignore lint/a11y/noLabelWithoutControl: the control is the child
    <label class={name}>{parts}</label>
  );
}

export function CopyButton({ text }: { text: string }) {
  const { t } = useWords();
  const [copied, setCopied] = useState(false);
  const copy = async () => {
    await navigator.clipboard.writeText(text);
    setCopied(true);
    setTimeout(() => setCopied(false), 2000);
  };
  return (
    <button type="button" class="button quiet small" onClick={copy}>
      {t(copied ? "action.copied" : "action.copy")}
    </button>
  );
}

export interface Column<Row> {
  head: ComponentChildren;
  cell: (row: Row) => ComponentChildren;
  /** Numbers stand to the right. */
  numeric?: boolean;
}

export function Table<Row>({
  rows,
  columns,
  caption,
  keyOf,
}: {
  rows: readonly Row[];
  columns: readonly Column<Row>[];
  caption: string;
  keyOf: (row: Row, index: number) => string;
}) {
  return (
    // biome-ignore lint/a11y/noNoninteractiveTabindex: a wide table is scrolled by keyboard too
    <section class="table-box" tabIndex={0} aria-label={caption}>
      <table>
        <caption class="hidden">{caption}</caption>
        <thead>
          <tr>
            {columns.map((column, index) => (
              <th key={index} scope="col" class={column.numeric ? "number" : ""}>
                {column.head}
              </th>
            ))}
          </tr>
        </thead>
        <tbody>
          {rows.map((row, index) => (
            <tr key={keyOf(row, index)}>
              {columns.map((column, place) => (
                <td key={place} class={column.numeric ? "number" : ""}>
                  {column.cell(row)}
                </td>
              ))}
            </tr>
          ))}
        </tbody>
      </table>
    </section>
  );
}
