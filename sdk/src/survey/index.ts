/**
 * The lazy survey module: the questions of a survey, as one form on one page, within a dialog of the prompt module.
 * Must never send an answer that the visitor has not given, nor a form that lacks a required one.
 */
import { listen } from "../core/guard";
import type { Content } from "../generated/wire";
import { make, putAction } from "../prompt/parts";
import { addStyle } from "../prompt/style";
import { CSS } from "./style";

const TEXTS = {
  en: { send: "Send", optional: "optional", missing: "Please answer:", thanks: "Thank you for your answer." },
  ja: {
    send: "送信する",
    optional: "任意",
    missing: "ご回答ください：",
    thanks: "ご回答ありがとうございました。",
  },
};
type Texts = (typeof TEXTS)["en"];

interface Question {
  id: string;
  type: "single" | "multiple" | "text" | "rating";
  label: string;
  options?: (string | { value: string; label: string })[];
  required?: boolean;
}

/** A rating without options goes from one to this. */
const STEPS = ["1", "2", "3", "4", "5"];
const MAX_LETTERS = 2000;

const readQuestions = ({ questions = [] }: Content) =>
  (questions as unknown as Question[]).filter(({ id, label }) => id && label);

function putQuestion(
  form: HTMLElement,
  { id, type, label, options, required }: Question,
  at: number,
  texts: Texts,
): void {
  const box = make(form, type === "text" ? "label" : "fieldset", type);
  const name = make(box, type === "text" ? "span" : "legend", "", label);
  if (!required) make(name, "small", "", texts.optional);
  if (type === "text") {
    const area = make(box, "textarea");
    Object.assign(area, { name: id, rows: 3, maxLength: MAX_LETTERS, required: !!required });
    return;
  }
  const choices = options?.length ? options : type === "rating" ? STEPS : [];
  const row = make(box, "div", "options");
  for (const choice of choices) {
    const { value, label: words } = typeof choice === "object" ? choice : { value: choice, label: choice };
    const option = make(row, "label");
    const input = make(option, "input");
    // Native validation would ask for every box of a group to be ticked.
    Object.assign(input, { type: type === "multiple" ? "checkbox" : "radio", name: `q${at}`, value });
    make(option, "span", "", `${words}`);
  }
}

function readAnswer(box: Element, { type }: Question): unknown {
  const text = box.querySelector("textarea")?.value.trim();
  if (type === "text") return text || undefined;
  const chosen = [...box.querySelectorAll<HTMLInputElement>(":checked")].map(({ value }) => value);
  if (type === "multiple") return chosen.length ? chosen : undefined;
  // A rating by numbers is a number: it can be averaged.
  return type === "rating" && chosen[0] && Number.isFinite(+chosen[0]) ? +chosen[0] : chosen[0];
}

export interface Form {
  /** Puts the questions under the words; `named` is the dialog. */
  put(
    text: HTMLElement,
    named: HTMLElement,
    content: Content,
    language: string,
    onAnswer: (answers: Record<string, unknown>) => void,
  ): void;
}

export const put: Form["put"] = (text, named, content, language, onAnswer) => {
  const texts = TEXTS[language === "ja" ? "ja" : "en"];
  const questions = readQuestions(content);
  addStyle(named.getRootNode() as ShadowRoot, CSS);
  const form = make(text, "form");
  form.noValidate = true;
  questions.forEach((question, at) => void putQuestion(form, question, at, texts));
  const failure = make(form, "p", "failure");
  failure.setAttribute("role", "alert");
  putAction(form, content.cta?.label ?? texts.send, undefined, false);
  listen(form, "submit", (event) => {
    event.preventDefault();
    const answers: Record<string, unknown> = {};
    for (const [at, question] of questions.entries()) {
      const box = form.children[at] as HTMLElement;
      const answer = readAnswer(box, question);
      if (answer !== undefined) answers[question.id] = answer;
      else if (question.required) {
        failure.textContent = `${texts.missing} ${question.label}`;
        return box.querySelector<HTMLElement>("input,textarea")?.focus();
      }
    }
    onAnswer(answers);
    text.replaceChildren();
    make(text, "h2", "thanks", texts.thanks).id = "title";
    named.setAttribute("aria-labelledby", "title");
    named.removeAttribute("aria-describedby");
    named.focus();
  });
};
