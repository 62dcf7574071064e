/**
 * How a prompt looks. Sites theme it with custom properties, which pass into a shadow root; sdk/README.md lists them.
 * Must never load anything, nor touch the page outside the shadow root.
 */

const CSS = `
:host{all:initial;
--bg:var(--kikkake-surface,#fff);--fg:var(--kikkake-text,#1b1d1f);--soft:var(--kikkake-text-soft,#5c6166);--line:#0000001a;
--accent:var(--kikkake-accent,#1b1d1f);--on:var(--kikkake-accent-text,#fff);--r:var(--kikkake-radius,18px);--s:calc(var(--r)*.667);
--gap:max(16px,env(safe-area-inset-left),env(safe-area-inset-right))}
:host([data-kind=inline]){display:block;height:100%;animation:fade .4s ease-out}
*{box-sizing:border-box;margin:0}
dialog,section{color:var(--fg);font:400 16px/1.7 var(--kikkake-font,system-ui,-apple-system,"Hiragino Sans","Noto Sans JP","Yu Gothic UI",sans-serif);
-webkit-font-smoothing:antialiased;-webkit-text-size-adjust:100%}
dialog{position:fixed;inset:0;width:100%;height:100%;max-width:none;max-height:none;border:0;padding:24px;
display:grid;place-items:center;overflow:auto;overscroll-behavior:contain;outline:0;background:#0e11148c;animation:fade .2s ease-out}
dialog::backdrop{background:0 0}
.card{position:relative;overflow:hidden;background:var(--bg);border-radius:var(--r);box-shadow:0 0 0 1px var(--line),0 24px 64px -12px #0e111459}
dialog .card{width:min(420px,100%);animation:rise .32s cubic-bezier(.2,.9,.3,1)}
img,video{display:block;width:100%;aspect-ratio:16/9;object-fit:cover;background:#80808022}
.text{padding:28px}
h2{font-size:21px;font-weight:700;line-height:1.4;letter-spacing:.005em;text-wrap:balance;word-break:auto-phrase;overflow-wrap:anywhere;padding-right:36px}
img~.text h2,video~.text h2{padding-right:0}
p{margin-top:10px;color:var(--soft);white-space:pre-line;word-break:auto-phrase;overflow-wrap:anywhere;text-wrap:pretty;line-break:strict}
.actions{display:flex;flex-direction:column;gap:6px;margin-top:22px}
button,a{font:inherit;cursor:pointer;-webkit-tap-highlight-color:transparent}
.cta{display:flex;align-items:center;justify-content:center;gap:10px;min-height:50px;padding:10px 22px;border:0;border-radius:var(--s);
background:var(--accent);color:var(--on);font-weight:650;line-height:1.4;text-align:center;text-decoration:none;transition:filter .15s,transform .15s}
.cta:hover{filter:brightness(1.15)}
.cta:active{transform:scale(.985)}
.dismiss{min-height:44px;border:0;border-radius:12px;background:0 0;color:var(--soft);font-size:15px}
.dismiss:hover{color:var(--fg)}
.close{position:absolute;z-index:1;top:12px;right:12px;width:44px;height:44px;display:grid;place-items:center;border:6px solid transparent;border-radius:50%;
padding:0;background:color-mix(in srgb,var(--bg) 82%,transparent) padding-box;color:var(--fg);transition:background-color .15s}
.close:hover{background-color:var(--bg)}
svg{width:15px;height:15px;fill:currentColor;flex:none}
.close svg{width:16px;height:16px;fill:none;stroke:currentColor;stroke-width:1.8;stroke-linecap:round}
:focus-visible{outline:3px solid color-mix(in srgb,var(--accent) 55%,#4c8dff);outline-offset:3px}
.close:focus-visible{outline-offset:-5px}
dialog:focus-visible{outline:0}

.bar,.toast,.video{position:fixed;z-index:2147483646;bottom:calc(var(--lift,0px) + max(16px,env(safe-area-inset-bottom)));transition:bottom .2s}
section .card{animation:up .35s cubic-bezier(.2,.9,.3,1)}
section h2{font-size:16px;padding:0}
section p{margin-top:2px;font-size:14.5px;line-height:1.6}
section .cta{min-height:44px;padding:8px 18px;font-size:15px}
section .close{top:4px;right:4px}

.bar{left:0;right:0;bottom:0}
.bar .card{display:flex;align-items:center;gap:16px;padding:10px 64px 10px var(--gap);padding-bottom:max(10px,env(safe-area-inset-bottom));border-radius:0;
box-shadow:0 -1px 0 var(--line),0 -12px 40px -12px #0e111433}
.bar img,.toast img{width:56px;height:56px;flex:none;border-radius:calc(var(--s)*.7);aspect-ratio:1}
.bar .text{flex:1;display:flex;align-items:center;justify-content:center;gap:2px 24px;padding:0;flex-wrap:wrap}
.bar p{margin:0}
.bar .actions,.toast .actions,.inline .actions{flex-flow:row wrap;align-items:center;gap:4px 8px}
.bar .actions{margin:0}
.bar .close{top:calc(50% - 22px - env(safe-area-inset-bottom)/2);right:max(10px,env(safe-area-inset-right))}

.toast{left:var(--gap);width:min(380px,100vw - 2*var(--gap))}
.toast .card{display:flex;gap:14px;padding:16px 18px}
.toast .text{flex:1;min-width:0;padding:0}
.toast h2{padding-right:28px}
.toast .actions{margin-top:12px}

.video{right:var(--gap);width:min(320px,100vw - 2*var(--gap))}
.video .card{display:flex;align-items:center;gap:14px;padding:12px}
.video .text{flex:1;min-width:0;padding:0 34px 0 0}
.still{position:relative;flex:none;width:84px;height:84px;border-radius:50%;overflow:hidden;box-shadow:0 0 0 2px var(--bg),0 0 0 4px var(--accent)}
.still img,.still video{height:100%;aspect-ratio:1}
.still svg{position:absolute;z-index:1;inset:0;margin:auto;width:40px;height:40px;padding:12px 11px 12px 13px;border-radius:50%;background:#0e1114a8;fill:#fff}
.video .cta{min-height:0;padding:0;background:0 0;color:var(--accent);margin-top:4px;justify-content:start;transform:none}
.video .cta::after{content:"";position:absolute;inset:0;border-radius:var(--r)}
.video .cta:focus-visible{outline:0}
.video .cta:focus-visible::after{outline:inherit;outline:3px solid color-mix(in srgb,var(--accent) 55%,#4c8dff);outline-offset:-3px}

.inline{height:100%}
.inline .card{display:flex;height:100%;overflow:auto;animation:none;box-shadow:inset 0 0 0 1px var(--line)}
.inline img{flex:none;width:min(34%,280px);height:0;min-height:100%;aspect-ratio:auto}
.inline .text{flex:1;min-width:0;margin:auto;padding:16px 20px}
.inline h2{padding-right:24px}
.inline .actions{margin-top:10px}

.player .card{width:min(880px,100%,72dvh*var(--ratio,1.78));background:#000;color:#fff;box-shadow:0 24px 64px -12px #0e1114b3}
.player video{aspect-ratio:var(--ratio,16/9);object-fit:contain}
.player .text{display:flex;flex-wrap:wrap;align-items:center;justify-content:space-between;gap:12px;padding:16px 22px}
.player h2{font-size:17px}
.player .close{background-color:#0e1114a8;color:#fff}
.player .cta{min-height:44px;background:#fff;color:#16181a}

@keyframes fade{from{opacity:0}}
@keyframes rise{from{opacity:0;transform:translateY(14px) scale(.985)}}
@keyframes up{from{opacity:0;transform:translateY(24px)}}
@keyframes sheet{from{transform:translateY(100%)}}
@media(max-width:479px){
dialog{padding:0;place-items:end stretch}
dialog .card{width:100%;max-height:92dvh;overflow:auto;border-radius:22px 22px 0 0;animation-name:sheet}
.text{padding:24px 22px calc(20px + env(safe-area-inset-bottom))}
.bar .card{align-items:start;padding-top:14px;padding-right:56px}
.bar .text{justify-content:start}
.bar .close{top:6px}
.player .card{width:min(100%,76dvh*var(--ratio,1.78));margin:auto;border-radius:0;animation-name:fade}}
@media(max-height:520px) and (min-width:480px){img{aspect-ratio:3/1}}
@media(prefers-color-scheme:dark){
:host{--bg:var(--kikkake-surface,#202326);--fg:var(--kikkake-text,#f3f4f5);--soft:var(--kikkake-text-soft,#b4b9be);--line:#ffffff24;
--accent:var(--kikkake-accent,#f3f4f5);--on:var(--kikkake-accent-text,#16181a)}}
@media(prefers-reduced-motion:reduce){:host,*,dialog{animation:none!important;transition:none!important}}
@media(forced-colors:active){.card,.cta{border:1px solid}}
@media print{:host{display:none}}
`;

/** Styles a shadow root; a constructed sheet is not subject to the page's `style-src`, an element is. */
export function addStyle(root: ShadowRoot, css: string): void {
  try {
    const sheet = new CSSStyleSheet();
    sheet.replaceSync(css);
    root.adoptedStyleSheets = [...root.adoptedStyleSheets, sheet];
  } catch {
    const style = document.createElement("style");
    style.textContent = css;
    root.append(style);
  }
}

export function putStyle(root: ShadowRoot): void {
  addStyle(root, CSS);
}
