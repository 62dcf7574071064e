/** The way in: one password. */
import { useState } from "preact/hooks";
import { ApiError, api, unwrap } from "./api";
import type { Switches } from "./app";
import { useWords } from "./i18n";
import { Field } from "./ui/parts";

export function Login({ switches, onLoggedIn }: { switches: Switches; onLoggedIn(): void }) {
  const { t } = useWords();
  const [password, setPassword] = useState("");
  const [error, setError] = useState<string>();
  const [waiting, setWaiting] = useState(false);
  const submit = async (event: Event) => {
    event.preventDefault();
    setWaiting(true);
    try {
      await unwrap(api.POST("/console/api/login", { body: { password } }));
      onLoggedIn();
    } catch (failure) {
      setError(failure instanceof ApiError ? failure.message : t("state.offline"));
    } finally {
      setWaiting(false);
    }
  };
  return (
    <main class="login">
      <form class="card" onSubmit={submit}>
        <p class="brand">
          <span class="mark" aria-hidden="true" />
          {t("app.name")}
        </p>
        <h1>{t("login.title")}</h1>
        <Field label={t("login.password")} error={error}>
          <input
            type="password"
            autocomplete="current-password"
            required
            value={password}
            onInput={(event) => setPassword(event.currentTarget.value)}
          />
        </Field>
        <button type="submit" class="button" disabled={waiting}>
          {t("login.submit")}
        </button>
        <p class="note">{t("login.hint")}</p>
        <button type="button" class="link" onClick={switches.onLanguage}>
          {t("app.language")}
        </button>
      </form>
    </main>
  );
}
