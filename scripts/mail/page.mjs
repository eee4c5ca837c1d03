const escapes = { '&': '&amp;', '<': '&lt;', '>': '&gt;', '"': '&quot;', "'": '&#39;' };

/** @returns the text such that no mail can bring markup of its own into the page */
export function escapeHtml(text) {
	return String(text).replace(/[&<>"']/g, (character) => escapes[character]);
}

/** The page of the mail catcher: it reloads itself, needs no script and shows the newest mail first. */
export function renderPage({ title, mails, notes, actions, links }) {
	return `<!doctype html>
<html lang="en"><head><meta charset="utf-8"><meta name="viewport" content="width=device-width"><meta http-equiv="refresh" content="2">
<title>${escapeHtml(title)} (${mails.length})</title>
<style>
	body { font: 16px/1.5 system-ui, sans-serif; max-width: 60rem; margin: 2rem auto; padding: 0 1rem; color: #222; background: #fafafa }
	article { background: #fff; border: 1px solid #ddd; border-radius: 8px; padding: 1rem 1.25rem; margin: 1rem 0 }
	h2 { font-size: 1.1rem; margin: 0 }
	p.meta, ul { color: #666; font-size: .9rem; margin: .2rem 0 .8rem }
	pre { white-space: pre-wrap; font: inherit; margin: 0 }
	iframe { width: 100%; height: 22rem; border: 0; background: #fff }
	form { display: inline }
	button { font: inherit; padding: .5rem 1rem; margin: 0 .5rem .5rem 0; border: 0; border-radius: 6px; background: #0f766e; color: #fff; cursor: pointer }
	button:hover { background: #115e59 }
</style></head><body>
<h1>${escapeHtml(title)}</h1>
<p>${links.map(({ label, url }) => `<a href="${escapeHtml(url)}" target="_blank" rel="noopener">${escapeHtml(label)}</a>`).join(' · ')}</p>
${actions.map(({ label }, index) => `<form method="post" action="/actions/${index}"><button>${escapeHtml(label)}</button></form>`).join('\n')}
${notes.length > 0 ? `<ul>${notes.slice(-6).reverse().map(renderNote).join('')}</ul>` : ''}
${mails.length === 0 ? '<p>No mail yet.</p>' : [...mails].reverse().map(renderMail).join('\n')}
</body></html>
`;
}

function renderNote({ atMs, text }) {
	return `<li>${clockTime(atMs)} ${escapeHtml(text)}</li>`;
}

function renderMail({ receivedAtMs, from, recipients, subject, text, html }) {
	// A sandboxed frame: what a mail brings may be looked at but can run nothing and reach nothing.
	const body = html ? `<iframe sandbox srcdoc="${escapeHtml(html)}" title="Mail"></iframe>` : `<pre>${escapeHtml(text)}</pre>`;
	return `<article><h2>${escapeHtml(subject)}</h2><p class="meta">to ${escapeHtml(recipients.join(', '))} · from ${escapeHtml(from)} · ${clockTime(receivedAtMs)}</p>${body}</article>`;
}

function clockTime(atMs) {
	return new Date(atMs).toLocaleTimeString('en-GB');
}
