/**
 * Waits until the visitor is not typing.
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

/** Calls `ready` now, or once no form field has the focus; returns the function that stops waiting. */
export function whenNotTyping(ready: () => void): () => void {
  if (!isField(document.activeElement)) {
    ready();
    return () => {};
  }
  // During `focusout` the next element has no focus yet.
  const stop = listen(document, "focusout", () => {
    setTimeout(() => {
      if (isField(document.activeElement)) return;
      stop();
      ready();
    });
  });
  return stop;
}
