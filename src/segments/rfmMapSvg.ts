import { groupOf, RFM_GROUP_NAMES, type RfmGroup, type RfmMap } from './rfmGroups';

export interface RfmCell {
	r: number;
	f: number;
	m: number;
	customers: number;
}

/** From those who buy lately and often to those who are lost; text on them is dark or light. */
const COLOURS: Record<RfmGroup, [fill: string, text: string]> = {
	champions: ['#1B7F5C', '#FFFFFF'], loyal: ['#3DA37A', '#FFFFFF'], potential_loyalist: ['#8CCBA8', '#173B2D'], new: ['#BFE3F2', '#12394A'], promising: ['#DCEFF7', '#12394A'],
	need_attention: ['#FBE9B0', '#4A3A00'], about_to_sleep: ['#F7D58B', '#4A3A00'], at_risk: ['#F2A66B', '#4A1E00'], cannot_lose: ['#E4572E', '#FFFFFF'], hibernating: ['#C9CED8', '#2B3A55'], lost: ['#8D97A8', '#FFFFFF'],
};
const CELL = { width: 150, height: 78 };
const LEFT = 92;
const TOP = 54;
const SIZE = 5;

/**
 * The map of RFM as a picture: rows by recency (5, the latest, on top), columns by the mean of frequency and monetary value. Each
 * field says its group, how many customers are in it and their share; a field without customers is pale.
 * @param title a line above it
 * @returns SVG text
 */
export function rfmMapSvg(cells: readonly RfmCell[], map: RfmMap, title: string): string {
	const counts = Array.from({ length: SIZE }, () => new Array<number>(SIZE).fill(0));
	for (const { r, f, m, customers } of cells) counts[r - 1][Math.floor((f + m + 1) / 2) - 1] += customers;
	const total = counts.flat().reduce((sum, one) => sum + one, 0);
	const fields = counts.flatMap((row, r) => row.map((customers, value) => field(groupOf(map, r + 1, value + 1, value + 1), customers, total, LEFT + value * CELL.width, TOP + (SIZE - 1 - r) * CELL.height)));
	const [width, height] = [LEFT + SIZE * CELL.width + 16, TOP + SIZE * CELL.height + 56];
	const rows = counts.map((_, r) => label(LEFT - 14, TOP + (SIZE - 1 - r) * CELL.height + CELL.height / 2 + 5, String(r + 1), 'end'));
	const columns = counts.map((_, value) => label(LEFT + value * CELL.width + CELL.width / 2, TOP + SIZE * CELL.height + 20, String(value + 1)));
	return `<svg xmlns="http://www.w3.org/2000/svg" width="${width}" height="${height}" viewBox="0 0 ${width} ${height}" font-family="Helvetica, Arial, sans-serif" font-size="13">
<rect width="${width}" height="${height}" fill="#FFFFFF"/>
${label(LEFT, 30, title, 'start', 16)}
${fields.join('\n')}
${[...rows, ...columns].join('\n')}
<text transform="translate(26 ${TOP + (SIZE * CELL.height) / 2}) rotate(-90)" text-anchor="middle" fill="#2B3A55">Recency: how lately</text>
${label(LEFT + (SIZE * CELL.width) / 2, height - 12, 'Frequency and monetary value: how often and for how much')}
</svg>
`;
}

function field(group: RfmGroup, customers: number, total: number, x: number, y: number): string {
	const [fill, text] = COLOURS[group];
	const share = total === 0 ? 0 : (100 * customers) / total;
	const lines = [label(x + CELL.width / 2, y + 32, RFM_GROUP_NAMES[group], 'middle', 14, text), label(x + CELL.width / 2, y + 54, `${customers.toLocaleString('en')} · ${share.toFixed(share > 0 && share < 9.95 ? 1 : 0)} %`, 'middle', 13, text)];
	return `<g opacity="${customers === 0 ? 0.45 : 1}"><rect x="${x + 1}" y="${y + 1}" width="${CELL.width - 2}" height="${CELL.height - 2}" rx="4" fill="${fill}"/>${lines.join('')}</g>`;
}

function label(x: number, y: number, text: string, anchor: 'start' | 'middle' | 'end' = 'middle', size = 13, fill = '#2B3A55'): string {
	return `<text x="${x}" y="${y}" text-anchor="${anchor}" font-size="${size}" fill="${fill}">${text.replace(/[&<>]/g, (sign) => ({ '&': '&amp;', '<': '&lt;', '>': '&gt;' })[sign] as string)}</text>`;
}
