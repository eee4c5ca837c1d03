import { connect, createServer, type AddressInfo, type Server, type Socket } from 'node:net';

/** A network between a store and its server that can be cut or fall silent. */
export class TcpProxy {
	private readonly sockets = new Set<Socket>();
	private mode: 'open' | 'refusing' | 'silent' = 'open';
	private server: Server | undefined;
	private atCommit: 'nothing' | 'lose the answer' | 'lose it all' = 'nothing';
	private port = 0;

	private constructor(private readonly target: URL) {}

	static async to(url: string): Promise<TcpProxy> {
		const proxy = new TcpProxy(new URL(url));
		await proxy.listen();
		return proxy;
	}

	/** The server's address, by way of the proxy. */
	get url(): string {
		const url = new URL(this.target);
		url.hostname = '127.0.0.1';
		url.port = String(this.port);
		return url.href;
	}

	get connections(): number {
		return this.sockets.size / 2;
	}

	/** The server goes away: connections break, new ones are refused. */
	async cut(): Promise<void> {
		this.mode = 'refusing';
		for (const socket of this.sockets) socket.destroy();
		await new Promise((resolve) => this.server?.close(resolve));
	}

	/** Nothing comes through any more, and nobody is told: a pulled cable, a frozen machine. */
	silence(): void {
		this.mode = 'silent';
		for (const socket of this.sockets) socket.pause().unpipe();
	}

	/**
	 * The connection of the next transaction that commits breaks at that: the COMMIT arrives and its answer does not, or not
	 * even the COMMIT arrives. Later connections are as usual.
	 */
	cutAtCommit(what: 'lose the answer' | 'lose it all'): void {
		this.atCommit = what;
	}

	/** The way is free again; connections from before are gone. */
	async restore(): Promise<void> {
		for (const socket of this.sockets) socket.destroy();
		if (this.mode === 'refusing') await this.listen();
		this.mode = 'open';
	}

	async close(): Promise<void> {
		if (this.mode !== 'refusing') await this.cut();
	}

	private async listen(): Promise<void> {
		this.server = createServer((socket) => this.forward(socket));
		await new Promise<void>((resolve) => this.server?.listen(this.port, '127.0.0.1', resolve));
		this.port = (this.server.address() as AddressInfo).port;
	}

	private forward(incoming: Socket): void {
		this.keep(incoming);
		if (this.mode !== 'open') return;
		const outgoing = connect(Number(this.target.port), this.target.hostname);
		this.keep(outgoing);
		incoming.on('data', (chunk: Buffer) => this.mayCut(chunk, incoming, outgoing));
		incoming.pipe(outgoing).pipe(incoming);
		incoming.once('close', () => outgoing.destroy());
		outgoing.once('close', () => incoming.destroy());
	}

	private mayCut(chunk: Buffer, incoming: Socket, outgoing: Socket): void {
		if (this.atCommit === 'nothing' || !chunk.includes('COMMIT\0')) return;
		const what = this.atCommit;
		this.atCommit = 'nothing';
		if (what === 'lose it all') return void outgoing.destroy();
		outgoing.unpipe(incoming);
		outgoing.once('data', () => outgoing.destroy()).resume();
	}

	private keep(socket: Socket): void {
		this.sockets.add(socket);
		socket.on('error', () => undefined).once('close', () => this.sockets.delete(socket));
	}
}
