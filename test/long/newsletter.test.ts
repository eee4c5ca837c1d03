/** The same as every day, with so many customers. */
process.env.NEWSLETTER_SIZE ??= '50000';

// eslint-disable-next-line @typescript-eslint/no-require-imports -- an import would be read before the size is set
require('../nodes/newsletter.test');
