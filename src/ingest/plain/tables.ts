import { amount, asIs, dayOrInstant, flag, instant, number, type FieldTable } from './fieldTable';
import { WHO } from './who';

/** The names under which workflows carry the fields of each record, written loosely: `orderid` is order_id, orderId, Order ID. */

const NAMES_OF_ORDER_ID = ['orderid', 'ordernumber', 'orderno', 'invoiceid', 'invoiceno', 'number', 'id'] as const;

export const CUSTOMER: FieldTable = {
	...WHO,
	customerId: asIs('customerid', 'userid', 'clientid', 'contactid', 'id'),
	firstName: asIs('firstname', 'givenname', 'forename'),
	lastName: asIs('lastname', 'surname', 'familyname'),
	timeZone: asIs('timezone', 'tz'),
	locale: asIs('locale', 'language', 'lang'),
	birthDate: asIs('birthdate', 'birthday', 'dateofbirth', 'dob'),
	country: asIs('countrycode', 'country'),
	createdAt: instant('createdat', 'registeredat', 'signedupat', 'customersince', 'created'),
	updatedAt: instant('updatedat', 'modifiedat', 'changedat'),
	attributes: asIs('attributes'),
};

export const EVENT: FieldTable = {
	...WHO,
	type: asIs('eventtype', 'eventname', 'event', 'type'),
	occurredAt: instant('occurredat', 'at', 'timestamp', 'eventtime', 'time', 'date', 'createdat'),
	eventId: asIs('eventid', 'messageid', 'id'),
	source: asIs('source'),
	properties: asIs('properties', 'props'),
};

export const ORDER: FieldTable = {
	...WHO,
	orderId: asIs(...NAMES_OF_ORDER_ID),
	orderedAt: instant('orderedat', 'orderdate', 'placedat', 'purchasedat', 'createdat', 'at', 'date', 'timestamp'),
	currency: asIs('currency', 'currencycode'),
	status: asIs('status', 'orderstatus'),
	totalE4: amount('total', 'totalprice', 'ordertotal', 'grandtotal', 'totalamount', 'revenue'),
	discountE4: amount('discount', 'discounttotal', 'totaldiscount', 'totaldiscounts'),
	cartId: asIs('cartid', 'checkoutid', 'carttoken'),
	sourceCampaign: asIs('sourcecampaign', 'utmcampaign', 'campaign'),
	lines: asIs('lines', 'items', 'lineitems', 'orderlines', 'products'),
	updatedAt: instant('updatedat', 'modifiedat', 'changedat'),
	source: asIs('source'),
};

export const ORDER_LINE: FieldTable = {
	productId: asIs('productid', 'sku', 'article', 'itemid', 'id'),
	name: asIs('productname', 'name', 'title'),
	category: asIs('category', 'producttype', 'productcategory'),
	quantity: number('quantity', 'qty', 'count', 'pieces'),
	priceE4: amount('price', 'unitprice'),
	amountE4: amount('amount', 'linetotal', 'total', 'sum'),
	currency: asIs('currency', 'currencycode'),
};

/** An order of one product whose line stands in the item itself. */
export const ONLY_LINE: FieldTable = {
	productId: asIs('productid', 'sku'),
	name: asIs('productname'),
	category: asIs('category', 'productcategory'),
	quantity: number('quantity', 'qty'),
	priceE4: amount('price', 'unitprice'),
	amountE4: amount('amount'),
};

export const CANCEL: FieldTable = {
	...WHO,
	orderId: asIs(...NAMES_OF_ORDER_ID),
	cancelledAt: instant('cancelledat', 'canceledat', 'at', 'date', 'timestamp'),
	reason: asIs('reason', 'cancelreason'),
	source: asIs('source'),
};

export const REFUND: FieldTable = {
	...WHO,
	orderId: asIs(...NAMES_OF_ORDER_ID),
	refundId: asIs('refundid'),
	refundedAt: instant('refundedat', 'at', 'date', 'timestamp', 'createdat'),
	currency: asIs('currency', 'currencycode'),
	amountE4: amount('amount', 'refundamount', 'refunded', 'total'),
	lines: asIs('lines', 'items', 'lineitems', 'products'),
	reason: asIs('reason', 'note'),
	source: asIs('source'),
};

export const PRODUCT: FieldTable = {
	productId: asIs('productid', 'sku', 'article', 'id'),
	name: asIs('name', 'productname', 'title'),
	category: asIs('category', 'categoryname', 'producttype'),
	priceE4: amount('price', 'unitprice'),
	currency: asIs('currency', 'currencycode'),
	family: asIs('family', 'productfamily'),
	tier: number('tier'),
	successorOf: asIs('successorof', 'replaces'),
	lifetimeDays: number('lifetimedays', 'lifetime'),
	inStock: flag('instock', 'available'),
	marginE4: amount('margin', 'unitmargin'),
	source: asIs('source'),
};

export const SUBSCRIPTION: FieldTable = {
	...WHO,
	subscriptionId: asIs('subscriptionid', 'subscription', 'contractid', 'policynumber', 'id'),
	productId: asIs('productid', 'sku'),
	plan: asIs('plan', 'planname', 'planid', 'tariff'),
	status: asIs('status', 'subscriptionstatus', 'state'),
	startsAt: dayOrInstant('startsat', 'startdate', 'startedat', 'start', 'createdat'),
	expiresAt: dayOrInstant('expiresat', 'renewsat', 'renewsorexpiresat', 'expirydate', 'expirationdate', 'renewaldate', 'nextbillingdate', 'nextbillingat', 'currentperiodend', 'validuntil', 'endsat', 'enddate', 'end'),
	priceE4: amount('price', 'amount', 'total'),
	currency: asIs('currency', 'currencycode'),
	attributes: asIs('attributes'),
	updatedAt: instant('updatedat', 'modifiedat', 'changedat'),
	source: asIs('source'),
};

export const CONSENT: FieldTable = {
	...WHO,
	channel: asIs('channel'),
	purpose: asIs('purpose'),
	status: asIs('status', 'consent', 'state'),
	at: instant('at', 'consentedat', 'consentat', 'occurredat', 'timestamp', 'date', 'updatedat'),
	source: asIs('source'),
	wording: asIs('wording', 'wordingid'),
	wordingText: asIs('wordingtext'),
	proof: asIs('proof'),
	expiresAt: instant('expiresat', 'validuntil'),
};

export const MESSAGE_RESULT: FieldTable = {
	...WHO,
	key: asIs('key', 'messagekey', 'policykey'),
	channel: asIs('channel'),
	result: asIs('result', 'event', 'status'),
	at: instant('at', 'occurredat', 'timestamp', 'date', 'time'),
	providerId: asIs('providerid', 'providermessageid', 'messageid'),
	eventId: asIs('eventid', 'reportid'),
	category: asIs('category'),
	class: asIs('class', 'kindofmessage'),
	tags: asIs('tags'),
	bounce: asIs('bounce', 'bouncetype'),
	reason: asIs('reason', 'error', 'description'),
};
