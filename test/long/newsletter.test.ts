/** The same as every day, with so many customers. */
process.env.NEWSLETTER_SIZE ??= '50000';

require('../nodes/newsletter.test');
