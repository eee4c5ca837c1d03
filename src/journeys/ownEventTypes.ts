/**
 * Events that the product itself raises where segments and stages are computed. The first computation, and every one after
 * a definition changed, sets a baseline and raises none (journeys.md section 10).
 */
export const SEGMENT_ENTERED = 'segment_entered';
export const SEGMENT_LEFT = 'segment_left';
/** Properties: `from` and `to`. */
export const STAGE_CHANGED = 'stage_changed';
/** Properties: `vip`, whether the customer is one now. */
export const VIP_CHANGED = 'vip_changed';
