/** What the unsubscribe page says: the question, the confirmation, or why it cannot help; and why a click link leads nowhere. */
export type UnsubscribeState = 'ask' | 'done' | 'bad_link' | 'expired_link' | 'unknown_customer' | 'try_later' | 'bad_click' | 'expired_click';

export type PageLanguage = 'en' | 'ru';

/** What a page says. */
export interface Words {
	title: string;
	text: string;
	button?: string;
}

/** @param channel, purpose as the consent has them; both may be any word */
type Page = (channel: string, purpose: string) => Words;

const CHANNELS: Record<PageLanguage, Record<string, string>> = {
	en: { email: 'by e-mail', sms: 'by SMS', push: 'by push message', call: 'by phone', telegram: 'in Telegram', whatsapp: 'in WhatsApp', viber: 'in Viber' },
	ru: { email: 'по электронной почте', sms: 'по СМС', push: 'в push-уведомлениях', call: 'по телефону', telegram: 'в Telegram', whatsapp: 'в WhatsApp', viber: 'в Viber' },
};

const MESSAGES: Record<PageLanguage, Record<string, string>> = {
	en: { marketing: 'offers and news', service: 'service messages' },
	ru: { marketing: 'предложения и новости', service: 'сервисные сообщения' },
};

const PAGES: Record<PageLanguage, Record<UnsubscribeState, Page>> = {
	en: {
		ask: (channel, purpose) => ({ title: 'Unsubscribe', text: `Do you no longer want to receive ${purpose} ${channel}?`, button: 'Unsubscribe' }),
		done: (channel, purpose) => ({ title: 'You are unsubscribed', text: `You will no longer receive ${purpose} ${channel}.` }),
		bad_link: () => ({ title: 'This link does not work', text: 'It may have been cut off on the way. Please copy the whole link from the message, or answer the message and ask to be unsubscribed.' }),
		expired_link: () => ({ title: 'This link has expired', text: 'Please use the link in a newer message, or answer the message and ask to be unsubscribed.' }),
		unknown_customer: () => ({ title: 'You are unsubscribed', text: 'We have no data about you any more.' }),
		try_later: () => ({ title: 'Please try again in a few minutes', text: 'Your request could not be saved just now.' }),
		bad_click: () => ({ title: 'This link does not work', text: 'It may have been cut off on the way, or it leads to a place that is not ours. Please copy the whole link from the message.' }),
		expired_click: () => ({ title: 'This link has expired', text: 'Please use the link in a newer message.' }),
	},
	ru: {
		ask: (channel, purpose) => ({ title: 'Отписаться', text: `Больше не получать ${purpose} ${channel}?`, button: 'Отписаться' }),
		done: (channel, purpose) => ({ title: 'Вы отписаны', text: `Вы больше не будете получать ${purpose} ${channel}.` }),
		bad_link: () => ({ title: 'Ссылка не работает', text: 'Возможно, она скопирована не полностью. Скопируйте ссылку из письма целиком или ответьте на письмо с просьбой отписать вас.' }),
		expired_link: () => ({ title: 'Срок действия ссылки истёк', text: 'Воспользуйтесь ссылкой из более нового сообщения или ответьте на письмо с просьбой отписать вас.' }),
		unknown_customer: () => ({ title: 'Вы отписаны', text: 'Ваших данных у нас больше нет.' }),
		bad_click: () => ({ title: 'Ссылка не работает', text: 'Возможно, она скопирована не полностью или ведёт не на наш сайт. Скопируйте ссылку из письма целиком.' }),
		expired_click: () => ({ title: 'Срок действия ссылки истёк', text: 'Воспользуйтесь ссылкой из более нового письма.' }),
		try_later: () => ({ title: 'Попробуйте ещё раз через несколько минут', text: 'Сейчас не удалось сохранить ваш запрос.' }),
	},
};

/** The first language of the browser's list that the page has. */
export function pageLanguage(acceptLanguage: string | undefined): PageLanguage {
	const wanted = (acceptLanguage ?? '').split(',').map((part) => {
		const [tag = '', ...parameters] = part.trim().toLowerCase().split(';');
		const weight = Number(parameters.find((one) => one.trim().startsWith('q='))?.trim().slice(2) ?? 1);
		return { language: tag.split('-')[0], weight };
	});
	const known = wanted.filter(({ language }) => language === 'en' || language === 'ru').sort((a, b) => b.weight - a.weight);
	return (known[0]?.language as PageLanguage | undefined) ?? 'en';
}

/** Channel and purpose as a person says them; unknown words stay as they are. */
export function spoken(language: PageLanguage, channel: string, purpose: string): [channel: string, purpose: string] {
	return [CHANNELS[language][channel] ?? channel, MESSAGES[language][purpose] ?? purpose];
}

export function unsubscribePage(state: UnsubscribeState, language: PageLanguage, channel = '', purpose = ''): string {
	return page(PAGES[language][state](...spoken(language, channel, purpose)), language);
}

/** A page that needs nothing from anywhere: no script, no image, no font. */
export function page({ title, text, button }: Words, language: PageLanguage): string {
	// No action: the form is sent to the address of the page, which has the token.
	const form = button ? `<form method="post"><button type="submit">${escapeHtml(button)}</button></form>` : '';
	return `<!doctype html>
<html lang="${language}">
<head>
<meta charset="utf-8">
<meta name="viewport" content="width=device-width, initial-scale=1">
<meta name="robots" content="noindex">
<title>${escapeHtml(title)}</title>
<style>
:root { color-scheme: light dark; }
body { margin: 0; min-height: 100vh; display: grid; place-items: center; font: 17px/1.5 system-ui, sans-serif; background: #f4f4f6; color: #1d1d22; }
main { max-width: 30rem; margin: 1rem; padding: 2.5rem; border-radius: 1rem; background: #fff; box-shadow: 0 2px 24px rgb(0 0 0 / 8%); text-align: center; }
h1 { margin: 0 0 .75rem; font-size: 1.5rem; }
p { margin: 0; }
button { margin-top: 1.5rem; padding: .75rem 2rem; border: 0; border-radius: .6rem; background: #1d1d22; color: #fff; font: inherit; cursor: pointer; }
button:focus-visible { outline: 3px solid #7a9cff; outline-offset: 2px; }
@media (prefers-color-scheme: dark) { body { background: #16161a; color: #f0f0f3; } main { background: #232329; } button { background: #f0f0f3; color: #16161a; } }
</style>
</head>
<body>
<main>
<h1>${escapeHtml(title)}</h1>
<p>${escapeHtml(text)}</p>
${form}
</main>
</body>
</html>
`;
}

function escapeHtml(text: string): string {
	const entities: Record<string, string> = { '&': '&amp;', '<': '&lt;', '>': '&gt;', '"': '&quot;', "'": '&#39;' };
	return text.replace(/[&<>"']/g, (character) => entities[character] as string);
}
