/** All texts: those of the frame and those of each page. A new page adds its `texts.ts` here. */
import * as channels from "../pages/channels/texts";
import * as factors from "../pages/channels/texts.factors";
import * as customers from "../pages/customers/texts";
import * as after from "../pages/customers/texts.after";
import * as community from "../pages/customers/texts.community";
import * as ladder from "../pages/customers/texts.ladder";
import * as dashboard from "../pages/dashboard/texts";
import * as live from "../pages/live/texts";
import * as prompts from "../pages/prompts/texts";
import * as apart from "../pages/prompts/texts.apart";
import * as lift from "../pages/prompts/texts.lift";
import * as satisfaction from "../pages/prompts/texts.satisfaction";
import * as shares from "../pages/prompts/texts.shares";
import * as scores from "../pages/scores/texts";
import * as segments from "../pages/segments/texts";
import * as sheet from "../pages/segments/texts.sheet";
import * as settings from "../pages/settings/texts";
import * as lifecycle from "../pages/settings/texts.lifecycle";
import * as videos from "../pages/videos/texts";
import * as journeys from "../pages/videos/texts.journeys";
import * as quality from "../pages/videos/texts.quality";
import * as release from "../pages/videos/texts.release";
import * as value from "../pages/videos/texts.value";
import * as visitors from "../pages/visitors/texts";
import { shell } from "./shell.en";
import { shellJa } from "./shell.ja";

export const en = {
  ...shell,
  ...channels.en,
  ...factors.en,
  ...customers.en,
  ...community.en,
  ...ladder.en,
  ...after.en,
  ...dashboard.en,
  ...live.en,
  ...videos.en,
  ...journeys.en,
  ...quality.en,
  ...release.en,
  ...value.en,
  ...prompts.en,
  ...lift.en,
  ...apart.en,
  ...shares.en,
  ...satisfaction.en,
  ...segments.en,
  ...sheet.en,
  ...scores.en,
  ...visitors.en,
  ...settings.en,
  ...lifecycle.en,
};
export type Key = keyof typeof en;
export const ja: Record<Key, string> = {
  ...shellJa,
  ...channels.ja,
  ...factors.ja,
  ...customers.ja,
  ...community.ja,
  ...ladder.ja,
  ...after.ja,
  ...dashboard.ja,
  ...live.ja,
  ...videos.ja,
  ...journeys.ja,
  ...quality.ja,
  ...release.ja,
  ...value.ja,
  ...prompts.ja,
  ...lift.ja,
  ...apart.ja,
  ...shares.ja,
  ...satisfaction.ja,
  ...segments.ja,
  ...sheet.ja,
  ...scores.ja,
  ...visitors.ja,
  ...settings.ja,
  ...lifecycle.ja,
};
