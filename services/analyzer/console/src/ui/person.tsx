/** The way to one person's page, from wherever an id stands. */
import { Link } from "wouter-preact";

/** Long ids end differently, not begin. */
const shorten = (id: string) => (id.length > 20 ? `…${id.slice(-12)}` : id);

export function writeAddress(id: string): string {
  return `/visitors/${encodeURIComponent(id)}`;
}

export function PersonLink({ id }: { id: string }) {
  return (
    <Link href={writeAddress(id)} class="person" title={id}>
      <code>{shorten(id)}</code>
    </Link>
  );
}
