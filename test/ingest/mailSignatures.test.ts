import { createHash, createHmac, generateKeyPairSync, sign } from 'node:crypto';
import { readFileSync } from 'node:fs';
import path from 'node:path';
import { checkCall, type SignatureKey } from '../../src/ingest/mailSignatures/checkCall';
import type { SignedCall } from '../../src/ingest/mailSignatures/signedCall';

/** The keys of the senders are the tests' own; what is signed is what the senders' documentation says. */
const NOW = Date.parse('2026-11-16T09:00:00Z');
const file = (name: string) => readFileSync(path.join(__dirname, 'fixtures', 'signatures', name), 'utf8');
const call = (body: unknown, headers: SignedCall['headers'] = {}, raw?: string): SignedCall => ({ headers, body, ...(raw === undefined ? {} : { raw: Buffer.from(raw) }) });
const why = (one: SignedCall, key: SignatureKey, nowMs = NOW): string => {
	try {
		checkCall(one, key, nowMs);
		return 'fits';
	} catch (error) {
		return `${(error as { code: string }).code}: ${(error as Error).message}`;
	}
};

describe('SendGrid', () => {
	const { publicKey, privateKey } = generateKeyPairSync('ec', { namedCurve: 'P-256' });
	const verification = publicKey.export({ format: 'der', type: 'spki' }).toString('base64');
	const key: SignatureKey = { by: 'sendGrid', key: verification };
	const raw = '[{"email":"jane@example.com","event":"bounce"}]\r\n';
	const signed = (text: string, timestamp = '1763280000') => ({
		'x-twilio-email-event-webhook-signature': sign('sha256', Buffer.from(timestamp + text), privateKey).toString('base64'),
		'x-twilio-email-event-webhook-timestamp': timestamp,
	});

	test('the text to the byte, with its timestamp, by the verification key, as base64 and as PEM', () => {
		expect(why(call(JSON.parse(raw), signed(raw), raw), key)).toBe('fits');
		expect(why(call(null, signed(raw), raw), { by: 'sendGrid', key: String(publicKey.export({ format: 'pem', type: 'spki' })) })).toBe('fits');
		const loud = Object.fromEntries(Object.entries(signed(raw)).map(([name, value]) => [name.toUpperCase(), value]));
		expect(why(call(null, loud, raw), key)).toBe('fits');
	});

	test('another text, timestamp, signature or key does not fit', () => {
		const refusal = /^bad_signature: The signature is not that of SendGrid for this call.* Nothing of it was recorded\.$/;
		expect(why(call(null, signed(raw), raw.trim()), key)).toMatch(refusal);
		expect(why(call(null, { ...signed(raw), 'x-twilio-email-event-webhook-timestamp': '1763280001' }, raw), key)).toMatch(refusal);
		expect(why(call(null, { ...signed(raw), 'x-twilio-email-event-webhook-signature': 'bm90IGEgc2lnbmF0dXJl' }, raw), key)).toMatch(refusal);
		const other = generateKeyPairSync('ec', { namedCurve: 'P-256' }).publicKey.export({ format: 'der', type: 'spki' }).toString('base64');
		expect(why(call(null, signed(raw), raw), { by: 'sendGrid', key: other })).toMatch(refusal);
	});

	test('what is missing is said: the signature, the text, the key', () => {
		expect(why(call(null, {}, raw), key)).toContain('switch on "Signed Event Webhook"');
		expect(why(call(JSON.parse(raw), signed(raw)), key)).toContain('add the option "Raw Body" to the Webhook node');
		const rsa = generateKeyPairSync('rsa', { modulusLength: 1024 }).publicKey.export({ format: 'der', type: 'spki' }).toString('base64');
		for (const none of ['SG.abc', rsa]) expect(why(call(null, signed(raw), raw), { by: 'sendGrid', key: none })).toMatch(/^bad_input: "Verification Key" is not a key of SendGrid/);
	});
});

describe('Mailgun', () => {
	const key: SignatureKey = { by: 'mailgun', key: 'key-123' };
	const timestamp = String(NOW / 1000 - 60);
	const signature = (token: string, at = timestamp, by = 'key-123') => ({ timestamp: at, token, signature: createHmac('sha256', by).update(at + token).digest('hex') });
	const report = (event: string) => ({ 'event-data': { event, recipient: 'jane@example.com' } });

	test('timestamp and token by the signing key; the token is for one report, however its fields are ordered', () => {
		const used = checkCall(call({ signature: signature('t1'), ...report('opened') }), key, NOW);
		expect(used).toEqual({ token: 't1', bodyHash: expect.any(String) });
		expect(checkCall(call({ 'event-data': { recipient: 'jane@example.com', event: 'opened' }, signature: signature('t1') }), key, NOW)).toEqual(used);
		expect(checkCall(call({ signature: signature('t1'), ...report('complained') }), key, NOW)).not.toEqual(used);
		expect(checkCall(call({ ...signature('t2'), event: 'opened' }), key, NOW)).toMatchObject({ token: 't2' });
	});

	test('another key, token or time does not fit, nor does a signature of the day before', () => {
		const refusal = /^bad_signature: The signature is not that of Mailgun/;
		expect(why(call({ signature: signature('t', timestamp, 'key-other'), ...report('opened') }), key)).toMatch(refusal);
		expect(why(call({ signature: { ...signature('t'), token: 'u' }, ...report('opened') }), key)).toMatch(refusal);
		expect(why(call({ signature: { ...signature('t'), timestamp: String(NOW / 1000) }, ...report('opened') }), key)).toMatch(refusal);
		expect(why(call({ signature: signature('t', String(NOW / 1000 - 86_401)), ...report('opened') }), key)).toContain('more than a day old');
		expect(why(call({ signature: signature('t', 'soon'), ...report('opened') }), key)).toContain('more than a day old');
		expect(why(call(report('opened')), key)).toContain('has no signature of Mailgun');
		expect(why(call('hello'), key)).toContain('has no signature of Mailgun');
	});
});

describe('Amazon SNS', () => {
	const topic = 'arn:aws:sns:eu-west-1:123456789012:mail';
	const key: SignatureKey = { by: 'amazonSns', certificates: file('sns.cert.pem'), topic };
	const message = { Type: 'Notification', MessageId: 'm-1', TopicArn: topic, Message: '{"eventType":"Bounce"}', Timestamp: '2026-11-16T08:59:00.000Z' };
	const signed = (of: Record<string, string>, names: string[], hash: 'sha1' | 'sha256') => ({
		...of,
		SignatureVersion: hash === 'sha1' ? '1' : '2',
		Signature: sign(hash, Buffer.from(names.map((name) => `${name}\n${of[name]}\n`).join('')), file('sns.key.pem')).toString('base64'),
	});
	const NAMES = ['Message', 'MessageId', 'Timestamp', 'TopicArn', 'Type'];

	test('notifications of both versions, with a subject, as text; and the question whether it may send', () => {
		for (const hash of ['sha1', 'sha256'] as const) expect(why(call(signed(message, NAMES, hash)), key)).toBe('fits');
		const withSubject = signed({ ...message, Subject: 'Amazon SES' }, ['Message', 'MessageId', 'Subject', 'Timestamp', 'TopicArn', 'Type'], 'sha256');
		expect(why(call(JSON.stringify(withSubject)), key)).toBe('fits');
		const question = { ...message, Type: 'SubscriptionConfirmation', Token: 'x', SubscribeURL: 'https://sns.eu-west-1.amazonaws.com/?x' };
		expect(why(call(signed(question, ['Message', 'MessageId', 'SubscribeURL', 'Timestamp', 'Token', 'TopicArn', 'Type'], 'sha256')), key)).toBe('fits');
		expect(why(call(signed(message, NAMES, 'sha256')), { ...key, certificates: `${file('sns.cert.pem')}\n${file('sns.cert.pem')}` })).toBe('fits');
	});

	test('changed, of another topic, without a signature, by another certificate: refused', () => {
		const good = signed(message, NAMES, 'sha256');
		expect(why(call({ ...good, Message: '{"eventType":"Complaint"}' }), key)).toMatch(/^bad_signature: The signature is not that of Amazon SNS/);
		expect(why(call({ ...good, SignatureVersion: '1' }), key)).toMatch(/^bad_signature: The signature is not/);
		expect(why(call(signed({ ...message, TopicArn: `${topic}2` }, NAMES, 'sha256')), key)).toContain('of another topic of Amazon SNS');
		expect(why(call({ eventType: 'Bounce', mail: {} }), key)).toContain('switch off "raw message delivery"');
		for (const none of ['no certificate', '-----BEGIN CERTIFICATE-----\nAAAA\n-----END CERTIFICATE-----']) expect(why(call(good), { ...key, certificates: none })).toMatch(/^bad_input: "Certificate" is no certificate/);
	});
});

describe('Unisender Go', () => {
	const key: SignatureKey = { by: 'unisender', key: 'api-key' };
	const textWith = (auth: string) => `{"auth":"${auth}","events_by_user":[{"events":[{"url":"http:\\/\\/x.example"}]}]}`;
	const raw = textWith(createHash('md5').update(textWith('api-key')).digest('hex'));

	test('the text in which the key stands in place of auth', () => {
		expect(why(call(JSON.parse(raw), {}, raw), key)).toBe('fits');
		expect(why(call(JSON.parse(raw), {}, raw.replace('x.example', 'y.example')), key)).toMatch(/^bad_signature: The signature is not that of Unisender Go/);
		expect(why(call(JSON.parse(raw), {}, raw), { by: 'unisender', key: 'other' })).toMatch(/^bad_signature/);
		expect(why(call(JSON.parse(raw)), key)).toContain('"Raw Body"');
		expect(why(call({ events_by_user: [] }, {}, '{}'), key)).toContain('"auth" is missing');
	});
});

test('a user and a password, for senders that sign nothing', () => {
	const key: SignatureKey = { by: 'basicAuth', user: 'mail', password: 'pass: word' };
	const header = (text: string) => call({}, { authorization: `Basic ${Buffer.from(text).toString('base64')}` });
	expect(why(header('mail:pass: word'), key)).toBe('fits');
	expect(why(header('mail:pass'), key)).toContain('are not those of this node');
	expect(why(call({}), key)).toContain('https://user:password@');
});
