// The REST half of the server, and the order in which it is met.

import S from './strings.js';

/** The server's limits for a file, said before the upload rather than after. */
export const files = { most: 5 << 20, types: '.pdf,.docx,.odt,.rtf,.html,.htm,.txt' };

/** What the server refused, in words a person can be shown. */
export class Refusal extends Error {
  /** @param {string} code @param {string} message */
  constructor(code, message) {
    super(message);
    this.code = code;
  }
}

/**
 * @typedef {'seeker' | 'recruiter' | 'counsellor'} Role
 * @typedef {{role: Role, roles: Role[] | null, ai: boolean, rome: {version: string, complete: boolean},
 *   notices: string[], model: {name: string, offline: boolean}, desk: {open: boolean, closed?: string}}} Session
 * @typedef {{id: string, name: string, kind: string, text: string, pages: {start: number, end: number}[], chars: number}} Stored
 */

export class API {
  /** @type {Promise<unknown> | null} */
  #first = null;

  /** @param {string} base address of the server, ending in "/" */
  constructor(base) {
    this.base = base;
  }

  /**
   * Runs a request that makes the server give a new visitor a cookie. The first
   * such request goes alone: two at once would make two visitors, and the file
   * of one could not be read by the other's conversation.
   * @template T @param {() => Promise<T>} request @returns {Promise<T>}
   */
  async identified(request) {
    while (this.#first) {
      const first = this.#first;
      await first.catch(() => {});
      if (this.#first === first) return request();
    }
    const attempt = request();
    this.#first = attempt;
    attempt.catch(() => {
      if (this.#first === attempt) this.#first = null;
    });
    return attempt;
  }

  /** @returns {Promise<Session>} */
  session() {
    return this.call('GET', 'api/session');
  }

  /** @param {Role} role @returns {Promise<Session>} */
  setRole(role) {
    return this.identified(() => this.call('POST', 'api/session', { role }));
  }

  /** @param {string} id @returns {Promise<Stored>} */
  document(id) {
    return this.call('GET', `api/documents/${encodeURIComponent(id)}`);
  }

  /** Checks a corrected offer. @param {any} offer as /api/openapi.json describes it @returns {Promise<any>} */
  checkOffer(offer) {
    return this.call('POST', 'api/offers/check?again=1', offer);
  }

  /** A finding told to the employer, for counsellors. @param {any} pointed @returns {Promise<{lines: string[], subject: string, mail: string}>} */
  letter(pointed) {
    return this.call('POST', 'api/offers/letter', pointed);
  }

  /** @param {any} pointed an offer and one finding of it @param {string} reason */
  contest(pointed, reason) {
    return this.identified(() => this.call('POST', 'api/contests', { ...pointed, reason }));
  }

  /** One's own contests, newest first. @returns {Promise<any[]>} */
  contests() {
    return this.identified(() => this.call('GET', 'api/contests')).then((r) => r.items);
  }

  profile() {
    return this.call('GET', 'api/profile');
  }

  /** @param {boolean} ai whether the profile is made with its help @returns {Promise<Session>} */
  setAI(ai) {
    return this.identified(() => this.call('POST', 'api/session', { ai }));
  }

  /** @param {{document_id: string} | {text: string}} from */
  propose(from) {
    return this.identified(() => this.call('POST', 'api/profile/proposals', from));
  }

  eraseProfile() {
    return this.call('DELETE', 'api/profile');
  }

  /** Métiers that share most with the profile. @returns {Promise<any[]>} */
  careers() {
    return this.call('GET', 'api/profile/careers').then((r) => r.items ?? []);
  }

  shareProfile() {
    return this.identified(() => this.call('POST', 'api/profile/share'));
  }

  withdrawProfile() {
    return this.call('DELETE', 'api/profile/share');
  }

  /** What ROME has for these words. @param {string} q @param {string[]} kinds @returns {Promise<{id: string, kind: string, title: string}[]>} */
  searchRome(q, kinds) {
    return this.call('GET', `api/rome/search?q=${encodeURIComponent(q)}&kind=${kinds.join(',')}`).then((r) => r.items ?? []);
  }

  /** Grands domaines, each with its domaines. @returns {Promise<any[]>} */
  fields() {
    return this.call('GET', 'api/rome/domaines').then((r) => r.items ?? []);
  }

  /** The métiers of a domaine. @param {string} code @returns {Promise<{code: string, label: string}[]>} */
  within(code) {
    return this.call('GET', `api/rome/domaines/${encodeURIComponent(code)}`).then((r) => r.items ?? []);
  }

  /** @param {string} code @returns {Promise<any>} */
  metier(code) {
    return this.call('GET', `api/rome/metiers/${encodeURIComponent(code)}`);
  }

  /** @param {{accept?: string[], refuse?: string[], undo?: string[], add?: string[], renew?: string[], order?: string[], replace?: {code: string, by: string}[]}} change */
  changeProfile(change) {
    return this.identified(() => this.call('POST', 'api/profile', change));
  }

  /**
   * XMLHttpRequest because fetch does not tell how much has been sent.
   * @param {File} file @param {(part: number) => void} progress 0 to 1 @param {AbortSignal} signal
   * @returns {Promise<Stored>}
   */
  upload(file, progress, signal) {
    return this.identified(() => new Promise((resolve, reject) => {
      const xhr = new XMLHttpRequest();
      xhr.open('POST', this.base + 'api/documents');
      xhr.withCredentials = true;
      xhr.setRequestHeader('X-Tandem', '1');
      xhr.responseType = 'json';
      xhr.upload.onprogress = (e) => e.lengthComputable && progress(e.loaded / e.total);
      xhr.onload = () => (xhr.status < 300 && xhr.response ? resolve(xhr.response) : reject(refusal(xhr.response)));
      xhr.onerror = () => reject(new Refusal('network', S.composer.network));
      signal.addEventListener('abort', () => xhr.abort());
      xhr.onabort = () => reject(new Refusal('aborted', ''));
      const form = new FormData();
      form.append('file', file, file.name);
      xhr.send(form);
    }));
  }

  /** One request in JSON; a refusal is thrown with the server's sentence. What is
   * deleted is deleted even when the page closes meanwhile.
   * @param {string} method @param {string} path @param {unknown} [body] @returns {Promise<any>} */
  async call(method, path, body) {
    /** @type {Record<string, string>} */
    const headers = { 'X-Tandem': '1', Accept: 'application/json' };
    if (body !== undefined) headers['Content-Type'] = 'application/json';
    let response;
    try {
      response = await fetch(this.base + path, { method, headers, credentials: 'include', keepalive: method === 'DELETE', body: body === undefined ? undefined : JSON.stringify(body) });
    } catch {
      throw new Refusal('network', S.errors.network);
    }
    if (response.status === 204) return null;
    const json = await response.json().catch(() => null);
    if (!response.ok || json === null) throw refusal(json);
    return json;
  }
}

/** @param {any} body */
const refusal = (body) => new Refusal(body?.code ?? 'internal', body?.message ?? S.errors.generic);
