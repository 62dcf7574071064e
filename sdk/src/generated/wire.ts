// Generated from shared/wire by `make schema`. Do not edit.

export type MessageType = "track" | "page" | "screen" | "identify" | "group" | "alias";

export type WhenType = "immediate" | "delay" | "scroll" | "dwell" | "exit_intent" | "idle" | "element" | "video_time" | "video_paused" | "video_ended" | "custom";

export type TriggerType = "page_view" | "immediate" | "delay" | "scroll" | "dwell" | "exit_intent" | "idle" | "element" | "video_time" | "video_paused" | "video_ended" | "custom";

export type PromptKind = "popup" | "toast" | "bar" | "inline" | "video" | "survey";

/** One message. Null and empty ids are absent; times are RFC 3339. */
export interface Message {
  type: MessageType;
  event?: string;
  messageId?: string;
  anonymousId?: string;
  userId?: string;
  previousId?: string;
  timestamp?: string;
  originalTimestamp?: string;
  sentAt?: string;
  properties?: Record<string, unknown>;
  traits?: Record<string, unknown>;
  context?: Record<string, unknown>;
}

/** Why one message was refused; `pointer` is a JSON pointer relative to the request body. */
export interface MessageError {
  index: number;
  pointer: string;
  code: string;
  detail: string;
}

/** The answer to an admitted request, sent once every accepted message is durable. */
export interface BatchAnswer {
  success: boolean;
  accepted: number;
  rejected: number;
  errors: MessageError[];
}

/** An RFC 9457 problem document; `message` repeats the title for Segment-style clients. */
export interface Problem {
  title: string;
  status: number;
  code: string;
  message: string;
  detail?: string;
  errors?: MessageError[];
}

/** The moment on the page at which a prompt is due; seconds are wall time, `at` is media time, `share` 0 to 1. */
export interface When {
  type?: WhenType;
  seconds?: number;
  share?: number;
  selector?: string;
  video?: string;
  at?: number;
  event?: string;
}

/** The call to action: a link when it has a url, else a button. */
export interface Cta {
  label: string;
  url?: string;
}

/** A video to open or seek; `start_at` in seconds of media time. */
export interface ContentVideo {
  id: string;
  start_at?: number;
  src?: string;
}

/** What a prompt says. Plain text only: the page never interprets it as HTML. */
export interface Content {
  title?: string;
  body?: string;
  image?: string;
  cta?: Cta;
  dismiss_label?: string;
  video?: ContentVideo;
  questions?: Record<string, unknown>[];
}

/** The page the visitor is on. */
export interface Page {
  url?: string;
  path?: string;
  title?: string;
  referrer?: string;
}

/** The playing video at the moment of a trigger; `position` in seconds of media time. */
export interface TriggerVideo {
  id?: string;
  position?: number;
  state?: string;
}

/** What happened on the page. */
export interface Trigger {
  type?: TriggerType;
  video?: TriggerVideo;
  event?: string;
}

/** The body of `POST /v1/decide`. */
export interface DecideRequest {
  writeKey?: string;
  anonymousId?: string;
  userId?: string;
  userToken?: string;
  sessionId?: string;
  page?: Page;
  trigger?: Trigger;
  slots?: string[];
  events?: Message[];
  preview?: string;
}

/** One prompt to show, armed with its `when`. */
export interface Prompt {
  campaignId: string;
  variantId: string;
  decisionId: string;
  kind: PromptKind;
  when: When;
  content: Content;
  slot?: string;
  steps?: Record<string, unknown>[];
}

/** A campaign this visitor is held out of: the page reports `Prompt Withheld` when `when` comes true. */
export interface Holdout {
  campaignId: string;
  decisionId: string;
  when: When;
}

/** Why one of the request's `events` does not count. */
export interface EventError {
  index: number;
  pointer: string;
  code: string;
  detail: string;
}

/** The answer to `POST /v1/decide`. */
export interface DecideAnswer {
  decisionId: string;
  prompts: Prompt[];
  holdouts: Holdout[];
  ttl: number;
  stream?: boolean;
  triggers?: When[];
  eventsAccepted?: number;
  eventErrors?: EventError[];
}
