/** Short words about what was just done, with an undo where there is one. Must never take the focus. */
import { type ComponentChildren, createContext } from "preact";
import { useCallback, useContext, useState } from "preact/hooks";
import { useWords } from "../i18n";

interface Notice {
  id: number;
  text: string;
  wrong?: boolean;
  undo?: () => void;
}

type Notify = (text: string, options?: { undo?: () => void; wrong?: boolean }) => void;

const NoticeContext = createContext<Notify>(() => {});
const SHOWN_MS = 8000;
let last = 0;

/** Returns the function that shows a notice. */
export function useNotify(): Notify {
  return useContext(NoticeContext);
}

export function Notices({ children }: { children: ComponentChildren }) {
  const { t } = useWords();
  const [notices, setNotices] = useState<Notice[]>([]);
  const drop = (id: number) => setNotices((all) => all.filter((notice) => notice.id !== id));
  const notify = useCallback<Notify>((text, options) => {
    const id = ++last;
    setNotices((all) => [...all.slice(-2), { id, text, ...options }]);
    setTimeout(() => drop(id), SHOWN_MS);
  }, []);
  return (
    <NoticeContext.Provider value={notify}>
      {children}
      <div class="notices" role="status" aria-live="polite">
        {notices.map(({ id, text, wrong, undo }) => (
          <div key={id} class={wrong ? "notice wrong" : "notice"}>
            <span>{text}</span>
            {undo && (
              <button
                type="button"
                onClick={() => {
                  drop(id);
                  undo();
                }}
              >
                {t("action.undo")}
              </button>
            )}
          </div>
        ))}
      </div>
    </NoticeContext.Provider>
  );
}
