/** Light or dark: the system's choice until the reader makes one, which this browser keeps. */
import { createContext } from "preact";
import { useContext, useEffect, useState } from "preact/hooks";

export type Theme = "light" | "dark";
const STORED = "kikkake.theme";
const systemDark = matchMedia("(prefers-color-scheme: dark)");

function readTheme(): Theme {
  const stored = localStorage.getItem(STORED);
  return stored === "light" || stored === "dark" ? stored : systemDark.matches ? "dark" : "light";
}

export const ThemeContext = createContext<Theme>("light");

/** The theme that is on. */
export function useTheme(): Theme {
  return useContext(ThemeContext);
}

/** Owns the theme: returns it and the function that changes it. */
export function useThemeChoice(): [Theme, (theme: Theme) => void] {
  const [theme, setTheme] = useState<Theme>(readTheme);
  useEffect(() => {
    const follow = () => setTheme(readTheme());
    systemDark.addEventListener("change", follow);
    return () => systemDark.removeEventListener("change", follow);
  }, []);
  document.documentElement.dataset.theme = theme;
  const choose = (next: Theme) => {
    localStorage.setItem(STORED, next);
    document.documentElement.dataset.theme = next;
    setTheme(next);
  };
  return [theme, choose];
}
