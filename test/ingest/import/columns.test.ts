import { parseMap, planColumns } from '../../../src/ingest/import/columns';
import { customerColumns } from '../../../src/ingest/import/kinds/customers';
import { orderColumns } from '../../../src/ingest/import/kinds/orders';

const places = (header: string[], map = '', set = orderColumns) => {
	const { ours, extra } = planColumns(set, header, parseMap(map, set));
	return { ours: ours.map((column) => set.columns[column] ?? '-'), extra: extra.map(({ name }) => name) };
};

describe('columns of an import file', () => {
	test('are found by our names, in any case and with or without separators', () => {
		expect(places(['Ordered At', 'customerId', 'ORDER_ID', 'qty'])).toEqual({ ours: ['ordered_at', 'customer_id', 'order_id', '-'], extra: ['qty'] });
	});

	test('--map renames; a mapped column wins over one of our name', () => {
		expect(places(['InvoiceDate', 'CustomerID', 'InvoiceNo', 'order_id'], 'ordered_at=InvoiceDate,customer_id=CustomerID,order_id=InvoiceNo')).toEqual({
			ours: ['ordered_at', 'customer_id', 'order_id', '-'],
			extra: ['order_id'],
		});
	});

	test('--map takes a column with a comma in its name, in quotes', () => {
		expect(parseMap('ordered_at=Date,"customer_id=Customer, ID"', orderColumns)).toEqual(new Map([['ordered_at', 'Date'], ['customer_id', 'Customer, ID']]));
		expect(parseMap(undefined, orderColumns)).toEqual(new Map());
	});

	test.each([
		['ordered_at', '--map "ordered_at" is not of the form our_column=their_column.'],
		['ordered_at=', '--map "ordered_at=" is not of the form our_column=their_column.'],
		['=Date', '--map "=Date" is not of the form our_column=their_column.'],
		['when=Date', expect.stringContaining('orders have no column "when"; they have ordered_at, customer_id')],
		['ordered_at=A,ordered_at=B', '--map names the column ordered_at twice.'],
		['"ordered_at=A', expect.stringContaining('cannot be read: write our_column=their_column')],
	])('--map %s is refused', (map, message) => {
		expect(() => parseMap(map, orderColumns)).toThrow(expect.objectContaining({ code: 'bad_input', message }));
	});

	test.each([
		[['Date', 'customer_id'], '', 'A file of orders needs the column ordered_at; this one has Date, customer_id: rename the column or use --map ordered_at=....'],
		[['ordered_at', 'price'], '', 'A file of orders needs the column customer_id or order_id or email or phone; this one has ordered_at, price: rename the column or use --map customer_id=....'],
		[['ordered_at', 'order_id'], 'customer_id=Client', '--map customer_id=Client: the file has no column "Client"; it has ordered_at, order_id.'],
		[['ordered_at', 'order_id', 'ordered_at'], '', 'The file has two columns named "ordered_at": rename one of them.'],
		[['ordered_at|customer_id'], '', 'A file of orders needs the column ordered_at; this one has ordered_at|customer_id: its columns seem to be separated by "|"; save it with commas, semicolons or tabs between them.'],
		[[''], '', 'A file of orders needs the column ordered_at; this one has (no name): rename the column or use --map ordered_at=....'],
	])('the header %j with --map %j is refused', (header, map, message) => {
		expect(() => places(header, map)).toThrow(expect.objectContaining({ code: 'bad_file', message }));
	});

	test('the columns of a rejects file are no attributes', () => {
		expect(places(['line_number', 'reason', 'email', 'colour'], '', customerColumns)).toEqual({ ours: ['-', '-', 'email', '-'], extra: ['colour'] });
		expect(places(['reason', 'email'], '', customerColumns).extra).toEqual(['reason']);
	});
});
