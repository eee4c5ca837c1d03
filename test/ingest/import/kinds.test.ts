import { reasonsOf, recordsOf, rowsOf } from './files';

const at = (iso: string) => Date.parse(iso);

describe('customers', () => {
	test('any of three columns names the customer; every other column is an attribute', async () => {
		const rows = await rowsOf(
			'customers',
			'customer_id,email,phone,first_name,last_name,time_zone,locale,birth_date,created_at,country,Shoe size,notes\n' +
				'c1, Anna@Example.com ,020 7183 8750,Anna,Bell,Europe/London,en-GB,1990-05-31,2025-07-01 10:00,gb,38,"likes ""tea"""\n' +
				',b@example.com,,,,,,,,Germany,NA,\n' +
				',,+442071838750,,,,,,,,null,NULL\n',
			{ defaultCountry: 'GB' },
		);
		expect(recordsOf(rows)).toEqual([
			{
				ref: { customerId: 'c1', email: 'anna@example.com', phone: '+442071838750' },
				firstName: 'Anna',
				lastName: 'Bell',
				timeZone: 'Europe/London',
				locale: 'en-GB',
				birthDate: '1990-05-31',
				country: 'GB',
				createdAt: at('2025-07-01T09:00:00Z'),
				attributes: { 'Shoe size': '38', notes: 'likes "tea"' },
			},
			{ ref: { email: 'b@example.com' }, attributes: { country: 'Germany' } },
			{ ref: { phone: '+442071838750' } },
		]);
	});

	test('bad rows say every reason, and the next row is read', async () => {
		const rows = await rowsOf('customers', 'email,phone,time_zone,birth_date,created_at\nno,12,Mars/One,31.05.1990,soon\n,,,,\nb@example.com,,,,\n');
		expect(reasonsOf(rows)).toEqual([
			'2: email has no @; phone has no country code that exists: write it as +44..., or set a default country; created_at is not an instant: write it as 2026-11-21 18:00:00, 2026-11-21T18:00:00Z or epoch seconds; time_zone is not a time zone such as Europe/Berlin; birth_date is not a date such as 1990-05-31',
			'3: it names no customer: give a customer id, an e-mail address, a phone or an external id',
		]);
		expect(recordsOf(rows)).toHaveLength(1);
	});
});

describe('events', () => {
	test('properties are JSON; the offset of the instant wins over the zone', async () => {
		const rows = await rowsOf('events', 'customer_id,type,occurred_at,event_id,properties\nc1,cart_updated,2026-07-01T10:00:00+03:00,e1,"{""cart_id"":""k1"",""total"":12.5}"\nc1,visit,2026-07-01 10:00:00,,\n');
		expect(recordsOf(rows)).toEqual([
			{ ref: { customerId: 'c1' }, type: 'cart_updated', occurredAt: at('2026-07-01T07:00:00Z'), eventId: 'e1', source: 'shop', properties: { cart_id: 'k1', total: 12.5 } },
			{ ref: { customerId: 'c1' }, type: 'visit', occurredAt: at('2026-07-01T09:00:00Z'), source: 'shop', properties: {} },
		]);
	});

	test('bad rows', async () => {
		const rows = await rowsOf('events', 'customer_id,type,occurred_at,properties\n,visit,2026-07-01,\nc1,,2026-07-01,\nc1,visit,,\nc1,visit,2026-07-01,{broken\nc1,visit,2026-07-01,[1]\n');
		expect(reasonsOf(rows)).toEqual([
			'2: it names no customer: give a customer id, an e-mail address, a phone or an external id',
			'3: type is missing',
			'4: occurred_at is missing',
			'5: properties is not JSON',
			'6: properties must be an object such as { "colour": "red" }',
		]);
	});
});

describe('products', () => {
	test('every column', async () => {
		const rows = await rowsOf(
			'products',
			'product_id;name;category;price;family;tier;successor_of;lifetime_days;in_stock;margin\np2;Kettle 2;Kitchen;1.234,50;kettles;2;p1;1460;yes;-3,5\np3;;;;;;;;0;\n',
		);
		expect(recordsOf(rows)).toEqual([
			{ source: 'shop', productId: 'p2', name: 'Kettle 2', category: 'Kitchen', priceE4: 12_345_000, currency: 'GBP', family: 'kettles', tier: 2, successorOf: 'p1', lifetimeDays: 1460, inStock: true, marginE4: -35_000 },
			{ source: 'shop', productId: 'p3', inStock: false },
		]);
	});

	test('bad rows', async () => {
		const rows = await rowsOf('products', 'product_id,price,tier,in_stock\n,1,,\np,free,,\np,-1,,\np,1,1.5,\np,1,,maybe\n');
		expect(reasonsOf(rows)).toEqual(['2: product_id is missing', '3: price is not an amount such as 12.50', '4: price is negative', '5: tier must be a whole number', '6: in_stock is neither yes nor no']);
	});
});

describe('messages', () => {
	test('what was sent, when, to whom; tags are a list', async () => {
		const rows = await rowsOf('messages', 'customer_id,channel,sent_at,message_id,category,class,tags\nc1,Email,2026-01-01 10:00,<a@b>,promo/sale,Marketing,"sale, x, sale"\nc1,sms,2026-01-01T00:00:00Z,,,,\n');
		expect(recordsOf(rows)).toEqual([
			{ ref: { customerId: 'c1' }, channel: 'email', sentAt: at('2026-01-01T10:00:00Z'), source: 'shop', messageId: 'a@b', category: 'promo/sale', class: 'marketing', tags: ['sale', 'x'] },
			{ ref: { customerId: 'c1' }, channel: 'sms', sentAt: at('2026-01-01T00:00:00Z'), source: 'shop', class: 'marketing', tags: [] },
		]);
	});

	test('bad rows', async () => {
		const rows = await rowsOf('messages', `customer_id,channel,sent_at,tags\n,email,2026-01-01,\nc1,,2026-01-01,\nc1,email,,\nc1,email,2026-01-01,${'x'.repeat(101)}\n`);
		expect(reasonsOf(rows)).toEqual(['2: it names no customer: give a customer id, an e-mail address, a phone or an external id', '3: channel is missing', '4: sent_at is missing', '5: tags holds a name that is longer than 100 characters']);
	});
});

describe('consents', () => {
	test('withdrawn reads as denied; the source is where the consent was given', async () => {
		const rows = await rowsOf(
			'consents',
			'customer_id,channel,purpose,status,at,source,wording,proof,expires_at\nc1,Email,marketing,granted,2026-01-01,checkout form,v3,ip 203.0.113.7,2027-01-01\nc1,sms,marketing,Withdrawn,2026-02-01T00:00:00Z,,,,\n',
		);
		expect(recordsOf(rows)).toEqual([
			{ ref: { customerId: 'c1' }, channel: 'email', purpose: 'marketing', status: 'granted', at: at('2026-01-01T00:00:00Z'), source: 'checkout form', wording: 'v3', proof: 'ip 203.0.113.7', expiresAt: at('2027-01-01T00:00:00Z') },
			{ ref: { customerId: 'c1' }, channel: 'sms', purpose: 'marketing', status: 'denied', at: at('2026-02-01T00:00:00Z') },
		]);
	});

	test('bad rows', async () => {
		const rows = await rowsOf('consents', 'customer_id,channel,purpose,status,at\nc1,e mail,marketing,granted,2026-01-01\nc1,email,marketing,perhaps,2026-01-01\nc1,email,marketing,granted,\n');
		expect(reasonsOf(rows)).toEqual(['2: channel must be one word in letters, digits, _ or -', '3: status must be one of granted, denied, pending', '4: at is missing']);
	});
});
