/**
 * How a prompt looks. Sites theme it with custom properties, which pass into a shadow root:
 * `--kikkake-accent`, `--kikkake-accent-text`, `--kikkake-font`, `--kikkake-radius`.
 * Must never load anything, nor touch the page outside the shadow root.
 */

const CSS = `
:host{all:initial}
*{box-sizing:border-box;margin:0}
dialog{
--bg:#fff;--fg:#1b1d1f;--soft:#5c6166;--line:#0001;--accent:var(--kikkake-accent,#1b1d1f);--on:var(--kikkake-accent-text,#fff);
position:fixed;inset:0;z-index:2147483647;width:100%;height:100%;max-width:none;max-height:none;border:0;padding:24px;
display:grid;place-items:center;overflow:auto;overscroll-behavior:contain;outline:0;background:#0e11148c;color:var(--fg);
font:400 16px/1.7 var(--kikkake-font,system-ui,-apple-system,"Hiragino Sans","Noto Sans JP","Yu Gothic UI",sans-serif);
-webkit-font-smoothing:antialiased;animation:fade .2s ease-out}
dialog::backdrop{background:0 0}
.card{position:relative;width:min(420px,100%);overflow:hidden;background:var(--bg);border-radius:var(--kikkake-radius,18px);
box-shadow:0 0 0 1px var(--line),0 24px 64px -12px #0e111459;animation:rise .32s cubic-bezier(.2,.9,.3,1)}
img,video{display:block;width:100%;aspect-ratio:16/9;object-fit:cover;background:#80808022}
video{object-fit:contain;background:#000}
.text{padding:28px 28px 28px}
h2{font-size:21px;font-weight:700;line-height:1.4;letter-spacing:.005em;text-wrap:balance;word-break:auto-phrase;overflow-wrap:anywhere;padding-right:36px}
img~.text h2,video~.text h2{padding-right:0}
p{margin-top:10px;color:var(--soft);white-space:pre-line;word-break:auto-phrase;overflow-wrap:anywhere;text-wrap:pretty;line-break:strict}
.actions{display:flex;flex-direction:column;gap:6px;margin-top:22px}
button,a{font:inherit;cursor:pointer;-webkit-tap-highlight-color:transparent}
.cta{display:flex;align-items:center;justify-content:center;gap:10px;min-height:50px;padding:10px 22px;border:0;border-radius:calc(var(--kikkake-radius,18px)*.667);
background:var(--accent);color:var(--on);font-weight:650;text-align:center;text-decoration:none;transition:filter .15s,transform .15s}
.cta:hover{filter:brightness(1.15)}
.cta:active{transform:scale(.985)}
.dismiss{min-height:44px;border:0;border-radius:12px;background:0 0;color:var(--soft);font-size:15px}
.dismiss:hover{color:var(--fg)}
.close{position:absolute;z-index:1;top:12px;right:12px;width:44px;height:44px;display:grid;place-items:center;border:6px solid transparent;border-radius:50%;
padding:0;background:color-mix(in srgb,var(--bg) 82%,transparent) padding-box;color:var(--fg);transition:background-color .15s}
.close:hover{background-color:var(--bg)}
.close svg{width:16px;height:16px;fill:none;stroke:currentColor;stroke-width:1.8;stroke-linecap:round}
.cta svg{width:15px;height:15px;fill:currentColor;flex:none}
:focus-visible{outline:3px solid color-mix(in srgb,var(--accent) 55%,#4c8dff);outline-offset:3px}
.close:focus-visible{outline-offset:-5px}
dialog:focus-visible{outline:0}
@keyframes fade{from{opacity:0}}
@keyframes rise{from{opacity:0;transform:translateY(14px) scale(.985)}}
@keyframes sheet{from{transform:translateY(100%)}}
@media(max-width:479px){
dialog{padding:0;place-items:end stretch}
.card{width:100%;max-height:92dvh;overflow:auto;border-radius:22px 22px 0 0;animation-name:sheet}
.text{padding:24px 22px calc(20px + env(safe-area-inset-bottom))}}
@media(max-height:520px) and (min-width:480px){img{aspect-ratio:3/1}}
@media(prefers-color-scheme:dark){
dialog{--bg:#202326;--fg:#f3f4f5;--soft:#b4b9be;--line:#fff2;--accent:var(--kikkake-accent,#f3f4f5);--on:var(--kikkake-accent-text,#16181a)}}
@media(prefers-reduced-motion:reduce){*,dialog{animation:none!important;transition:none!important}}
@media(forced-colors:active){.card,.cta{border:1px solid}}
`;

/** Styles a shadow root; a constructed sheet is not subject to the page's `style-src`, an element is. */
export function putStyle(root: ShadowRoot): void {
  try {
    const sheet = new CSSStyleSheet();
    sheet.replaceSync(CSS);
    root.adoptedStyleSheets = [sheet];
  } catch {
    const style = document.createElement("style");
    style.textContent = CSS;
    root.append(style);
  }
}
