/** The whole style sheet; served inside each page, so that a page is one request. */
export const style = `
:root{--ink:#26312c;--soft:#59645e;--paper:#fbf8f3;--card:#fff;--line:#e4ddd2;--green:#2f4d40;--green-deep:#213a30;--clay:#a3472a;--sand:#f1eadf;color-scheme:light}
*{box-sizing:border-box}
body{margin:0;background:var(--paper);color:var(--ink);font:16px/1.55 system-ui,-apple-system,"Segoe UI",Roboto,sans-serif}
h1,h2,.brand{font-family:"Iowan Old Style","Palatino Linotype",Palatino,Georgia,"DejaVu Serif",serif;font-weight:600;line-height:1.2;margin:0}
h1{font-size:clamp(1.6rem,4vw,2.3rem)}h2{font-size:1.35rem}h3{font-size:1rem;font-weight:600;line-height:1.3;margin:0}p{margin:.5rem 0}
a{color:var(--green);text-underline-offset:.2em}a:hover{color:var(--clay)}
:focus-visible{outline:3px solid #c8743f;outline-offset:2px;border-radius:4px}
.wide{max-width:80rem;margin-inline:auto;padding-inline:clamp(1rem,3vw,2rem)}
.skip{position:absolute;inset-inline-start:-99rem}.skip:focus{inset-inline-start:1rem;top:1rem;background:#fff;padding:.5rem 1rem;z-index:2}
button{font:inherit;font-weight:600;border:1px solid var(--green);background:var(--green);color:#fff;border-radius:.5rem;padding:.55rem 1.1rem;min-height:2.75rem;cursor:pointer}
button:hover{background:var(--green-deep);color:#fff}
button.quiet{background:transparent;color:var(--green);border-color:#b9c4bd}button.quiet:hover{background:var(--sand);color:var(--green-deep)}
button.text{background:none;border:0;color:var(--soft);font-weight:400;font-size:.85rem;padding:.3rem 0;min-height:2rem;text-decoration:underline;text-underline-offset:.2em}button.text:hover{color:var(--clay)}
select,input[type=number]{font:inherit;color:inherit;background:#fff;border:1px solid #a9a193;border-radius:.5rem;padding:.45rem .6rem;min-height:2.75rem;max-width:100%}
.bar{background:var(--green-deep);color:#eef3ef;font-size:.85rem}.bar .wide{padding-block:.4rem}.bar p{margin:0}
header.top{background:var(--card);border-bottom:1px solid var(--line)}
header .row{display:flex;flex-wrap:wrap;align-items:center;gap:.6rem 1.4rem;padding-block:.8rem}
.brand{font-size:1.5rem;color:var(--green-deep);text-decoration:none;margin-inline-end:auto;white-space:nowrap}
.who{display:flex;flex-wrap:nowrap;gap:.5rem;align-items:center;font-size:.92rem;min-width:0}.who select{width:14rem;min-width:0;flex:0 1 auto}.who label{color:var(--soft);white-space:nowrap}
.basket-link{font-weight:600;white-space:nowrap;padding:.6rem 0}
nav.shelves{border-top:1px solid var(--line)}nav.shelves ul{list-style:none;display:flex;flex-wrap:wrap;gap:0 .9rem;justify-content:space-between;margin-block:0;padding-block:.2rem;white-space:nowrap}
nav.shelves a{display:inline-block;padding:.55rem 0;text-decoration:none;font-size:.86rem}nav.shelves a[aria-current]{box-shadow:inset 0 -2px var(--clay);color:var(--clay)}
.choice{background:#fff;border-block-end:3px solid var(--green);box-shadow:0 8px 30px #2f4d4018}.choice .wide{padding-block:1.3rem 1.4rem;display:grid;gap:.9rem 3rem;grid-template-columns:minmax(0,1fr) minmax(0,23rem);align-items:center}
.choice h2{font-size:1.3rem}.choice p{color:var(--soft);max-width:44rem}.choice .both{display:grid;grid-template-columns:1fr 1fr;gap:.7rem}.choice .both button{width:100%}
.choice details{grid-column:1/-1}.choice summary{cursor:pointer;font-weight:600;color:var(--green);padding:.3rem 0}
.switches{display:grid;grid-template-columns:repeat(auto-fit,minmax(15rem,1fr));gap:.8rem;border:0;padding:0;margin:.7rem 0 1rem}.switches legend{padding:0;margin-bottom:.5rem;color:var(--soft)}
.switch{display:flex;gap:.7rem;align-items:flex-start;background:var(--card);border:1px solid var(--line);border-radius:.7rem;padding:.9rem}.switch input{inline-size:1.35rem;block-size:1.35rem;flex:none;margin-top:.1rem;accent-color:var(--green)}
.switch strong{display:block}.switch span span{color:var(--soft);font-size:.92rem}
main{padding-block:1.6rem 3rem}.note{background:#e6efe8;border-inline-start:4px solid var(--green);border-radius:.3rem;padding:.6rem 1rem;margin:0 0 1.2rem}
.hero{background:linear-gradient(110deg,#e7ece4,#f3e7da);border-radius:1rem;padding:clamp(1.3rem,4vw,2.4rem);margin-bottom:2rem}.hero p{max-width:40rem;color:#45524b;margin-bottom:0}
section.shelf{margin-block:0 2.4rem}.shelf-head{display:flex;flex-wrap:wrap;align-items:baseline;gap:.1rem 1rem;margin-bottom:.9rem}.shelf-head p{color:var(--soft);font-size:.93rem;margin:0;flex:1 1 20rem}.shelf-head form{margin-inline-start:auto}
.grid{display:grid;grid-template-columns:repeat(4,minmax(0,1fr));gap:1.1rem;list-style:none;margin:0;padding:0}
.card{background:var(--card);border:1px solid var(--line);border-radius:.9rem;overflow:hidden;display:flex;flex-direction:column;height:100%}
.card>a{text-decoration:none;color:inherit;display:block}.card>a:hover h3{color:var(--clay)}.card>a:focus-visible{outline-offset:-3px}
.picture{display:block;width:100%;height:auto;aspect-ratio:4/3;object-fit:cover}.card .words{padding:.8rem .95rem .3rem}.card .price{margin:.25rem 0 0;font-weight:600}.card .maker,.maker{color:var(--soft);font-size:.87rem;margin:.1rem 0 0}
.card .foot{padding:0 .95rem .6rem}.card h3{min-height:2.6em}.badge{font-size:.78rem;background:var(--sand);border-radius:1rem;padding:.1rem .6rem;font-weight:500;white-space:nowrap}
.why{font-size:.88rem}.why summary{cursor:pointer;color:var(--green);padding:.35rem 0}.why ul{list-style:none;margin:.2rem 0 .5rem;padding:0}.why li{margin-bottom:.55rem;display:grid;grid-template-columns:1fr auto;gap:.1rem .6rem}.why li>span:last-of-type{font-variant-numeric:tabular-nums;font-weight:600}
.why .share{grid-column:1/-1;height:.3rem;border-radius:.2rem;background:var(--sand);overflow:hidden}.why .share i{display:block;height:100%;background:var(--clay)}.why p{color:var(--soft);margin:.3rem 0}
.product{display:grid;grid-template-columns:minmax(0,5fr) minmax(0,6fr);gap:clamp(1.2rem,4vw,3rem);margin-bottom:2.6rem;align-items:center}.product .picture{border-radius:1rem;aspect-ratio:1}.product .price{font-size:1.5rem;font-weight:600;margin:.6rem 0}.product .buy{display:flex;flex-wrap:wrap;gap:.8rem;align-items:end;margin-top:1.2rem}.buy label{display:grid;font-size:.88rem;color:var(--soft)}.buy input{width:5.5rem}
.trail{font-size:.9rem;color:var(--soft);margin:0 0 1rem}
.lines{list-style:none;padding:0;margin:1rem 0;background:var(--card);border:1px solid var(--line);border-radius:.9rem}.lines li{display:grid;grid-template-columns:5.5rem minmax(0,1fr) auto;gap:.4rem 1.1rem;align-items:center;padding:.9rem 1rem}.lines li+li{border-top:1px solid var(--line)}.lines .picture{border-radius:.6rem;aspect-ratio:1}.lines .maker{margin-bottom:.4rem}.lines form{display:flex;flex-wrap:wrap;gap:.5rem;align-items:center}.lines input[type=number]{width:5rem}.lines .sum{font-weight:600;font-variant-numeric:tabular-nums}
.total{display:flex;flex-wrap:wrap;justify-content:flex-end;align-items:center;gap:1rem 2rem;font-size:1.2rem;margin-bottom:2.6rem}
.panel{background:var(--card);border:1px solid var(--line);border-radius:.9rem;padding:1.2rem 1.4rem;margin-bottom:1.4rem}.state{font-weight:600}.actions{display:flex;flex-wrap:wrap;gap:.7rem}
footer{border-top:1px solid var(--line);background:var(--sand);font-size:.92rem}footer .wide{padding-block:1.4rem;display:flex;flex-wrap:wrap;gap:.4rem 2rem;color:var(--soft)}
@media(max-width:54rem){nav.shelves ul{flex-wrap:nowrap;justify-content:flex-start;overflow-x:auto;gap:1.2rem;scrollbar-width:thin}nav.shelves a{font-size:.95rem}.shelf-head form{margin-inline-start:0}.grid{grid-template-columns:repeat(2,minmax(0,1fr));gap:.8rem}.product,.choice .wide{grid-template-columns:minmax(0,1fr)}.who{order:3;flex:1 1 100%}.who select{flex:1 1 6rem}.card .words{padding:.65rem .7rem .2rem}.card .foot{padding:0 .7rem .5rem}.card h3{font-size:.98rem}}
@media(max-width:30rem){.lines li{grid-template-columns:4rem minmax(0,1fr)}.lines .sum{grid-column:2}.product .picture{aspect-ratio:4/3}}
@media(prefers-reduced-motion:no-preference){a,button{transition:background-color .15s,color .15s}}
`;
