// The person's decisions on skills, as the server has them. Cards drawn from an
// old event show today's decision, in every tab that asks.

/** @typedef {'proposed' | 'accepted' | 'refused'} Decision */
/**
 * How an item stands in the loaded release of ROME when that release no longer
 * has it as the person knew it; the item itself stays as it was.
 * @typedef {{state: 'renamed' | 'replaced' | 'retired', code?: string, label?: string, why?: string, version: string}} Standing
 * @typedef {{code: string, label: string, kind: string, status: Decision, origin: 'document' | 'person', appellation?: string, confidence?: number,
 *   evidence: import('./spans.js').Span[], document?: string, why?: string, later?: boolean, rome_version: string, now?: Standing}} Item
 */

/** An item as its person calls it. @param {Item} item */
export const nameOf = (item) => item.appellation || item.label;

export class Profile extends EventTarget {
  /** @type {Map<string, Decision>} */
  #decisions = new Map();
  /** @type {Map<string, Decision>} decisions that the server does not have yet */
  #pending = new Map();
  /** @type {Promise<unknown>} */
  #last = Promise.resolve();
  /** @type {Item[]} what the loaded release of ROME renamed, replaced or retired */
  stale = [];
  /** @type {Item[]} all of them, as the server has them */
  items = [];
  /** @type {{id: string, name: string}[]} documents that are still there, newest first */
  documents = [];
  /** @type {{code: string, until: string, opened: boolean} | null} */
  share = null;
  #loaded = false;
  /** @type {{accepted: number, refused: number, proposed: number} | null} as the server counts, once known */
  counts = null;

  /** @param {{profile(): Promise<any>, changeProfile(change: any): Promise<any>}} api */
  constructor(api) {
    super();
    this.api = api;
  }

  /** @param {string} code @param {Decision} [otherwise] @returns {Decision} */
  of(code, otherwise = 'proposed') {
    return this.#pending.get(code) ?? this.#decisions.get(code) ?? (this.#loaded ? 'proposed' : otherwise);
  }

  async load() {
    this.take(await this.api.profile());
  }

  /** Shown at once, then as the server has it; put back when it refuses.
   * @param {string} code @param {Decision} decision */
  async decide(code, decision) {
    this.#pending.set(code, decision);
    this.dispatchEvent(new Event('change'));
    try {
      const field = { accepted: 'accept', refused: 'refuse', proposed: 'undo' }[decision];
      await this.change({ [field]: [code] });
      if (this.#pending.get(code) === decision) this.#pending.delete(code);
    } catch (err) {
      if (this.#pending.get(code) === decision) this.#pending.delete(code);
      this.dispatchEvent(new Event('change'));
      throw err;
    }
  }

  /** Takes the new name or the successor of an item, as the person asks. @param {string} code */
  renew(code) {
    return this.change({ renew: [code] });
  }

  /** What the person asks, and what came of it; fails with the server's sentence
   * when it could not be done. One after the other: answers that overtake each
   * other would show an older state last.
   * @param {Parameters<import('./api.js').API['changeProfile']>[0]} change */
  change(change) {
    const done = this.#last.then(() => this.api.changeProfile(change));
    this.#last = done.catch(() => {});
    return done.then((profile) => {
      this.take(profile);
      if (profile.not_found?.length) throw new Error(profile.not_found[0]);
      return profile;
    });
  }

  forget() {
    this.#decisions.clear();
    this.#pending.clear();
    this.items = this.stale = [];
    this.#loaded = false;
    this.counts = null;
  }

  /** A profile as the server has it. @param {{items?: Item[], counts?: any, documents?: any, share?: any}} profile */
  take(profile) {
    const items = (this.items = profile.items ?? []);
    this.documents = profile.documents ?? [];
    this.share = profile.share ?? null;
    this.#decisions = new Map(items.map((item) => [item.code, item.status]));
    this.stale = items.filter((item) => item.now);
    this.counts = profile.counts ?? null;
    this.#loaded = true;
    this.dispatchEvent(new Event('change'));
  }
}
