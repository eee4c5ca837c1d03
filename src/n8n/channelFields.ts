import type { INodePropertyOptions } from 'n8n-workflow';

/** Channels as a marketer knows them; the values are those of consents and policies. */
export const CHANNEL_OPTIONS: INodePropertyOptions[] = [
	{ name: 'Email', value: 'email' },
	{ name: 'Phone Call', value: 'call' },
	{ name: 'Push', value: 'push' },
	{ name: 'SMS', value: 'sms' },
	{ name: 'Telegram', value: 'telegram' },
	{ name: 'Viber', value: 'viber' },
	{ name: 'WhatsApp', value: 'whatsapp' },
];
