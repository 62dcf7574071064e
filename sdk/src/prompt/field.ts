/**
 * Knows whether the visitor is typing, and waits until they are not.
 * Must never take the focus out of a form field.
 */
import { listen } from "../core/guard";

const isField = (element: Element | null): boolean => {
  const inner = element?.shadowRoot?.activeElement;
  if (inner) return isField(inner);
  return !!element?.matches(
    "input:not([type=button],[type=submit],[type=checkbox],[type=radio]),textarea,select,[contenteditable=''],[contenteditable=true]",
  );
};

/** Whether a form field has the focus. */
export const isTyping = () => isField(document.activeElement);

/** Calls `ready` now, or once no form field has the focus; returns the function that stops waiting. */
export function whenNotTyping(ready: () => void): () => void {
  if (!isTyping()) {
    ready();
    return () => {};
  }
  // During `focusout` the next element has no focus yet.
  const stop = listen(document, "focusout", () => {
    setTimeout(() => {
      if (isTyping()) return;
      stop();
      ready();
    });
  });
  return stop;
}
