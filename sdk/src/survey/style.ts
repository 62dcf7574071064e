/**
 * How a survey's form looks, on top of the prompt module's style and with its tokens.
 * Must never reach beyond the form.
 */

export const CSS = `
@media(min-width:480px){.card{width:min(520px,100%)!important;max-height:calc(100dvh - 48px);overflow:auto!important}}
fieldset,label.text{display:block;border:0;padding:0;margin:22px 0 0;min-width:0}
legend,label.text span{padding:0;font-weight:600;line-height:1.5}
small{margin-left:8px;font-size:13px;font-weight:400;color:var(--soft)}
.options{display:grid;gap:8px;margin-top:10px}
.rating .options{grid-auto-flow:column;grid-auto-columns:minmax(0,1fr)}
.options label{display:flex;align-items:center;gap:12px;min-height:46px;padding:8px 14px;border-radius:var(--s);box-shadow:inset 0 0 0 1px color-mix(in srgb,var(--fg) 24%,transparent);cursor:pointer;line-height:1.4}
.rating label{justify-content:center;padding:8px 4px;text-align:center}
.options label:hover{background:color-mix(in srgb,var(--fg) 5%,transparent)}
.options label:has(:checked){box-shadow:inset 0 0 0 2px var(--accent);background:color-mix(in srgb,var(--accent) 9%,transparent)}
.options label:has(:focus-visible){outline:3px solid color-mix(in srgb,var(--accent) 55%,#4c8dff);outline-offset:2px}
input{width:20px;height:20px;flex:none;accent-color:var(--accent);outline:0}
.rating label{position:relative}
.rating input{position:absolute;inset:0;width:100%;height:100%;opacity:0;pointer-events:none}
textarea{display:block;width:100%;margin-top:10px;padding:10px 14px;border:1px solid color-mix(in srgb,var(--fg) 24%,transparent);border-radius:var(--s);background:0 0;color:inherit;font:inherit;resize:vertical}
.failure{min-height:1.7em;margin:12px 0 4px;color:#c4342b;font-size:14.5px}
form .cta{width:100%}
.thanks{padding:20px 36px}
@media(prefers-color-scheme:dark){.failure{color:#ff9a92}}
@media(forced-colors:active){.options label,textarea{border:1px solid}}
`;
