/** People from a sheet: a file or pasted rows, the column that says who, and who of them is known. */
import { useState } from "preact/hooks";
import { api, type Schemas, unwrap } from "../../api";
import { useWords } from "../../i18n";
import { useSite } from "../../site";
import { FormError, useSending } from "../../ui/form";
import { Field } from "../../ui/parts";
import { decodeSheet, KINDS, type Kind, listValues, MOST_VALUES, readSheet, type Sheet } from "./sheet";

type Matched = Schemas["SheetMatched"];

/** @param onFound gets the persons and the sheet's name, if it had one */
export function SheetImport({ onFound }: { onFound(persons: string[], name: string): void }) {
  const { t } = useWords();
  const [sheet, setSheet] = useState<Sheet | null>();
  const [name, setName] = useState("");
  const take = (text: string, from = "") => {
    setSheet(text.trim() ? readSheet(text) : undefined);
    setName(from.replace(/\.\w+$/, ""));
  };
  return (
    <details class="inset">
      <summary>{t("sheet.title")}</summary>
      <div class="stack sheet">
        <Field label={t("sheet.file")} hint={t("sheet.file.hint")}>
          <input
            type="file"
            accept=".csv,.tsv,.txt,text/csv,text/tab-separated-values,text/plain"
            onChange={async (event) => {
              const file = event.currentTarget.files?.[0];
              if (file) take(decodeSheet(new Uint8Array(await file.arrayBuffer())), file.name);
            }}
          />
        </Field>
        <Field label={t("sheet.paste")}>
          <textarea rows={3} spellcheck={false} onInput={(event) => take(event.currentTarget.value)} />
        </Field>
        {sheet === null && <p class="reason">{t("sheet.no_rows")}</p>}
        {sheet && (
          // Another sheet begins anew; another column of it does not.
          <Columns
            key={`${name} ${sheet.rows.length} ${sheet.rows[0]?.join()}`}
            read={sheet}
            onFound={(persons) => onFound(persons, name)}
          />
        )}
      </div>
    </details>
  );
}

function Columns({ read, onFound }: { read: Sheet; onFound(persons: string[]): void }) {
  const { t, number } = useWords();
  const { site } = useSite();
  const sending = useSending();
  const [sheet, setSheet] = useState(read);
  const [matched, setMatched] = useState<Matched>();
  const put = (change: Partial<Sheet>) => {
    setSheet({ ...sheet, ...change });
    setMatched(undefined);
  };
  const values = listValues(sheet);
  const [names = []] = sheet.rows;
  const isTooLong = values.length > MOST_VALUES;
  const match = () =>
    sending.run(async () => {
      const body = { kind: sheet.kind, values };
      setMatched(
        await unwrap(api.POST("/v1/segments/match", { params: { query: { site: site.id } }, body })),
      );
    });
  return (
    <>
      <div class="row top">
        <Field label={t("sheet.column")} hint={t("sheet.rows", { n: number(values.length) })}>
          <select
            value={sheet.column}
            onChange={(event) => put({ column: Number(event.currentTarget.value), kind: "auto" })}
          >
            {names.map((cell, column) => (
              <option key={column} value={column}>
                {sheet.hasHeader && cell.trim() ? cell : t("sheet.nth", { n: column + 1, cell })}
              </option>
            ))}
          </select>
        </Field>
        <Field label={t("sheet.kind")} error={sending.errorAt("/kind")}>
          <select value={sheet.kind} onChange={(event) => put({ kind: event.currentTarget.value as Kind })}>
            {KINDS.map((kind) => (
              <option key={kind} value={kind}>
                {t(`sheet.kind.${kind}`)}
              </option>
            ))}
          </select>
        </Field>
      </div>
      <label class="check">
        <input
          type="checkbox"
          checked={sheet.hasHeader}
          onChange={(event) => put({ hasHeader: event.currentTarget.checked })}
        />
        {t("sheet.header")}
      </label>
      {isTooLong && <p class="reason">{t("sheet.too_long", { n: number(MOST_VALUES) })}</p>}
      <FormError error={sending.error} />
      {matched ? (
        <Found matched={matched} onTake={() => onFound(matched.persons)} />
      ) : (
        <button
          type="button"
          class="button quiet"
          disabled={sending.waiting || isTooLong || !values.length}
          onClick={match}
        >
          {t("sheet.match")}
        </button>
      )}
    </>
  );
}

function Found({ matched, onTake }: { matched: Matched; onTake(): void }) {
  const { t, number } = useWords();
  const { persons, unmatched, examples, duplicates, kind } = matched;
  const [isTaken, setTaken] = useState(false);
  return (
    <div class="stack" role="status">
      <p>
        <strong>{t("sheet.found", { n: number(matched.matched), persons: number(persons.length) })}</strong>{" "}
        <small class="note">{t(`sheet.kind.${kind}`)}</small>
      </p>
      {duplicates > 0 && <p class="note">{t("sheet.duplicates", { n: number(duplicates) })}</p>}
      {unmatched > 0 && (
        <p class="note sheet-unknown">
          {t("sheet.unmatched", { n: number(unmatched), examples: examples.join(", ") })}
        </p>
      )}
      {persons.length > 0 && (
        <button
          type="button"
          class="button"
          disabled={isTaken}
          onClick={() => {
            setTaken(true);
            onTake();
          }}
        >
          {t(isTaken ? "sheet.taken" : "sheet.take", { n: number(persons.length) })}
        </button>
      )}
    </div>
  );
}
