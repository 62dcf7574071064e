/** Where the reader can go: a column on a desktop, a bar at the bottom of a phone. */
import { Link, useLocation } from "wouter-preact";
import type { Switches } from "./app";
import { useWords } from "./i18n";
import { PAGES } from "./pages";
import { useSite } from "./site";

function Icon({ path }: { path: string }) {
  return (
    <svg viewBox="0 0 24 24" aria-hidden="true">
      <path
        d={path}
        fill="none"
        stroke="currentColor"
        stroke-width="1.7"
        stroke-linecap="round"
        stroke-linejoin="round"
      />
    </svg>
  );
}

export function Navigation({ switches, onLogout }: { switches: Switches; onLogout(): void }) {
  const { t } = useWords();
  const { site, sites, choose } = useSite();
  const [location] = useLocation();
  return (
    <div class="side">
      <p class="brand">
        <span class="mark" aria-hidden="true" />
        {t("app.name")}
      </p>
      {sites.length > 1 ? (
        <label class="site-choice">
          <span class="hidden">{t("app.site")}</span>
          <select value={site.id} onChange={(event) => choose(event.currentTarget.value)}>
            {sites.map(({ id, name }) => (
              <option key={id} value={id}>
                {name}
              </option>
            ))}
          </select>
        </label>
      ) : (
        <p class="site-choice">{site.name}</p>
      )}
      <nav aria-label={t("app.menu")}>
        {PAGES.flatMap(({ path, nav }) =>
          nav ? (
            <Link key={path} href={path} aria-current={location.startsWith(path) ? "page" : undefined}>
              <Icon path={nav.icon} />
              <span>{t(nav.label)}</span>
            </Link>
          ) : (
            []
          ),
        )}
      </nav>
      <div class="side-foot">
        <button type="button" class="link" onClick={switches.onLanguage}>
          {t("app.language")}
        </button>
        <button type="button" class="link" onClick={switches.onTheme}>
          {t(switches.theme === "dark" ? "app.theme.light" : "app.theme.dark")}
        </button>
        <button type="button" class="link" onClick={onLogout}>
          {t("app.logout")}
        </button>
      </div>
    </div>
  );
}
