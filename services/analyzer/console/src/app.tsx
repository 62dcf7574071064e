/** The frame around the pages: who is logged in, which site, which language, where the reader is. */
import { useEffect, useMemo, useState } from "preact/hooks";
import { Redirect, Route, Router, Switch, useLocation } from "wouter-preact";
import { api, unwrap, useQuery, whenLoggedOut } from "./api";
import { buildWords, keepLanguage, type Language, readLanguage, useWords, WordsContext } from "./i18n";
import { Login } from "./login";
import { Navigation } from "./navigation";
import { PAGES } from "./pages";
import { type Site, SiteContext } from "./site";
import { Notices } from "./ui/notices";
import { Empty, Loaded } from "./ui/parts";
import { ThemeContext, useThemeChoice } from "./ui/theme";

const STORED_SITE = "kikkake.site";

export function App() {
  const [language, setLanguage] = useState<Language>(readLanguage);
  const [theme, setTheme] = useThemeChoice();
  const words = useMemo(() => buildWords(language), [language]);
  useEffect(() => keepLanguage(language), [language]);
  return (
    <WordsContext.Provider value={words}>
      <ThemeContext.Provider value={theme}>
        <Notices>
          <Router base="/console">
            <Session
              switches={{
                theme,
                onTheme: () => setTheme(theme === "dark" ? "light" : "dark"),
                onLanguage: () => setLanguage(language === "ja" ? "en" : "ja"),
              }}
            />
          </Router>
        </Notices>
      </ThemeContext.Provider>
    </WordsContext.Provider>
  );
}

export interface Switches {
  theme: "light" | "dark";
  onTheme(): void;
  onLanguage(): void;
}

function Session({ switches }: { switches: Switches }) {
  const [loggedIn, setLoggedIn] = useState(true);
  useEffect(() => whenLoggedOut(() => setLoggedIn(false)), []);
  const session = useQuery(loggedIn ? "session" : null, async () => {
    const [addresses, sites] = await Promise.all([
      unwrap(api.GET("/console/api/session")),
      unwrap(api.GET("/v1/sites")),
    ]);
    return { addresses, sites: sites.items };
  });
  if (!loggedIn) return <Login switches={switches} onLoggedIn={() => setLoggedIn(true)} />;
  return (
    <Loaded query={session}>
      {({ addresses, sites }) => (
        <Frame
          switches={switches}
          sites={sites}
          addresses={addresses}
          reload={session.reload}
          onLogout={() => unwrap(api.POST("/console/api/logout")).finally(() => setLoggedIn(false))}
        />
      )}
    </Loaded>
  );
}

function Frame({
  switches,
  sites,
  addresses,
  reload,
  onLogout,
}: {
  switches: Switches;
  sites: Site[];
  addresses: { collector_url: string; engager_url: string };
  reload(): void;
  onLogout(): void;
}) {
  const { t } = useWords();
  const [chosen, setChosen] = useState(localStorage.getItem(STORED_SITE));
  const [location] = useLocation();
  // A reader who follows a link by keyboard or screen reader goes on at the new page's title.
  useEffect(() => {
    window.scrollTo(0, 0);
    document.querySelector<HTMLElement>("main h1")?.focus({ preventScroll: true });
  }, [location]);
  const site = sites.find(({ id }) => id === chosen) ?? sites[0];
  if (!site) return <Empty title="kikkake site create --id shop --name Shop" />;
  const choose = (id: string) => {
    localStorage.setItem(STORED_SITE, id);
    setChosen(id);
  };
  return (
    <SiteContext.Provider
      value={{
        site,
        sites,
        choose,
        reload,
        collectorUrl: addresses.collector_url,
        engagerUrl: addresses.engager_url,
      }}
    >
      <a class="skip" href="#main">
        {t("app.skip")}
      </a>
      <div class="frame">
        <Navigation switches={switches} onLogout={onLogout} />
        <main id="main" key={site.id}>
          <Switch>
            {PAGES.map(({ path, page }) => (
              <Route key={path} path={path} component={page} />
            ))}
            <Route path="/">
              <Redirect to="/videos" replace />
            </Route>
            <Route>
              <Empty title={t("not_found.title")} />
            </Route>
          </Switch>
        </main>
      </div>
    </SiteContext.Provider>
  );
}
