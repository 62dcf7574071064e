import { describe, expect, it } from "vitest";
import { decodeSheet, listValues, readRows, readSheet } from "../src/pages/segments/sheet";

const utf8 = (text: string) => new TextEncoder().encode(text);

describe("decodeSheet", () => {
  it("reads UTF-8 with and without a mark, UTF-16 and Shift_JIS", () => {
    // 会員番号,氏名 as Japanese Excel writes it.
    const sjis = [0x89, 0xef, 0x88, 0xf5, 0x94, 0xd4, 0x8d, 0x86, 0x2c, 0x8e, 0x81, 0x96, 0xbc];
    expect(decodeSheet(new Uint8Array(sjis))).toBe("会員番号,氏名");
    expect(decodeSheet(utf8("会員番号"))).toBe("会員番号");
    expect(decodeSheet(new Uint8Array([0xef, 0xbb, 0xbf, 0x61]))).toBe("a");
    expect(decodeSheet(new Uint8Array([0xff, 0xfe, 0x61, 0x00]))).toBe("a");
  });
});

describe("readRows", () => {
  it.each([
    [
      "a,b\r\nc,d\r\n",
      [
        ["a", "b"],
        ["c", "d"],
      ],
    ],
    [
      "a\tb\nc, x\td",
      [
        ["a", "b"],
        ["c, x", "d"],
      ],
    ],
    [
      "a;b\n1;2",
      [
        ["a", "b"],
        ["1", "2"],
      ],
    ],
    [
      '"a,1","say ""hi""\nto me"\rc,',
      [
        ["a,1", 'say "hi"\nto me'],
        ["c", ""],
      ],
    ],
    ['x"y,"z" \n\n,\n', [['x"y', "z "]]],
    ['"open', [["open"]]],
    ["", []],
  ])("reads %j", (text, rows) => {
    expect(readRows(text)).toEqual(rows);
  });
});

describe("readSheet", () => {
  it("finds the column that says who", () => {
    const sheet = readSheet("\uFEFF氏名,メールアドレス\n山田,taro@example.jp\n鈴木,hana@example.jp\n");
    expect(sheet).toMatchObject({ hasHeader: true, column: 1, kind: "email" });
    expect(sheet && listValues(sheet)).toEqual(["taro@example.jp", "hana@example.jp"]);
  });

  it("prefers ids, and takes an address for no name", () => {
    expect(readSheet("email,customer_id\na@b.jp,17\n")).toMatchObject({ column: 1, kind: "user_id" });
    expect(readSheet("member@shop.jp\nother@shop.jp")).toMatchObject({ hasHeader: false, kind: "email" });
  });

  it("knows hashes by their looks", () => {
    const hash = "A".repeat(64);
    expect(readSheet(`who\n${hash}\n${hash}`)).toMatchObject({ hasHeader: true, kind: "email_sha256" });
  });

  it("leaves a plain list to the server", () => {
    const sheet = readSheet("u-1\nu-2\n\nu-3");
    expect(sheet).toMatchObject({ hasHeader: false, column: 0, kind: "auto" });
    expect(sheet && listValues(sheet)).toEqual(["u-1", "u-2", "u-3"]);
    expect(readSheet(" \n ")).toBeNull();
    expect(readSheet("PK\u0003\u0004\u0000")).toBeNull();
  });

  it("gives an empty cell where a row is short", () => {
    const sheet = readSheet("name,user_id\nx\ny,2");
    expect(sheet && listValues(sheet)).toEqual(["", "2"]);
  });
});
