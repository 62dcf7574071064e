/** Campaigns: the list, the form, the result. */
import "../../ui/form.css";
import "./prompts.css";

export { PromptPage } from "./form";
export { Lift } from "./lift";
export { Prompts } from "./list";
export { PromptResult } from "./result";
