/** The head of the pages on customers, and what both draw: a heat map, a bar beside its figure. */
import "./customers.css";
import type { ComponentChildren } from "preact";
import { useWords } from "../../i18n";
import { PageHead, Tabs } from "../../ui/parts";

const PAGES = ["lifecycle", "aftercare", "stores", "community"] as const;

export function CustomersHead({ page }: { page: (typeof PAGES)[number] }) {
  const { t } = useWords();
  return (
    <>
      <PageHead title={t("customers.title")} lead={t(`customers.lead.${page}`)} />
      <Tabs
        label={t("customers.title")}
        pages={PAGES}
        page={page}
        to={(name) => ({
          href: name === "lifecycle" ? "/customers" : `/customers/${name}`,
          text: t(`customers.page.${name}`),
        })}
      />
    </>
  );
}

/** A figure with a bar as long as its share of the largest. */
export function Bar({ share, children }: { share: number; children: ComponentChildren }) {
  return (
    <span class="measured">
      <span>{children}</span>
      <i style={{ width: `${Math.min(1, Math.max(0, share)) * 100}%` }} aria-hidden="true" />
    </span>
  );
}

export interface HeatCell {
  /** 0 to 1: how dark. */
  heat: number;
  text: ComponentChildren;
}

/** A table whose cells are the darker the more is in them; each says its figure. */
export function HeatMap({
  caption,
  corner,
  columns,
  rows,
}: {
  caption: string;
  corner: string;
  columns: readonly string[];
  rows: readonly { head: ComponentChildren; key: string; cells: readonly (HeatCell | null)[] }[];
}) {
  return (
    // biome-ignore lint/a11y/noNoninteractiveTabindex: a wide table is scrolled by keyboard too
    <section class="table-box" tabIndex={0} aria-label={caption}>
      <table class="heat">
        <caption class="hidden">{caption}</caption>
        <thead>
          <tr>
            <th scope="col">{corner}</th>
            {columns.map((column) => (
              <th key={column} scope="col">
                {column}
              </th>
            ))}
          </tr>
        </thead>
        <tbody>
          {rows.map(({ head, key, cells }) => (
            <tr key={key}>
              <th scope="row">{head}</th>
              {cells.map((cell, place) => (
                <td key={columns[place]} style={{ "--heat": `${Math.round((cell?.heat ?? 0) * 50)}%` }}>
                  {cell?.text}
                </td>
              ))}
            </tr>
          ))}
        </tbody>
      </table>
    </section>
  );
}
