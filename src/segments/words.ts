import { isGroup, type Comparison, type Group, type Label, type Leaf, type NumberName, type Period, type Rule } from './rules';

const LABEL_NAMES: Record<Label, string> = { stage: 'stage', rfmGroup: 'RFM group', rhythm: 'rhythm', valueTier: 'value tier', priceTier: 'price preference', favouriteCategory: 'favourite category', bestChannel: 'best channel' };

const NUMBER_NAMES: Record<NumberName, string> = {
	recency: 'days since the last order', frequency: 'orders in the RFM period', monetary: 'revenue in the RFM period', orders: 'orders', revenue: 'revenue in the RFM period', expectedGapDays: 'expected days between orders',
	pAlive: 'probability of still being a customer', noReturn: 'probability of not coming back', expectedOrders: 'expected orders in a year', lifetimeValue: 'lifetime value', margin: 'margin of 12 months', engagement: 'engagement', bestHour: 'best hour', views: 'views in 30 days',
};

const COMPARED: Record<Comparison['is'], string> = { atLeast: 'at least', atMost: 'at most', exactly: 'exactly', moreThan: 'more than', lessThan: 'less than' };

const OPERATORS = { equals: 'is', notEquals: 'is not', contains: 'contains', notContains: 'does not contain', greaterThan: 'is greater than', lessThan: 'is less than', exists: 'is known', notExists: 'is not known' } as const;

/** The rules as one sentence for a person: "bought "Coffee" at least 2 times in the last 90 days, and never did message_opened in the last 30 days". */
export function rulesInWords(rules: Group): string {
	return rules.rules.length === 0 ? 'all customers' : groupInWords(rules);
}

function groupInWords({ match, rules }: Group): string {
	const parts = rules.map((rule) => ruleInWords(rule));
	if (match === 'none') return `not (${parts.join(', or ')})`;
	return parts.join(match === 'all' ? ', and ' : ', or ');
}

function ruleInWords(rule: Rule): string {
	if (!isGroup(rule)) return conditionInWords(rule);
	return rule.match === 'none' || rule.rules.length === 1 ? groupInWords(rule) : `(${groupInWords(rule)})`;
}

function conditionInWords(rule: Leaf): string {
	switch (rule.about) {
		case 'profile':
			return [rule.field, OPERATORS[rule.operator], ...(rule.value === undefined ? [] : [quoted(rule.value)])].join(' ');
		case 'date':
			return `${rule.field} ${{ inTheLast: 'was in the last', longerAgo: 'was more than', inTheNext: 'is in the next', anniversary: 'comes round within' }[rule.is]} ${plural(rule.days, 'day')}${rule.is === 'longerAgo' ? ' ago' : ''}`;
		case 'bought':
			return boughtInWords(rule);
		case 'order':
			return `${rule.which} order${goodsInWords(rule, ' of ')} was ${agoInWords(rule)}`;
		case 'did':
			return `${timesInWords(rule.compare, `did ${rule.eventType}`, `did not do ${rule.eventType}`)}${filterInWords(rule.filter)}${periodInWords(rule.period)}`;
		case 'event':
			return `${rule.which} ${rule.eventType}${filterInWords(rule.filter)} was ${agoInWords(rule)}`;
		case 'label':
			return `${LABEL_NAMES[rule.label]} is ${rule.not ? 'not ' : ''}${rule.oneOf.join(' or ')}`;
		case 'number':
			return `${NUMBER_NAMES[rule.number]} is ${COMPARED[rule.compare.is]} ${rule.compare.value}`;
		case 'vip':
			return rule.is ? 'is VIP' : 'is not VIP';
		case 'consent':
			return `${rule.given ? 'agreed' : 'did not agree'} to ${rule.purpose} by ${rule.channel}`;
		case 'segment':
			return `is ${rule.inside ? 'in' : 'not in'} the segment ${quoted(rule.name)}`;
	}
}

function boughtInWords(rule: Extract<Leaf, { about: 'bought' }>): string {
	const goods = goodsInWords(rule, ' ');
	const when = periodInWords(rule.period);
	if (rule.measure === 'orders') return `${timesInWords(rule.compare, `bought${goods}`, `did not buy${goods || ' anything'}`)}${when}`;
	const amount = `${COMPARED[rule.compare.is]} ${rule.compare.value}`;
	if (rule.measure === 'pieces') return `bought ${COMPARED[rule.compare.is]} ${plural(rule.compare.value, 'piece')}${goodsInWords(rule, ' of ')}${when}`;
	if (rule.measure === 'amount') return `spent ${amount}${goodsInWords(rule, ' on ')}${when}`;
	return `spent on average ${amount} per order${goodsInWords(rule, ' on ')}${when}`;
}

/** "did X" for at least once, "did not do X" for never, else with the count. */
function timesInWords({ is, value }: Comparison, done: string, undone: string): string {
	if ((is === 'atLeast' && value === 1) || (is === 'moreThan' && value === 0)) return done;
	if ((is === 'atMost' && value === 0) || (is === 'exactly' && value === 0) || (is === 'lessThan' && value === 1)) return undone;
	return `${done} ${COMPARED[is]} ${plural(value, 'time')}`;
}

function goodsInWords({ products, categories }: { products: readonly string[]; categories: readonly string[] }, before: string): string {
	const named = [...products.map(quoted), ...categories.map((name) => `category ${quoted(name)}`)];
	return named.length === 0 ? '' : `${before}${named.slice(0, 5).join(' or ')}${named.length > 5 ? ` or ${named.length - 5} more` : ''}`;
}

function periodInWords(period: Period): string {
	switch (period.kind) {
		case 'ever':
			return '';
		case 'inTheLast':
			return ` in the last ${plural(period.days, 'day')}`;
		case 'longerAgo':
			return ` more than ${plural(period.days, 'day')} ago`;
		case 'between':
			return ` from ${period.from} to ${period.to}`;
	}
}

const agoInWords = ({ is, days }: { is: string; days: number }) => (is === 'inTheLast' ? `in the last ${plural(days, 'day')}` : `more than ${plural(days, 'day')} ago`);
const filterInWords = (filter: readonly { field: string; operator: keyof typeof OPERATORS; value?: unknown }[]) => (filter.length === 0 ? '' : ` (${filter.map(({ field, operator, value }) => [field, OPERATORS[operator], ...(value === undefined ? [] : [quoted(value)])].join(' ')).join(' and ')})`);
const quoted = (value: unknown) => `"${String(value)}"`;
const plural = (count: number, noun: string) => `${count} ${noun}${count === 1 ? '' : 's'}`;
