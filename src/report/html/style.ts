import { COLOURS } from './colours.ts';

/** The page's one style sheet: a text column that reads well, numbers in tables, colour only where it means something. */
export const STYLE = `${COLOURS}
*{box-sizing:border-box}
html{font:16px/1.55 system-ui,-apple-system,"Segoe UI",Roboto,"Helvetica Neue",Arial,sans-serif;background:var(--page);color:var(--ink);text-size-adjust:100%}
body{margin:0}
main,.verdict>div,footer{max-width:72rem;margin:0 auto;padding:0 1.5rem}
h1,h2,h3,h4{line-height:1.25;font-weight:650;letter-spacing:-.011em;text-wrap:balance;overflow-wrap:anywhere}
h1{font-size:1.9rem;margin:.3rem 0 .6rem;display:flex;gap:.8rem;align-items:flex-start}
h1 svg{flex:none;margin-top:.05em}
h2{font-size:1.35rem;margin:3.2rem 0 .9rem;scroll-margin-top:1rem}
h3{font-size:1.02rem;margin:2.2rem 0 .7rem}
h4{font-size:.9rem;margin:1.3rem 0 .4rem}
p{margin:.35rem 0;overflow-wrap:anywhere}
a{color:var(--link);text-decoration:underline;text-decoration-thickness:1px;text-underline-offset:.18em;text-decoration-color:var(--faint)}
a:hover{text-decoration-color:currentColor}
:focus-visible{outline:2px solid var(--link);outline-offset:2px;border-radius:3px}
code,pre{font:.86em/1.5 ui-monospace,SFMono-Regular,Menlo,Consolas,"DejaVu Sans Mono",monospace;overflow-wrap:anywhere}
pre{background:var(--sunk);padding:.8rem 1rem;border-radius:8px;overflow:auto;max-height:22rem;white-space:pre-wrap}
small{display:block;font-size:.78rem;font-weight:400;color:var(--soft)}
.quiet,.place{color:var(--soft);font-size:.9rem}
.visually-hidden{position:absolute;width:1px;height:1px;overflow:hidden;clip-path:inset(50%);white-space:nowrap}
.skip{position:absolute;left:-99rem}
.skip:focus{left:1rem;top:1rem;background:var(--card);padding:.5rem 1rem;z-index:1}
.count{font-size:.82rem;font-weight:500;color:var(--soft);background:var(--sunk);border-radius:99px;padding:.1em .6em;vertical-align:.12em;letter-spacing:0}
.verdict{background:var(--card);border-bottom:1px solid var(--line);padding:2.2rem 0 1.6rem;border-top:5px solid var(--tone)}
.verdict.passed{--tone:var(--good)}.verdict.bad{--tone:var(--bad)}.verdict.warn{--tone:var(--warn)}
.verdict circle{fill:var(--tone)}
.verdict path{fill:none;stroke:var(--card);stroke-width:2.4;stroke-linecap:round;stroke-linejoin:round}
.product{font-size:.8rem;letter-spacing:.06em;color:var(--soft);margin:0}
.lead{font-size:1.08rem;max-width:62rem}
.remedy::before{content:"\\2192";color:var(--soft);margin-right:.5em}
nav ul,.plain,.tally,.cards{list-style:none;margin:.8rem 0 0;padding:0}
nav ul{display:flex;flex-wrap:wrap;gap:.3rem 1.1rem;font-size:.95rem}
.cards{display:grid;gap:.7rem}
.card{background:var(--card);border:1px solid var(--line);border-left:4px solid var(--tone);border-radius:8px;padding:.75rem 1rem .8rem}
.card.bad{--tone:var(--bad)}.card.warn{--tone:var(--warn)}.card.undecided{--tone:var(--undecided)}
.tag{display:flow-root;font-size:.86rem;margin:0 0 .2rem;color:var(--soft)}
.mark{font-weight:650;color:var(--tone-ink,var(--ink))}
.card.bad .mark{color:var(--bad-ink)}.card.warn .mark{color:var(--warn-ink)}.card.undecided .mark{color:var(--undecided-ink)}
.tag .rule{float:right;min-height:24px;color:var(--soft)}
.message{font-weight:550}
.fold{margin:1.4rem 0}
.card .fold{margin:.5rem 0 0;font-size:.93rem}.card .fold>summary{font-weight:500}.card .fold ul{margin:.2rem 0;padding-left:1.2rem}.card .fold li{margin:.35rem 0}
.fold>summary{cursor:pointer;font-weight:600;padding:.3rem 0}
.fold[open]>summary{margin-bottom:.6rem}
.image{margin-top:4rem;border-top:1px solid var(--line)}
.image>h2{font-size:1.6rem;margin-top:1.8rem;margin-bottom:.2rem}
details.image{margin:0}details.image>summary{cursor:pointer;padding:.7rem 0}details.image>summary>h2{display:inline;font-size:1.1rem;margin:0}
details.image>section{padding-bottom:2.5rem;scroll-margin-top:3.5rem}
.digest{font-size:.92rem;color:var(--soft)}
.held{color:var(--bad-ink);font-weight:550}
.numbers,.facts{display:grid;grid-template-columns:repeat(auto-fill,minmax(9.4rem,1fr));background:var(--card);border:1px solid var(--line);border-radius:10px;overflow:hidden;margin:1.2rem 0 .9rem}
.numbers>div{padding:.65rem .9rem;box-shadow:1px 0 0 var(--line),0 1px 0 var(--line)}
dt{font-size:.78rem;color:var(--soft)}
dd,li,summary{overflow-wrap:anywhere}
dd{margin:0}
.numbers dd{font-size:1.16rem;font-weight:600;font-variant-numeric:tabular-nums;letter-spacing:-.01em}
.facts{display:block;background:none;border:0;border-radius:0}
.facts>div{display:grid;grid-template-columns:8rem 1fr;gap:1rem;padding:.3rem 0;border-top:1px solid var(--line)}
.meter{display:grid;grid-template-columns:1fr auto;gap:.9rem;align-items:center}
.track{fill:var(--sunk)}.used{fill:var(--good)}.over .used{fill:var(--bad)}
.pill{display:inline-block;font-size:.75rem;font-weight:600;line-height:1.5;border-radius:99px;padding:.05em .65em;letter-spacing:0;white-space:nowrap;vertical-align:.1em;background:var(--sunk);color:var(--soft)}
.pill.bad{background:var(--bad-tint);color:var(--bad-ink)}.pill.passed{background:var(--good-tint);color:var(--good-ink)}
.pill.warn,.pill.new{background:var(--warn-tint);color:var(--warn-ink)}.pill.undecided,.pill.waived{background:var(--undecided-tint);color:var(--undecided-ink)}
.scroll{overflow-x:auto;border:1px solid var(--line);border-radius:10px;background:var(--card)}
table{border-collapse:collapse;width:100%;font-size:.9rem}
th,td{text-align:left;vertical-align:top;padding:.5rem .8rem;border-top:1px solid var(--line);font-weight:400}
thead th{border-top:0;font-size:.78rem;color:var(--soft);white-space:nowrap}
tbody th{font-weight:550}
.number{text-align:right;white-space:nowrap;font-variant-numeric:tabular-nums}
td>p{margin:0}
td ul{margin:.2rem 0;padding-left:1.1rem}
.overview td{font-variant-numeric:tabular-nums;white-space:nowrap}.overview td,.overview th{padding:.5rem .6rem}.overview thead th{white-space:normal;vertical-align:bottom}.overview th[scope=row]{min-width:9rem;max-width:22rem}
.overview{min-width:46rem}.layers{min-width:44rem}.paths,.time{min-width:34rem}
@media (min-width:40.01rem){.rules{min-width:42rem}.rules td:nth-child(1){width:6.5rem}.rules th[scope=row]{width:19rem}}
.rules .title{display:block;font-size:.84rem;font-weight:400;color:var(--soft)}
.rules a,.overview th a{text-decoration-color:transparent}
.rules a:hover,.overview th a:hover{text-decoration-color:currentColor}
.layers .base{color:var(--soft)}
.layers .where{white-space:nowrap}
.layers td:nth-child(2){min-width:7rem;width:11rem}.layers td:nth-child(5){width:45%}.baseline{min-width:30rem}.baseline th.number{text-align:right}
.bar{display:block;margin-top:.25rem}
.bar rect{fill:var(--cell)}
.long>summary{cursor:pointer;list-style:none}
.long>summary::after{content:" more";color:var(--link);font-size:.82rem}
.long[open]>summary{display:none}
.tally{display:flex;flex-wrap:wrap;gap:.2rem 1.3rem;font-size:.92rem;margin:0 0 .6rem;color:var(--soft)}
.tally span{font-weight:650;color:var(--ink);font-variant-numeric:tabular-nums}
.tally .bad span{color:var(--bad-ink)}.tally .warn span{color:var(--warn-ink)}
.filter{display:none;font-size:.9rem;align-items:center;gap:.6rem;margin:.5rem 0}
.js .filter{display:flex}
.js .maps .filter{float:right;margin:0}
input[type=search]{font:inherit;color:inherit;background:var(--card);border:1px solid var(--edge);border-radius:7px;padding:.25rem .6rem;width:16rem;max-width:50vw}
.map{clear:both}
.found{color:var(--soft)}
.maps label[for^=map-layer],.maps label[for^=map-path]{display:inline-block;cursor:pointer;font-size:.88rem;padding:.2rem .8rem;border:1px solid var(--edge);border-radius:7px;margin-right:.3rem}
.maps input:checked+label{background:var(--ink);color:var(--page);border-color:var(--ink)}
.maps input:focus-visible+label{outline:2px solid var(--link);outline-offset:2px}
.by-path,.maps:has([id^=map-path]:checked) .by-layer{display:none}
.maps:has([id^=map-path]:checked) .by-path{display:block}
.map{display:block;border-radius:10px;background:var(--sunk);margin-top:.6rem}
.map rect{fill:var(--cell);stroke:var(--page);stroke-width:1.5}
.map .group>rect{fill:var(--group);stroke:var(--page)}
.map text{font-size:11px;fill:var(--cell-ink);pointer-events:none}
.map .size{fill-opacity:.9;font-variant-numeric:tabular-nums}
.map .group>text{fill:var(--ink);font-weight:600}
.map .rest>rect{fill-opacity:.45}.map .rest>text{fill:var(--ink)}
.map .hidden>rect{fill:var(--gone);stroke:var(--bad);stroke-dasharray:3 3}
.map .hidden>text{fill:var(--ink)}
.map>svg:not(.group):hover>rect{filter:brightness(1.12)}
.map .faded{opacity:.16}
.tb{--cell:var(--tb);--cell-ink:var(--tb-ink)}
.t0{--cell:var(--t0)}.t1{--cell:var(--t1)}.t2{--cell:var(--t2)}.t3{--cell:var(--t3)}.t4{--cell:var(--t4)}.t5{--cell:var(--t5)}
.key{display:inline-block;width:.8em;height:.8em;border-radius:3px;background:var(--cell);margin:0 .15em 0 .7em;vertical-align:-.05em}
.key:first-child{margin-left:0}
.key.gone{background:var(--gone);border:1px dashed var(--bad)}
.readout{float:right;color:var(--ink);max-width:60%;overflow:hidden;text-overflow:ellipsis;white-space:nowrap}
.blame{margin:.3rem 0;padding-left:1.3rem}
.blame li{margin:.35rem 0}
.paths .path{width:60%}
.time th[scope=row]{width:38%;font-weight:400;max-width:24rem}
.time th code{display:inline-block;max-width:100%;overflow:hidden;text-overflow:ellipsis;white-space:nowrap;vertical-align:bottom}
.time td{vertical-align:middle}
.time td:nth-child(2){min-width:12rem}
.time .stage rect{fill:var(--t0)}.time .step rect{fill:var(--tb)}.time .failed rect{fill:var(--bad)}
.time .step th{padding-left:1.6rem}
.gpu-use{margin:.9rem 0;overflow-wrap:anywhere}.gpu-use svg{background:var(--sunk);border-radius:8px;display:block;margin-top:.3rem}.gpu-use polyline{fill:none;stroke:var(--cell);stroke-width:2;vector-effect:non-scaling-stroke}
.command{background:var(--sunk);padding:.2em .5em;border-radius:5px}
footer{color:var(--soft);font-size:.85rem;padding-top:2rem;padding-bottom:3rem;margin-top:4rem}
@media (max-width:40rem){.time,.baseline{min-width:0}.time{table-layout:fixed}.time th[scope=row],.time thead th:first-child{width:52%}.time td:nth-child(2){min-width:0}.baseline td,.baseline th{padding:.5rem .45rem}.time td,.time th{padding:.4rem .5rem}.rules,.rules tbody,.rules tr,.rules td,.rules th{display:block}.rules thead{display:none}.rules tr{border-top:1px solid var(--line);padding:.4rem 0}.rules td,.rules th{border:0;padding:.15rem .8rem}.js .maps .filter{float:none;margin:.6rem 0}main,.verdict>div,footer{padding:0 1rem}h1{font-size:1.45rem}.tag .rule{float:none;display:block;padding:.2rem 0}.readout{float:none;display:block;max-width:100%}.facts>div{grid-template-columns:1fr;gap:0}}
@media print{:root{font-size:11px}.filter,.skip,nav,.maps label{display:none}.scroll{overflow:visible;border:0}.card,tr,.numbers,.map{break-inside:avoid}details::details-content{content-visibility:visible;display:block}a{color:inherit;text-decoration:none}h2,h3{break-after:avoid}}
`;
