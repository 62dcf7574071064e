/**
 * Reads an operator's sheet: CSV or TSV as spreadsheets write it, Japanese Excel's Shift_JIS too, and finds the column
 * that says who somebody is. Pure; never sends anything.
 */

export type Kind = "auto" | "user_id" | "anonymous_id" | "email" | "email_sha256";
export const KINDS: Kind[] = ["auto", "user_id", "anonymous_id", "email", "email_sha256"];
/** As many values as the server matches at once. */
export const MOST_VALUES = 100_000;

export interface Sheet {
  rows: string[][];
  hasHeader: boolean;
  /** The column that most likely says who. */
  column: number;
  kind: Kind;
}

const EMAIL = /^[^@\s]+@[^@\s]+\.[^@\s]+$/;
const HASH = /^[0-9a-f]{64}$/i;
const SAMPLE = 200;
/** How columns are called; the first that fits decides. */
const NAMES: [RegExp, Kind][] = [
  [/sha.?256|hash|ハッシュ/i, "email_sha256"],
  [/e-?mail|メール/i, "email"],
  [/anonymous|visitor|訪問者/i, "anonymous_id"],
  [/^id$|user.?id|customer|member|client|会員|顧客|ユーザー/i, "user_id"],
];

/** Returns the text of a file: UTF-8 or UTF-16 with a mark, UTF-8 without one, else Shift_JIS. */
export function decodeSheet(bytes: Uint8Array): string {
  const [first, second] = bytes;
  if ((first === 0xff && second === 0xfe) || (first === 0xfe && second === 0xff))
    return new TextDecoder(first === 0xff ? "utf-16le" : "utf-16be").decode(bytes);
  try {
    return new TextDecoder("utf-8", { fatal: true }).decode(bytes);
  } catch {
    return new TextDecoder("shift_jis").decode(bytes);
  }
}

/** Returns rows of cells (RFC 4180); empty rows are left out. Quotes may hold separators, line breaks and "". */
export function readRows(text: string): string[][] {
  const separator = findSeparator(text);
  const rows: string[][] = [];
  let row: string[] = [];
  let cell = "";
  let isQuoted = false;
  const endRow = () => {
    row.push(cell);
    if (row.some((one) => one.trim())) rows.push(row);
    row = [];
    cell = "";
  };
  for (let at = 0; at < text.length; at++) {
    const letter = text[at] as string;
    if (isQuoted) {
      if (letter !== '"') cell += letter;
      else if (text[at + 1] === '"') cell += text[++at];
      else isQuoted = false;
    } else if (letter === '"' && !cell.trim()) {
      cell = "";
      isQuoted = true;
    } else if (letter === separator) {
      row.push(cell);
      cell = "";
    } else if (letter === "\n" || letter === "\r") {
      if (letter === "\r" && text[at + 1] === "\n") at++;
      endRow();
    } else cell += letter;
  }
  endRow();
  return rows;
}

/** Returns the sign that parts the cells of the first line. */
function findSeparator(text: string): string {
  const [line = ""] = text.replace(/"[^"]*"/g, "").split(/[\r\n]/, 1);
  const count = (sign: string) => line.split(sign).length;
  return ["\t", ";"].find((sign) => count(sign) > count(",")) ?? ",";
}

/** Returns the sheet with what its columns look like; null without a row, or for what is no text. */
export function readSheet(text: string): Sheet | null {
  // A workbook is an archive, and no text holds a zero.
  const rows = text.includes("\u0000") ? [] : readRows(text.replace(/^\uFEFF/, ""));
  const [first] = rows;
  if (!first) return null;
  const names = first.map((cell) => NAMES.find(([name]) => name.test(cell.trim()) && !EMAIL.test(cell))?.[1]);
  const looks = first.map((_, column) => lookAt(rows.slice(1, SAMPLE).map((row) => row[column] ?? "")));
  const isOwn = (cell: string, look: Kind | null) => lookAt([cell]) === look;
  const hasHeader =
    rows.length > 1 &&
    (names.some(Boolean) ||
      first.some((cell, column) => looks[column] && !isOwn(cell, looks[column] ?? null)));
  const own = hasHeader ? looks : first.map((cell, column) => looks[column] ?? lookAt([cell]));
  const guesses = own.map((look, column) => look ?? (hasHeader ? names[column] : undefined));
  const order: (Kind | undefined)[] = ["user_id", "email", "email_sha256", "anonymous_id"];
  const kind = order.find((one) => guesses.includes(one));
  return { rows, hasHeader, column: kind ? guesses.indexOf(kind) : 0, kind: kind ?? "auto" };
}

/** Returns what most cells are by their looks; null for what could be anything. */
function lookAt(cells: readonly string[]): Kind | null {
  const told = cells.map((cell) => cell.trim()).filter(Boolean);
  const mostly = (pattern: RegExp) =>
    told.length > 0 && told.filter((cell) => pattern.test(cell)).length * 2 > told.length;
  if (mostly(HASH)) return "email_sha256";
  return mostly(EMAIL) ? "email" : null;
}

/** Returns the cells of the sheet's column, the names left out. */
export function listValues({ rows, hasHeader, column }: Sheet): string[] {
  return rows.slice(hasHeader ? 1 : 0).map((row) => (row[column] ?? "").trim());
}
