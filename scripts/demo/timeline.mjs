/** The story of the demo, line by line: colours and signs on a terminal, plain words anywhere else. */
const colors = { cart: 36, mail: 32, bought: 35, held: 33, blocked: 31, gone: 90 };
const signs = { cart: '🛒', mail: '✉ ', bought: '💰', held: '⏸ ', blocked: '⛔', gone: '👋' };

export class Timeline {
	/**
	 * @param {NodeJS.WriteStream} out
	 * @param {string} zone of the shop, by whose clock the story is told
	 */
	constructor(out, zone) {
		this.out = out;
		this.lively = Boolean(out.isTTY) && !process.env.NO_COLOR && process.env.TERM !== 'dumb';
		this.day = new Intl.DateTimeFormat('en-GB', { timeZone: zone, weekday: 'long', day: 'numeric', month: 'long' });
		this.zone = zone;
		this.today = undefined;
	}

	say(text = '') {
		this.out.write(`${text}\n`);
	}

	bold(text) {
		return this.paint(1, text);
	}

	/** @param {keyof typeof colors} kind @param {import('./cast.mjs').Visitor} visitor */
	tell(atMs, kind, visitor, words) {
		const day = this.day.format(atMs);
		if (day !== this.today) this.say(`\n${this.bold(day)}`);
		this.today = day;
		const who = `${visitor.name}, ${visitor.city}`.padEnd(26);
		const what = this.paint(colors[kind], `${this.lively ? `${signs[kind]} ` : ''}${kind.padEnd(8)}`);
		this.say(`  ${clockOf(atMs, this.zone)}  ${who}${what}${words}`);
	}

	paint(code, text) {
		return this.lively ? `\u001b[${code}m${text}\u001b[0m` : text;
	}
}

/** @returns {string} such as 09:05 */
export function clockOf(atMs, timeZone) {
	return new Intl.DateTimeFormat('en-GB', { timeZone, hour: '2-digit', minute: '2-digit' }).format(atMs);
}
