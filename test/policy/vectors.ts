/**
 * The table of contact-policy.md section 9, computed with IANA tzdata, and the same rules in other zones: a local night, asked in
 * it, and open at its end. The pure decision and the stores are held to it.
 */
export const VECTORS: [name: string, timeZone: string, start: string, end: string, asked: string, open: string][] = [
	['P21', 'Europe/Moscow', '21:00', '09:00', '2026-11-21T19:30Z', '2026-11-22T06:00Z'],
	['P22', 'Europe/Moscow', '21:00', '09:00', '2026-11-21T18:00Z', '2026-11-22T06:00Z'],
	['P23', 'America/New_York', '21:00', '08:00', '2026-03-08T06:30Z', '2026-03-08T12:00Z'],
	['P24', 'America/New_York', '21:00', '08:00', '2026-11-01T05:30Z', '2026-11-01T13:00Z'],
	['P25', 'America/New_York', '21:00', '02:30', '2026-03-08T06:30Z', '2026-03-08T07:00Z'],
	['P26', 'America/New_York', '21:00', '01:30', '2026-11-01T05:45Z', '2026-11-01T06:30Z'],
	['P26, the second time round', 'America/New_York', '21:00', '01:30', '2026-11-01T06:10Z', '2026-11-01T06:30Z'],
	['P27 half an hour', 'Australia/Lord_Howe', '21:00', '02:15', '2026-10-03T15:00Z', '2026-10-03T15:30Z'],
	['P27 half an hour back', 'Australia/Lord_Howe', '21:00', '01:45', '2026-04-04T14:00Z', '2026-04-04T15:15Z'],
	['P28 ambiguous start', 'America/New_York', '01:30', '09:00', '2026-11-01T05:30Z', '2026-11-01T14:00Z'],
	['P28 start in the gap', 'America/New_York', '02:30', '09:00', '2026-03-08T07:00Z', '2026-03-08T13:00Z'],
];
