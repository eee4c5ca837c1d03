import type { PairCard } from './cards';
import { escapeHtml, gapPicture, networkPicture, percent, stabilityPicture } from './drawings';

export interface BundlePage {
	title: string;
	/** A sentence on what was looked at. */
	summary: string;
	cards: readonly PairCard[];
}

/** One page that needs nothing else: no network, no script from elsewhere, dark and light, on a phone and on paper. */
export function bundlePage({ title, summary, cards }: BundlePage): string {
	const sections = [
		section('later', 'Bought one after another', cards.filter(({ kind }) => kind === 'later')),
		section('together', 'Bought together', cards.filter(({ kind }) => kind === 'together')),
	];
	return `<!doctype html>
<html lang="en">
<head>
<meta charset="utf-8">
<meta name="viewport" content="width=device-width, initial-scale=1">
<meta name="color-scheme" content="light dark">
<meta http-equiv="Content-Security-Policy" content="default-src 'none'; style-src 'unsafe-inline'; script-src 'unsafe-inline'">
<title>${escapeHtml(title)}</title>
<style>${STYLE}</style>
</head>
<body>
<header>
<h1>${escapeHtml(title)}</h1>
<p>${escapeHtml(summary)}</p>
</header>
<main>
${cards.length === 0 ? '<p>No pair is frequent enough. A lower minimum finds more.</p>' : `${legend(cards)}
<figure tabindex="0">${networkPicture(cards)}<figcaption>The strongest pairs. A thicker line is a stronger link; an arrow points to what is bought later.</figcaption></figure>
<p class="find"><label for="find">Show only products with</label> <input id="find" type="search" autocomplete="off" spellcheck="false"> <output for="find" id="found"></output></p>
${sections.join('\n')}`}
</main>
<script>${SCRIPT}</script>
</body>
</html>
`;
}

function legend(cards: readonly PairCard[]): string {
	const gap = cards.some(({ kind }) => kind === 'later') ? '<dt>The curve</dt><dd>days from the first product to the second. The band is the time in which the middle half of them comes back for it, the line its middle: the time to offer it.</dd>' : '';
	return `<details><summary>How to read a card</summary><dl><dt>Times as often as by chance</dt><dd>how many there are against how many there would be without a link, looked at month by month, by size of order and by kind of customer, so that a season or a bestseller makes no pair. 1 is chance.</dd><dt>Of the buyers</dt><dd>the share of those with the first product who take the second too.</dd>${gap}<dt>The bars</dt><dd>the same share month by month (quarter by quarter): a link that holds is there in all of them. Pale bars may still grow: some of these buyers have not had the time to come back.</dd><dt>Could be chance</dt><dd>of the pairs that look this strong or stronger, the share that chance makes.</dd></dl></details>`;
}

function section(id: string, heading: string, cards: readonly PairCard[]): string {
	return cards.length === 0 ? '' : `<section aria-labelledby="${id}"><h2 id="${id}">${heading}</h2><div class="cards">${cards.map(cardOf).join('')}</div></section>`;
}

function cardOf(card: PairCard): string {
	const { kind, from, to, count, share, adjustedLift, qValue, gap, periods, groups, messageShare } = card;
	const after = gap ? `<p class="after">${gap.p25 === gap.p75 ? `after ${gap.p50} days` : `${gap.p25} to ${gap.p75} days later, mostly about ${gap.p50}`}${gap.beyondChance ? '' : ' (chance included)'}</p>` : '';
	const facts = [
		[`${adjustedLift.toFixed(1)} ×`, 'as often as by chance'],
		[percent(share), 'of the buyers'],
		[count.toLocaleString('en'), kind === 'later' ? 'customers' : 'orders'],
	].map(([figure, words]) => `<div><strong>${figure}</strong> ${words}</div>`);
	const more = [
		qValue >= 0.01 ? `<p class="warning">Could be chance: ${percent(qValue)}</p>` : '',
		messageShare !== undefined && messageShare > 0 ? `<p>${percent(messageShare)} of them had a message in between.</p>` : '',
		groups && groups.length > 0 ? `<p>Strongest among ${escapeHtml(groups[0].group)}: ${percent(groups[0].share)} of their buyers.</p>` : '',
	];
	const pictures = `${gap ? gapPicture(gap) : ''}${periods.length > 1 ? stabilityPicture(periods) : ''}`;
	return `<article tabindex="0"><h3>${escapeHtml(from)} <span aria-label="${kind === 'later' ? 'then' : 'and'}">${kind === 'later' ? '→' : '+'}</span> ${escapeHtml(to)}</h3>${after}<div class="facts">${facts.join('')}</div>${pictures}${more.join('')}</article>`;
}

const STYLE = `
:root{--ground:#fbfaf7;--card:#fff;--ink:#22201c;--quiet:#6b665d;--edge:#e4dfd5;--later:#2f6f8f;--together:#a8622a;--band:#2f6f8f26}
@media (prefers-color-scheme:dark){:root{--ground:#171614;--card:#211f1c;--ink:#efece6;--quiet:#a59e92;--edge:#38342e;--later:#7cc0e0;--together:#e2a36b;--band:#7cc0e02e}}
*{box-sizing:border-box}
body{margin:0 auto;max-width:74rem;padding:1.5rem clamp(1rem,4vw,2.5rem) 4rem;background:var(--ground);color:var(--ink);font:16px/1.5 system-ui,sans-serif}
h1{font-size:clamp(1.5rem,4vw,2.1rem);line-height:1.2;margin:0 0 .3rem}
h2{margin:2.2rem 0 .8rem;font-size:1.25rem}
h3{margin:0;font-size:1rem;line-height:1.35;overflow-wrap:anywhere}
header p,figcaption,dd,.after,.facts{color:var(--quiet)}
p{margin:.4rem 0}
details{margin:1rem 0;padding:.7rem 1rem;border:1px solid var(--edge);border-radius:.6rem;background:var(--card)}
summary{cursor:pointer;font-weight:600}
dt{font-weight:600;margin-top:.6rem}
dd{margin:0}
figure{margin:1rem auto;max-width:46rem;overflow-x:auto}
figcaption{text-align:center;font-size:.9rem}
.find{margin-top:1.5rem}
input{font:inherit;color:inherit;background:var(--card);border:1px solid var(--quiet);border-radius:.4rem;padding:.3rem .6rem;max-width:100%}
.cards{display:grid;grid-template-columns:repeat(auto-fill,minmax(min(100%,19rem),1fr));gap:1rem}
article{background:var(--card);border:1px solid var(--edge);border-radius:.7rem;padding:1rem;break-inside:avoid}
article:focus-visible,figure:focus-visible,input:focus-visible,summary:focus-visible{outline:3px solid var(--later);outline-offset:2px}
article svg{margin-top:.7rem}
.facts{display:flex;flex-wrap:wrap;gap:.2rem 1rem;font-size:.9rem;margin-top:.4rem}
.facts strong{color:var(--ink);font-size:1.05rem}
.after{font-size:.95rem;color:var(--later)}
.warning{color:var(--together);font-weight:600}
svg{display:block;width:100%;height:auto}
svg text{fill:var(--quiet);font-size:11px}
.network{min-width:33rem}
.network text{fill:var(--ink);font-size:12px}
.band{fill:var(--band)}
.area{fill:var(--later);opacity:.18}
.line,.middle{fill:none;stroke:var(--later);stroke-width:1.8}
.middle{stroke-dasharray:4 3}
.bar{fill:var(--later);opacity:.75}
.bar.open{opacity:.35}
.none{fill:var(--edge)}
.dot{fill:var(--ink)}
.link{fill:none;opacity:.7}
.link.later{stroke:var(--later)}
.link.together{stroke:var(--together)}
.head{fill:var(--later)}
[aria-labelledby=together] .bar{fill:var(--together)}
@media print{.find{display:none}body{background:#fff}}
`;

const SCRIPT = `
const field=document.getElementById('find');
field&&field.addEventListener('input',()=>{
	const wanted=field.value.trim().toLowerCase();
	let shown=0;
	for(const card of document.querySelectorAll('article')){
		card.hidden=!card.querySelector('h3').textContent.toLowerCase().includes(wanted);
		if(!card.hidden)shown++;
	}
	document.getElementById('found').textContent=wanted?shown+(shown===1?' pair':' pairs'):'';
});
`;
