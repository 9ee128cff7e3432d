/** Version of this program; a test holds it against package.json. */
export const VERSION = '0.1.0';
/** Part of every policy hash and fact cache key: raised when a rule judges differently or a reader reads differently. */
export const RULE_SET_VERSION = 1;
/** Where the project lives; the only place that says so. */
export const REPOSITORY = 'OWNER/slipway';
