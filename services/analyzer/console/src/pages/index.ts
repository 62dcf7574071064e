/**
 * Every page of the console, in the order of the navigation. A new page is a folder here and a line in `PAGES`.
 */
import type { ComponentType } from "preact";
import type { Key } from "../i18n";
import { Channels, Factors } from "./channels";
import { Aftercare, Community, Customers, Stores } from "./customers";
import { Dashboard, QuestionPage } from "./dashboard";
import { Live } from "./live";
import { Lift, PromptPage, PromptResult, Prompts } from "./prompts";
import { ScorePage, Scores } from "./scores";
import { SegmentPage, Segments } from "./segments";
import { Settings } from "./settings";
import { VideoJourneys, VideoPage, VideoQuality, Videos, VideoValue } from "./videos";
import { VisitorPage, Visitors } from "./visitors";

export interface PageEntry {
  /** Below /console; `:name` parts are handed to the page as parameters. */
  path: string;
  page: ComponentType<{ params: Record<string, string> }>;
  /** Present when it stands in the navigation. */
  nav?: { label: Key; icon: string };
}

export const PAGES: PageEntry[] = [
  { path: "/videos", page: Videos, nav: { label: "nav.videos", icon: "M5 4h14v16H5zM10 9v6l5-3z" } },
  { path: "/videos/:id", page: VideoPage },
  { path: "/videos/:id/journeys", page: VideoJourneys },
  { path: "/videos/:id/value", page: VideoValue },
  { path: "/videos/:id/quality", page: VideoQuality },
  {
    path: "/dashboard",
    page: Dashboard,
    nav: { label: "dashboard.title", icon: "M4 5h7v6H4zM13 5h7v4h-7zM4 13h7v6H4zM13 11h7v8h-7z" },
  },
  { path: "/dashboard/:id", page: QuestionPage },
  {
    path: "/channels",
    page: Channels,
    nav: { label: "channels.title", icon: "M5 5v5l7 4 7-4V5M12 14v6M9 17l3 3 3-3" },
  },
  { path: "/channels/factors", page: Factors },
  {
    path: "/customers",
    page: Customers,
    nav: { label: "customers.title", icon: "M12 20s-7-4-7-10a4 4 0 0 1 7-2 4 4 0 0 1 7 2c0 6-7 10-7 10z" },
  },
  { path: "/customers/aftercare", page: Aftercare },
  { path: "/customers/stores", page: Stores },
  { path: "/customers/community", page: Community },
  { path: "/live", page: Live, nav: { label: "nav.live", icon: "M4 12h3l3-7 4 14 3-7h3" } },
  { path: "/prompts", page: Prompts, nav: { label: "nav.prompts", icon: "M4 5h16v11H9l-5 4z" } },
  { path: "/prompts/~lift", page: Lift },
  { path: "/prompts/:id", page: PromptPage },
  { path: "/prompts/:id/result", page: PromptResult },
  {
    path: "/visitors",
    page: Visitors,
    nav: { label: "nav.visitors", icon: "M12 4a4 4 0 1 0 0 8 4 4 0 0 0 0-8zM4 21c1-4 4-6 8-6s7 2 8 6" },
  },
  { path: "/visitors/:id", page: VisitorPage },
  {
    path: "/segments",
    page: Segments,
    nav: {
      label: "segments.title",
      icon: "M8.5 5a6 6 0 1 0 0 12 6 6 0 0 0 0-12zM15.5 7a6 6 0 1 1 0 12 6 6 0 0 1 0-12z",
    },
  },
  { path: "/segments/~scores", page: Scores },
  { path: "/segments/~scores/:id", page: ScorePage },
  { path: "/segments/:id", page: SegmentPage },
  {
    path: "/settings",
    page: Settings,
    nav: { label: "nav.settings", icon: "M12 8a4 4 0 1 0 0 8 4 4 0 0 0 0-8zM12 3v3M12 18v3M3 12h3M18 12h3" },
  },
];
