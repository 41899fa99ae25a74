/** The style of the report: light and dark by what the reader's system says. */
export const reportStyle = `
:root{color-scheme:light dark;--page:#f2f6f5;--card:#fff;--ink:#12282c;--soft:#4b6163;--line:#d9e4e2;--a:#12655d;--b:#b04a17;--c:#44569c;--mark:#7a4d00}
@media(prefers-color-scheme:dark){:root{--page:#0a1719;--card:#102226;--ink:#dfeae8;--soft:#9db4b3;--line:#2a4347;--a:#7bcabd;--b:#f2a16f;--c:#a9b9f5;--mark:#f3c878}}
*{box-sizing:border-box}
body{margin:0 auto;max-width:78rem;padding:2rem 1.25rem 4rem;background:var(--page);color:var(--ink);font:15px/1.5 system-ui,sans-serif}
h1{margin:0 0 .25rem;font-size:1.6rem}h2{margin:2.5rem 0 .5rem;font-size:1.2rem}h3{margin:1.5rem 0 .5rem;font-size:1rem}
p{max-width:60rem}.soft,figcaption,.key{color:var(--soft)}
nav ul{display:flex;flex-wrap:wrap;gap:.25rem 1rem;margin:1rem 0;padding:0;list-style:none}a{color:var(--a)}
.scroll{overflow-x:auto;border:1px solid var(--line);border-radius:10px;background:var(--card)}
table{width:100%;border-collapse:collapse;font-variant-numeric:tabular-nums;font-size:.875rem}
th,td{padding:.4rem .75rem;text-align:right;white-space:nowrap}th:first-child,td:first-child,.text{text-align:left}
td.text{white-space:pre-wrap;overflow-wrap:anywhere;min-width:20rem}
thead th{color:var(--soft);font-weight:600}tbody tr{border-top:1px solid var(--line)}tbody th{font-weight:600}
.charts{display:grid;grid-template-columns:repeat(auto-fit,minmax(20rem,1fr));gap:1rem;margin:1rem 0}
figure{margin:0;padding:.75rem;border:1px solid var(--line);border-radius:10px;background:var(--card)}
figcaption{font-size:.8125rem;font-weight:600}.key{margin:.25rem 0 0;font-size:.8125rem}
svg{display:block;width:100%;height:auto}
.grid{stroke:var(--line)}.tick{fill:var(--soft);font-size:11px}.axis{fill:var(--soft);font-size:12px}
.line{fill:none;stroke-width:2;stroke-linejoin:round}.line.a{stroke:var(--a)}.line.b{stroke:var(--b);stroke-dasharray:7 3}.line.c{stroke:var(--c);stroke-dasharray:2 3}
.dot.a{fill:var(--a)}.bar{fill-opacity:.45}.bar.a{fill:var(--a);stroke:var(--a)}.bar.b{fill:var(--b);stroke:var(--b)}
.mark{stroke:var(--mark);stroke-dasharray:4 3}.diagonal{stroke:var(--soft);stroke-dasharray:2 4}
.swatch{display:inline-block;width:1.6rem;height:0;margin:0 .35rem .2rem .6rem;border-top:3px solid}.swatch.a{border-color:var(--a)}.swatch.b{border-color:var(--b);border-top-style:dashed}.swatch.c{border-color:var(--c);border-top-style:dotted}
dl{display:flex;flex-wrap:wrap;gap:.5rem 2rem;margin:1rem 0}dt{color:var(--soft);font-size:.8125rem}dd{margin:0;font-weight:600}
details{margin:.5rem 0}summary{cursor:pointer;color:var(--a)}
.notice{margin:1rem 0;padding:.75rem 1rem;border-left:4px solid var(--mark);background:var(--card)}
`;
