import { type ChildProcess, spawn } from 'node:child_process';
import { accessSync, constants } from 'node:fs';
import { delimiter, join } from 'node:path';
import type { Readable, Writable } from 'node:stream';
import { pathToFileURL } from 'node:url';
import { z } from 'zod';

/** Any of these draws pages without a screen; script/setup brings the first. */
const PROGRAMS = ['chromium-headless-shell', 'chromium', 'chromium-browser', 'google-chrome', 'google-chrome-stable'];

// Background networking is off: nothing may be asked for but the page.
const OPTIONS =
  '--headless --no-sandbox --disable-gpu --disable-quic --disable-dev-shm-usage --disable-background-networking --disable-component-update --disable-sync --no-first-run --hide-scrollbars --remote-debugging-pipe';

/** The first Chromium on PATH; undefined where there is none. */
export function findBrowser(path = process.env['PATH'] ?? ''): string | undefined {
  const folders = path.split(delimiter).filter((folder) => folder !== '');
  return PROGRAMS.flatMap((program) => folders.map((folder) => join(folder, program))).find(isExecutable);
}

function isExecutable(file: string): boolean {
  try {
    accessSync(file, constants.X_OK);
    return true;
  } catch {
    return false;
  }
}

export interface View {
  readonly width: number;
  readonly height: number;
  readonly dark: boolean;
  readonly script: boolean;
}

/** One page in a browser that was started for it. */
export interface Page {
  /** Loads a file anew, as one looks at it with this view. */
  open(file: string, view: View): Promise<void>;
  /** The value of an expression in the page, as JSON; works in a page without script, too. */
  evaluate(expression: string): Promise<unknown>;
  /** Presses and releases a key: `Tab`, `Enter`, `ArrowRight`, ` `. */
  press(key: string): Promise<void>;
  type(text: string): Promise<void>;
  /** The page as PNG, from the top, at most 12000 pixels of it. */
  picture(): Promise<Buffer>;
  /** Addresses asked for since the page was opened. */
  requests(): readonly string[];
  /** What the console and the policy of the page complained about since it was opened. */
  complaints(): readonly string[];
  close(): Promise<void>;
}

/** Chromium draws at most 16384 pixels at once. */
const TALLEST = 12_000;

type Parameters = Readonly<Record<string, unknown>>;
type Send = (method: string, parameters?: Parameters) => Promise<Readonly<Record<string, unknown>>>;

const message = z.looseObject({
  id: z.number().optional(),
  method: z.string().optional(),
  params: z.record(z.string(), z.unknown()).optional(),
  result: z.record(z.string(), z.unknown()).optional(),
  error: z.looseObject({ message: z.string() }).optional(),
});
const evaluated = z.object({
  result: z.looseObject({ value: z.unknown().optional() }),
  exceptionDetails: z.unknown().optional(),
});

/** Starts a browser and speaks the DevTools protocol with it over two pipes: no port, no package. */
export async function startBrowser(program: string, profile: string): Promise<Page> {
  const child = spawn(program, [...OPTIONS.split(' '), `--user-data-dir=${profile}`, 'about:blank'], {
    stdio: ['ignore', 'ignore', 'ignore', 'pipe', 'pipe'],
  });
  const heard = new Map<string, Parameters[]>();
  const connection = connect(child, (method, parameters) => {
    heard.set(method, [...(heard.get(method) ?? []), parameters]);
  });
  const targets = z
    .object({ targetInfos: z.array(z.object({ targetId: z.string(), type: z.string() })) })
    .parse(await connection.send('Target.getTargets'));
  const targetId = targets.targetInfos.find(({ type }) => type === 'page')?.targetId;
  const attached = await connection.send('Target.attachToTarget', { targetId, flatten: true });
  const { sessionId } = z.object({ sessionId: z.string() }).parse(attached);
  const send: Send = (method, parameters) => connection.send(method, parameters, sessionId);
  for (const domain of ['Page', 'Runtime', 'Network', 'Log']) await send(`${domain}.enable`);
  return {
    open: async (file, view) => {
      await send('Emulation.setDeviceMetricsOverride', { ...view, deviceScaleFactor: 1, mobile: false });
      const features = [{ name: 'prefers-color-scheme', value: view.dark ? 'dark' : 'light' }];
      await send('Emulation.setEmulatedMedia', { features });
      await send('Emulation.setScriptExecutionDisabled', { value: !view.script });
      heard.clear();
      const loaded = connection.once('Page.loadEventFired');
      await send('Page.navigate', { url: pathToFileURL(file).href });
      await loaded;
    },
    evaluate: async (expression) => {
      const answer = await send('Runtime.evaluate', { expression, returnByValue: true, awaitPromise: true });
      const { result, exceptionDetails } = evaluated.parse(answer);
      if (exceptionDetails !== undefined) throw new Error(`the page threw: ${JSON.stringify(exceptionDetails)}`);
      return result.value;
    },
    press: (key) => pressKey(send, key),
    type: async (text) => {
      await send('Input.insertText', { text });
    },
    picture: async () => {
      const { cssContentSize } = await send('Page.getLayoutMetrics');
      const { width, height } = z.looseObject({ width: z.number(), height: z.number() }).parse(cssContentSize);
      const clip = { x: 0, y: 0, width, height: Math.min(height, TALLEST), scale: 1 };
      const { data } = await send('Page.captureScreenshot', { format: 'png', captureBeyondViewport: true, clip });
      return Buffer.from(z.string().parse(data), 'base64');
    },
    requests: () =>
      (heard.get('Network.requestWillBeSent') ?? []).map(
        ({ request }) => z.looseObject({ url: z.string() }).parse(request).url,
      ),
    complaints: () =>
      ['Log.entryAdded', 'Runtime.exceptionThrown', 'Runtime.consoleAPICalled']
        .flatMap((method) => heard.get(method) ?? [])
        .map((parameters) => JSON.stringify(parameters)),
    close: connection.close,
  };
}

const KEY_CODES: Readonly<Record<string, number>> = { Tab: 9, Enter: 13, ' ': 32, ArrowRight: 39, ArrowLeft: 37 };
const KEY_TEXTS: Readonly<Record<string, string>> = { Enter: '\r', ' ': ' ' };

async function pressKey(send: Send, key: string): Promise<void> {
  const event = { key, code: key === ' ' ? 'Space' : key, windowsVirtualKeyCode: KEY_CODES[key] };
  const text = KEY_TEXTS[key];
  const down = text === undefined ? { ...event, type: 'rawKeyDown' } : { ...event, type: 'keyDown', text };
  await send('Input.dispatchKeyEvent', down);
  await send('Input.dispatchKeyEvent', { ...event, type: 'keyUp' });
}

interface Connection {
  readonly send: (
    method: string,
    parameters?: Parameters,
    sessionId?: string,
  ) => Promise<Readonly<Record<string, unknown>>>;
  readonly once: (method: string) => Promise<void>;
  readonly close: () => Promise<void>;
}

/** Messages are JSON, each ended by a NUL: ours go to descriptor 3, the browser's come from 4. */
function connect(child: ChildProcess, hear: (method: string, parameters: Parameters) => void): Connection {
  const [, , , toBrowser, fromBrowser] = child.stdio as [null, null, null, Writable, Readable];
  const waiting = new Map<
    number,
    { resolve: (value: Readonly<Record<string, unknown>>) => void; reject: (error: Error) => void }
  >();
  const listeners = new Map<string, (() => void)[]>();
  const ended = new Promise<void>((resolve) => {
    child.once('close', () => {
      for (const { reject } of waiting.values()) reject(new Error('the browser ended'));
      resolve();
    });
  });
  toBrowser.on('error', () => undefined);
  let last = 0;
  readMessages(fromBrowser, (text) => {
    const { id, method, params, result, error } = message.parse(JSON.parse(text));
    if (method !== undefined) {
      hear(method, params ?? {});
      for (const listener of listeners.get(method) ?? []) listener();
      listeners.delete(method);
    }
    const call = id === undefined ? undefined : waiting.get(id);
    if (id === undefined || call === undefined) return;
    waiting.delete(id);
    if (error === undefined) call.resolve(result ?? {});
    else call.reject(new Error(error.message));
  });
  const send: Connection['send'] = (method, params = {}, sessionId) =>
    new Promise((resolve, reject) => {
      last += 1;
      waiting.set(last, { resolve, reject });
      toBrowser.write(`${JSON.stringify({ id: last, method, params, sessionId })}\0`);
    });
  return {
    send,
    once: (method) =>
      new Promise((resolve) => {
        listeners.set(method, [...(listeners.get(method) ?? []), resolve]);
      }),
    close: async () => {
      await send('Browser.close').catch(() => undefined);
      await ended;
    },
  };
}

function readMessages(stream: Readable, take: (text: string) => void): void {
  let parts: string[] = [];
  stream.setEncoding('utf8');
  stream.on('data', (chunk: string) => {
    const [first = '', ...rest] = chunk.split('\0');
    parts.push(first);
    for (const next of rest) {
      take(parts.join(''));
      parts = [next];
    }
  });
}
