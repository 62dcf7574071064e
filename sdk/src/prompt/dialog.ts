/**
 * A modal dialog in a shadow root, for mouse, keyboard and screen reader: popup, survey and player stand in it.
 * Must never leave the focus lost when it goes.
 */
import { listen } from "../core/guard";
import type { Prompt } from "../generated/wire";
import { make, makeHost, putCloser, type Surface } from "./parts";

/** Keeps Tab within the dialog: a modal dialog alone lets it out to the browser's own bars. */
function trapFocus(dialog: HTMLElement, root: ShadowRoot): void {
  listen(dialog, "keydown", (event) => {
    const { key, shiftKey } = event as KeyboardEvent;
    if (key !== "Tab") return;
    const stops = [...dialog.querySelectorAll<HTMLElement>("a[href],button,video,textarea,input")];
    const at = root.activeElement as HTMLElement | null;
    const edge = shiftKey ? stops[0] : stops[stops.length - 1];
    // A player has stops of its own within, which only the browser knows.
    if (at && at !== dialog && (at !== edge || at.tagName === "VIDEO")) return;
    event.preventDefault();
    (shiftKey ? stops[stops.length - 1] : stops[0])?.focus();
  });
}

/** Opens a dialog that `fill` writes, and gives it the focus; closing gives the focus back to where it was. */
export function openDialog(
  prompt: Prompt,
  className: string,
  onDismiss: () => void,
  fill: (card: HTMLElement, dialog: HTMLElement) => void,
): Surface {
  const before = document.activeElement as HTMLElement | null;
  const { host, root } = makeHost(prompt);
  const dialog = make(root, "dialog", className);
  dialog.setAttribute("role", "dialog");
  dialog.setAttribute("aria-modal", "true");
  dialog.tabIndex = -1;
  const card = make(dialog, "div", "card");
  putCloser(card, onDismiss);
  fill(card, dialog);

  let pressed: EventTarget | null = null;
  listen(dialog, "pointerdown", ({ target }) => {
    pressed = target;
  });
  // Text that is marked from inside to outside ends in a click on the ground: that closes nothing.
  listen(
    dialog,
    "click",
    ({ target }) => target === dialog && !card.contains(pressed as Node | null) && onDismiss(),
  );
  // `cancel` would not come twice in a row in Chrome; the key always does. What is typed here stays here.
  listen(dialog, "keydown", (event) => {
    event.stopPropagation();
    if ((event as KeyboardEvent).key !== "Escape") return;
    event.preventDefault();
    onDismiss();
  });
  listen(dialog, "cancel", (event) => {
    event.preventDefault();
    onDismiss();
  });
  trapFocus(dialog, root);

  document.body.append(host);
  // The top layer is above every z-index of the page.
  if (dialog.showModal) dialog.showModal();
  else dialog.setAttribute("open", "");
  dialog.focus({ preventScroll: true });

  return {
    card,
    close() {
      host.remove();
      if (before?.isConnected) before.focus({ preventScroll: true });
    },
  };
}
