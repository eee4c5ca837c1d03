import type { GapCurve, PairCard } from './cards';

/** Pictures of the page as SVG. Everything that comes from the shop is escaped here. */
export function escapeHtml(text: string): string {
	return text.replace(/[&<>"']/g, (sign) => `&#${sign.charCodeAt(0)};`);
}

const [WIDTH, HEIGHT] = [320, 96];
const short = (value: number) => Number(value.toFixed(1));

/** Days between the two purchases: the curve, the middle half as a band, the median as a line. */
export function gapPicture({ bins, binDays, p25, p50, p75 }: GapCurve): string {
	const smooth = bins.map((count, bin) => ((bins[bin - 1] ?? count) + 2 * count + (bins[bin + 1] ?? count)) / 4);
	const most = Math.max(...smooth, 1);
	const days = bins.length * binDays;
	const x = (day: number) => short((day / days) * WIDTH);
	const y = (count: number) => short(HEIGHT - 4 - (count / most) * (HEIGHT - 14));
	const points = smooth.map((count, bin) => `${x((bin + 0.5) * binDays)},${y(count)}`);
	const band = `<rect class="band" x="${x(p25)}" y="0" width="${Math.max(2, short(x(p75) - x(p25)))}" height="${HEIGHT - 4}"/>`;
	const area = `<path class="area" d="M${x(0)},${HEIGHT - 4} L${points.join(' L')} L${x(days)},${HEIGHT - 4} Z"/><path class="line" d="M${points.join(' L')}"/>`;
	const ticks = [0, 0.25, 0.5, 0.75].map((share) => `<text x="${x(share * days) + 2}" y="${HEIGHT + 12}">${Math.round(share * days)}</text>`).join('');
	return `<svg viewBox="0 0 ${WIDTH} ${HEIGHT + 16}" role="img" aria-label="Days between the two: a quarter within ${p25}, half within ${p50}, three quarters within ${p75}">${band}${area}<line class="middle" x1="${x(p50)}" x2="${x(p50)}" y1="0" y2="${HEIGHT - 4}"/>${ticks}<text x="${WIDTH - 2}" y="${HEIGHT + 12}" text-anchor="end">days</text></svg>`;
}

/** One bar a month (a quarter): the share of the first product's buyers who took the second. */
export function stabilityPicture(periods: PairCard['periods']): string {
	const height = 44;
	const most = Math.max(...periods.map(({ share }) => share ?? 0), 1e-9);
	const step = WIDTH / periods.length;
	const bars = periods
		.map(({ label, share, open }, place) => {
			const tall = share === null ? 2 : Math.max(2, (share / most) * (height - 4));
			const words = share === null ? `${label}: not bought` : `${label}: ${percent(share)}${open ? ', still counting' : ''}`;
			return `<rect class="${share ? (open ? 'bar open' : 'bar') : 'none'}" x="${short(place * step + 1)}" y="${short(height - tall)}" width="${short(Math.max(2, step - 2))}" height="${short(tall)}" rx="1.5"><title>${escapeHtml(words)}</title></rect>`;
		})
		.join('');
	const present = periods.filter(({ share }) => share !== null && share > 0).length;
	const bought = periods.filter(({ share }) => share !== null).length;
	return `<svg viewBox="0 0 ${WIDTH} ${height + 16}" role="img" aria-label="Seen in ${present} of ${bought} periods">${bars}<text x="0" y="${height + 13}">${escapeHtml(periods[0].label)}</text><text x="${WIDTH}" y="${height + 13}" text-anchor="end">${escapeHtml(periods[periods.length - 1].label)}</text></svg>`;
}

/** Products more than this would cover each other. */
const MOST_PRODUCTS = 36;

/** Products on a circle, neighbours beside each other; a line is a pair, the thicker the stronger, an arrow where one comes later. */
export function networkPicture(cards: readonly PairCard[]): string {
	const shown: PairCard[] = [];
	const names = new Set<string>();
	for (const card of cards) {
		const more = [card.from, card.to].filter((name) => !names.has(name));
		if (card.from === card.to || names.size + more.length > MOST_PRODUCTS) continue;
		more.forEach((name) => names.add(name));
		shown.push(card);
	}
	const order = inTurn([...names], shown);
	const radius = 160;
	const at = new Map(order.map((name, place) => [name, (place / order.length) * 2 * Math.PI - Math.PI / 2]));
	const point = (name: string, far: number) => [short(Math.cos(at.get(name) as number) * far), short(Math.sin(at.get(name) as number) * far)];
	const lines = shown.map((card) => {
		const [[x1, y1], [x2, y2]] = [point(card.from, radius), point(card.to, radius)];
		const words = card.kind === 'later' && card.gap ? `${card.from}, then ${card.to} after about ${card.gap.p50} days` : `${card.from} with ${card.to}`;
		return `<path class="link ${card.kind}" d="M${x1},${y1} Q${short((x1 + x2) * 0.15)},${short((y1 + y2) * 0.15)} ${x2},${y2}" stroke-width="${short(Math.min(5, 0.8 + Math.log2(Math.max(1, card.adjustedLift))))}"${card.kind === 'later' ? ' marker-end="url(#arrow)"' : ''}><title>${escapeHtml(words)}, ${card.adjustedLift.toFixed(1)} times as often as by chance</title></path>`;
	});
	const dots = order.map((name) => {
		const angle = at.get(name) as number;
		const [x, y] = point(name, radius);
		const [labelX, labelY] = point(name, radius + 10);
		const left = Math.cos(angle) < -1e-9;
		const turn = short((angle * 180) / Math.PI + (left ? 180 : 0));
		return `<circle class="dot" cx="${x}" cy="${y}" r="4"><title>${escapeHtml(name)}</title></circle><text transform="translate(${labelX},${labelY}) rotate(${turn})" text-anchor="${left ? 'end' : 'start'}" dominant-baseline="middle">${escapeHtml(clipped(name))}</text>`;
	});
	return `<svg class="network" viewBox="-340 -340 680 680" role="img" aria-label="Which products belong together; the cards below say it in words"><defs><marker id="arrow" viewBox="0 0 8 8" refX="13" refY="4" markerWidth="7" markerHeight="7" markerUnits="userSpaceOnUse" orient="auto"><path class="head" d="M0,0 L8,4 L0,8 Z"/></marker></defs>${lines.join('')}${dots.join('')}</svg>`;
}

/** Linked products beside each other: each next one is the one with the most links to those placed last. */
function inTurn(names: readonly string[], cards: readonly PairCard[]): string[] {
	const near = new Map(names.map((name) => [name, new Set<string>()]));
	for (const { from, to } of cards) {
		near.get(from)?.add(to);
		near.get(to)?.add(from);
	}
	const placed: string[] = [];
	const left = new Set(names);
	while (left.size > 0) {
		const recent = placed.slice(-4);
		let best: string | undefined;
		let most = -1;
		for (const name of left) {
			const links = recent.filter((other) => near.get(name)?.has(other)).length;
			if (links > most) [best, most] = [name, links];
		}
		placed.push(best as string);
		left.delete(best as string);
	}
	return placed;
}

const LABEL = 21;
/** Products of one family differ in their last words: what is left out is in the middle. */
function clipped(name: string): string {
	const letters = [...name];
	if (letters.length <= LABEL) return name;
	const [head, tail] = [letters.slice(0, Math.ceil((LABEL - 1) / 2)), letters.slice(letters.length - Math.floor((LABEL - 1) / 2))];
	return `${head.join('').trimEnd()}…${tail.join('').trimStart()}`;
}

export const percent = (share: number): string => `${(share * 100).toFixed(share < 0.0995 ? 1 : 0)} %`;
