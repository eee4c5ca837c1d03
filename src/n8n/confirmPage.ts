import { page, spoken, type PageLanguage, type Words } from './unsubscribePage';

/** What the confirmation page says: the question, the thanks, or why it cannot help. */
export type ConfirmState = 'ask' | 'done' | 'withdrawn' | 'bad_link' | 'expired_link' | 'unknown_customer' | 'try_later';

const PAGES: Record<PageLanguage, Record<ConfirmState, (channel: string, purpose: string) => Words>> = {
	en: {
		ask: (channel, purpose) => ({ title: 'Please confirm', text: `Do you want to receive ${purpose} ${channel}?`, button: 'Yes, I do' }),
		done: (channel, purpose) => ({ title: 'Thank you', text: `You will receive ${purpose} ${channel}. You can stop them at any time.` }),
		withdrawn: () => ({ title: 'You have unsubscribed', text: 'You unsubscribed after this link was sent, and that holds. To receive messages again, please sign up anew.' }),
		bad_link: () => ({ title: 'This link does not work', text: 'It may have been cut off on the way. Please copy the whole link from the message.' }),
		expired_link: () => ({ title: 'This link has expired', text: 'Please sign up again to get a new one.' }),
		unknown_customer: () => ({ title: 'This link has expired', text: 'We have no data about you any more. Please sign up again.' }),
		try_later: () => ({ title: 'Please try again in a few minutes', text: 'Your answer could not be saved just now.' }),
	},
	ru: {
		ask: (channel, purpose) => ({ title: 'Подтвердите подписку', text: `Вы хотите получать ${purpose} ${channel}?`, button: 'Да, хочу' }),
		done: (channel, purpose) => ({ title: 'Спасибо', text: `Вы будете получать ${purpose} ${channel}. Отписаться можно в любой момент.` }),
		withdrawn: () => ({ title: 'Вы отписаны', text: 'Вы отписались после того, как была отправлена эта ссылка, и это решение действует. Чтобы снова получать сообщения, подпишитесь заново.' }),
		bad_link: () => ({ title: 'Ссылка не работает', text: 'Возможно, она скопирована не полностью. Скопируйте ссылку из письма целиком.' }),
		expired_link: () => ({ title: 'Срок действия ссылки истёк', text: 'Подпишитесь ещё раз, чтобы получить новую.' }),
		unknown_customer: () => ({ title: 'Срок действия ссылки истёк', text: 'Ваших данных у нас больше нет. Подпишитесь ещё раз.' }),
		try_later: () => ({ title: 'Попробуйте ещё раз через несколько минут', text: 'Сейчас не удалось сохранить ваш ответ.' }),
	},
};

export function confirmPage(state: ConfirmState, language: PageLanguage, channel = '', purpose = ''): string {
	return page(PAGES[language][state](...spoken(language, channel, purpose)), language);
}
