/** Says when what it holds comes into view and leaves it. */
import type { ComponentChildren } from "preact";
import { useEffect, useRef } from "preact/hooks";

export function Seen({
  onSeen,
  class: name,
  children,
}: {
  onSeen(isVisible: boolean): void;
  class?: string;
  children: ComponentChildren;
}) {
  const box = useRef<HTMLDivElement>(null);
  const tell = useRef(onSeen);
  tell.current = onSeen;
  useEffect(() => {
    if (!box.current) return;
    const observer = new IntersectionObserver(
      (entries) => tell.current(entries.at(-1)?.isIntersecting ?? false),
      { rootMargin: "120px" },
    );
    observer.observe(box.current);
    return () => {
      observer.disconnect();
      tell.current(false);
    };
  }, []);
  return (
    <div ref={box} class={name}>
      {children}
    </div>
  );
}
